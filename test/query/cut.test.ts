import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { ModuleGraph } from '../../src/model/graph.ts';
import { smallestCut, type Cut } from '../../src/query/cut.ts';
import { aGraph } from '../helpers/a-graph.ts';
import { distinctTimes, loadedWithout, reachedPart, smallGraphs } from '../helpers/generated-graph.ts';

const twoWays = aGraph('app -> a b', 'a -> x', 'b -> x', 'x -> target');

test('one import that all chains share is the smallest cut', () => {
  assert.deepEqual(shown(smallestCut(twoWays, 'target', { selfMs: { x: 5, target: 7 } })), {
    edges: ['x -> target'],
    gone: ['target'],
    savesMs: 7,
  });
});

test('two separate chains need two imports', () => {
  assert.deepEqual(shown(smallestCut(aGraph('app -> a b', 'a -> target', 'b -> target'), 'target'))?.edges, ['a -> target', 'b -> target']);
});

test('nearest the root, an equally small cut saves all that it can', () => {
  const chain = aGraph('app -> a', 'a -> b', 'b -> target');
  assert.deepEqual(shown(smallestCut(chain, 'target', { nearest: 'root', selfMs: { a: 1, b: 2, target: 4 } })), {
    edges: ['app -> a'],
    gone: ['a', 'b', 'target'],
    savesMs: 7,
  });
});

test('an import that cannot be cut moves the cut elsewhere', () => {
  const weight = ({ from }: { from: string }) => (from === 'x' ? Infinity : 1);
  assert.deepEqual(shown(smallestCut(twoWays, 'target', { weight }))?.edges, ['a -> x', 'b -> x']);
});

test('no cut keeps a root from loading', () => {
  assert.equal(smallestCut(twoWays, 'app'), null);
});

test('there is no cut where every chain has only imports that cannot be cut', () => {
  assert.equal(smallestCut(twoWays, 'target', { weight: () => Infinity }), null);
});

test('several targets are cut off together', () => {
  assert.deepEqual(shown(smallestCut(twoWays, ['x', 'target']))?.edges, ['a -> x', 'b -> x']);
});

test('a late import counts as a way in', () => {
  assert.deepEqual(shown(smallestCut(aGraph('app -> a', 'a -> target', 'app ~> target'), 'target'))?.edges, ['a -> target', 'app -> target']);
});

test('on any graph, the cut is as small as the smallest that trying all sets of imports finds, and it disconnects', () => {
  fc.assert(
    fc.property(smallGraphs.map(reachedPart), (graph) => {
      const target = graph.modules[graph.modules.length - 1]!.id;
      if (graph.roots.includes(target)) return;
      const cut = smallestCut(graph, target)!;
      assert.equal(cut.edges.length, minimumCuts(graph, target)[0]!.length);
      assert.ok(!loadedWithout(graph, { edges: cut.edges.map((edge) => graph.edges.indexOf(edge)) }).has(target));
    }),
    { numRuns: 200 },
  );
});

test('on any graph, the cut nearest the root saves the most of all minimum cuts, the one nearest the target the least', () => {
  fc.assert(
    fc.property(smallGraphs.map(reachedPart), (graph) => {
      const target = graph.modules[graph.modules.length - 1]!.id;
      if (graph.roots.includes(target)) return;
      const selfMs = distinctTimes(graph);
      const savings = minimumCuts(graph, target).map((edges) => {
        const left = loadedWithout(graph, { edges });
        return graph.modules.filter(({ id }) => !left.has(id)).reduce((sum, { id }) => sum + selfMs[id]!, 0);
      });
      assert.equal(smallestCut(graph, target, { selfMs, nearest: 'root' })!.savesMs, Math.max(...savings));
      assert.equal(smallestCut(graph, target, { selfMs })!.savesMs, Math.min(...savings));
    }),
    { numRuns: 200 },
  );
});

test('on any graph, a weighted cut costs what the cheapest set of imports costs', () => {
  fc.assert(
    fc.property(smallGraphs.map(reachedPart), fc.array(fc.constantFrom(1, 2, 3, 7, Infinity), { minLength: 14, maxLength: 14 }), (graph, prices) => {
      const target = graph.modules[graph.modules.length - 1]!.id;
      if (graph.roots.includes(target)) return;
      const price = (i: number) => prices[i] ?? 1;
      const cut = smallestCut(graph, target, { weight: (edge) => price(graph.edges.indexOf(edge)) });
      const costs = everySet(graph.edges.length)
        .filter((edges) => !loadedWithout(graph, { edges }).has(target))
        .map((edges) => edges.reduce((sum, i) => sum + price(i), 0));
      assert.equal(cut ? cut.edges.reduce((sum, edge) => sum + price(graph.edges.indexOf(edge)), 0) : Infinity, Math.min(...costs));
    }),
    { numRuns: 25 },
  );
});

/** All sets of edge numbers of the least size whose absence keeps the target out. */
function minimumCuts(graph: ModuleGraph, target: string): number[][] {
  for (let size = 0; ; size++) {
    const cuts = setsOf(size, graph.edges.length).filter((edges) => !loadedWithout(graph, { edges }).has(target));
    if (cuts.length > 0) return cuts;
  }
}

function setsOf(size: number, below: number, from = 0): number[][] {
  if (size === 0) return [[]];
  const sets: number[][] = [];
  for (let first = from; first < below; first++) sets.push(...setsOf(size - 1, below, first + 1).map((rest) => [first, ...rest]));
  return sets;
}

function everySet(below: number): number[][] {
  return Array.from({ length: below + 1 }, (_, size) => setsOf(size, below)).flat();
}

function shown(cut: Cut | null): { edges: string[]; gone: string[]; savesMs: number } | null {
  return cut && { ...cut, edges: cut.edges.map(({ from, to }) => `${from} -> ${to}`) };
}
