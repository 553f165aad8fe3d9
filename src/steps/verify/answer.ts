import { createHash } from 'node:crypto';
import type { Exchange } from '../../system/exchange.ts';

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** What came back for one request, without what our own way of starting the app puts into it. */
export interface Answer {
  /** answered, closed, timeout, refused; or ended: the app's process ended because of the request. */
  outcome: 'answered' | 'closed' | 'timeout' | 'refused' | 'ended';
  status: number | null;
  /** Values by name, of the headers that matter. */
  headers: Record<string, string[]>;
  body: Body;
}

export type Body =
  | { kind: 'none' }
  | { kind: 'json'; value: Json }
  | { kind: 'text'; lines: string[] }
  /** `whole` is false when we stopped listening to the stream. */
  | { kind: 'events'; events: Json[]; whole: boolean }
  /** `head`: the first bytes, hexadecimal; formats are told apart by them. */
  | { kind: 'bytes'; hash: string; bytes: number; head: string };

/** Where the answering variant ran: what of its answers is true of the place only. */
export interface Place {
  port: number;
  /** Absolute paths of its folder. */
  roots: string[];
}

const HEAD_BYTES = 8;

/** They tell of one connection, one request or one moment. The body's length is seen in the body. */
const ignored = new Set(['age', 'connection', 'content-length', 'date', 'keep-alive', 'request-id', 'server-timing', 'traceparent', 'transfer-encoding', 'x-amzn-trace-id', 'x-correlation-id', 'x-request-id', 'x-response-time', 'x-runtime']);

/** Their values follow the clock or the file system, or are hashes of a body that is compared itself. */
const presenceOnly = new Set(['etag', 'expires', 'last-modified', 'ratelimit', 'ratelimit-remaining', 'ratelimit-reset', 'retry-after', 'x-ratelimit-remaining', 'x-ratelimit-reset']);

/** The comparable part of an exchange. */
export function answerFrom(exchange: Exchange, place: Place): Answer {
  const { outcome, status } = exchange;
  return {
    outcome: outcome === 'cut' ? 'answered' : outcome,
    status,
    headers: headersOf(exchange.headers, place),
    body: bodyOf(exchange, place),
  };
}

function headersOf(raw: Exchange['headers'], place: Place): Answer['headers'] {
  const headers: Answer['headers'] = {};
  for (const [name, value] of raw) {
    if (ignored.has(name)) continue;
    (headers[name] ??= []).push(presenceOnly.has(name) ? 'present' : name === 'set-cookie' ? cookieWithoutValue(value) : placeless(value, place));
  }
  return headers;
}

/** `sid=abc; Path=/; Expires=...` becomes `sid; expires; path=/`: a value is secret, a moment differs. */
export function cookieWithoutValue(cookie: string): string {
  const [pair = '', ...attributes] = cookie.split(';').map((part) => part.trim());
  const named = attributes.filter((part) => part !== '').map((part) => (/^expires=/i.test(part) ? 'expires' : part.replace(/^[^=]+/, (name) => name.toLowerCase())));
  return [pair.split('=')[0]!, ...named.sort()].join('; ');
}

function bodyOf({ body, headers, outcome }: Exchange, place: Place): Body {
  const type = headers.find(([name]) => name === 'content-type')?.[1].toLowerCase() ?? '';
  if (type.startsWith('text/event-stream')) return { kind: 'events', events: eventsOf(body.toString('utf8'), outcome !== 'cut', place), whole: outcome === 'answered' };
  if (body.length === 0) return { kind: 'none' };
  const text = isText(type, body) ? body.toString('utf8') : null;
  if (text === null) return { kind: 'bytes', hash: createHash('sha256').update(body).digest('hex').slice(0, 32), bytes: body.length, head: body.subarray(0, HEAD_BYTES).toString('hex') };
  const value = /\bjson\b/.test(type) ? parsed(text) : undefined;
  return value === undefined ? { kind: 'text', lines: placeless(text, place).split(/\r?\n/) } : { kind: 'json', value: placelessJson(value, place) };
}

function isText(type: string, body: Buffer): boolean {
  if (/^text\/|\b(?:json|xml|javascript|ecmascript|x-www-form-urlencoded|graphql|yaml|x-ndjson)\b/.test(type)) return true;
  return type === '' && !body.includes(0) && body.toString('utf8').indexOf('\ufffd') === -1;
}

/** Events of a stream in their order, each with its data as JSON where it is; the last one only when it is whole. */
function eventsOf(text: string, ended: boolean, place: Place): Json[] {
  const blocks = text.split(/\r?\n\r?\n/);
  if (!ended || blocks.at(-1) === '') blocks.pop();
  return blocks.flatMap((block) => {
    const fields = fieldsOf(block);
    if (fields === null) return [];
    const data = fields['data'];
    return [placelessJson({ ...fields, ...(data === undefined ? {} : { data: parsed(data) ?? data }) }, place)];
  });
}

/** Field names and values of one event; null for a block of comments. See "Parsing an event stream" in the HTML standard. */
function fieldsOf(block: string): Record<string, string> | null {
  const fields: Record<string, string> = {};
  for (const line of block.split(/\r?\n/)) {
    const [, name, value = ''] = /^([^:]+)(?:: ?(.*))?$/.exec(line) ?? [];
    if (name === undefined) continue;
    fields[name] = name === 'data' && fields['data'] !== undefined ? `${fields['data']}\n${value}` : value;
  }
  return Object.keys(fields).length === 0 ? null : fields;
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function placelessJson(value: Json, place: Place): Json {
  if (typeof value === 'string') return placeless(value, place);
  if (value === place.port) return '<port>';
  if (Array.isArray(value)) return withoutFrames(value).map((item) => placelessJson(item, place));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [placeless(name, place), placelessJson(item, place)]));
}

/** GraphQL servers give a stack as a list of lines: one line stands for all frames that follow each other. */
function withoutFrames(list: readonly Json[]): Json[] {
  const isFrame = (item: Json | undefined): boolean => typeof item === 'string' && /^\s*at .*(?::\d+:\d+|<anonymous>|native)\)?$/.test(item);
  return list.flatMap((item, i) => (isFrame(item) ? (isFrame(list[i - 1]) ? [] : ['    at <stack>']) : [item]));
}

// Frames of a stack, in plain text and as Express and Koa print them into HTML. Rewritten code has other lines and other frames.
const stackFrames = /(?:(?:\r?\n|<br\s*\/?>)(?:\s|&nbsp;)*at (?:[^\n<]|<(?:anonymous|computed))*?(?::\d+:\d+\)?|\(index \d+\)|\(<anonymous>\)|\(&lt;anonymous&gt;\)|\(native\))(?=\s*(?:\n|<|$)))+/g;

/** Takes out the own address, the own folder and stack frames. */
function placeless(text: string, { port, roots }: Place): string {
  let out = text.replace(stackFrames, '\n    at <stack>');
  for (const root of roots) if (root.length > 1) out = out.replaceAll(root, '<root>');
  if (!out.includes(String(port))) return out;
  return out.replace(new RegExp(String.raw`(?<![\d.])(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\]):${port}(?!\d)`, 'g'), '<host>').replace(new RegExp(String.raw`(?<![\d.])${port}(?![\d.])`, 'g'), '<port>');
}
