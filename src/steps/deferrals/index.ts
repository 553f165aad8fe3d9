import type { Observed } from '../../model/boot.ts';
import type { Costs } from '../../model/costs.ts';
import type { Deferral, Deferrals, Effect, ReasonCode } from '../../model/deferrals.ts';
import type { ImportEdge, ModuleGraph } from '../../model/graph.ts';
import { roundMs } from '../../model/sample.ts';
import { bestDeferrals } from '../../query/closure.ts';
import { importCycles, inOneCycle } from '../../query/cycles.ts';
import { branchRanAt, ranAt, type Ran } from '../../query/ran-at.ts';
import { goneWithout } from '../../query/reach.ts';
import { unusualTimes } from '../../query/value-times.ts';
import { cutsOf, type CutGroup } from './cuts.ts';
import { doubtsOf } from './doubts.ts';
import { objectionsOf, type EffectsInput, type Objections } from './effects.ts';
import { obstacleOf, verdictFor, type ImportText } from './obstacles.ts';
import { packageRule } from './packages.ts';
import { readersOf } from './readers.ts';
import { harmlessValues } from './values.ts';

export type { ImportText } from './obstacles.ts';

export interface DeferralsInput {
  graph: ModuleGraph;
  costs: Costs;
  /** See `importTexts`. */
  textOf: (edge: ImportEdge) => ImportText | 'unread' | null;
  /** Line of the import in its importer, 1 where its text does not name it. */
  lineOf: (edge: ImportEdge) => number;
  staticEffects: (id: string) => readonly Effect[];
  observed: readonly Observed[] | null;
  mentionedBy: (name: string) => readonly string[];
  mentionsIn: (id: string, name: string) => readonly number[];
  /** Chance, 0 to 1, that the first request of an environment needs the module. */
  firstRequestNeeds: (id: string) => number;
  /** Lambda memory, MB. */
  memoryMb: number;
  /** Imports that retain less are not worth a verdict, milliseconds; 2 unless given. */
  thresholdMs?: number;
  /** Package names, from the config. */
  eager?: readonly string[];
  lazy?: readonly string[];
}

/** At this memory a function has one full CPU; below it a request gets its share (AWS Lambda developer guide, "Configure memory"). */
const fullCpuMb = 1769;

