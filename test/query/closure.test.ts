import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { ImportEdge, ModuleGraph } from '../../src/model/graph.ts';
import { bestDeferrals } from '../../src/query/closure.ts';
import { aGraph } from '../helpers/a-graph.ts';
import { graphs, loadedWithout } from '../helpers/generated-graph.ts';
import { measuredWithin } from '../helpers/measuring.ts';

const always = (): boolean => true;
const except = (...pairs: string[]) => (edge: ImportEdge): boolean => !pairs.includes(`${edge.from} ${edge.to}`);
const ends = (edges: readonly ImportEdge[]): string[] => edges.map((edge) => `${edge.from} ${edge.to}`);
const weights = (ms: Record<string, number>) => (id: string): number => ms[id] ?? 0;

describe('bestDeferrals', () => {
  it('cuts every import of a heavy module', () => {
    const graph = aGraph('app -> a b', 'a -> pdf', 'b -> pdf', 'pdf -> font');
    const best = bestDeferrals({ graph, weightMs: weights({ pdf: 30, font: 20 }), cuttable: except('app a', 'app b') });
    assert.deepEqual({ ...best, edges: ends(best.edges) }, { edges: ['a pdf', 'b pdf'], gone: ['pdf', 'font'], preload: [], worthMs: 50, upperBoundMs: 50 });
  });

  it('cuts nothing for a module that stays loaded through an import that cannot be deferred', () => {
    const graph = aGraph('app -> a b', 'a -> pdf', 'b -> pdf');
    const best = bestDeferrals({ graph, weightMs: weights({ pdf: 30 }), cuttable: except('app a', 'app b', 'b pdf') });
    assert.deepEqual({ edges: best.edges, gone: best.gone, bound: best.upperBoundMs }, { edges: [], gone: [], bound: 30 });
  });

  it('lets an importer that costs a little go for the sake of what it loads', () => {
    const graph = aGraph('app -> report', 'report -> pdf');
    const best = bestDeferrals({ graph, weightMs: weights({ report: -5, pdf: 30 }), cuttable: except('report pdf') });
    assert.deepEqual({ edges: ends(best.edges), gone: best.gone, worth: best.worthMs }, { edges: ['app report'], gone: ['report', 'pdf'], worth: 25 });
  });

  it('names for preloading what goes along but is needed by the first request', () => {
    const graph = aGraph('app -> users orders', 'users -> db', 'orders -> db');
    const best = bestDeferrals({ graph, weightMs: weights({ users: 10, orders: 10, db: -40 }), cuttable: always });
    assert.deepEqual({ gone: best.gone, preload: best.preload, worth: best.worthMs }, { gone: ['users', 'orders'], preload: ['db'], worth: 20 });
  });

  it('does not defer an import that brings less than its price', () => {
    const graph = aGraph('app -> big small', 'big -> shared', 'small -> shared');
    const best = bestDeferrals({ graph, weightMs: weights({ big: 9, small: 0.2, shared: 0.2 }), cuttable: always, priceMs: () => 0.5 });
    assert.deepEqual({ edges: ends(best.edges), worth: best.worthMs }, { edges: ['app big'], worth: 8.5 });
  });

  it('takes no notice of imports made after the start', () => {
    const graph = aGraph('app -> pdf', 'app ~> jobs', 'jobs ~> pdf');
    const best = bestDeferrals({ graph, weightMs: weights({ pdf: 30, jobs: 7 }), cuttable: always });
    assert.deepEqual({ edges: ends(best.edges), gone: best.gone }, { edges: ['app pdf'], gone: ['pdf'] });
  });

  it('equals brute force', () => {
    fc.assert(
      fc.property(problems, ({ graph, ms, fixed, price }) => {
        const cuttable = (edge: ImportEdge): boolean => !fixed.has(graph.edges.indexOf(edge));
        const best = bestDeferrals({ graph, weightMs: weights(ms), cuttable, priceMs: () => price });
        assert.equal(best.worthMs, bruteForce(graph, ms, cuttable, price));
      }),
      { numRuns: 400 },
    );
  });

  it('names exactly what no longer loads once its imports are deferred and its preloads made', () => {
    fc.assert(
      fc.property(problems, ({ graph, ms, fixed, price }) => {
        const cuttable = (edge: ImportEdge): boolean => !fixed.has(graph.edges.indexOf(edge));
        const best = bestDeferrals({ graph, weightMs: weights(ms), cuttable, priceMs: () => price });
        assert.ok(best.edges.every(cuttable));
        const stays = { ...graph, roots: [...rootsOf(graph), ...best.preload] };
        // Imports of a deferred module into another are not cut, so a preloaded module may meet them: cut those too.
        const edges = graph.edges.flatMap((edge, i) => (best.gone.includes(edge.to) && !best.gone.includes(edge.from) ? [i] : []));
        const loaded = loadedWithout(stays, { edges });
        assert.deepEqual(best.gone, graph.modules.map(({ id }) => id).filter((id) => !loaded.has(id)));
        assert.deepEqual(ends(edges.map((i) => graph.edges[i]!)).sort(), ends(best.edges).sort());
      }),
      { numRuns: 400 },
    );
  });

  it('is quick on a graph the size of a large server', async () => {
    const graph = largeGraph(6000, 30_000);
    await measuredWithin(3, async () => {
      const started = performance.now();
      const best = bestDeferrals({ graph, weightMs: (id) => (Number(id.slice(1)) % 7) - 1.5, cuttable: (edge) => edge.from.length + edge.to.length !== 8 });
      const ms = performance.now() - started;
      assert.ok(best.gone.length > 0);
      assert.ok(ms < 1000, `took ${Math.round(ms)} ms`);
    });
  });
});

