import type { ImportEdge, ModuleGraph, ModuleNode } from '../../src/model/graph.ts';

/**
 * A graph from lines such as `'app -> a b'`: the first module named is the entry, load order is the order of naming,
 * and a module's importer is the first that names it. `~>` makes late imports. Package and kind follow from the id.
 */
export function aGraph(...lines: string[]): ModuleGraph {
  const modules = new Map<string, ModuleNode>();
  const edges: ImportEdge[] = [];
  const meet = (id: string, importer: string | null) => {
    if (!modules.has(id)) modules.set(id, aModule(id, { order: modules.size, importer }));
  };
  for (const line of lines) {
    const late = line.includes('~>');
    const [from = '', targets = ''] = line.split(late ? '~>' : '->').map((part) => part.trim());
    meet(from, null);
    for (const to of targets.split(/\s+/).filter(Boolean)) {
      meet(to, from);
      edges.push({ from, to, specifier: to, kind: 'require', whileLoading: !late });
    }
  }
  const entry = [...modules.keys()][0] ?? 'app.js';
  const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  edges.sort((a, b) => order(a.from, b.from) || order(a.to, b.to));
  return { entry, roots: [entry], modules: [...modules.values()], edges };
}

function aModule(id: string, rest: Partial<ModuleNode>): ModuleNode {
  const dependency = /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(id);
  return {
    id,
    kind: id.startsWith('node:') ? 'builtin' : 'cjs',
    package: dependency?.[1] ?? null,
    version: dependency ? '1.0.0' : null,
    bytes: 100,
    order: 0,
    importer: null,
    topLevelAwait: false,
    ...rest,
  };
}
