import type { Costs } from '../../model/costs.ts';
import type { ImportEdge, ModuleGraph } from '../../model/graph.ts';

/** Imports that only pay together, and what they keep from loading. */
export interface CutGroup {
  /** The heaviest of the modules that the imports lead to. */
  head: string;
  edges: ImportEdge[];
  /** Everything that the imports would load, whether other groups would load it too or not. */
  gone: string[];
  /** Own times of what only this group loads, milliseconds, and the noise of that. */
  savesMs: number;
  noiseMs: number;
}

/** A target that saves less on its own belongs to the one that it shares most with. */
const standsAloneMs = 2;

/** Sorts the imports of a set of deferrals into groups that can be decided on one by one. */
export function cutsOf(graph: ModuleGraph, set: { edges: readonly ImportEdge[]; gone: readonly string[]; preload: readonly string[]; costs: Costs }): CutGroup[] {
  const ms = new Map(set.costs.modules.map((module) => [module.id, module.self]));
  const gone = new Set(set.gone);
  const next = new Map<string, string[]>();
  for (const edge of graph.edges) {
    if (!edge.whileLoading || !gone.has(edge.from) || !gone.has(edge.to)) continue;
    next.set(edge.from, [...(next.get(edge.from) ?? []), edge.to]);
  }
  const heads = [...new Set(set.edges.map((edge) => edge.to))];
  let groups = heads.map((head) => ({ heads: [head], reach: reachOf(head, next) }));
  const weigh = (ids: Iterable<string>): number => [...ids].reduce((sum, id) => sum + (ms.get(id)?.medianMs ?? 0), 0);
  for (;;) {
    const owners = ownersOf(groups);
    const alone = (i: number): number => weigh([...groups[i]!.reach].filter((id) => owners.get(id)!.length === 1));
    const weak = groups.map((_, i) => i).filter((i) => alone(i) < standsAloneMs && weigh(groups[i]!.reach) >= standsAloneMs).sort((a, b) => alone(a) - alone(b))[0];
    if (weak === undefined) break;
    const shared = new Map<number, number>();
    for (const id of groups[weak]!.reach) for (const other of owners.get(id)!) if (other !== weak) shared.set(other, (shared.get(other) ?? 0) + (ms.get(id)?.medianMs ?? 0));
    const partner = [...shared].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]?.[0];
    if (partner === undefined) break;
    const joined = { heads: [...groups[partner]!.heads, ...groups[weak]!.heads], reach: new Set([...groups[partner]!.reach, ...groups[weak]!.reach]) };
    groups = [...groups.filter((_, i) => i !== weak && i !== partner), joined];
  }
  const owners = ownersOf(groups);
  return groups.map((group) => {
    const own = [...group.reach].filter((id) => owners.get(id)!.length === 1);
    const weightOf = (id: string): number => weigh(reachOf(id, next));
    const edges = set.edges.filter((edge) => group.heads.includes(edge.to));
    return {
      head: group.heads.toSorted((a, b) => weightOf(b) - weightOf(a) || (a < b ? -1 : 1))[0]!,
      edges,
      gone: [...group.reach],
      savesMs: weigh(own),
      noiseMs: Math.hypot(...own.map((id) => ms.get(id)?.madMs ?? 0)),
    };
  });
}

function ownersOf(groups: readonly { reach: ReadonlySet<string> }[]): Map<string, number[]> {
  const owners = new Map<string, number[]>();
  groups.forEach(({ reach }, i) => {
    for (const id of reach) owners.set(id, [...(owners.get(id) ?? []), i]);
  });
  return owners;
}

function reachOf(head: string, next: ReadonlyMap<string, readonly string[]>): Set<string> {
  const reach = new Set([head]);
  for (const id of reach) for (const to of next.get(id) ?? []) reach.add(to);
  return reach;
}
