import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { exchange, type Exchange } from '../../src/system/exchange.ts';

const limits = { timeoutMs: 400, maxBodyBytes: 1000, events: 2, eventsMs: 100 };

/** What comes back from a server that handles one request so. */
async function asked(handle: (req: IncomingMessage, res: ServerResponse) => void, more: { method?: string; headers?: Record<string, string>; body?: string } = {}): Promise<Exchange> {
  const server = createServer(handle);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  try {
    return await exchange({ host: '127.0.0.1', port }, { method: more.method ?? 'GET', path: '/x', headers: more.headers ?? {}, body: more.body === undefined ? null : Buffer.from(more.body).toString('base64') }, limits);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('an exchange', () => {
  it('sends method, path, headers and body, and reads status, headers and body', async () => {
    const got = await asked(
      (req, res) => {
        res.writeHead(201, { 'X-Two': ['b', 'a'], Date: 'now' });
        req.on('data', (chunk) => res.end(`${req.method} ${req.url} ${req.headers['x-a']} ${chunk}`));
      },
      { method: 'PUT', headers: { 'x-a': '1' }, body: 'hello' },
    );
    assert.deepEqual([got.outcome, got.status, got.headers.filter(([name]) => name.startsWith('x-')), got.body.toString()], ['answered', 201, [['x-two', 'a'], ['x-two', 'b']], 'PUT /x 1 hello']);
  });

  it('decodes what the server compressed, and keeps what it cannot decode', async () => {
    const body = async (encoding: string, bytes: Buffer) => (await asked((_, res) => res.writeHead(200, { 'content-encoding': encoding }).end(bytes))).body.toString();
    assert.deepEqual([await body('gzip', gzipSync('tea')), await body('br', brotliCompressSync('tea')), await body('gzip', Buffer.from('plain'))], ['tea', 'tea', 'plain']);
  });

  it('keeps so much of a body and no more', async () => {
    assert.equal((await asked((_, res) => res.end('x'.repeat(5000)))).body.length, 1000);
  });

  it('ends a stream of events after enough of them, or after a while', async () => {
    const stream = (...events: string[]) => asked((_, res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.write(events.join(''));
    });
    const [enough, few, none] = [await stream('data: 1\n\n', 'data: 2\n\n'), await stream('data: 1\n\n'), await stream(': heartbeat\n\n')];
    assert.deepEqual([enough.outcome, few.outcome, none.outcome], ['cut', 'cut', 'cut']);
  });

  it('tells what went wrong', async () => {
    assert.equal((await asked(() => undefined)).outcome, 'timeout');
    assert.equal((await asked((req) => req.socket.destroy())).outcome, 'closed');
    const half = await asked((_, res) => {
      res.writeHead(200, { 'content-length': '10' }).write('half');
      setTimeout(() => res.destroy(), 20);
    });
    assert.deepEqual([half.outcome, half.status, half.body.toString()], ['closed', 200, 'half']);
    assert.equal((await exchange({ host: '127.0.0.1', port: 1 }, { method: 'GET', path: '/', headers: {}, body: null }, limits)).outcome, 'refused');
  });
});
