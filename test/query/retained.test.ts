import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { immediateDominators, inclusiveTimes, retainedCounts, retainedTimes } from '../../src/query/retained.ts';
import { aGraph } from '../helpers/a-graph.ts';
import { distinctTimes, loadedWithout, reachedPart, smallGraphs } from '../helpers/generated-graph.ts';

const diamond = aGraph('app -> a b', 'a -> shared only-a', 'b -> shared', 'shared -> deep');
const times = { app: 1, a: 10, b: 20, shared: 100, 'only-a': 5, deep: 200 };

test('retained time leaves out what another module also loads', () => {
  assert.deepEqual(retainedTimes(diamond, times), { app: 336, a: 15, b: 20, shared: 300, 'only-a': 5, deep: 200 });
});

test('inclusive time gives what is shared to the one that loaded it first', () => {
  assert.deepEqual(inclusiveTimes(diamond, times), { app: 336, a: 315, b: 20, shared: 300, 'only-a': 5, deep: 200 });
});

test('retained counts are modules, each itself included', () => {
  assert.deepEqual(retainedCounts(diamond), { app: 6, a: 2, b: 1, shared: 2, 'only-a': 1, deep: 1 });
});

test('a dominator is the nearest module without which nothing below would load', () => {
  assert.deepEqual(immediateDominators(diamond), { app: null, a: 'app', b: 'app', shared: 'app', 'only-a': 'a', deep: 'shared' });
});

test('modules of an import cycle are retained by the one the cycle is entered through', () => {
  const graph = aGraph('app -> a', 'a -> b', 'b -> c', 'c -> a');
  assert.deepEqual(retainedTimes(graph, { app: 1, a: 2, b: 4, c: 8 }), { app: 15, a: 14, b: 12, c: 8 });
});

test('a module that only a late import loads is retained by the module that called for it', () => {
  const graph = aGraph('app -> a', 'a ~> late');
  assert.deepEqual(retainedTimes(graph, { app: 1, a: 2, late: 4 }), { app: 7, a: 6, late: 4 });
});

test('a module that no recorded import explains keeps its time to itself', () => {
  const graph = aGraph('app -> a', 'stray -> b');
  assert.deepEqual(retainedTimes(graph, { app: 1, a: 2, stray: 4, b: 8 }), { app: 3, a: 2, stray: 12, b: 8 });
});

test('importers that go round in a circle end the walk, not the program', () => {
  const graph = aGraph('app -> a', 'a -> b');
  const damaged = { ...graph, modules: graph.modules.map((m) => (m.id === 'a' ? { ...m, importer: 'b' } : m)) };
  assert.deepEqual(inclusiveTimes(damaged, { app: 1, a: 2, b: 4 }), { app: 1, a: 2, b: 6 });
});

test('on any graph, retained time is the difference that the module makes', () => {
  fc.assert(
    fc.property(smallGraphs.map(reachedPart), (graph) => {
      const selfMs = distinctTimes(graph);
      const retained = retainedTimes(graph, selfMs);
      for (const { id } of graph.modules) {
        const left = loadedWithout(graph, { modules: [id] });
        const gone = graph.modules.filter((module) => !left.has(module.id)).reduce((sum, module) => sum + selfMs[module.id]!, 0);
        assert.equal(retained[id], gone);
      }
    }),
    { numRuns: 300 },
  );
});

test('on any graph, inclusive times of what nobody imported add up to the whole', () => {
  fc.assert(
    fc.property(smallGraphs, (graph) => {
      const selfMs = distinctTimes(graph);
      const inclusive = inclusiveTimes(graph, selfMs);
      const tops = graph.modules.filter(({ importer }) => importer === null);
      assert.equal(
        tops.reduce((sum, { id }) => sum + inclusive[id]!, 0),
        Object.values(selfMs).reduce((sum, ms) => sum + ms, 0),
      );
    }),
  );
});
