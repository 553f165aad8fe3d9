import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { context, transformSync, type BuildResult, type Plugin } from 'esbuild';
import { lwaSplit } from '../../../plugins/esbuild/index.ts';
import { bundle, bundleBoth, run, writeApp, writeEvidence } from './bundling.ts';

const tool = { 'node_modules/tool/index.js': `globalThis.loads?.push('tool'); exports.value = 1; exports.fail = () => { throw new Error('here'); };`, 'node_modules/tool/package.json': '{"name":"tool"}' };
const main = `import { value } from 'tool';\nexport const answer = () => value;`;
const cuts = [{ file: 'main.js', specifier: 'tool' }];

describe('source maps', () => {
  const thrower = `// a comment\nimport {\n  fail,\n} from 'tool';\n\nfunction inner(): never {\n  const before = 1; return fail(before) as never;\n}\nexport const answer = (): string[] => {\n  try { return inner(); } catch (error) { return (error as Error).stack!.split('\\n').slice(1, 4).map((line) => line.replace(/.*[/(]([^/]+:\\d+:\\d+)\\)?$/, '$1')); }\n};`;

  it('lead to the lines and columns that a person wrote', async (t) => {
    const files = { 'main.ts': thrower, ...tool };
    const folder = writeApp(t, files, [{ file: 'main.ts', specifier: 'tool' }]);
    const answers = [];
    for (const sourcemap of ['linked', 'inline'] as const) {
      const { file } = await bundle(folder, 'main.ts', `map-${sourcemap}`, { sourcemap }, [lwaSplit()]);
      const { atStart, answer } = run(file, { flags: ['--enable-source-maps'] });
      answers.push(atStart, (answer as string[]).map((place) => place.replace(/(main\.ts:\d+).*/, '$1')));
    }
    const places = ['index.js:1:81', 'main.ts:7', 'main.ts:10'];
    assert.deepEqual(answers, [[], places, [], places]);
  });

  it('go on through the map of a file that was compiled before', async (t) => {
    const compiled = transformSync(thrower, { loader: 'ts', format: 'esm', sourcemap: 'external', sourcefile: 'written.ts' });
    const files = { 'main.js': `${compiled.code}//# sourceMappingURL=main.js.map\n`, 'main.js.map': compiled.map, ...tool };
    const folder = writeApp(t, files, cuts);
    const { file } = await bundle(folder, 'main.js', 'map', { sourcemap: true }, [lwaSplit()]);
    const { atStart, answer } = run(file, { flags: ['--enable-source-maps'] });
    assert.deepEqual([atStart, (answer as string[]).map((place) => place.replace(/(written\.ts:\d+).*/, '$1'))], [[], ['index.js:1:81', 'written.ts:7', 'written.ts:10']]);
  });
});

