import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Costs } from '../../../src/model/costs.ts';
import type { ModuleGraph } from '../../../src/model/graph.ts';
import { UserError } from '../../../src/model/trouble.ts';
import { reachedGraph } from '../../../src/query/reach.ts';
import { inclusiveTimes, retainedTimes } from '../../../src/query/retained.ts';
import { why, type WhyInput } from '../../../src/steps/analysis/why.ts';
import { aGraph } from '../../helpers/a-graph.ts';

const pdf = 'node_modules/pdfkit/index.js';
const font = 'node_modules/fontkit/index.js';
const shop = aGraph('app.js -> node:http a.js b.js', `a.js -> ${pdf}`, `b.js -> ${pdf}`, `${pdf} -> ${font}`);

function costsOf(graph: ModuleGraph, self: Record<string, number>): Costs {
  const sample = (times: Record<string, number>, id: string): { medianMs: number; madMs: number; runs: number } => ({ medianMs: times[id] ?? 0, madMs: 0, runs: 1 });
  const inclusive = inclusiveTimes(graph, self);
  const retained = retainedTimes(graph, self);
  return {
    kind: 'costs',
    version: 1,
    account: null,
    slowExports: [],
    modules: graph.modules.map(({ id }) => ({ id, self: sample(self, id), inclusive: sample(inclusive, id), retained: sample(retained, id) })),
  };
}

function input(given: Partial<WhyInput> = {}): WhyInput {
  const graph = given.graph ?? shop;
  return { graph, costs: costsOf(graph, { 'app.js': 1, 'a.js': 2, 'b.js': 3, [pdf]: 40, [font]: 60 }), handlers: [], framework: null, placeOf: ({ from, specifier }) => ({ file: from, line: 7, specifier }), ...given };
}

test('a package is found by its name, and every chain to it is told with milliseconds', () => {
  const told = why(input(), 'pdfkit');
  assert.equal(told.module, pdf);
  assert.deepEqual([told.selfMs, told.inclusiveMs, told.retainedMs], [40, 100, 100]);
  assert.deepEqual(told.chains.map((chain) => chain.map(({ module, ms }) => `${module} ${ms}`)), [
    ['app.js 106', 'a.js 102', `${pdf} 100`],
    ['app.js 106', 'b.js 3', `${pdf} 100`],
  ]);
  assert.deepEqual([told.chainsInAll, told.chainsCounted], [2, 'exact']);
});

test('the cut is the smallest set of imports, where a person would make it', () => {
  const told = why(input(), pdf);
  assert.deepEqual(told.cut, [
    { file: 'a.js', line: 7, specifier: pdf },
    { file: 'b.js', line: 7, specifier: pdf },
  ]);
  assert.equal(told.cutSavesMs, 100);
  assert.equal(told.practicalCut, null);
});

test('where the smallest cut takes the app itself away, a practical one is told beside it', () => {
  const graph = aGraph('bin.js -> app.js', 'app.js -> node:http a.js b.js', `a.js -> ${pdf}`, `b.js -> ${pdf}`);
  const told = why(input({ graph, costs: costsOf(graph, { 'app.js': 1, [pdf]: 40 }) }), pdf);
  assert.deepEqual(told.cut.map((one) => one.file), ['bin.js']);
  assert.deepEqual(told.practicalCut, { cut: [{ file: 'a.js', line: 7, specifier: pdf }, { file: 'b.js', line: 7, specifier: pdf }], savesMs: 40 });
});

test('asked of a route, chains begin at its handler', () => {
  const told = why(input({ graph: reachedGraph(shop, ['b.js']), costs: input().costs }), font);
  assert.deepEqual(told.chains.map((chain) => chain.map((step) => step.module)), [['b.js', pdf, font]]);
});

test('a module that was not loaded is an error of the user that names similar ones', () => {
  assert.throws(() => why(input(), 'pdf'), (error: unknown) => error instanceof UserError && error.code === 'not-loaded' && error.hint === 'Loaded and similar: pdfkit.');
});
