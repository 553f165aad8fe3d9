import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { ModuleGraph } from '../../src/model/graph.ts';
import { importCycles, inOneCycle } from '../../src/query/cycles.ts';
import { aGraph } from '../helpers/a-graph.ts';
import { smallGraphs } from '../helpers/generated-graph.ts';

/** The package has no types. */
const madge = createRequire(import.meta.url)('madge') as (tree: Record<string, string[]>) => Promise<{ circular(): string[][] }>;

describe('importCycles', () => {
  it('finds modules that import each other in circles', () => {
    const graph = aGraph('app -> a x', 'a -> b', 'b -> c', 'c -> a d', 'x -> y', 'y -> x');
    assert.deepEqual(importCycles(graph), [['a', 'b', 'c'], ['x', 'y']]);
  });

  it('finds none where an import back is made after the start', () => {
    assert.deepEqual(importCycles(aGraph('app -> a', 'a -> b', 'b ~> a')), []);
  });

  it('walks a chain of ten thousand modules', () => {
    const lines = Array.from({ length: 10_000 }, (_, i) => `m${i} -> m${(i + 1) % 10_000}`);
    assert.equal(importCycles(aGraph(...lines))[0]!.length, 10_000);
  });

  it('agrees with madge on who is in a circle', async () => {
    await fc.assert(
      fc.asyncProperty(smallGraphs, async (graph) => {
        const circles = (await madge(treeOf(graph))).circular();
        const ours = new Set(importCycles(graph).flat());
        for (const id of circles.flat()) assert.ok(ours.has(id), `${id} is in a circle of madge`);
        assert.equal(ours.size > 0, circles.length > 0);
      }),
      { numRuns: 100 },
    );
  });

  it('says whether an import stays inside a circle', () => {
    const together = inOneCycle([['a', 'b'], ['x', 'y']]);
    assert.deepEqual([together('a', 'b'), together('a', 'x'), together('c', 'd')], [true, false, false]);
  });
});

function treeOf(graph: ModuleGraph): Record<string, string[]> {
  return Object.fromEntries(graph.modules.map(({ id }) => [id, graph.edges.filter((edge) => edge.from === id && edge.to !== id).map((edge) => edge.to)]));
}