describe('next to other plugins', () => {
  it('leaves files to the plugin that comes first, and takes them from one that comes later', async (t) => {
    const folder = writeApp(t, { 'main.js': main, ...tool }, cuts);
    const taking: Plugin = { name: 'taking', setup: (build) => build.onLoad({ filter: /main\.js$/ }, ({ path }) => ({ contents: `${readFileSync(path, 'utf8')}\nexport const taken = true;` })) };
    const outputs = [];
    for (const plugins of [[taking, lwaSplit()], [lwaSplit(), taking]]) {
      const { file } = await bundle(folder, 'main.js', 'next', {}, plugins);
      outputs.push([readFileSync(file, 'utf8').includes('taken'), run(file).atStart]);
    }
    assert.deepEqual(outputs, [[true, ['tool']], [false, []]]);
  });

  it('shows resolving plugins the original specifier and importer', async (t) => {
    const folder = writeApp(t, { 'main.js': main.replace("'tool'", "'@app/tool'"), ...tool }, null);
    writeEvidence(folder, { 'main.js': main.replace("'tool'", "'@app/tool'") }, [{ file: 'main.js', specifier: '@app/tool' }]);
    const seen: string[] = [];
    const alias: Plugin = {
      name: 'alias',
      setup: (build) =>
        build.onResolve({ filter: /^@app\// }, ({ kind, importer }) => {
          seen.push(`${kind} in ${importer.slice(folder.length + 1)}`);
          return { path: join(folder, 'node_modules/tool/index.js') };
        }),
    };
    const { file } = await bundle(folder, 'main.js', 'alias', {}, [alias, lwaSplit()]);
    assert.deepEqual([seen, run(file)], [['import-statement in main.js'], { atStart: [], answer: 1, loaded: ['tool'] }]);
  });

  it('leaves a file whose added requires somebody else takes', async (t) => {
    const folder = writeApp(t, { 'main.js': main, ...tool }, cuts);
    const outside: Plugin = { name: 'outside', setup: (build) => build.onResolve({ filter: /^lwa-split:/ }, ({ path }) => ({ path, external: true })) };
    const stripping: Plugin = { name: 'stripping', setup: (build) => build.onResolve({ filter: /^\.\/.*\?/ }, ({ path, resolveDir }) => ({ path: join(resolveDir, path.replace(/\?.*/, '')) })) };
    const starts = [];
    for (const other of [outside, stripping]) starts.push(run((await bundle(folder, 'main.js', other.name, {}, [other, lwaSplit()])).file).atStart);
    assert.deepEqual(starts, [['tool'], ['tool']]);
  });

  it('builds files with odd names', async (t) => {
    const names = ['a#b.js', 'a b.js', 'a%20b.js', '[id].js', "it's.js", 'a&b=c+d.js'];
    const files = { 'main.js': `${names.map((name, index) => `import { answer as a${index} } from ${JSON.stringify(`./${name}`)};`).join('\n')}\nexport const answer = () => [${names.map((_, index) => `a${index}()`).join()}];`, ...Object.fromEntries(names.map((name) => [name, main])), ...tool };
    const { before, after } = await bundleBoth(t, files, { cuts: names.filter((name) => !name.includes('#')).map((file) => ({ file, specifier: 'tool' })) });
    const cutAll = await bundleBoth(t, files, { cuts: names.map((file) => ({ file, specifier: 'tool' })) });
    assert.deepEqual([before.answer, after.answer, cutAll.after.answer], [[1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1]]);
  });

  it('works with packages that declare no side effects, and loads those as a whole', async (t) => {
    const files = {
      'main.js': `import { use } from 'user';\nexport const answer = () => use();`,
      'node_modules/user/package.json': '{"name":"user","type":"module","sideEffects":false,"main":"index.js"}',
      'node_modules/user/index.js': `export * from './use.js'; export * from './other.js';`,
      'node_modules/user/use.js': `import { value } from 'many'; export const use = () => value;`,
      'node_modules/user/other.js': `import { other } from 'many'; export const other2 = () => other;`,
      'node_modules/many/package.json': '{"name":"many","type":"module","sideEffects":false,"main":"index.js"}',
      'node_modules/many/index.js': `export * from './value.js'; export * from './more.js';`,
      'node_modules/many/value.js': `loads.push('value'); export const value = 2;`,
      'node_modules/many/more.js': `loads.push('more'); export const other = 3;`,
    };
    const { before, after } = await bundleBoth(t, files, { cuts: [{ file: 'node_modules/user/use.js', specifier: 'many' }, { file: 'node_modules/user/other.js', specifier: 'many' }] });
    assert.deepEqual([before, after], [{ atStart: ['value'], answer: 2, loaded: ['value'] }, { atStart: [], answer: 2, loaded: ['value', 'more'] }]);
    const unmeasured = await bundleBoth(t, files);
    assert.deepEqual(unmeasured.after, before);
  });

  it('keeps to the loaders that the build names', async (t) => {
    const folder = writeApp(t, { 'main.js': `import text from './note.mjs';\nexport const answer = () => text;`, 'note.mjs': main, ...tool }, [{ file: 'note.mjs', specifier: 'tool' }]);
    const { file } = await bundle(folder, 'main.js', 'text', { loader: { '.mjs': 'text' } }, [lwaSplit()]);
    assert.equal(run(file).answer, main);
  });

  it('bundles the runtime once, and names files that exist in the metafile', async (t) => {
    const files = { 'main.js': `${main}\nexport * from './other.js';`, 'other.js': `const { value } = require('tool'); exports.other = () => value;`, ...tool };
    const { result } = await bundleBoth(t, files, { cuts: [...cuts, { file: 'other.js', specifier: 'tool' }] });
    const inputs = Object.keys(result.metafile!.inputs);
    assert.deepEqual([inputs.filter((input) => /runtime\/lazy/.test(input)).length, inputs.filter((input) => input.includes('?'))], [1, ['main.js?lwa-split=tool&of=value']]);
  });
});

