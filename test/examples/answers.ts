import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';

/** What a client understands of a response: charsets, chunks and dates inside a file do not matter to it. */
export interface Answer {
  status: number;
  type: string;
  body: unknown;
}

/** Asks `GET /path` or, with a body, `POST /path` of JSON; `ask` is written `<METHOD> <path>`. */
export async function answerTo(origin: string, ask: string, json?: unknown): Promise<Answer> {
  const [method, path] = ask.split(' ') as [string, string];
  const response = await fetch(origin + path, {
    method,
    ...(json === undefined ? {} : { body: JSON.stringify(json), headers: { 'content-type': 'application/json' } }),
  });
  const type = (response.headers.get('content-type') ?? '').split(';')[0]!;
  return { status: response.status, type, body: await understood(type, Buffer.from(await response.arrayBuffer())) };
}

async function understood(type: string, body: Buffer): Promise<unknown> {
  switch (type) {
    case 'application/json':
      return JSON.parse(body.toString());
    case 'text/event-stream':
      return events(body.toString());
    case 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet':
      return rows(body);
    case 'application/pdf':
      return `${body.subarray(0, 5)} ${createHash('sha256').update(body).digest('hex')}`;
    default:
      return body.toString();
  }
}

function events(text: string): unknown[] {
  const field = (event: string, name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(event)?.[1];
  return text
    .split('\n\n')
    .filter((event) => field(event, 'data') !== undefined)
    .map((event) => ({ event: field(event, 'event'), data: JSON.parse(field(event, 'data')!) }));
}

interface Workbook {
  xlsx: { load(body: Buffer): Promise<unknown> };
  worksheets: { getSheetValues(): unknown[] }[];
}

async function rows(body: Buffer): Promise<unknown> {
  const require = createRequire(new URL('../../examples/express/package.json', import.meta.url));
  const { Workbook } = require('exceljs') as { Workbook: new () => Workbook };
  const workbook = new Workbook();
  await workbook.xlsx.load(body);
  return workbook.worksheets.map((sheet) => sheet.getSheetValues().slice(1).map((row) => (row as unknown[]).slice(1)));
}
