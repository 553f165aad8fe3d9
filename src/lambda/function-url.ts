import type { Readable } from 'node:stream';

/** An HTTP request as it reaches a function URL. */
export interface UrlRequest {
  method: string;
  /** Path with the query, as on the request line. */
  path: string;
  headers: [string, string][];
  body: Buffer | null;
  sourceIp?: string;
}

export interface UrlHead {
  status: number;
  headers: [string, string][];
}

/** Where and when the request came in; what an event tells besides the request. */
export interface UrlPlace {
  domain: string;
  requestId: string;
  traceId: string;
  epochMs: number;
}

/** Lambda's limit on the body of a synchronous request and of a buffered response, bytes. */
export const BUFFERED_LIMIT = 6 * 1024 * 1024;

/** What separates the prelude of a streamed answer from its body. */
const SEPARATOR = Buffer.alloc(8);
const PRELUDE_LIMIT = 64 * 1024;
/** Between two proxies only (RFC 9110, 7.6.1), and the length, which the server counts itself. */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade', 'te', 'trailer']);

/** The event of a function URL, payload format 2.0. */
export function eventOf(request: UrlRequest, place: UrlPlace): Record<string, unknown> {
  const [rawPath, ...query] = request.path.split('?');
  const rawQueryString = query.join('?');
  const headers: Record<string, string> = {};
  for (const [name, value] of request.headers) {
    const lower = name.toLowerCase();
    if (lower === 'cookie' || lower === 'host' || HOP_BY_HOP.has(lower)) continue;
    headers[lower] = headers[lower] === undefined ? value : `${headers[lower]},${value}`;
  }
  const sourceIp = request.sourceIp ?? '127.0.0.1';
  Object.assign(headers, { host: place.domain, 'x-forwarded-for': headers['x-forwarded-for'] === undefined ? sourceIp : `${headers['x-forwarded-for']},${sourceIp}`, 'x-forwarded-port': '443', 'x-forwarded-proto': 'https', 'x-amzn-trace-id': place.traceId });
  if (request.body !== null && request.body.length > 0) headers['content-length'] = String(request.body.length);
  const cookies = request.headers.filter(([name]) => name.toLowerCase() === 'cookie').flatMap(([, value]) => value.split(/;\s*/).filter((each) => each !== ''));
  const parameters = queryParameters(rawQueryString);
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    ...(cookies.length === 0 ? {} : { cookies }),
    headers,
    ...(parameters === null ? {} : { queryStringParameters: parameters }),
    requestContext: {
      accountId: 'anonymous',
      apiId: place.domain.split('.')[0],
      domainName: place.domain,
      domainPrefix: place.domain.split('.')[0],
      http: { method: request.method, path: rawPath, protocol: 'HTTP/1.1', sourceIp, userAgent: headers['user-agent'] ?? null },
      requestId: place.requestId,
      routeKey: '$default',
      stage: '$default',
      time: clfTime(place.epochMs),
      timeEpoch: Math.floor(place.epochMs),
    },
    ...bodyOf(request.body, headers['content-type'], headers['content-encoding']),
  };
}

function bodyOf(body: Buffer | null, type: string | undefined, encoding: string | undefined): { body?: string; isBase64Encoded: boolean } {
  if (body === null || body.length === 0) return { isBase64Encoded: false };
  const text = body.toString('utf8');
  const asText = encoding === undefined && isText(type) && Buffer.from(text, 'utf8').equals(body);
  return asText ? { body: text, isBase64Encoded: false } : { body: body.toString('base64'), isBase64Encoded: true };
}

/** Media types that a function URL hands over as text; all others travel as base64. */
function isText(type: string | undefined): boolean {
  return /^(text\/|application\/(json|javascript|xml)\b|application\/[\w.-]+\+(json|xml)\b)/i.test(type ?? '');
}

