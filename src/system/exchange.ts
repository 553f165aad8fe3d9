import { request, type IncomingMessage } from 'node:http';
import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib';
import type { ReplayRequest } from '../model/verification.ts';

/** What came back for one request. */
export interface Exchange {
  /** answered: a whole answer; cut: we stopped reading a stream; closed: the socket ended early; timeout: nothing more came; refused: nobody listens. */
  outcome: 'answered' | 'cut' | 'closed' | 'timeout' | 'refused';
  /** Null when no status line came. */
  status: number | null;
  /** Name in lower case, value; repeated headers are repeated here. Sorted. */
  headers: [string, string][];
  /** As much as is kept; a whole one is decoded of its content-encoding where that is known. */
  body: Buffer;
}

export interface ExchangeLimits {
  /** For the whole exchange; a stream of events has its own. */
  timeoutMs: number;
  maxBodyBytes: number;
  /** A `text/event-stream` is read until it has so many events, or for so long after its headers; without any event, three times as long. */
  events: number;
  eventsMs: number;
}

/** Sends one request on a connection of its own and reads the answer. Never rejects: what goes wrong is the outcome. */
export function exchange(to: { host: string; port: number }, what: ReplayRequest, limits: ExchangeLimits): Promise<Exchange> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let response: IncomingMessage | null = null;
    const body = what.body === null ? null : Buffer.from(what.body, 'base64');
    const sent = request({ ...to, method: what.method, path: what.path, headers: headersFor(to, what, body), agent: false });
    const timers: NodeJS.Timeout[] = [];
    const after = (ms: number, then: () => void): void => void timers.push(setTimeout(then, ms));
    const end = (outcome: Exchange['outcome']): void => {
      for (const timer of timers) clearTimeout(timer);
      sent.destroy();
      resolve({ outcome, ...answerOf(response, Buffer.concat(chunks).subarray(0, limits.maxBodyBytes), outcome === 'answered') });
    };
    const begun = performance.now();
    // What came while this process was busy with something else is read first.
    after(limits.timeoutMs, () => after(Math.max(0, performance.now() - begun - limits.timeoutMs), () => end('timeout')));
    sent.on('error', (error: NodeJS.ErrnoException) => end(error.code === 'ECONNREFUSED' ? 'refused' : 'closed'));
    sent.on('upgrade', (head, socket) => {
      socket.destroy();
      response = head;
      end('answered');
    });
    sent.on('response', (head) => {
      response = head;
      const stream = isEventStream(head);
      if (stream) {
        after(limits.eventsMs, () => countEvents(chunks) > 0 && end('cut'));
        after(3 * limits.eventsMs, () => end('cut'));
      }
      head.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes - chunk.length < limits.maxBodyBytes) chunks.push(chunk);
        if (stream && countEvents(chunks) >= limits.events) end('cut');
      });
      head.on('error', () => end('closed'));
      head.on('end', () => end('answered'));
      head.on('close', () => end('closed'));
    });
    sent.end(body ?? undefined);
  });
}

function headersFor({ host, port }: { host: string; port: number }, what: ReplayRequest, body: Buffer | null): Record<string, string> {
  return {
    host: `${host.includes(':') ? `[${host}]` : host}:${port}`,
    ...what.headers,
    ...(body === null ? {} : { 'content-length': String(body.length) }),
    connection: 'close',
  };
}

function answerOf(response: IncomingMessage | null, raw: Buffer, whole: boolean): Pick<Exchange, 'status' | 'headers' | 'body'> {
  if (response === null) return { status: null, headers: [], body: raw };
  const headers: [string, string][] = [];
  for (let i = 0; i + 1 < response.rawHeaders.length; i += 2) headers.push([response.rawHeaders[i]!.toLowerCase(), response.rawHeaders[i + 1]!]);
  headers.sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0));
  return { status: response.statusCode ?? null, headers, body: whole ? decoded(raw, response.headers['content-encoding']) : raw };
}

function isEventStream(response: IncomingMessage): boolean {
  return (response.headers['content-type'] ?? '').startsWith('text/event-stream');
}

/** Events end with an empty line; comment lines (heartbeats) make none. */
function countEvents(chunks: readonly Buffer[]): number {
  return Buffer.concat(chunks).toString('utf8').split(/\r?\n\r?\n/).slice(0, -1).filter((event) => /^(?!:)./m.test(event)).length;
}

/** A body that is not what its header says is compared as it came. */
function decoded(raw: Buffer, encoding: string | undefined): Buffer {
  const decoders: Record<string, (from: Buffer) => Buffer> = { gzip: gunzipSync, 'x-gzip': gunzipSync, deflate: inflateSync, br: brotliDecompressSync, zstd: zstdDecompressSync };
  try {
    return decoders[encoding?.toLowerCase() ?? '']?.(raw) ?? raw;
  } catch {
    return raw;
  }
}
