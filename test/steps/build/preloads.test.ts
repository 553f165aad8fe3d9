import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { shellWord } from '../../../src/model/shell-word.ts';
import { standInEnvironment } from '../../../src/steps/build/make-cache.ts';
import { temporaryFolder } from '../../helpers/installed.ts';
import { packApp, type PackedApp } from '../../helpers/packing.ts';

/** As tracers do: waits, counts itself, and changes what is then loaded of an ES module, of CommonJS and of a package. */
const files = {
  'main.mjs': `
    import { greeting } from './greeting.mjs'; import { name } from './name.cjs'; import { fork } from 'node:child_process'; import { createServer } from 'node:http';
    const told = [greeting, name, globalThis.preloaded];
    if (process.argv[2] === 'child') process.send(told, () => process.disconnect());
    else if (process.env.PORT) createServer((_, response) => response.end('ok')).listen(process.env.PORT, '127.0.0.1');
    else fork(process.argv[1], ['child']).on('message', (got) => console.log(JSON.stringify([told, got])));`,
  'greeting.mjs': 'import { word } from "words"; export const greeting = word + " plain";',
  'name.cjs': 'exports.name = "plain";',
  'node_modules/words/package.json': '{"name":"words","type":"module","exports":"./index.js"}',
  'node_modules/words/index.js': 'export const word = "plain";',
  'instrument.mjs': `
    import Module, { registerHooks } from 'node:module'; import { mark } from './mark.mjs';
    await new Promise((done) => setTimeout(done, 20));
    globalThis.preloaded = (globalThis.preloaded ?? 0) + 1;
    registerHooks({ load(url, context, next) { const loaded = next(url, context); return /greeting|words/.test(url) ? { ...loaded, source: String(loaded.source).replace('plain', mark) } : loaded; } });
    const { _load } = Module; Module._load = function (request) { const exports = _load.apply(this, arguments); return /name.cjs$/.test(request) ? { name: mark } : exports; };`,
  'mark.mjs': 'export const mark = "traced";',
};
const once = [['traced traced', 'traced', 1], ['traced traced', 'traced', 1]];

describe('a preload of the start command', () => {
  const folder = realpathSync(temporaryFolder((clean) => after(clean)));
  let made: PackedApp;
  const flags = '--import ./instrument.mjs';
  before(async () => {
    made = await packApp(folder, files, { flags, node: process.execPath, given: { variables: [], flags: [], words: [] } });
  });
  const told = (cwd: string, words: string[], env: Record<string, string> = {}): unknown => JSON.parse(execFileSync(process.execPath, words, { cwd, env, encoding: 'utf8' }));

  it('runs from the pack before the entry, once, in forked processes too, and its hooks see all that is loaded then', () => {
    assert.deepEqual(told(made.root, [...flags.split(' '), 'main.mjs']), once);
    assert.deepEqual(told('/', [made.server]), once);
  });

  it('does not run again where Node is told to run it', () => {
    assert.deepEqual(told(join(made.outdir, 'files'), [made.server], { NODE_OPTIONS: flags }), once);
    assert.deepEqual(told(join(made.outdir, 'files'), [...flags.split(' '), made.server]), once);
  });

  it('runs once where the build stands in for the app in its own command', () => {
    const env = standInEnvironment({ entry: join(made.root, 'main.mjs'), server: made.server, cache: null });
    assert.deepEqual(told(made.root, [...flags.split(' '), 'main.mjs'], { ...env, AWS_LAMBDA_FUNCTION_NAME: 'shop' }), once);
  });

  it('runs from the pack when the build is proven, and makes its code cache', () => {
    assert.equal(made.packed.command, `exec node ${shellWord(made.server)}`);
    assert.equal(made.packed.codeCache, 'real-start');
  });
});
