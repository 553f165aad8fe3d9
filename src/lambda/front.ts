import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import type { UrlAnswer } from './environment.ts';
import { BUFFERED_LIMIT, type UrlRequest } from './function-url.ts';

export interface Front {
  port: number;
  close(): Promise<void>;
}

/**
 * A server on 127.0.0.1 that takes HTTP requests as a function URL does and answers what `invoke` gives. `port` 0 takes
 * a free one. Rejects when the port is taken.
 */
export async function openFront(invoke: (request: UrlRequest) => Promise<UrlAnswer>, port = 0): Promise<Front> {
  const server = createServer((request, response) => {
    // What goes wrong here is the client's connection, or an answer that broke off: both end the connection.
    respond(invoke, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function respond(invoke: (request: UrlRequest) => Promise<UrlAnswer>, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= BUFFERED_LIMIT) chunks.push(chunk);
  }
  if (bytes > BUFFERED_LIMIT) {
    response.writeHead(413).end();
    return;
  }
  const headers: [string, string][] = [];
  for (let i = 0; i + 1 < request.rawHeaders.length; i += 2) headers.push([request.rawHeaders[i]!, request.rawHeaders[i + 1]!]);
  const answer = await invoke({ method: request.method!, path: request.url!, headers, body: bytes === 0 ? null : Buffer.concat(chunks), sourceIp: request.socket.remoteAddress });
  response.statusCode = answer.status;
  for (const [name, value] of answer.headers) response.appendHeader(name, value);
  response.flushHeaders();
  await pipeline(answer.body, response);
}