/** Values of one name are joined with a comma; null without a query. */
function queryParameters(raw: string): Record<string, string> | null {
  if (raw === '') return null;
  const parameters: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(raw)) parameters[name] = parameters[name] === undefined ? value : `${parameters[name]},${value}`;
  return parameters;
}

/** `22/Nov/2026:20:10:05 +0000`, the time format of access logs. */
function clfTime(epochMs: number): string {
  const [, day, month, year, time] = new Date(epochMs).toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}

/** The HTTP answer that a function URL makes of what the function returned in one piece. */
export function answerOf(payload: Buffer): UrlHead & { body: Buffer } {
  const text = payload.toString('utf8');
  const value = parsed(text);
  if (!isRecord(value) || value['statusCode'] === undefined) {
    const body = typeof value === 'string' ? value : text;
    return { status: 200, headers: [['content-type', 'application/json']], body: Buffer.from(body) };
  }
  const body = typeof value['body'] === 'string' ? value['body'] : value['body'] == null ? '' : JSON.stringify(value['body']);
  return { ...headOf(value), body: Buffer.from(body, value['isBase64Encoded'] === true ? 'base64' : 'utf8') };
}

/** Status, headers and cookies of a buffered answer or of the prelude of a streamed one. */
function headOf(value: Record<string, unknown>): UrlHead {
  const headers: [string, string][] = [];
  const given: [string, unknown][] = [...Object.entries(isRecord(value['multiValueHeaders']) ? value['multiValueHeaders'] : {}), ...Object.entries(isRecord(value['headers']) ? value['headers'] : {})];
  for (const [name, one] of given) {
    if (HOP_BY_HOP.has(name.toLowerCase())) continue;
    for (const each of Array.isArray(one) ? one : [one]) headers.push([name.toLowerCase(), String(each)]);
  }
  for (const cookie of Array.isArray(value['cookies']) ? value['cookies'] : []) headers.push(['set-cookie', String(cookie)]);
  if (!headers.some(([name]) => name === 'content-type')) headers.push(['content-type', 'application/json']);
  return { status: Number(value['statusCode'] ?? 200), headers };
}

/** Media type of a streamed response that begins with a JSON prelude. */
export const WITH_PRELUDE = 'application/vnd.awslambda.http-integration-response';

/**
 * Reads the prelude of a streamed response and puts what came with it of the body back into the stream. Rejects when
 * the stream ends or 64 KiB pass without a separator, or when the prelude is no JSON.
 */
export function readPrelude(stream: Readable, mediaType: string): Promise<UrlHead> {
  if (!mediaType.startsWith(WITH_PRELUDE)) return Promise.resolve({ status: 200, headers: [['content-type', mediaType === '' ? 'application/octet-stream' : mediaType]] });
  return new Promise((resolve, reject) => {
    let held = Buffer.alloc(0);
    const settle = (then: () => void): void => {
      stream.off('readable', look).off('end', ended).off('close', ended).off('error', failed);
      then();
    };
    const ended = (): void => settle(() => reject(new Error('the stream ended before its prelude')));
    const failed = (error: Error): void => settle(() => reject(error));
    const look = (): void => {
      for (let chunk = stream.read() as Buffer | null; chunk !== null; chunk = stream.read() as Buffer | null) {
        held = Buffer.concat([held, chunk]);
        const at = held.indexOf(SEPARATOR);
        if (at === -1 && held.length <= PRELUDE_LIMIT) continue;
        if (at === -1) return failed(new Error('no end of the prelude within 64 KiB'));
        const value = parsed(held.subarray(0, at).toString('utf8'));
        if (!isRecord(value)) return failed(new Error('the prelude is not a JSON object'));
        const rest = held.subarray(at + SEPARATOR.length);
        // In the same turn as the read: a stream that is at its end takes nothing back a moment later.
        if (rest.length > 0) stream.unshift(rest);
        return settle(() => resolve(headOf(value)));
      }
    };
    stream.on('readable', look).on('end', ended).on('close', ended).on('error', failed);
    if (stream.readableEnded || stream.destroyed) ended();
    else look();
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