/** The verdict on every import that matters, and the set of deferrals that saves the most. Pure. */
export function deferrals(input: DeferralsInput): Deferrals {
  const { graph, costs, thresholdMs = 2 } = input;
  const cost = new Map(costs.modules.map((module) => [module.id, module]));
  const packageOf = new Map(graph.modules.map((module) => [module.id, module.package]));
  const inPackages = (names: readonly string[] = []) => (id: string): boolean => names.includes(packageOf.get(id) ?? '');
  const textOf = remember(input.textOf);
  const cycles = importCycles(graph);
  const seen = new Map(input.observed?.map((one) => [one.id, one]));
  const before = (ask: (one: Observed, offset: number) => Ran | null) => (id: string, offset: number): boolean | null => {
    const one = seen.get(id);
    const ran = one === undefined ? null : ask(one, offset);
    return ran === null ? null : ran !== 'never';
  };
  // What a start uses is a question of what deferring brings: the branches that it took tell. What a module does to others is one of
  // safety: there a function that ran counts as a whole, since a start elsewhere may take its other branches.
  const usedBeforeAnswer = before(branchRanAt);
  const ranBeforeAnswer = before(ranAt);
  const readBeforeAnswer = readersOf({ graph, textOf, ranBeforeAnswer: usedBeforeAnswer, mentionsIn: input.mentionsIn });
  const asked = { textOf, ranBeforeAnswer: usedBeforeAnswer, readBeforeAnswer, inCycle: inOneCycle(cycles), isEager: inPackages(input.eager) };
  const obstacles = new Map<ImportEdge, ReasonCode | null>();
  const obstacle = (edge: ImportEdge): ReasonCode | null => {
    if (!obstacles.has(edge)) obstacles.set(edge, obstacleOf(edge, asked));
    return obstacles.get(edge)!;
  };
  const slowdown = Math.max(1, fullCpuMb / input.memoryMb);
  const selfMs = (id: string): number => cost.get(id)?.self.medianMs ?? 0;
  const weightMs = (id: string): number => selfMs(id) * (1 - input.firstRequestNeeds(id) * slowdown);
  const priceMs = thresholdMs / 4;
  const pays = bringsIn(graph, selfMs, priceMs);
  const commented = new Set(graph.edges.filter((edge) => edge.whileLoading && pays(edge.to) && asText(textOf(edge))?.choice === 'lazy').map((edge) => edge.to));
  const inLazyPackage = inPackages(input.lazy);
  const isLazy = (id: string): boolean => inLazyPackage(id) || commented.has(id);
  const { best, stays, objections } = choose({ ...input, ranBeforeAnswer }, { cuttable: (edge) => pays(edge.to) && obstacle(edge) === null, weightMs, isLazy, priceMs });

  const loading = { ...graph, edges: graph.edges.filter((edge) => edge.whileLoading) };
  const gone = new Set(best.gone);
  const valueMs = valuesOf(best.edges.filter((edge) => !gone.has(edge.from) && asText(textOf(edge))?.refused === 'VALUE_INITIALIZER'), unusualTimes(graph, costs));
  const withValues = (group: CutGroup): CutGroup => ({ ...group, savesMs: group.savesMs + sumOf(valueMs, group.edges) });
  const groups = cutsOf(graph, { edges: best.edges, gone: best.gone, costs }).map(withValues);
  const chosen = paying(groups, thresholdMs);
  const doubts = doubtsOf(chosen, { graph, gone, isLazy, objections, textOf, isHarmless: harmlessValues({ graph, textOf, observed: input.observed, mentionsIn: input.mentionsIn }) });
  const groupOf = new Map(groups.flatMap((group) => group.edges.map((edge) => [edge, group] as const)));
  const all: Deferral[] = [];
  for (const edge of graph.edges) {
    const group = groupOf.get(edge);
    if (!edge.whileLoading || (group === undefined && (gone.has(edge.from) || (cost.get(edge.to)?.retained.medianMs ?? 0) < thresholdMs))) continue;
    const place = { file: edge.from, line: input.lineOf(edge), specifier: edge.specifier.startsWith('/') ? edge.to : edge.specifier };
    const common = { import: place, importer: edge.from, target: edge.to, neededByFirstRequest: input.firstRequestNeeds(edge.to) };
    if (group === undefined) {
      const { medianMs, madMs } = cost.get(edge.to)!.retained;
      // An import that nobody had to ask about leads to what stays for another reason.
      const reason = obstacles.get(edge) ?? (asked.inCycle(edge.from, edge.to) ? 'CYCLE' : null) ?? stays.get(edge.to) ?? (input.firstRequestNeeds(edge.to) * slowdown >= 1 ? 'NEEDED_BY_FIRST_REQUEST' : 'STILL_EAGER');
      all.push({ ...common, verdict: verdictFor(reason), reasons: [reason], savesMs: roundMs(medianMs), noiseMs: roundMs(madMs), cut: edge.to });
    } else {
      const text = asText(asked.textOf(edge));
      const doubt = doubts.get(group);
      const verdict: Pick<Deferral, 'verdict' | 'reasons'> =
        doubt === undefined ? { verdict: 'no-win', reasons: [group.savesMs < thresholdMs ? 'BELOW_THRESHOLD' : 'BELOW_NOISE'] }
        : isLazy(edge.to) || text?.choice === 'lazy' ? { verdict: 'defer', reasons: ['OPT_IN'] }
        : doubt.length === 0 ? { verdict: 'defer', reasons: text?.refused === 'VALUE_INITIALIZER' ? ['SAFE', 'VALUE_INITIALIZER'] : ['SAFE'] }
        : { verdict: 'review', reasons: doubt };
      all.push({ ...common, ...verdict, savesMs: roundMs(group.savesMs), noiseMs: roundMs(group.noiseMs), cut: group.head, ...(group.needs.length > 0 ? { needs: group.needs } : {}) });
    }
  }
  const cut = chosen.flatMap(({ edges }) => edges);
  return {
    kind: 'deferrals',
    version: 1,
    deferrals: all.sort((a, b) => b.savesMs - a.savesMs || order(a.cut, b.cut) || order(a.importer, b.importer) || order(a.import.specifier, b.import.specifier)),
    savesMs: roundMs(goneWithout(loading, { edges: cut }).reduce((sum, id) => sum + (gone.has(id) ? selfMs(id) : 0), 0) + sumOf(valueMs, cut)),
    upperBoundMs: roundMs(best.upperBoundMs + sumOf(valueMs, best.edges)),
    preload: best.preload.filter((id) => !stays.has(id)).sort(order),
  };
}

