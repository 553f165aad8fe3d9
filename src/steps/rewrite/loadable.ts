import type { ModuleGraph } from '../../model/graph.ts';
import { hasTopLevelAwait } from '../../syntax/top-level-await.ts';

/** Tells of a module, by id, whether an ES module that needs it can load it synchronously, with all that it imports. */
export function loadable(graph: ModuleGraph, read: (id: string) => string | null, requiresModules: boolean): (id: string) => boolean {
  const kinds = new Map(graph.modules.map((module) => [module.id, module.kind]));
  const imports = new Map<string, string[]>();
  for (const { from, to, kind } of graph.edges) if (kind === 'import') imports.set(from, [...(imports.get(from) ?? []), to]);
  const awaits = new Map<string, boolean>();
  const waits = (id: string): boolean => {
    const known = awaits.get(id);
    if (known !== undefined) return known;
    const source = read(id);
    const found = source === null || hasTopLevelAwait(source, id);
    awaits.set(id, found);
    return found;
  };
  return (id) => {
    const reached = new Set([id]);
    for (const one of reached) {
      const kind = kinds.get(one);
      if (kind === undefined || kind === 'wasm' || kind === 'other') return false;
      // What CommonJS loads it loads synchronously already.
      if (kind !== 'esm') continue;
      if (!requiresModules || waits(one)) return false;
      for (const next of imports.get(one) ?? []) reached.add(next);
    }
    return true;
  };
}

/** True for a Node version that can require() ES modules without a flag (changelogs of 20.19, 22.12 and 23.0). */
export function requiresModules(version: string): boolean {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  return major >= 23 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19);
}
