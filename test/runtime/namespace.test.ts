import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { namespaceOf } from '../../src/runtime/namespace.ts';

describe('namespaceOf', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'lwa-split-namespace-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  const write = (file: string, text: string): string => {
    writeFileSync(join(folder, file), text);
    return pathToFileURL(join(folder, file)).href;
  };

  it('gives the same module that import gives, with live exports', async () => {
    const url = write('counter.mjs', 'export let count = 1; export const up = () => (count += 1); export default class Counter {}');
    const late = namespaceOf(url, null) as { count: number; up(): number; default: unknown };
    const imported = (await import(url)) as typeof late;
    imported.up();
    assert.deepEqual([late.count, late.default === imported.default], [2, true]);
  });

  it('gives of CommonJS what import gives: all of it as default, its members by name', async () => {
    const url = write('tools.cjs', 'exports.__esModule = true; exports.default = 1; exports.run = () => 2;');
    const imported = (await import(url)) as Record<string, unknown>;
    assert.deepEqual(namespaceOf(url, ['default', 'run']), { default: imported['default'], run: imported['run'] });
  });

  it('takes members of CommonJS once, as import does', () => {
    const url = write('state.cjs', 'exports.count = 1; exports.up = () => (exports.count += 1);');
    const late = namespaceOf(url, ['count', 'up']) as { count: number; up(): number };
    late.up();
    assert.equal(late.count, 1);
  });

  it('gives built-in modules and functions', () => {
    const url = write('function.cjs', 'module.exports = () => 3;');
    assert.equal((namespaceOf(url, ['default'])['default'] as () => number)(), 3);
    assert.equal(typeof namespaceOf('node:path', ['join'])['join'], 'function');
    assert.equal(namespaceOf(write('number.cjs', 'module.exports = 4;'), null)['default'], 4);
  });

  it('throws what Node throws for top-level await', () => {
    assert.throws(() => namespaceOf(write('waits.mjs', 'export const a = await 1;'), null), { code: 'ERR_REQUIRE_ASYNC_MODULE' });
  });
});
