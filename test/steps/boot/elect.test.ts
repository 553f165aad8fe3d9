import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ListenRecord, ProbeRecord } from '../../../src/probe/record.ts';
import { elect } from '../../../src/steps/boot/launch.ts';

function aRecord(pid: number, given: { argv?: string[]; modules?: number; answered?: boolean } = {}): ProbeRecord {
  const { argv = ['node', '/app/main.js'], modules = 1, answered = false } = given;
  const firstAnswer = answered ? { atMs: 9, loaderMs: [0, 0, 0], idleMs: 0, apartMs: 0, status: 200 } : null;
  return { pid, argv, modules: Array.from({ length: modules }), firstAnswer } as unknown as ProbeRecord;
}

const listen = (pid: number, atMs: number): ListenRecord => ({ pid, port: 1, host: '127.0.0.1', atMs });

test('of several processes that listen, the one that answered counts: a primary of a cluster listens for its workers', () => {
  assert.equal(elect([aRecord(1), aRecord(2, { answered: true })], [listen(1, 10), listen(2, 20)])?.pid, 2);
});

test('where nobody answered the first one that listened counts', () => {
  assert.equal(elect([aRecord(1), aRecord(2)], [listen(2, 10), listen(1, 20)])?.pid, 2);
});

test('where nobody listened the one that loaded most counts, and never a package manager', () => {
  const npm = aRecord(1, { argv: ['node', '/usr/lib/node_modules/npm/bin/npm-cli.js', 'start'], modules: 500 });
  assert.equal(elect([npm, aRecord(2, { modules: 3 }), aRecord(3, { modules: 40 })], [])?.pid, 3);
  assert.equal(elect([npm], []), null);
});