describe('watch mode', () => {
  it('builds again when the importer or the evidence changes, and reads both anew', async (t) => {
    const files = { 'main.js': main, ...tool };
    const folder = writeApp(t, files, cuts);
    const ends: BuildResult[] = [];
    let ended = (): void => {};
    const telling: Plugin = {
      name: 'telling',
      setup: (build) =>
        build.onEnd((result) => {
          ends.push(result);
          ended();
        }),
    };
    const watching = await context({ absWorkingDir: folder, entryPoints: { main: 'main.js' }, bundle: true, platform: 'node', outdir: join(folder, 'out'), outExtension: { '.js': '.cjs' }, logLevel: 'silent', plugins: [lwaSplit(), telling] });
    t.after(() => watching.dispose());
    const next = async (change: () => unknown): Promise<unknown[]> => {
      const built = new Promise<void>((resolve) => (ended = resolve));
      await change();
      await built;
      const { atStart, answer } = run(join(folder, 'out/main.cjs'));
      return [atStart, answer, ends.at(-1)!.warnings.length];
    };
    const changed = main.replace('=> value', '=> value + 1');
    const seen = [
      await next(() => watching.watch()),
      await next(() => writeFileSync(join(folder, 'main.js'), changed)),
      await next(() => writeEvidence(folder, { 'main.js': changed }, cuts)),
      await next(() => writeEvidence(folder, { 'main.js': changed }, [])),
    ];
    assert.deepEqual(seen, [
      [[], 1, 0],
      [['tool'], 2, 1],
      [[], 2, 0],
      [['tool'], 2, 0],
    ]);
  });
});

describe('without an evidence file', () => {
  const pure = { 'node_modules/pure/index.js': `const { half } = require('./half'); exports.value = () => half(4);`, 'node_modules/pure/half.js': `exports.half = (n) => n / 2;` };
  const isLater = (file: string): boolean => /function lazy\$\w+\(\)/.test(readFileSync(file, 'utf8'));

  it('defers packages that certainly do nothing but export, and says how to do more', async (t) => {
    const { output, before, after, warnings, result } = await bundleBoth(t, { 'main.js': `import { value } from 'pure';\nexport const answer = () => value();`, ...pure });
    assert.deepEqual([isLater(output), after], [true, before]);
    assert.deepEqual(warnings, ['There is no lwa-split.deferrals.json, so only imports of packages that certainly do nothing but export are deferred.']);
    assert.match(result.warnings[0]!.notes[0]!.text, /npx lwa-split lazy --evidence-only$/);
  });

  it('does so in CommonJS too', async (t) => {
    const { output, before, after } = await bundleBoth(t, { 'main.js': `const { value } = require('pure');\nexports.answer = () => value();`, ...pure });
    assert.deepEqual([isLater(output), after], [true, before]);
  });

  const effects: Record<string, string> = {
    'changes a global': `globalThis.fetch = null;`,
    'changes a prototype': `Array.prototype.last = function () {};`,
    'calls what it cannot know': `require('other')();`,
    'reads the environment': `exports.mode = process.env.MODE;`,
    'listens to the process': `process.on('exit', () => {});`,
    'starts a timer': `setInterval(() => {}, 1000).unref();`,
    'loads what is computed': `require(['oth', 'er'].join(''));`,
  };
  for (const [name, text] of Object.entries(effects)) {
    it(`keeps a package of which one file ${name}`, async (t) => {
      const files = { 'main.js': `import { value } from 'pure';\nexport const answer = () => value();`, ...pure, 'node_modules/pure/half.js': `${pure['node_modules/pure/half.js']} ${text}`, 'node_modules/other/index.js': 'module.exports = () => {};' };
      const folder = writeApp(t, files, null);
      const { file } = await bundle(folder, 'main.js', 'kept', {}, [lwaSplit()]);
      assert.equal(isLater(file), false);
    });
  }

  it('keeps what tracers patch, when the app has one', async (t) => {
    const starts = [];
    for (const dependencies of [{}, { 'dd-trace': '5' }]) {
      const files = { 'main.js': `import { value } from 'pg';\nexport const answer = () => value;`, 'package.json': JSON.stringify({ name: 'app', dependencies }), 'node_modules/pg/index.js': 'exports.value = 1;' };
      const { file } = await bundle(writeApp(t, files, null), 'main.js', 'traced', {}, [lwaSplit()]);
      starts.push(isLater(file));
    }
    assert.deepEqual(starts, [true, false]);
  });

  it('builds as before when the evidence file is broken, and says so', async (t) => {
    const folder = writeApp(t, { 'main.js': main, ...tool, 'lwa-split.deferrals.json': '{' }, null);
    const { file, result } = await bundle(folder, 'main.js', 'broken', {}, [lwaSplit()]);
    assert.deepEqual([run(file).atStart, result.warnings.map(({ text }) => text.replace(folder, ''))], [['tool'], ['/lwa-split.deferrals.json is not valid JSON, so nothing is deferred by it.']]);
  });
});
