import assert from 'node:assert/strict';
import test from 'node:test';
import type { ModuleCost } from '../../src/model/costs.ts';
import type { ModuleGraph } from '../../src/model/graph.ts';
import type { Sample } from '../../src/model/sample.ts';
import { heavyImports } from '../../src/query/heavy-imports.ts';
import { ownCode } from '../../src/query/own.ts';
import { retainedTimes } from '../../src/query/retained.ts';
import { aGraph } from '../helpers/a-graph.ts';

const pdfkit = 'node_modules/pdfkit/index.js';
const fontkit = 'node_modules/fontkit/index.js';
const express = 'node_modules/express/index.js';

test('a package is suggested with the line that brings it in and all it brings', () => {
  const graph = aGraph(`app.js -> ${express} pdf.js`, `pdf.js -> ${pdfkit}`, `${pdfkit} -> ${fontkit}`);
  assert.deepEqual(suggest(graph, { 'app.js': 20, [express]: 30, [pdfkit]: 40, [fontkit]: 60 }, { keep: [express] }), [
    `pdfkit saves 100 retains 100 of 2 modules: pdf.js -> ${pdfkit}`,
  ]);
});

test('suggestions come by what they save, and what stands inside a larger one only when it stands on its own', () => {
  const graph = aGraph('app.js -> a.js', `a.js -> ${pdfkit} node_modules/xlsx/index.js`, `${pdfkit} -> ${fontkit}`);
  assert.deepEqual(suggest(graph, { 'app.js': 200, [pdfkit]: 10, [fontkit]: 60, 'node_modules/xlsx/index.js': 90 }), [
    'xlsx saves 90 retains 90 of 1 modules: a.js -> node_modules/xlsx/index.js',
    `pdfkit saves 70 retains 70 of 2 modules: a.js -> ${pdfkit}`,
  ]);
});

test('all files of a package are one suggestion', () => {
  const graph = aGraph('app.js -> a.js b.js', 'a.js -> node_modules/big/one.js', 'b.js -> node_modules/big/two.js', 'node_modules/big/one.js -> node_modules/big/core.js', 'node_modules/big/two.js -> node_modules/big/core.js');
  assert.deepEqual(suggest(graph, { 'app.js': 200, 'node_modules/big/one.js': 5, 'node_modules/big/two.js': 6, 'node_modules/big/core.js': 80 }), [
    'big saves 91 retains 91 of 3 modules: a.js -> node_modules/big/one.js, b.js -> node_modules/big/two.js',
  ]);
});

test('an import that takes away much else is not cut for a small thing', () => {
  const graph = aGraph('app.js -> api.js', 'api.js -> a.js b.js node_modules/other/index.js', 'a.js -> node_modules/small/index.js', 'b.js -> node_modules/small/index.js');
  assert.deepEqual(suggest(graph, { 'app.js': 500, 'node_modules/other/index.js': 300, 'node_modules/small/index.js': 30 })[1], 'small saves 30 retains 30 of 1 modules: a.js -> node_modules/small/index.js, b.js -> node_modules/small/index.js');
});

test('a file of the app that is slow by itself is suggested, not the folder above it', () => {
  const graph = aGraph('app.js -> api.js light.js', 'api.js -> slow.js quick.js');
  assert.deepEqual(suggest(graph, { 'app.js': 500, 'api.js': 1, 'slow.js': 150, 'quick.js': 1, 'light.js': 3 }), [
    'slow.js saves 150 retains 150 of 1 modules: api.js -> slow.js',
  ]);
});

test('many light files are suggested by the file that brings them in', () => {
  const leaves = Array.from({ length: 60 }, (_, i) => `routes/${i}.js`);
  const graph = aGraph('app.js -> routes.js', `routes.js -> ${leaves.join(' ')}`);
  assert.deepEqual(suggest(graph, { 'app.js': 500, ...Object.fromEntries(leaves.map((id) => [id, 4])) }), [
    'routes.js saves 240 retains 240 of 61 modules: app.js -> routes.js',
  ]);
});

test('what is preloaded is suggested without a cut', () => {
  const agent = 'node_modules/agent/register.js';
  const graph = { ...aGraph('app.js', agent), roots: [agent, 'app.js'] };
  assert.deepEqual(suggest(graph, { 'app.js': 100, [agent]: 80 }), ['agent saves 80 retains 80 of 1 modules: ']);
});

test('a saving smaller than its noise is not one', () => {
  const graph = aGraph(`app.js -> ${pdfkit}`);
  assert.deepEqual(suggest(graph, { 'app.js': 100, [pdfkit]: 10 }, { madMs: 11 }), []);
});

test('five edits in dependencies for ten milliseconds are no advice', () => {
  const users = Array.from({ length: 5 }, (_, i) => `node_modules/u${i}/index.js`);
  const graph = aGraph(`app.js -> ${users.join(' ')}`, ...users.map((id) => `${id} -> node_modules/small/index.js`));
  const keep = users;
  assert.deepEqual(suggest(graph, { 'app.js': 500, 'node_modules/small/index.js': 10 }, { keep }), []);
});

function suggest(graph: ModuleGraph, selfMs: Record<string, number>, { keep = [] as string[], madMs = 1 } = {}): string[] {
  const retained = retainedTimes(graph, selfMs);
  const sample = (medianMs: number): Sample => ({ medianMs, madMs, runs: 5 });
  const costs: ModuleCost[] = graph.modules.map(({ id }) => ({
    id,
    self: sample(selfMs[id] ?? 0),
    inclusive: sample(0),
    retained: sample(retained[id]!),
  }));
  return heavyImports(graph, costs, { own: ownCode(graph), top: 5, keep: (id) => keep.includes(id) }).map(
    (s) =>
      `${s.package ?? s.module} saves ${s.savesMs} retains ${s.retainedMs} of ${s.modules} modules: ${s.cut.map(({ from, to }) => `${from} -> ${to}`).join(', ')}`,
  );
}

test('a package that finds and loads the app itself is not suggested, but what the app loads is', () => {
  const autoload = 'node_modules/autoload/index.js';
  const graph = aGraph(`app.js -> ${autoload}`, `${autoload} -> routes/a.js`, `routes/a.js -> ${pdfkit}`);
  assert.deepEqual(suggest(graph, { 'app.js': 200, [autoload]: 5, 'routes/a.js': 2, [pdfkit]: 80 }), [`pdfkit saves 80 retains 80 of 1 modules: routes/a.js -> ${pdfkit}`]);
});
