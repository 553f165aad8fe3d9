import type { ModuleGraph } from '../../model/graph.ts';
import type { LazyReport } from '../../model/lazy.ts';

/** Which of the deferred modules a start still loads, each with one that asks for it, and which it does not. */
export function absence({ edges }: ModuleGraph, deferred: readonly string[]): NonNullable<LazyReport['proof']> {
  const askedBy = new Map<string, string>();
  for (const { from, to, whileLoading } of edges) if (whileLoading && !askedBy.has(to)) askedBy.set(to, from);
  const modules = [...new Set(deferred)].sort();
  return { absent: modules.filter((id) => !askedBy.has(id)), loaded: modules.flatMap((module) => (askedBy.has(module) ? [{ module, by: askedBy.get(module)! }] : [])) };
}
