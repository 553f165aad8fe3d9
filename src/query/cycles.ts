import type { ModuleGraph } from '../model/graph.ts';
import { indexGraph } from './load-index.ts';

/**
 * Groups of modules that import each other in circles while they load, each sorted by load order, in the order of
 * their first modules. Tarjan's strongly connected components, without recursion; modules in no circle are left out.
 */
export function importCycles(graph: ModuleGraph): string[][] {
  const index = indexGraph({ ...graph, edges: graph.edges.filter((edge) => edge.whileLoading) });
  const count = index.ids.length;
  const found = new Int32Array(count).fill(-1);
  const low = new Int32Array(count);
  const open: number[] = [];
  const isOpen = new Uint8Array(count);
  const next = new Int32Array(count);
  const groups: number[][] = [];
  let order = 0;
  for (let root = 0; root < count; root++) {
    if (found[root] !== -1) continue;
    const path = [root];
    while (path.length > 0) {
      const module = path[path.length - 1]!;
      if (found[module] === -1) {
        found[module] = low[module] = order++;
        open.push(module);
        isOpen[module] = 1;
      }
      const arc = index.out[module]![next[module]!++];
      if (arc !== undefined) {
        const { to } = index.arcs[arc]!;
        if (found[to] === -1) path.push(to);
        else if (isOpen[to]) low[module] = Math.min(low[module]!, found[to]!);
        continue;
      }
      path.pop();
      const above = path[path.length - 1];
      if (above !== undefined) low[above] = Math.min(low[above]!, low[module]!);
      if (low[module] !== found[module]) continue;
      const group = open.splice(open.indexOf(module));
      for (const member of group) isOpen[member] = 0;
      if (group.length > 1) groups.push(group.sort((a, b) => a - b));
    }
  }
  return groups.sort((a, b) => a[0]! - b[0]!).map((group) => group.map((module) => index.ids[module]!));
}

/** Whether both modules are in one circle of imports, so that an import between them cannot be deferred. */
export function inOneCycle(cycles: readonly string[][]): (a: string, b: string) => boolean {
  const groupOf = new Map(cycles.flatMap((group, i) => group.map((id) => [id, i] as const)));
  return (a, b) => groupOf.has(a) && groupOf.get(a) === groupOf.get(b);
}
