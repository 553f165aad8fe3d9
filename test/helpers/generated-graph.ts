import fc from 'fast-check';
import type { ModuleGraph } from '../../src/model/graph.ts';
import { aGraph } from './a-graph.ts';

/** Small graphs of any shape, cycles and unreached modules included; module 0 is the entry. */
export const smallGraphs: fc.Arbitrary<ModuleGraph> = graphs({ modules: 10, edges: 14 });

export function graphs(size: { modules: number; edges: number }): fc.Arbitrary<ModuleGraph> {
  return fc.integer({ min: 2, max: size.modules }).chain((count) => {
    const module = fc.integer({ min: 0, max: count - 1 });
    // Mostly reached: each module but the first may have an importer that comes before it.
    const importers = fc.tuple(...Array.from({ length: count - 1 }, (_, i) => fc.option(fc.integer({ min: 0, max: i }), { freq: 9 })));
    const extra = fc.array(fc.tuple(module, module), { maxLength: Math.max(0, size.edges - count + 1) });
    return fc.tuple(importers, extra).map(([above, pairs]) => {
      const all = [...above.flatMap((from, i) => (from === null ? [] : [[from, i + 1] as const])), ...pairs];
      const once = new Map(all.map(([from, to]) => [`${nameOf(from)} -> ${nameOf(to)}`, true]));
      return aGraph(nameOf(0), ...once.keys());
    });
  });
}

function nameOf(module: number): string {
  return `m${module}`;
}

/** Each module's own time, milliseconds: a different power of two, so that every set of modules has its own sum. */
export function distinctTimes(graph: ModuleGraph): Record<string, number> {
  return Object.fromEntries(graph.modules.map(({ id }, i) => [id, 2 ** i]));
}

/** Modules that load when the given modules or edges are taken away, by plain recursion: what the fast walk must equal. */
export function loadedWithout(graph: ModuleGraph, absent: { modules?: string[]; edges?: number[] } = {}): Set<string> {
  const loaded = new Set<string>();
  const load = (id: string): void => {
    if (loaded.has(id) || absent.modules?.includes(id)) return;
    loaded.add(id);
    graph.edges.forEach((edge, i) => {
      if (edge.from === id && !absent.edges?.includes(i)) load(edge.to);
    });
  };
  graph.roots.forEach(load);
  return loaded;
}

/** The graph with only what its roots reach, as real graphs are. */
export function reachedPart(graph: ModuleGraph): ModuleGraph {
  const loaded = loadedWithout(graph);
  return {
    ...graph,
    modules: graph.modules.filter(({ id }) => loaded.has(id)),
    edges: graph.edges.filter(({ from }) => loaded.has(from)),
  };
}
