import type { ModuleGraph } from '../model/graph.ts';

/** True for a module that can be loaded synchronously, with all that it imports: none of them waits at top level. */
export function loadsAtOnce(graph: ModuleGraph, target: string): boolean {
  const byId = new Map(graph.modules.map((module) => [module.id, module]));
  const reached = new Set([target]);
  for (const id of reached) {
    const module = byId.get(id);
    if (module === undefined || module.topLevelAwait || module.kind === 'wasm' || module.kind === 'other') return false;
    // What CommonJS loads it loads synchronously already.
    if (module.kind === 'esm') for (const { from, to, kind } of graph.edges) if (from === id && kind === 'import') reached.add(to);
  }
  return true;
}
