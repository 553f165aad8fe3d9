import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { pollUntilAnswer } from '../../src/system/poll.ts';
import { freePort } from '../../src/system/ports.ts';

async function serve(listener: RequestListener, options: { host?: string; port?: number } = {}) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

test('a status of 500 or more is not an answer, 404 is one', async () => {
  const statuses = [503, 500, 404, 200];
  const asked: string[] = [];
  const server = await serve((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(statuses.shift()!).end('body');
  });
  const answer = await pollUntilAnswer({ port: server.port, path: '/health', timeoutMs: 5000 });
  server.close();
  assert.equal(answer?.status, 404);
  assert.deepEqual(asked, ['GET /health', 'GET /health', 'GET /health']);
});

test('an app that begins to listen later is found', async () => {
  const port = await freePort();
  const asking = pollUntilAnswer({ port, path: '/', timeoutMs: 5000 });
  await new Promise((resolve) => setTimeout(resolve, 60));
  const begun = performance.timeOrigin + performance.now();
  const server = await serve((_, response) => response.end(), { port });
  const answer = await asking;
  server.close();
  assert.ok(answer !== null && answer.atMs >= begun);
});

test('an app that listens on the other loopback address is found', async (context) => {
  const server = await serve((_, response) => response.end(), { host: '::1' }).catch(() => null);
  if (server === null) return context.skip('this machine has no IPv6 loopback address');
  assert.equal((await pollUntilAnswer({ port: server.port, path: '/', timeoutMs: 5000 }))?.status, 200);
  server.close();
});

test('a slow first answer is waited for, and a body without end is not', async () => {
  const server = await serve((_, response) => setTimeout(() => response.writeHead(200).write('first of many'), 150));
  assert.equal((await pollUntilAnswer({ port: server.port, path: '/', timeoutMs: 5000 }))?.status, 200);
  server.close();
});

test('nothing is found when the time has passed or the caller gives up, even in the middle of an attempt', async () => {
  const server = await serve(() => {});
  assert.equal(await pollUntilAnswer({ port: server.port, path: '/', timeoutMs: 80 }), null);
  assert.equal(await pollUntilAnswer({ port: server.port, path: '/', timeoutMs: 60_000, signal: AbortSignal.timeout(50) }), null);
  server.close();
});
