import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { Format } from 'esbuild';
import { bundleBoth, hashOf, run } from './bundling.ts';

const commonJs = `loads.push('tool'); let n = 0; exports.count = () => ++n; exports.self = function () { return this === undefined ? 'nothing' : this === exports ? 'exports' : 'other'; }; exports.value = 1; exports.raise = () => { exports.value += 1; };`;
const babel = `loads.push('tool'); Object.defineProperty(exports, '__esModule', { value: true }); exports.default = 'its default'; exports.named = 'named';`;
const module = `loads.push('tool'); export let value = 1; export function raise() { value += 1; } export default class Tool { name = 'tool'; } export { value as 'a b' };`;

const packages = (text: string, manifest: object = {}): Record<string, string> => ({ 'node_modules/tool/index.js': text, 'node_modules/tool/package.json': JSON.stringify({ name: 'tool', ...manifest }) });
const cuts = [{ file: 'main.js', specifier: 'tool' }];

const targets: Record<string, { main: string; tool: string; manifest?: object; app?: object }> = {
  'a CommonJS package by default import': { main: `import tool from 'tool'; export const answer = () => [tool.count(), tool.count(), tool.self()];`, tool: commonJs },
  'a CommonJS package by names': { main: `import { count, self, value, raise } from 'tool'; export const answer = () => { raise(); return [count(), self(), value]; };`, tool: commonJs },
  'a CommonJS package by namespace': { main: `import * as tool from 'tool'; export const answer = () => [tool.count(), typeof tool.self(), Object.keys(tool).sort(), Object.keys(((x) => x)(tool)).sort()];`, tool: commonJs },
  'a function that is the whole of a package': { main: `import tool from 'tool'; export const answer = () => tool(1) + new tool(2).x;`, tool: `loads.push('tool'); module.exports = function (x) { this && (this.x = x); return new.target ? this : x; };` },
  'what Babel made, for a bundler': { main: `import tool, { named } from 'tool'; export const answer = () => [tool, named];`, tool: babel },
  'what Babel made, for Node': { main: `import tool, { named } from 'tool'; export const answer = () => [tool, named];`, tool: babel, app: { type: 'module' } },
  'an ES module by default import': { main: `import Tool from 'tool'; export const answer = () => [new Tool().name, new Tool() instanceof Tool];`, tool: module, manifest: { type: 'module' } },
  'an ES module by names, with live bindings': { main: `import { value, raise, 'a b' as same } from 'tool'; export const answer = () => { const first = value; raise(); return [first, value, same]; };`, tool: module, manifest: { type: 'module' } },
  'an ES module by namespace': { main: `import * as tool from 'tool'; const names = (x) => Object.keys(x); export const answer = () => { tool.raise(); return [tool.value, names(tool), 'value' in tool]; };`, tool: module, manifest: { type: 'module' } },
  'a package by require': { main: `const tool = require('tool'); exports.answer = () => [tool.count(), tool.self()];`, tool: commonJs },
};

