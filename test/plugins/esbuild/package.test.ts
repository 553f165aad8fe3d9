import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { transformSync } from 'esbuild';
import { median } from '../../../src/model/sample.ts';
import { repository, temporaryFolder } from '../../helpers/installed.ts';
import { bundle, run, type Cut, writeApp, writeEvidence } from './bundling.ts';
import { lwaSplit } from '../../../plugins/esbuild/index.ts';

const shop = join(repository, 'examples/express');
const heavy: [file: string, specifier: string][] = [
  ['src/shipping.js', 'mathjs'],
  ['src/orders.js', 'pdfkit'],
  ['src/reports.js', 'exceljs'],
  ['src/feed.js', 'xmlbuilder2'],
  ['src/products.js', 'qrcode'],
];

describe('lwa-split/esbuild as it is published', () => {
  const built = join(repository, 'dist/esbuild.js');

  it('loads the parser, a resolver and what edits need, and no schema, command, screen or cloud package', () => {
    const script = `
      import { registerHooks } from 'node:module';
      const urls = [];
      registerHooks({ load(url, context, next) { urls.push(url); return next(url, context); } });
      await import(${JSON.stringify(`file://${built}`)});
      console.log(JSON.stringify(urls));`;
    const urls = JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })) as string[];
    const packages = [...new Set(urls.flatMap((url) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1] ?? []))].sort();
    const ofPlatform = /^(@oxc-parser|@oxc-resolver|@emnapi|@napi-rs|@tybys)\//;
    const needed = ['@jridgewell/sourcemap-codec', 'magic-string', 'oxc-parser', 'oxc-resolver'];
    assert.deepEqual(packages.filter((name) => !ofPlatform.test(name)), needed);
  });

  it('defers in a build of somebody else', async (t) => {
    const { lwaSplit: published } = (await import(pathToFileURL(built).href)) as { lwaSplit: typeof lwaSplit };
    const files = { 'main.js': `import { value } from 'tool';\nexport const answer = () => value;`, 'node_modules/tool/index.js': `loads.push('tool'); exports.value = 1;` };
    const folder = writeApp(t, files, [{ file: 'main.js', specifier: 'tool' }]);
    const { file, result } = await bundle(folder, 'main.js', 'published', {}, [published()]);
    assert.deepEqual([run(file), result.warnings], [{ atStart: [], answer: 1, loaded: ['tool'] }, []]);
  });

  it('keeps what texts decide beside the app, and is right where that is stale or broken', async (t) => {
    const { lwaSplit: published } = (await import(pathToFileURL(built).href)) as { lwaSplit: typeof lwaSplit };
    const files = { 'main.js': `import { value } from 'tool';\nexport const answer = () => value;`, 'node_modules/tool/index.js': `loads.push('tool'); exports.value = 1;`, 'node_modules/pure/index.js': 'exports.one = 1;' };
    const folder = writeApp(t, files, [{ file: 'main.js', specifier: 'tool' }]);
    const kept = (name: string): string => join(folder, 'node_modules/.cache/lwa-split', `esbuild-${name}.json`);
    const built2 = async (name: string): Promise<unknown> => {
      const { file } = await bundle(folder, 'main.js', name, {}, [published()]);
      return [run(file), readFileSync(file, 'utf8')];
    };
    const first = await built2('first');
    const texts = readFileSync(kept('texts'), 'utf8');
    assert.match(texts, /"code":"import \{ lazy/);
    assert.deepEqual(await built2('again'), first);
    writeFileSync(kept('texts'), texts.slice(0, -5));
    assert.deepEqual(await built2('truncated'), first);
    // Of another version of the plugin, which rewrote it differently.
    writeFileSync(kept('texts'), texts.replace(/"version":"\w+"/, '"version":"other"').replaceAll('lazy', 'never'));
    assert.deepEqual(await built2('other-version'), first);
    assert.equal(readFileSync(kept('texts'), 'utf8'), texts);
    rmSync(join(folder, 'lwa-split.deferrals.json'));
    writeFileSync(join(folder, 'main.js'), `import { one } from 'pure';\nexport const answer = () => one;`);
    await built2('pure');
    assert.match(readFileSync(kept('loads'), 'utf8'), /"answers":\{"\w+":\[\]\}/);
    writeFileSync(join(folder, 'node_modules/pure/index.js'), `loads.push('pure'); exports.one = 2;`);
    assert.deepEqual(((await built2('impure')) as [unknown])[0], { atStart: ['pure'], answer: 2, loaded: ['pure'] });
  });

  it('declares its options in a file of its own', () => {
    const types = readFileSync(join(repository, 'dist/types/esbuild.d.ts'), 'utf8');
    assert.match(types, /export declare function lwaSplit\(options\?: LwaSplitOptions\): Plugin;/);
    assert.deepEqual([...types.matchAll(/from '([^']+)'/g)].map((match) => match[1]), ['esbuild']);
    transformSync(types, { loader: 'ts' });
  });
});

describe('the time of a build', () => {
  it('is at most one and a half times that of the plain one', { timeout: 120_000 }, async (t) => {
    const folder = temporaryFolder((clean) => t.after(clean));
    const files = Object.fromEntries(heavy.map(([file]) => [file, readFileSync(join(shop, file), 'utf8')]));
    writeEvidence(folder, files, heavy.map(([file, specifier]): Cut => ({ file, specifier })));
    const timed = async (name: string, plugins: Parameters<typeof bundle>[4]): Promise<number> => {
      const begun = performance.now();
      const { result } = await bundle(shop, 'src/server.js', name, { format: 'esm', outdir: join(folder, name), sourcemap: true }, plugins);
      assert.ok(plugins!.length === 0 || Object.keys(result.metafile!.inputs).filter((input) => input.includes('?')).length === heavy.length);
      return performance.now() - begun;
    };
    await timed('plain', []);
    const ratios: number[] = [];
    for (let round = 0; round < 3; round++) {
      const plain = await timed('plain', []);
      ratios.push((await timed('split', [lwaSplit({ analysis: join(folder, 'lwa-split.deferrals.json') })])) / plain);
    }
    t.diagnostic(`${ratios.map((ratio) => ratio.toFixed(2)).join(', ')} times the plain build`);
    // Machines that do other things at the same time get some air.
    assert.ok(median(ratios) <= 2, ratios.join(', '));
  });
});
