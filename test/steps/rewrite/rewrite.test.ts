import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Deferral } from '../../../src/model/deferrals.ts';
import type { ModuleGraph } from '../../../src/model/graph.ts';
import { rewrite, rewriteChosen, type RewriteInput } from '../../../src/steps/rewrite/index.ts';
import { requiresModules } from '../../../src/steps/rewrite/loadable.ts';
import { contentHash } from '../../../src/system/files.ts';
import { aGraph } from '../../helpers/a-graph.ts';

const server = "const pdf = require('./pdf.js');\nexports.print = () => pdf.print();\n";

test('each importer of a deferred import gets a text that loads it when it is first used', () => {
  const { files, refused } = rewrite(input({ 'app.js': server, 'pdf.js': '' }, aGraph('app.js -> pdf.js'), [aDeferral('app.js', './pdf.js', 'pdf.js')]));
  assert.deepEqual(refused, []);
  assert.equal(files.length, 1);
  const { text, ...rest } = files[0]!;
  assert.deepEqual(rest, { id: 'app.js', file: '/app/app.js', module: 'cjs', hash: contentHash(server), original: server, deferred: ['./pdf.js'] });
  assert.match(text, /require\("\/lwa\/runtime\.cjs"\)\.lazy/);
  assert.match(text, /exports\.print = \(\) => [\w$]+pdf\(\)\.print\(\);/);
});

test('a byte order mark belongs neither to the text nor to its hash', () => {
  const { files } = rewrite(input({ 'app.js': `\uFEFF${server}` }, aGraph('app.js -> pdf.js'), [aDeferral('app.js', './pdf.js', 'pdf.js')]));
  assert.equal(files[0]!.hash, contentHash(server));
});

test('what the text needs at once is refused, and the rest of the file is rewritten', () => {
  const text = "const { Base } = require('./base.js');\nconst pdf = require('./pdf.js');\nexports.Own = class extends Base {};\nexports.print = () => pdf.print();\n";
  const { files, refused } = rewrite(input({ 'app.js': text }, aGraph('app.js -> base.js pdf.js'), [aDeferral('app.js', './base.js', 'base.js'), aDeferral('app.js', './pdf.js', 'pdf.js')]));
  assert.deepEqual(refused, [{ importer: 'app.js', target: 'base.js', specifier: './base.js', reason: 'EXTENDS' }]);
  assert.deepEqual(files.map(({ deferred }) => deferred), [['./pdf.js']]);
});

test('an importer without a text is refused', () => {
  const { files, refused } = rewrite(input({}, aGraph('app.js -> pdf.js'), [aDeferral('app.js', './pdf.js', 'pdf.js')]));
  assert.deepEqual({ files, refused }, { files: [], refused: [{ importer: 'app.js', target: 'pdf.js', specifier: './pdf.js', reason: 'NOT_PARSED' }] });
});

test('values are put off only where the verdict speaks of them', () => {
  const text = "const Stripe = require('stripe');\nconst stripe = new Stripe('key');\nexports.pay = () => stripe.pay();\n";
  const given = (reasons: Deferral['reasons']) => input({ 'app.js': text }, aGraph('app.js -> node_modules/stripe/index.js'), [{ ...aDeferral('app.js', 'stripe', 'node_modules/stripe/index.js'), reasons }]);
  assert.deepEqual(rewrite(given(['SAFE'])).refused.map(({ reason }) => reason), ['VALUE_INITIALIZER']);
  assert.deepEqual(rewrite(given(['VALUE_INITIALIZER'])).files.map(({ deferred }) => deferred), [['stripe']]);
});

test('an ES module gets its namespace by the path that import would take', () => {
  const text = "import { print } from './pdf.mjs';\nexport const go = () => print();\n";
  const { files } = rewrite(input({ 'app.mjs': text, 'pdf.mjs': 'export function print() {}' }, modules('app.mjs -> pdf.mjs'), [aDeferral('app.mjs', './pdf.mjs', 'pdf.mjs')]));
  assert.match(files[0]!.text, /from "file:\/\/\/lwa\/runtime\.cjs"/);
  assert.match(files[0]!.text, /import\.meta\.resolve\("\.\/pdf\.mjs"\)/);
});

test('an ES module that awaits, or imports one that does, cannot be deferred by another', () => {
  const text = "import { print } from './pdf.mjs';\nexport const go = () => print();\n";
  const sources = { 'app.mjs': text, 'pdf.mjs': "import './fonts.mjs'; export function print() {}", 'fonts.mjs': 'export const fonts = await load();' };
  const { refused } = rewrite(input(sources, modules('app.mjs -> pdf.mjs', 'pdf.mjs -> fonts.mjs'), [aDeferral('app.mjs', './pdf.mjs', 'pdf.mjs')]));
  assert.deepEqual(refused.map(({ reason }) => reason), ['CANNOT_REWRITE']);
});

