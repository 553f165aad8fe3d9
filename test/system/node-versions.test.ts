import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { nodeVersion } from '../../src/system/node-versions.ts';

/** A program that answers every question with this text. */
async function withProgram(answer: string, use: (path: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'lwa-split-test-'));
  const path = join(folder, 'node');
  writeFileSync(path, `#!/bin/sh\necho "${answer}"\n`);
  chmodSync(path, 0o755);
  await use(path).finally(() => rmSync(folder, { recursive: true }));
}

test('our own Node and another one tell their versions', async () => {
  assert.equal(await nodeVersion(process.execPath), process.versions.node);
  await withProgram('20.19.5', async (path) => assert.equal(await nodeVersion(path), '20.19.5'));
});

test('a Node before 20 is an error of the user', () =>
  withProgram('18.20.8', (path) => assert.rejects(nodeVersion(path), { name: 'UserError', code: 'node-too-old' })));

test('what is not Node, or not there, is an error of the user', async () => {
  await withProgram('GNU coreutils', (path) => assert.rejects(nodeVersion(path), { name: 'UserError', code: 'not-node' }));
  await assert.rejects(nodeVersion('/no/such/node'), { name: 'UserError', code: 'not-node' });
});
