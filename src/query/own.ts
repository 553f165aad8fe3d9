import type { ModuleGraph } from '../model/graph.ts';

/**
 * Tells the app's own code from its dependencies: files outside node_modules (workspace packages among them), and the
 * package that the entry belongs to, since a server that is itself installed from npm is still the app.
 */
export function ownCode(graph: ModuleGraph): (id: string) => boolean {
  const entry = graph.modules.find((module) => module.id === graph.entry);
  const own = new Set<string>();
  for (const module of graph.modules) {
    if (module.kind === 'builtin') continue;
    if (!module.id.startsWith('node_modules/') || (module.package !== null && module.package === entry?.package)) own.add(module.id);
  }
  return (id) => own.has(id);
}