describe('a bundle with the plugin', () => {
  for (const format of ['cjs', 'esm', 'iife'] satisfies Format[]) {
    for (const [name, { main, tool, manifest, app }] of Object.entries(targets)) {
      it(`answers as without it, and loads later, ${name} (${format})`, async (t) => {
        const files = { 'main.js': main, 'package.json': JSON.stringify({ name: 'app', ...app }), ...packages(tool, manifest) };
        const { before, after, warnings } = await bundleBoth(t, files, { cuts, build: { format, minify: format === 'cjs' } });
        assert.deepEqual([before.atStart, after.atStart, after.loaded, warnings], [['tool'], [], ['tool'], []]);
        assert.deepEqual(after.answer, before.answer);
      });
    }
  }

  it('takes the same half of a dual package as the import did', async (t) => {
    const files = {
      'main.js': `import { kind } from 'tool'; import { same } from './other.js'; export const answer = () => [kind.name, same(kind)];`,
      'other.js': `export const same = (kind) => import('tool').then((tool) => tool.kind === kind);`,
      'node_modules/tool/package.json': JSON.stringify({ name: 'tool', exports: { import: './module.mjs', require: './common.cjs' } }),
      'node_modules/tool/module.mjs': `loads.push('module'); export const kind = { name: 'module' };`,
      'node_modules/tool/common.cjs': `loads.push('common'); exports.kind = { name: 'common' };`,
    };
    for (const format of ['cjs', 'esm'] satisfies Format[]) {
      const { before, after } = await bundleBoth(t, files, { cuts, build: { format } });
      assert.deepEqual([before.answer, after.answer, after.atStart, after.loaded], [before.answer, before.answer, [], ['module']]);
    }
  });

  it('tells copies of a package apart by their text', async (t) => {
    const files = {
      'main.js': `import { ask } from 'middle'; import { ask as far } from 'outer'; export const answer = () => [ask(), far()];`,
      'node_modules/middle/index.js': `const { value } = require('tool'); exports.ask = () => value;`,
      'node_modules/outer/index.js': `exports.ask = require('middle').ask;`,
      'node_modules/outer/node_modules/middle/index.js': `const { value } = require('../../../tool'); exports.ask = () => value;`,
      ...packages(commonJs),
    };
    const entries = [
      { file: 'node_modules/middle/index.js', specifier: 'tool' },
      { file: 'node_modules/outer/node_modules/middle/index.js', specifier: '../../../tool' },
    ];
    const versioned = entries.map((entry, index) => ({ ...entry, hash: hashOf(files[entry.file as keyof typeof files]), file: `node_modules/middle@${index + 1}.0.0/index.js` }));
    const { before, after, warnings } = await bundleBoth(t, files, { cuts: versioned });
    assert.deepEqual([before.atStart, after.atStart, after.answer, warnings], [['tool'], [], [1, 1], []]);
  });

  it('keeps later what other chunks share, with splitting', async (t) => {
    const files = {
      'main.js': `import { value } from 'tool'; export const answer = async () => [value, await (await import('./page.js')).page()];`,
      'page.js': `import { value, raise } from 'tool'; export const page = () => { raise(); return value; };`,
      ...packages(module, { type: 'module' }),
    };
    const { before, after, result } = await bundleBoth(t, files, { cuts: [...cuts, { file: 'page.js', specifier: 'tool' }], build: { format: 'esm', splitting: true } });
    assert.deepEqual([before.atStart, after.atStart, after.answer], [['tool'], [], before.answer]);
    assert.ok(Object.keys(result.metafile!.outputs).length > 1);
  });

  it('defers inside dependencies and workspace packages', async (t) => {
    const files = {
      'main.js': `import { ask } from 'middle'; export const answer = () => ask();`,
      'node_modules/middle/lib.js': `const { value } = require('tool'); exports.ask = () => value;`,
      'node_modules/middle/package.json': '{"name":"middle","main":"lib.js"}',
      ...packages(commonJs),
    };
    const { before, after } = await bundleBoth(t, files, { cuts: [{ file: 'node_modules/middle/lib.js', specifier: 'tool' }] });
    assert.deepEqual([before.atStart, after.atStart, after.answer], [['tool'], [], 1]);
  });

  it('requires later what is not bundled, in CommonJS output, and leaves it in ES modules', async (t) => {
    const files = { 'main.js': `import { value } from 'tool'; export const answer = () => value;`, ...packages(`globalThis.${commonJs}`) };
    const starts = [];
    for (const format of ['cjs', 'esm'] satisfies Format[]) {
      const { after } = await bundleBoth(t, files, { cuts, build: { format, packages: 'external' } });
      starts.push(after.atStart, after.answer);
    }
    assert.deepEqual(starts, [[], 1, ['tool'], 1]);
  });

  it('understands TypeScript and JSX, and leaves out types', async (t) => {
    const main = `import { value, type Kind, Shape } from 'tool';\nimport Page from './page.tsx';\nexport const answer = (): unknown => [value as number satisfies Kind, Page()];\nexport type { Shape };`;
    const page = `import { value } from 'tool';\nconst h = (name: string, props: object) => ({ name, props });\nexport default () => <a n={value} />;`;
    const files = { 'main.ts': main, 'page.tsx': page, ...packages(module, { type: 'module' }) };
    const { before, after } = await bundleBoth(t, files, { cuts: [{ file: 'main.ts', specifier: 'tool' }, { file: 'page.tsx', specifier: 'tool' }], build: { jsxFactory: 'h' } });
    assert.deepEqual([before.atStart, after.atStart, after.answer], [['tool'], [], [1, { name: 'a', props: { n: 1 } }]]);
  });

  it('loads at once under LWA_SPLIT_EAGER=1', async (t) => {
    const { output } = await bundleBoth(t, { 'main.js': targets['a CommonJS package by names']!.main, ...packages(commonJs) }, { cuts });
    assert.deepEqual(run(output, { env: { LWA_SPLIT_EAGER: '1' } }).atStart, ['tool']);
  });
});

