import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Costs } from '../../src/model/costs.ts';
import type { ModuleGraph } from '../../src/model/graph.ts';
import { unusualTimes } from '../../src/query/value-times.ts';

const graphOf = (modules: [id: string, kind: string, bytes: number, ms: number][]): [ModuleGraph, Costs] => {
  const graph = { entry: 'a', roots: ['a'], edges: [], modules: modules.map(([id, kind, bytes], order) => ({ id, kind, bytes, order, package: null, version: null, importer: null, topLevelAwait: false })) };
  const costs = { modules: modules.map(([id, , , ms]) => ({ id, self: { medianMs: ms } })) };
  return [graph as unknown as ModuleGraph, costs as unknown as Costs];
};

test('a module that computes takes longer than its size explains, by what the others of the app take', () => {
  const unusualMs = unusualTimes(...graphOf([['small', 'cjs', 100, 1], ['tiny', 'esm', 10, 1], ['large', 'cjs', 10_000, 6], ['larger', 'cjs', 20_000, 11], ['computes', 'cjs', 4000, 303], ['data', 'json', 4000, 100]]));
  assert.equal(unusualMs('computes'), 300);
  assert.deepEqual(['small', 'large', 'larger', 'data', 'unknown'].map(unusualMs), [0, 0, 0, 0, 0]);
});

test('an app of one module has nothing unusual', () => {
  assert.equal(unusualTimes(...graphOf([['only', 'cjs', 5000, 80]]))('only'), 0);
});
