import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { answering, packApp } from '../../helpers/packing.ts';

it('a build whose packages lie above the app says that it lacks them', async (t) => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'lwa-split-outside-')));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'node_modules', 'dep'), { recursive: true });
  writeFileSync(join(folder, 'node_modules', 'dep', 'index.js'), 'exports.word = "hello"');
  const outside = await packApp(folder, { 'server.js': answering("require('dep').word") + "require('dep');" }, { codeCache: false });
  assert.deepEqual(outside.packed.findings.map(({ code, severity }) => `${severity} ${code}`), ['error packages-outside']);
  const inside = await packApp(folder, { 'server.js': answering('1'), 'node_modules/own/index.js': '' }, { codeCache: false });
  assert.deepEqual(inside.packed.findings, []);
});
