import type { ModuleGraph } from '../model/graph.ts';
import { indexGraph, markReached } from './load-index.ts';
import { dominatorsOf } from './retained.ts';

/**
 * Chance, 0 to 1, that the first request of an environment needs a module, where all routes are asked alike. What a handler's file
 * imports is known, but not which of its routes uses it: each import is taken to serve one of the routes of its file. Modules that
 * no handler reaches are needed by none; what stands above a handler is the app, met through a cycle, and does not count.
 * `handlers` has the module of each route's handler, once for each route.
 */
export function firstRequestNeeds(graph: ModuleGraph, handlers: readonly string[]): (id: string) => number {
  const index = indexGraph(graph);
  const idom = dominatorsOf(index);
  const files = new Float64Array(index.ids.length);
  for (const handler of new Set(handlers)) {
    const start = index.at.get(handler);
    if (start === undefined) continue;
    const seen = new Uint8Array(index.ids.length);
    for (let i = idom[start]!; i >= 0; i = idom[i]!) seen[i] = 1;
    const above = Uint8Array.from(seen);
    markReached(index, [start], seen);
    for (let i = 0; i < seen.length; i++) if (seen[i] === 1 && above[i] === 0) files[i]! += 1;
  }
  return (id) => Math.min(1, (files[index.at.get(id) ?? -1] ?? 0) / Math.max(1, handlers.length));
}
