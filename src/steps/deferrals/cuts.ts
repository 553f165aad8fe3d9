import type { Costs } from '../../model/costs.ts';
import type { ImportEdge, ModuleGraph } from '../../model/graph.ts';

/** Imports that only pay together, and what they keep from loading. */
export interface CutGroup {
  /** The heaviest of the modules that the imports lead to. */
  head: string;
  edges: ImportEdge[];
  /** Everything that the imports would load, whether other groups would load it too or not. */
  gone: string[];
  /** Of that, what goes when this group and those that it needs are deferred, and not without this group. */
  own: string[];
  /** Heads of the groups without which it saves less, because they load what it loads. */
  needs: string[];
  /** Own times of `own`, milliseconds, and the noise of that. */
  savesMs: number;
  noiseMs: number;
}

/** What saves less is not decided on by itself, milliseconds. */
const standsAloneMs = 2;

interface Group {
  heads: string[];
  reach: Set<string>;
}

/**
 * Sorts the imports of a set of deferrals into groups that can be decided on one by one. First come those that pay by themselves, then,
 * the most first, those that pay once the former are there; what pays in neither way is joined with what it shares most with.
 */
export function cutsOf(graph: ModuleGraph, set: { edges: readonly ImportEdge[]; gone: readonly string[]; costs: Costs }): CutGroup[] {
  const ms = new Map(set.costs.modules.map((module) => [module.id, module.self]));
  const weigh = (ids: Iterable<string>): number => [...ids].reduce((sum, id) => sum + (ms.get(id)?.medianMs ?? 0), 0);
  const reachOf = reaching(graph, new Set(set.gone));
  const ownersOf = new Map<string, Set<string>>();
  let open: Group[] = [...new Set(set.edges.map((edge) => edge.to))].map((head) => ({ heads: [head], reach: reachOf(head) }));
  for (const { heads, reach } of open) for (const id of reach) ownersOf.set(id, (ownersOf.get(id) ?? new Set()).add(heads[0]!));

  const groups: CutGroup[] = [];
  const settled = new Map<string, CutGroup>();
  const settle = (group: Group, own: string[]): void => {
    const needs = new Set(own.flatMap((id) => [...ownersOf.get(id)!].filter((head) => !group.heads.includes(head)).map((head) => settled.get(head)!.head)));
    const done: CutGroup = {
      head: group.heads.toSorted((a, b) => weigh(reachOf(b)) - weigh(reachOf(a)) || (a < b ? -1 : 1))[0]!,
      edges: set.edges.filter((edge) => group.heads.includes(edge.to)),
      gone: [...group.reach],
      own,
      needs: [...needs].sort(),
      savesMs: weigh(own),
      noiseMs: Math.hypot(...own.map((id) => ms.get(id)?.madMs ?? 0)),
    };
    groups.push(done);
    for (const head of group.heads) settled.set(head, done);
    open = open.filter((one) => one !== group);
  };
  const gainOf = ({ heads, reach }: Group, free: ReadonlySet<string>): string[] => [...reach].filter((id) => [...ownersOf.get(id)!].every((head) => heads.includes(head) || free.has(head)));
  const best = (free: ReadonlySet<string>): { group: Group; own: string[]; ms: number } | undefined =>
    open.map((group) => ({ group, own: gainOf(group, free) })).map((one) => ({ ...one, ms: weigh(one.own) })).filter((one) => one.ms >= standsAloneMs).sort((a, b) => b.ms - a.ms || (a.group.heads[0]! < b.group.heads[0]! ? -1 : 1))[0];

  for (let next = best(new Set()); next !== undefined; next = best(new Set())) settle(next.group, next.own);
  while (open.length > 0) {
    const next = best(new Set(settled.keys()));
    if (next !== undefined) settle(next.group, next.own);
    else {
      const pair = closest(open, weigh);
      if (pair === null) for (const group of open) settle(group, gainOf(group, new Set(settled.keys())));
      else open = [...open.filter((group) => !pair.includes(group)), { heads: pair.flatMap(({ heads }) => heads), reach: new Set(pair.flatMap(({ reach }) => [...reach])) }];
    }
  }
  return groups;
}

/** The two groups that share most, where that may make them pay together. */
function closest(groups: readonly Group[], weigh: (ids: Iterable<string>) => number): [Group, Group] | null {
  let found: { pair: [Group, Group]; ms: number } | null = null;
  for (const [i, a] of groups.entries()) {
    for (const b of groups.slice(i + 1)) {
      const ms = weigh([...a.reach].filter((id) => b.reach.has(id)));
      if (ms > (found?.ms ?? 0) && weigh(new Set([...a.reach, ...b.reach])) >= standsAloneMs) found = { pair: [a, b], ms };
    }
  }
  return found?.pair ?? null;
}

/** Answers what a module would load of those that go. */
function reaching(graph: ModuleGraph, gone: ReadonlySet<string>): (head: string) => Set<string> {
  const next = new Map<string, string[]>();
  for (const edge of graph.edges) {
    if (!edge.whileLoading || !gone.has(edge.from) || !gone.has(edge.to)) continue;
    next.set(edge.from, [...(next.get(edge.from) ?? []), edge.to]);
  }
  const known = new Map<string, Set<string>>();
  return (head) => {
    const reach = known.get(head) ?? new Set([head]);
    if (!known.has(head)) {
      known.set(head, reach);
      for (const id of reach) for (const to of next.get(id) ?? []) reach.add(to);
    }
    return reach;
  };
}
