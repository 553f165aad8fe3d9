import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { bundle, type BundleInput } from '../../../../src/steps/build/bundle/index.ts';
import { temporaryFolder } from '../../../helpers/installed.ts';

const js = String.raw;

interface Told {
  plain: string;
  bundled: string;
  external: Record<string, string>;
  /** From the app's root. */
  inputs: string[];
}

/** Runs an app as it is and, after it was moved away, from its bundle. */
async function told(t: TestContext, files: Record<string, string>, given: { loads?: Record<string, string[]>; kept?: string[] } = {}): Promise<Told> {
  const folder = temporaryFolder((clean) => t.after(clean));
  const [root, outdir, cwd] = ['app', 'out', 'cwd'].map((name) => join(folder, name)) as [string, string, string];
  mkdirSync(cwd);
  for (const [path, content] of Object.entries({ 'package.json': '{"name":"shop"}', ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  const entry = Object.keys(files)[0]!;
  const plain = await output(join(root, entry), root, cwd);
  const built = await bundle(inputFor(root, outdir, entry, given));
  const app = join(outdir, built.workdir);
  renameSync(root, `${root}-moved-away`);
  const bundled = await output(join(outdir, 'server.cjs'), app, cwd);
  return { plain, bundled, external: Object.fromEntries(built.external.map(({ package: name, because }) => [name, because])), inputs: built.inputs.map((file) => relative(root, file)) };
}

function inputFor(root: string, outdir: string, entry: string, { loads = {}, kept = [] }: { loads?: Record<string, string[]>; kept?: string[] }): BundleInput {
  const at = (path: string): string => join(root, path);
  return {
    root,
    base: root,
    outdir,
    entry: at(entry),
    node: process.versions.node,
    sourcemap: 'linked',
    evidence: null,
    loads: new Map(Object.entries(loads).map(([from, to]) => [at(from), to.map(at)])),
    kept: new Set(kept.map(at)),
    read: (file) => (existsSync(file) ? readFileSync(file, 'utf8') : null),
    isEsm: (file) => file.endsWith('.mjs'),
    onProgress: () => {},
  };
}

async function output(file: string, root: string, cwd: string): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [file, 'argument'], { cwd });
  assert.equal(stderr, '');
  return stdout.replaceAll(root, '<root>').trim();
}

describe('a bundle', () => {
  it('does what the app does, from other files', async (t) => {
    const { plain, bundled, external, inputs } = await told(t, {
      'src/main.js': js`
        const fs = require('fs'); const path = require('path'); const { add } = require('./lib/math');
        if (require.main === module) console.log(JSON.stringify([add(1, 2), require('lib').name, fs.readFileSync(path.join(__dirname, 'views', 'a.txt'), 'utf8'), require('./lib/math').isMain, process.argv.slice(2), __dirname, require('../package.json').name, require('./lib/where').all]));`,
      'src/lib/math.js': 'exports.add = (a, b) => a + b; exports.isMain = require.main === module;',
      'src/lib/where.js': 'const place = { __dirname, file: __filename }; exports.all = [place, require("fs").existsSync(__filename)];',
      'src/views/a.txt': 'A',
      'node_modules/lib/index.js': 'exports.name = "lib";',
    });
    assert.equal(bundled, plain);
    assert.deepEqual(external, {});
    assert.deepEqual(inputs, ['node_modules/lib/index.js', 'package.json', 'src/lib/math.js', 'src/lib/where.js', 'src/main.js']);
  });

  it('leaves outside what loads add-ons, asks by computed names, reaches into the loader or reads beside itself, and says so', async (t) => {
    const { plain, bundled, external, inputs } = await told(
      t,
      {
        'main.js': js`console.log(JSON.stringify([require('addon')(), require('plugins')('one'), require('cache').n, require('reads').text(), require('plain')]));`,
        'node_modules/addon/index.js': 'module.exports = () => { try { return require("./build/x.node"); } catch (error) { return error.code; } };',
        'node_modules/plugins/index.js': 'module.exports = (name) => [require("./" + name), require("shared").count];',
        'node_modules/plugins/one.js': 'module.exports = require("shared").count += 1;',
        'node_modules/shared/index.js': 'exports.count = 0;',
        'node_modules/cache/index.js': 'exports.n = Object.keys(require.cache).length > 0;',
        'node_modules/reads/index.js': 'exports.text = () => require("fs").readFileSync(require("path").join(__dirname, "data.txt"), "utf8");',
        'node_modules/reads/data.txt': 'data',
        'node_modules/plain/index.js': 'module.exports = require("shared").count;',
      },
      { loads: { 'node_modules/plugins/index.js': ['node_modules/plugins/one.js'] } },
    );
    assert.equal(bundled, plain);
    assert.deepEqual(inputs, ['main.js', 'node_modules/plain/index.js']);
    assert.deepEqual(external, {
      addon: 'it loads a native add-on (node_modules/addon/index.js:1)',
      cache: "it reaches into Node's module loader (node_modules/cache/index.js:1)",
      plugins: 'it asks for modules by names that only running tells (node_modules/plugins/index.js:1)',
      reads: 'it looks for files beside its source (node_modules/reads/index.js); it reads node_modules/reads/data.txt',
      shared: 'it is loaded by what stays outside (addon, cache, plugins)',
    });
  });

  it('has one instance of what both sides use', async (t) => {
    const { plain, bundled } = await told(t, {
      'main.js': js`const own = require('model'); const { made } = require('driver')('x'); console.log(made instanceof own.Model, own === require('model'));`,
      'node_modules/model/index.js': 'exports.Model = class Model {};',
      'node_modules/driver/index.js': 'const { Model } = require("model"); module.exports = (name) => ({ made: new Model(), found: () => require(name) });',
    });
    assert.deepEqual([plain, bundled], ['true true', 'true true']);
  });

  it('of ES modules may wait, and knows where they lie', async (t) => {
    const { plain, bundled, external } = await told(t, {
      'src/main.mjs': js`
        import { readFile } from 'node:fs/promises'; import { value } from './waits.mjs'; import dual from 'dual'; import { text } from 'beside'; import data from '../data.json' with { type: 'json' };
        console.log(JSON.stringify([value, dual, text, data, await readFile(new URL('./a.txt', import.meta.url), 'utf8'), import.meta.dirname, import.meta.main ?? true, (await import('./late.mjs')).late]));`,
      'src/waits.mjs': 'export const value = await Promise.resolve(7);',
      'src/late.mjs': 'export const late = typeof import.meta.url;',
      'src/a.txt': 'A',
      'data.json': '{"n":1}',
      'node_modules/dual/package.json': '{"exports":{"import":"./i.mjs","module":"./bundlers-only.mjs","require":"./r.cjs"}}',
      'node_modules/dual/i.mjs': 'export { default } from "./r.cjs";',
      'node_modules/dual/r.cjs': 'module.exports = "dual";',
      'node_modules/dual/bundlers-only.mjs': 'export default "wrong";',
      'node_modules/beside/package.json': '{"exports":"./i.mjs"}',
      'node_modules/beside/i.mjs': 'import { readFileSync } from "node:fs"; export const text = readFileSync(new URL("./t.txt", import.meta.url), "utf8");',
      'node_modules/beside/t.txt': 'T',
    });
    assert.equal(bundled, plain);
    assert.deepEqual(Object.keys(external), ['beside']);
  });

  it('loads late what was loaded late, though it needs what stays outside', async (t) => {
    const { plain, bundled, external } = await told(t, {
      'main.mjs': js`console.log('start'); const { value } = await import('./late.mjs'); console.log(value);`,
      'late.mjs': 'import { text } from "loud"; export const value = "late " + text;',
      'node_modules/loud/package.json': '{"type":"module","exports":"./index.js"}',
      'node_modules/loud/index.js': 'console.log("loud is loaded"); export const text = import.meta.resolve("loud").slice(-8);',
    });
    assert.deepEqual([plain, bundled], ['start\nloud is loaded\nlate index.js', 'start\nloud is loaded\nlate index.js']);
    assert.equal(external['late.mjs'], 'it is imported late, and imports what stays outside (late.mjs)');
  });

  it('keeps what is not found as it is written, for those who try', async (t) => {
    const { plain, bundled } = await told(t, { 'main.js': js`let found = 'none'; try { found = require('optional-peer'); } catch (error) { found = error.code; } console.log(found); const later = () => require('never-asked'); console.log(typeof later);` });
    assert.deepEqual([plain, bundled], ['MODULE_NOT_FOUND\nfunction', 'MODULE_NOT_FOUND\nfunction']);
  });

  it('can be told to leave a module outside', async (t) => {
    const { external, bundled } = await told(t, { 'main.js': 'console.log(require("lib"));', 'node_modules/lib/index.js': 'module.exports = "lib";' }, { kept: ['node_modules/lib/index.js'] });
    assert.deepEqual([external, bundled], [{ lib: 'the app was different with it in the bundle' }, 'lib']);
  });

  it('is refused where the entry itself cannot be in one', async (t) => {
    await assert.rejects(told(t, { 'main.js': 'console.log(require(process.argv[3] ?? "fs") !== null);' }), { code: 'cannot-bundle', message: 'The entry main.js cannot be in a bundle: it asks for modules by names that only running tells (main.js:1).' });
  });

  it('is refused with the place where esbuild cannot read the app', async (t) => {
    await assert.rejects(told(t, { 'main.js': 'if (process.argv.length > 9) require("./broken"); console.log(1);', 'broken.js': '\nlet = = 1;' }), { code: 'cannot-bundle', message: /^esbuild cannot bundle this app: .*\(broken\.js:2\)\.$/ });
  });
});
