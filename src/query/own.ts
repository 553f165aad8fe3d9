import type { ModuleGraph } from '../model/graph.ts';

/**
 * Tells the app's own code from its dependencies: files outside node_modules (workspace packages among them), the
 * package that the entry belongs to, since a server that is itself installed from npm is still the app, and any
 * package that holds at least half of the route handlers (`handlers`: their module ids).
 */
export function ownCode(graph: ModuleGraph, handlers: readonly string[] = []): (id: string) => boolean {
  const packageOf = new Map(graph.modules.map((module) => [module.id, module.package]));
  const ownPackages = new Set([packageOf.get(graph.entry) ?? null, ...mainPackages(handlers.map((id) => packageOf.get(id) ?? null))]);
  const own = new Set<string>();
  for (const module of graph.modules) {
    if (module.kind === 'builtin') continue;
    if (!module.id.startsWith('node_modules/') || (module.package !== null && ownPackages.has(module.package))) own.add(module.id);
  }
  return (id) => own.has(id);
}

function mainPackages(packages: readonly (string | null)[]): (string | null)[] {
  const counts = new Map<string | null, number>();
  for (const name of packages) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].filter(([, count]) => count * 2 >= packages.length).map(([name]) => name);
}