/** What values cost that are made of deferred modules at the top level of their importers, and put off with them; alike for all of an importer. */
function valuesOf(edges: readonly ImportEdge[], unusualMs: (id: string) => number): Map<ImportEdge, number> {
  const counts = new Map<string, number>();
  for (const { from } of edges) counts.set(from, (counts.get(from) ?? 0) + 1);
  return new Map(edges.map((edge) => [edge, unusualMs(edge.from) / counts.get(edge.from)!]));
}

function sumOf(valueMs: ReadonlyMap<ImportEdge, number>, edges: readonly ImportEdge[]): number {
  return edges.reduce((sum, edge) => sum + (valueMs.get(edge) ?? 0), 0);
}

interface Choice {
  cuttable: (edge: ImportEdge) => boolean;
  weightMs: (id: string) => number;
  isLazy: (id: string) => boolean;
  priceMs: number;
}

/** Larger than any start, milliseconds: such a module is never worth losing. */
const never = -1e7;

/**
 * The best set in which nothing goes that must not. A module that must stay keeps the whole chain of imports by which it was first
 * loaded, so that it also loads where it did; then the question is asked again, until nothing more is found.
 */
function choose(input: DeferralsInput & Pick<EffectsInput, 'ranBeforeAnswer'>, { cuttable, weightMs, isLazy, priceMs }: Choice): { best: ReturnType<typeof bestDeferrals>; stays: Map<string, ReasonCode>; objections: (id: string, gone: ReadonlySet<string>) => Objections } {
  const { graph } = input;
  const objections = objectionsOf(input);
  const rule = packageRule(graph);
  const byId = new Map(graph.modules.map((module) => [module.id, module]));
  const stays = new Map<string, ReasonCode>();
  const kept = new Set<string>();
  for (;;) {
    const best = bestDeferrals({
      graph,
      weightMs: (id) => (stays.has(id) ? never : weightMs(id)),
      cuttable: (edge) => !kept.has(`${edge.from}\0${edge.to}`) && cuttable(edge),
      priceMs: () => priceMs,
    });
    const gone = new Set(best.gone);
    const reasons = new Map<string, ReasonCode>();
    for (const id of [...best.gone, ...best.preload.filter((one) => stays.has(one))]) {
      const reason = stays.get(id) ?? (isLazy(id) ? null : (rule(id) ?? (byId.get(id)!.topLevelAwait ? 'TOP_LEVEL_AWAIT' : objections(id, gone).hard)));
      if (reason !== null) reasons.set(id, reason);
    }
    for (const module of graph.modules) {
      // It still loads, but later than what may rely on it.
      if (!gone.has(module.id) && module.importer !== null && gone.has(module.importer) && !stays.has(module.id) && objections(module.id, gone).ordered) reasons.set(module.id, 'EFFECT_OBSERVED');
    }
    let news = false;
    for (const [id, reason] of reasons) {
      for (let at = byId.get(id); at !== undefined; at = at.importer === null ? undefined : byId.get(at.importer)) {
        if (!stays.has(at.id)) {
          stays.set(at.id, reason);
          news = true;
        }
        if (at.importer === null || kept.has(`${at.importer}\0${at.id}`)) break;
        kept.add(`${at.importer}\0${at.id}`);
        news = true;
      }
    }
    if (!news) return { best, stays, objections };
  }
}

/** Groups that save enough, and more than their noise, as do all those that they need. */
function paying(groups: readonly CutGroup[], thresholdMs: number): CutGroup[] {
  let chosen = groups.filter(({ savesMs, noiseMs }) => savesMs >= thresholdMs && savesMs > noiseMs);
  for (;;) {
    const heads = new Set(chosen.map(({ head }) => head));
    const left = chosen.filter(({ needs }) => needs.every((head) => heads.has(head)));
    if (left.length === chosen.length) return chosen;
    chosen = left;
  }
}

function asText(text: ImportText | 'unread' | null): ImportText | null {
  return text === 'unread' ? null : text;
}

/** Whether a module and all that it imports, directly or not, take at least so long: else deferring an import of it cannot pay. */
function bringsIn(graph: ModuleGraph, selfMs: (id: string) => number, leastMs: number): (id: string) => boolean {
  const next = new Map<string, string[]>();
  for (const edge of graph.edges) if (edge.whileLoading) next.set(edge.from, [...(next.get(edge.from) ?? []), edge.to]);
  return remember((id) => {
    const seen = new Set([id]);
    let ms = 0;
    for (const one of seen) {
      ms += selfMs(one);
      if (ms >= leastMs) return true;
      for (const to of next.get(one) ?? []) seen.add(to);
    }
    return false;
  });
}

function remember<Key, Value>(ask: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    if (!known.has(key)) known.set(key, ask(key));
    return known.get(key)!;
  };
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
