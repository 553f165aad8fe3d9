import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { freePort, isPortFree, listeningPorts, parseLsof, parseTcpTable } from '../../src/system/ports.ts';

test('a free port is free, taken while somebody listens, and found by the process', async () => {
  const port = await freePort();
  assert.equal(await isPortFree(port), true);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  assert.equal(await isPortFree(port), false);
  assert.deepEqual(
    listeningPorts([process.pid]).filter((socket) => socket.port === port),
    [{ pid: process.pid, port, host: '127.0.0.1' }],
  );
  server.close();
});

test('a process that is gone listens on nothing', () => {
  assert.deepEqual(listeningPorts([2 ** 22 + 1]), []);
});

test('listening sockets are read from the kernel tables, connected ones left out', () => {
  const text = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    '   0: 0100007F:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 111 1',
    '   1: 0100007F:0BB8 0100007F:D431 01 00000000:00000000 00:00000000 00000000  1000        0 112 1',
    '   0: 00000000000000000000000000000000:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1000 0 113 1',
    '   1: 00000000000000000000000001000000:1F91 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1000 0 114 1',
  ].join('\n');
  assert.deepEqual([...parseTcpTable(text)], [
    ['111', { port: 3000, host: '127.0.0.1' }],
    ['113', { port: 8080, host: '::' }],
    ['114', { port: 8081, host: '::1' }],
  ]);
});

test('what lsof prints on macOS is read, a star as all addresses', () => {
  assert.deepEqual(parseLsof('p40\nf21\nn*:3000\nf22\nn[::1]:3001\np41\nf9\nn127.0.0.1:9229\n'), [
    { pid: 40, port: 3000, host: '::' },
    { pid: 40, port: 3001, host: '::1' },
    { pid: 41, port: 9229, host: '127.0.0.1' },
  ]);
});