const problems = graphs({ modules: 11, edges: 22 }).chain((graph) =>
  fc.record({
    graph: fc.constant(graph),
    ms: fc.array(fc.integer({ min: -6, max: 9 }), { minLength: graph.modules.length, maxLength: graph.modules.length }).map((list) => Object.fromEntries(graph.modules.map(({ id }, i) => [id, list[i]!]))),
    fixed: fc.uniqueArray(fc.nat({ max: Math.max(0, graph.edges.length - 1) }), { maxLength: graph.edges.length }).map((list) => new Set(list)),
    price: fc.integer({ min: 0, max: 2 }),
  }),
);

/** The greatest worth of all sets of modules that may go together. */
function bruteForce(graph: ModuleGraph, ms: Record<string, number>, cuttable: (edge: ImportEdge) => boolean, price: number): number {
  const roots = rootsOf(graph);
  const candidates = graph.modules.map(({ id }) => id).filter((id) => !roots.includes(id));
  let best = 0;
  for (let choice = 0; choice < 2 ** candidates.length; choice++) {
    const gone = new Set(candidates.filter((_, i) => choice & (1 << i)));
    const entering = graph.edges.filter((edge) => gone.has(edge.to) && !gone.has(edge.from));
    if (!entering.every(cuttable)) continue;
    const worth = [...gone].reduce((sum, id) => sum + ms[id]!, 0) - price * entering.length;
    best = Math.max(best, worth);
  }
  return best;
}

/** The entry, and what no chain of imports explains: the first unexplained module in load order, then the next. */
function rootsOf(graph: ModuleGraph): string[] {
  const roots = [...graph.roots];
  for (const { id } of graph.modules.toSorted((a, b) => a.order - b.order)) {
    if (!loadedWithout({ ...graph, roots }).has(id)) roots.push(id);
  }
  return roots;
}

function largeGraph(modules: number, edges: number): ModuleGraph {
  let seed = 1;
  const random = (below: number): number => ((seed = (seed * 48271) % 2147483647) % below);
  const nodes = Array.from({ length: modules }, (_, i) => ({ ...aGraph(`m${i}`).modules[0]!, order: i, importer: i === 0 ? null : 'm0' }));
  const pairs = new Map<string, ImportEdge>();
  const add = (from: number, to: number): void => void pairs.set(`${from} ${to}`, { from: `m${from}`, to: `m${to}`, specifier: `m${to}`, kind: 'require', whileLoading: true });
  for (let i = 1; i < modules; i++) add(random(Math.min(i, 400)), i);
  while (pairs.size < edges) add(random(modules), random(modules));
  return { entry: 'm0', roots: ['m0'], modules: nodes, edges: [...pairs.values()] };
}