test('await inside a function does not count', () => {
  const sources = { 'app.mjs': "import { print } from './pdf.mjs';\nexport const go = () => print();\n", 'pdf.mjs': 'export async function print() { await null; }' };
  assert.deepEqual(rewrite(input(sources, modules('app.mjs -> pdf.mjs'), [aDeferral('app.mjs', './pdf.mjs', 'pdf.mjs')])).refused, []);
});

test('without require() of ES modules only CommonJS is deferred', () => {
  const text = "import { print } from './pdf.mjs';\nimport { sign } from './sign.cjs';\nexport const go = () => sign(print());\n";
  const sources = { 'app.mjs': text, 'pdf.mjs': 'export function print() {}', 'sign.cjs': 'exports.sign = () => {};' };
  const given = input(sources, modules('app.mjs -> pdf.mjs sign.cjs'), [aDeferral('app.mjs', './pdf.mjs', 'pdf.mjs'), aDeferral('app.mjs', './sign.cjs', 'sign.cjs')]);
  const { files, refused } = rewrite({ ...given, requiresModules: false });
  assert.deepEqual([files[0]!.deferred, refused.map(({ specifier }) => specifier)], [['./sign.cjs'], ['./pdf.mjs']]);
});

test('what is refused is judged again, and what then stays is not deferred', () => {
  const text = "const { Base } = require('./base.js');\nconst pdf = require('./pdf.js');\nexports.Own = class extends Base {};\nexports.print = () => pdf.print();\n";
  const both = [aDeferral('app.js', './base.js', 'base.js'), aDeferral('app.js', './pdf.js', 'pdf.js')];
  const asked: string[][] = [];
  const { deferrals, refused } = rewriteChosen((stays) => {
    asked.push(stays.map(({ target }) => target));
    return both.filter(({ target }) => !stays.some((one) => one.target === target));
  }, input({ 'app.js': text }, aGraph('app.js -> base.js pdf.js'), []));
  assert.deepEqual(asked, [[], ['base.js']]);
  assert.deepEqual([deferrals.map(({ target }) => target), refused.map(({ target }) => target)], [['pdf.js'], ['base.js']]);
});

test('a judge that does not listen is asked three times', () => {
  let asked = 0;
  const { deferrals, files } = rewriteChosen(() => {
    asked += 1;
    return [aDeferral('app.js', './pdf.js', 'pdf.js')];
  }, input({ 'app.js': "exports.a = require('./pdf.js')();\n" }, aGraph('app.js -> pdf.js'), []));
  assert.deepEqual([asked, deferrals, files], [3, [], []]);
});

test('Node can require ES modules from 20.19 and 22.12', () => {
  const versions = ['20.18.3', '20.19.0', 'v22.11.0', 'v22.12.0', '23.0.0', '24.21.0'];
  assert.deepEqual(versions.filter(requiresModules), ['20.19.0', 'v22.12.0', '23.0.0', '24.21.0']);
});

function input(sources: Record<string, string>, graph: ModuleGraph, deferrals: Deferral[]): RewriteInput {
  const written = (id: string): string => /^node_modules\/([^/]+)/.exec(id)?.[1] ?? `./${id}`;
  const edges = graph.edges.map((edge) => ({ ...edge, specifier: written(edge.to) }));
  return { graph: { ...graph, edges }, deferrals, read: (id) => sources[id] ?? null, fileOf: (id) => `/app/${id}`, runtime: '/lwa/runtime.cjs', requiresModules: true };
}

/** `aGraph`, with ES modules where the names say so. */
function modules(...lines: string[]): ModuleGraph {
  const graph = aGraph(...lines);
  const isModule = (id: string): boolean => id.endsWith('.mjs');
  return {
    ...graph,
    modules: graph.modules.map((module) => ({ ...module, kind: isModule(module.id) ? 'esm' : 'cjs' })),
    edges: graph.edges.map((edge) => ({ ...edge, kind: isModule(edge.from) ? 'import' : 'require' })),
  };
}

function aDeferral(importer: string, specifier: string, target: string): Deferral {
  return { import: { file: importer, line: 1, specifier }, importer, target, verdict: 'defer', reasons: ['SAFE'], savesMs: 10, noiseMs: 1, neededByFirstRequest: 0, cut: target };
}
