import type { ReasonCode } from '../../model/deferrals.ts';
import type { ImportEdge, ModuleGraph } from '../../model/graph.ts';
import { goneFrom } from '../../query/reach.ts';
import { indexGraph } from '../../query/load-index.ts';
import type { CutGroup } from './cuts.ts';
import type { Objections } from './effects.ts';
import type { ImportText } from './obstacles.ts';

export interface About {
  graph: ModuleGraph;
  gone: ReadonlySet<string>;
  isLazy: (id: string) => boolean;
  objections: (id: string, gone: ReadonlySet<string>) => Objections;
  textOf: (edge: ImportEdge) => ImportText | 'unread' | null;
  /** See `harmlessValues`. */
  isHarmless: (edge: ImportEdge, gone: ReadonlySet<string>) => boolean;
}

/**
 * Why a person must look at each group; empty where nobody must. What goes with a group that is for review may yet stay,
 * so what is done without asking is judged once more by what goes without asking.
 */
export function doubtsOf(groups: readonly CutGroup[], { graph, gone, isLazy, objections, textOf, isHarmless }: About): Map<CutGroup, ReasonCode[]> {
  const doubts = new Map<CutGroup, ReasonCode[]>();
  for (const group of groups) {
    const reasons = new Set<ReasonCode>();
    // The imports of a cut only pay together, so one that a person must look at makes all of them such.
    if (group.edges.some((edge) => refusedAs(textOf(edge)) === 'VALUE_INITIALIZER' && !isHarmless(edge, gone))) reasons.add('VALUE_INITIALIZER');
    for (const id of group.own) {
      const soft = isLazy(id) ? null : objections(id, gone).soft;
      if (soft !== null) reasons.add(soft);
    }
    doubts.set(group, [...reasons].sort());
  }
  const byHead = new Map(groups.map((group) => [group.head, group]));
  const index = indexGraph({ ...graph, edges: graph.edges.filter((edge) => edge.whileLoading) });
  for (let news = true; news; ) {
    spread(groups, doubts, byHead);
    news = false;
    const sure = groups.filter((group) => doubts.get(group)!.length === 0).sort((a, b) => a.savesMs - b.savesMs);
    const surelyGone = new Set(goneFrom(index, { edges: sure.flatMap(({ edges }) => edges) }));
    for (const group of sure) {
      if (!group.edges.some((edge) => refusedAs(textOf(edge)) === 'VALUE_INITIALIZER' && !isHarmless(edge, surelyGone))) continue;
      doubts.set(group, ['VALUE_INITIALIZER']);
      news = true;
    }
    for (const id of surelyGone) {
      if (isLazy(id)) continue;
      const { hard, soft } = objections(id, surelyGone);
      const reason = hard ?? soft;
      // One that stays is enough for it to stay: the one that saves the least.
      const blamed = reason === null ? undefined : sure.find((group) => group.gone.includes(id) && doubts.get(group)!.length === 0);
      if (reason === null || blamed === undefined || sure.some((group) => group.gone.includes(id) && doubts.get(group)!.length > 0)) continue;
      doubts.set(blamed, [reason]);
      news = true;
    }
  }
  return doubts;
}

/** What pays only with a group that is for review is for review with it. */
function spread(groups: readonly CutGroup[], doubts: Map<CutGroup, ReasonCode[]>, byHead: ReadonlyMap<string, CutGroup>): void {
  for (let news = true; news; ) {
    news = false;
    for (const group of groups) {
      if (doubts.get(group)!.length > 0) continue;
      const reasons = group.needs.flatMap((head) => (byHead.has(head) ? doubts.get(byHead.get(head)!)! : []));
      if (reasons.length === 0) continue;
      doubts.set(group, [...new Set(reasons)].sort());
      news = true;
    }
  }
}

function refusedAs(text: ImportText | 'unread' | null): ReasonCode | null {
  return text === null || text === 'unread' ? null : text.refused;
}