describe('what the plugin leaves as it is', () => {
  const kept: Record<string, string> = {
    'an import for its effects': `import 'tool'; export const answer = () => 1;`,
    'a binding that is exported again': `import { value } from 'tool'; export { value }; export const answer = () => 1;`,
    'a use while loading': `import { value } from 'tool'; const now = [value].length; export const answer = () => now;`,
    'an import with a comment that says so': `// lwa-split: eager\nimport { value } from 'tool'; export const answer = () => value;`,
  };
  for (const [name, main] of Object.entries(kept)) {
    it(name, async (t) => {
      const { before, after } = await bundleBoth(t, { 'main.js': main, ...packages(commonJs) }, { cuts });
      assert.deepEqual([after.atStart, after], [['tool'], before]);
    });
  }

  it('a module that waits at its top level, or imports one that does', async (t) => {
    const files = {
      'main.js': `import { far } from 'tool'; export const answer = () => far;`,
      ...packages(`export { far } from './far.js';`, { type: 'module' }),
      'node_modules/tool/far.js': `loads.push('far'); export const far = await Promise.resolve(5);`,
    };
    const { after } = await bundleBoth(t, files, { cuts, build: { format: 'esm' } });
    assert.deepEqual(after, { atStart: ['far'], answer: 5, loaded: ['far'] });
  });

  it('but not one that waits in functions only', async (t) => {
    const files = { 'main.js': `import { far } from 'tool'; export const answer = () => far();`, ...packages(`loads.push('tool'); /* import x from 'nowhere' */ export const far = async () => { for await (const one of [5]) return one; };`, { type: 'module' }) };
    const { before, after } = await bundleBoth(t, files, { cuts, build: { format: 'esm' } });
    assert.deepEqual([before.atStart, after.atStart, after.answer], [['tool'], [], 5]);
  });

  it('a cycle, unless the evidence names an import of it', async (t) => {
    const files = {
      'main.js': `import { a } from './a.js'; export const answer = () => a();`,
      'a.js': `import { b } from './b.js'; loads.push('a'); export const a = () => b();`,
      'b.js': `import { a } from './a.js'; loads.push('b'); export const b = () => typeof a;`,
    };
    const { before, after } = await bundleBoth(t, files, { cuts: [] });
    const cut = await bundleBoth(t, files, { cuts: [{ file: 'main.js', specifier: './a.js' }] });
    assert.deepEqual([after, cut.after.answer, cut.after.loaded], [before, before.answer, ['b', 'a']]);
  });

  it('what needs a review, saves too little, or is left out by the options', async (t) => {
    const files = { 'main.js': targets['a CommonJS package by names']!.main, ...packages(commonJs) };
    const starts: unknown[] = [];
    for (const setting of [{ cuts: [{ ...cuts[0]!, verdict: 'review' as const }] }, { cuts, plugin: { threshold: 11 } }, { cuts, plugin: { exclude: ['tool'] } }, { cuts, plugin: { exclude: ['**/*.js'] } }, { cuts, plugin: { include: ['src/**'] } }, { cuts, plugin: { include: ['*.{js,ts}'], threshold: 10 } }]) {
      starts.push((await bundleBoth(t, files, setting)).after.atStart);
    }
    assert.deepEqual(starts, [['tool'], ['tool'], ['tool'], ['tool'], ['tool'], []]);
  });

  it('an importer that has changed since it was measured, and says so once', async (t) => {
    const { after, warnings } = await bundleBoth(t, { 'main.js': targets['a CommonJS package by names']!.main, ...packages(commonJs) }, { cuts: [{ ...cuts[0]!, hash: '0123456789abcdef' }] });
    assert.deepEqual([after.atStart, warnings], [['tool'], ['main.js has changed since it was measured, so its imports of tool stay as they are.']]);
  });

  it('a build for browsers, or of single files', async (t) => {
    const files = { 'main.js': targets['a CommonJS package by names']!.main, ...packages(commonJs) };
    const { warnings, output } = await bundleBoth(t, files, { cuts, build: { platform: 'neutral', mainFields: ['main'] } });
    assert.deepEqual(warnings, ['lwa-split defers imports in builds with bundle: true and platform: "node" only; this one stays as it is.']);
    assert.doesNotMatch(readFileSync(output, 'utf8'), /lazy/);
  });
});

describe('a value that is made as the module loads', () => {
  it('is made later where its import was reviewed, in dependencies too', async (t) => {
    const files = {
      'main.js': `import Tool from 'tool'; import { use } from 'user'; const tool = new Tool(); export const answer = () => [tool.name, use().name];`,
      'node_modules/user/index.js': `const { default: Tool } = require('tool'); const tool = new Tool(); exports.use = () => tool;`,
      ...packages(module, { type: 'module' }),
    };
    const reviewed = [...cuts, { file: 'node_modules/user/index.js', specifier: 'tool' }].map((cut) => ({ ...cut, verdict: 'review' as const }));
    const { before, after } = await bundleBoth(t, files, { cuts: reviewed, plugin: { review: ['tool'] } });
    const half = await bundleBoth(t, files, { cuts: reviewed, plugin: { review: ['main.js'] } });
    assert.deepEqual([before.atStart, after.atStart, half.after.atStart, after.answer], [['tool'], [], ['tool'], ['tool', 'tool']]);
  });

  it('is made later where a comment on the import asks for it', async (t) => {
    const main = `import Tool from 'tool'; // lwa-split: lazy\nconst tool = new Tool(); export const answer = () => tool.name;`;
    const { before, after } = await bundleBoth(t, { 'main.js': main, ...packages(module, { type: 'module' }) }, { cuts: [] });
    assert.deepEqual([before.atStart, after.atStart, after.answer], [['tool'], [], 'tool']);
  });
});
