import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { ModuleGraph } from '../../src/model/graph.ts';
import { chainsTo } from '../../src/query/chains.ts';
import { aGraph } from '../helpers/a-graph.ts';
import { reachedPart, smallGraphs } from '../helpers/generated-graph.ts';

test('chains come shortest first, equal lengths by id', () => {
  const graph = aGraph('app -> b a', 'b -> target', 'a -> target c', 'c -> target');
  assert.deepEqual(chainsTo(graph, 'target', { limit: 10 }), {
    chains: [
      ['app', 'a', 'target'],
      ['app', 'b', 'target'],
      ['app', 'a', 'c', 'target'],
    ],
    inAll: 3,
    counted: 'exact',
  });
});

test('chains beyond the limit are counted', () => {
  const graph = aGraph('app -> b a', 'b -> target', 'a -> target c', 'c -> target');
  assert.deepEqual(chainsTo(graph, 'target', { limit: 1 }), { chains: [['app', 'a', 'target']], inAll: 3, counted: 'exact' });
});

test('a chain passes no module twice', () => {
  const graph = aGraph('app -> a', 'a -> b', 'b -> a target', 'target -> app');
  assert.deepEqual(chainsTo(graph, 'target', { limit: 10 }), { chains: [['app', 'a', 'b', 'target']], inAll: 1, counted: 'exact' });
});

test('the chain to the entry is the entry', () => {
  assert.deepEqual(chainsTo(aGraph('app -> a'), 'app', { limit: 5 }), { chains: [['app']], inAll: 1, counted: 'exact' });
});

test('a module that was not loaded has no chains', () => {
  assert.deepEqual(chainsTo(aGraph('app -> a'), 'b', { limit: 5 }), { chains: [], inAll: 0, counted: 'exact' });
});

test('two preloads and the entry each begin chains', () => {
  const graph = { ...aGraph('app -> a', 'preload -> a'), roots: ['preload', 'app'] };
  assert.deepEqual(chainsTo(graph, 'a', { limit: 5 }).chains, [
    ['app', 'a'],
    ['preload', 'a'],
  ]);
});

test('more chains than numbers can count are counted up to the largest safe integer', () => {
  const rungs = Array.from({ length: 80 }, (_, i) => [`n${i} -> x${i} y${i}`, `x${i} -> n${i + 1}`, `y${i} -> n${i + 1}`]);
  const answer = chainsTo(aGraph('app -> n0', ...rungs.flat()), 'n80', { limit: 2 });
  assert.equal(answer.inAll, Number.MAX_SAFE_INTEGER);
  assert.equal(answer.chains.length, 2);
});

test('where cycles make counting hopeless, the count is marked as a lower bound', () => {
  const all = Array.from({ length: 14 }, (_, i) => `m${i}`);
  const answer = chainsTo(aGraph('app -> m0', ...all.map((id) => `${id} -> ${all.filter((other) => other !== id).join(' ')}`)), 'm13', { limit: 3 });
  assert.equal(answer.counted, 'at-least');
  assert.ok(answer.inAll >= 3, `${answer.inAll}`);
  assert.deepEqual(answer.chains, [
    ['app', 'm0', 'm13'],
    ['app', 'm0', 'm1', 'm13'],
    ['app', 'm0', 'm10', 'm13'],
  ]);
});

test('on any graph, the chains are those that trying everything finds', () => {
  fc.assert(
    fc.property(smallGraphs.map(reachedPart), (graph) => {
      for (const { id } of graph.modules) {
        const all = everyChain(graph, id);
        assert.deepEqual(chainsTo(graph, id, { limit: 10_000 }), { chains: all, inAll: all.length, counted: 'exact' });
        assert.deepEqual(chainsTo(graph, id, { limit: 2 }).chains, all.slice(0, 2));
      }
    }),
    { numRuns: 300 },
  );
});

function everyChain(graph: ModuleGraph, target: string): string[][] {
  const chains: string[][] = [];
  const walk = (chain: string[]) => {
    const last = chain[chain.length - 1]!;
    if (last === target) return void chains.push(chain);
    for (const { from, to } of graph.edges) if (from === last && !chain.includes(to)) walk([...chain, to]);
  };
  graph.roots.forEach((root) => walk([root]));
  const key = (chain: string[]) => chain.join(' ');
  return chains.sort((a, b) => a.length - b.length || (key(a) < key(b) ? -1 : 1));
}
