import type { ModuleCost } from '../model/costs.ts';
import type { ImportEdge, ModuleGraph, ModuleNode } from '../model/graph.ts';
import type { Sample } from '../model/sample.ts';
import { cutIn, type Cut } from './cut.ts';
import { indexGraph, type LoadIndex } from './load-index.ts';
import { appItself } from './natural-cut.ts';
import { goneFrom, totalMs } from './reach.ts';
import { dominatorsOf, timeGone } from './retained.ts';

/** Lighter own files are not named: they are how an app is written. */
const ownFileShare = 0.02;
/** An import inside a dependency is not the user's to change (a build may do it), so it counts for several. */
const foreignEdits = 3;
const leastMsPerEdit = 1;


export interface HeavySuggestion {
  /** The module by which most of it comes in: a package's entry, or a file of the app. */
  module: string;
  package: string | null;
  /** What goes when the package (or the file) goes, milliseconds, and the noise of that. */
  retainedMs: number;
  noiseMs: number;
  /** How many modules go with it. */
  modules: number;
  /** Sorted by (from, to); empty where no import brings it in: it is preloaded. */
  cut: ImportEdge[];
  /** What goes when the cut is made: at least `retainedMs`, more where the cut takes its importers away too. */
  savesMs: number;
}

export interface HeavyOptions {
  own: (id: string) => boolean;
  top: number;
  /** Modules that no start can do without, such as the framework's: never suggested, never cut off. */
  keep?: (id: string) => boolean;
  /** Smaller savings are not worth a line; 2 ms unless given. */
  leastMs?: number;
}

/**
 * The imports to look at first, by what cutting them saves. One suggestion for each package (all its files together)
 * and for each of the app's own files whose weight is mostly code of the app.
 *
 * Each comes with its cut: the fewest imports, where one that stands in a dependency counts for three, and one that
 * takes other things away counts for as much more as those weigh; imports that take away more besides than the thing
 * itself, or the app itself, are not cut. A suggestion inside a larger one is left out unless it stands on its own:
 * it has a cut of its own and that is all in the app's files, as when one route file brings in two heavy packages.
 */
export function heavyImports(graph: ModuleGraph, costs: readonly ModuleCost[], options: HeavyOptions): HeavySuggestion[] {
  const scene = sceneOf(graph, costs, options);
  const packages = pickOutermost(
    heaviestPackages(scene, options).flatMap((group) => weigh(scene, group, options)),
    options.own,
  );
  const files = ownFiles(scene, packages, options).flatMap((group) => weigh(scene, group, options));
  return pickOutermost([...packages, ...files], options.own)
    .slice(0, options.top)
    .map(({ gone: _, ...suggestion }) => suggestion);
}

type Weighed = HeavySuggestion & { gone: Set<string> };

interface Scene {
  graph: ModuleGraph;
  index: LoadIndex;
  idom: Int32Array;
  selfMs: Record<string, number>;
  retainedMs: Record<string, number>;
  cost: Map<string, ModuleCost>;
  wholeMs: number;
  isApp: (id: string) => boolean;
}

function sceneOf(graph: ModuleGraph, costs: readonly ModuleCost[], { own, keep }: HeavyOptions): Scene {
  const index = indexGraph(graph);
  const none: Sample = { medianMs: 0, madMs: 0, runs: 0 };
  const given = new Map(costs.map((cost) => [cost.id, cost]));
  const cost = new Map(index.ids.map((id) => [id, given.get(id) ?? { id, self: none, inclusive: none, retained: none }]));
  const selfMs = Object.fromEntries(index.ids.map((id) => [id, cost.get(id)!.self.medianMs]));
  const retainedMs = Object.fromEntries(index.ids.map((id) => [id, cost.get(id)!.retained.medianMs]));
  const isApp = appItself(graph, own, keep);
  return { graph, index, idom: dominatorsOf(index), selfMs, retainedMs, cost, wholeMs: totalMs(selfMs, index.ids), isApp };
}

/** Each package's modules; of many packages only those that can come out on top, since each is then looked at closely. */
function heaviestPackages({ graph, idom, retainedMs }: Scene, { own, keep, top }: HeavyOptions): string[][] {
  const groups = new Map<string, { ids: string[]; ms: number }>();
  graph.modules.forEach((module, i) => {
    if (own(module.id) || keep?.(module.id) || module.kind === 'builtin') return;
    const key = packageKey(module);
    const group = groups.get(key) ?? { ids: [], ms: 0 };
    groups.set(key, group);
    group.ids.push(module.id);
    const above = idom[i]! < 0 ? undefined : graph.modules[idom[i]!];
    // What a package retains is at least what its modules do that no other of its modules retains.
    if (!above || packageKey(above) !== key) group.ms += retainedMs[module.id]!;
  });
  return [...groups.values()]
    .sort((a, b) => b.ms - a.ms || (a.ids[0]! < b.ids[0]! ? -1 : 1))
    .slice(0, 2 * top + 10)
    .map(({ ids }) => ids);
}

function packageKey(module: ModuleNode): string {
  return module.package === null ? module.id : `${module.package}@${module.version ?? ''}`;
}

/**
 * Own files whose weight is mostly their own: innermost first, each with what is left when the packages suggested
 * already and the files picked before it are taken out. Only files of some weight are picked before others, so that a
 * folder of many light files is found by the file that brings them all in.
 */
function ownFiles(scene: Scene, packages: readonly Weighed[], options: HeavyOptions): string[][] {
  const { graph, index, retainedMs, selfMs, isApp, wholeMs } = scene;
  const taken = new Set(packages.flatMap(({ gone }) => [...gone]));
  const leastMs = Math.max(options.leastMs ?? 2, wholeMs * ownFileShare);
  const picked: string[][] = [];
  const heavy = graph.modules
    .map(({ id }) => id)
    .filter((id) => options.own(id) && !isApp(id) && retainedMs[id]! >= leastMs)
    .sort((a, b) => retainedMs[a]! - retainedMs[b]! || index.at.get(b)! - index.at.get(a)!);
  for (const id of heavy) {
    const left = goneFrom(index, { modules: [id] }).filter((gone) => !taken.has(gone));
    if (totalMs(selfMs, left) < Math.max(leastMs, retainedMs[id]! / 2)) continue;
    picked.push([id]);
    for (const gone of left) taken.add(gone);
  }
  return picked;
}

function weigh(scene: Scene, targets: string[], options: HeavyOptions): Weighed[] {
  const { graph, index, idom, retainedMs, cost } = scene;
  const goes = goneFrom(index, { modules: targets });
  const groupMs = timeGone(index, new Set(goes), retainedMs, idom);
  if (groupMs < (options.leastMs ?? 2) || loadsTheApp(scene, targets, goes, options)) return [];
  const cut = cutFor(scene, targets, { goes: new Set(goes), groupMs }, options) ?? { edges: [], gone: goes, savesMs: groupMs };
  const lead = targets.reduce((best, id) => (retainedMs[id]! > retainedMs[best]! ? id : best));
  const leadCost = cost.get(lead)!.retained;
  const noiseMs = leadCost.medianMs > groupMs / 2 ? leadCost.madMs : Math.hypot(...goes.map((id) => cost.get(id)!.self.madMs));
  // A saving smaller than its noise is not a saving, and a hundred edits for a few milliseconds are no advice.
  const edits = cut.edges.reduce((sum, { from }) => sum + (options.own(from) ? 1 : foreignEdits), 0);
  if (cut.savesMs < noiseMs || cut.savesMs < edits * leastMsPerEdit) return [];
  return [
    {
      module: lead,
      package: options.own(lead) ? null : graph.modules[index.at.get(lead)!]!.package,
      retainedMs: groupMs,
      noiseMs,
      modules: goes.length,
      cut: cut.edges,
      savesMs: cut.savesMs,
      gone: new Set(cut.gone),
    },
  ];
}

/** Whether most of what goes with a package is the app, which the package finds and loads: folders of plugins, of controllers. */
function loadsTheApp({ index, selfMs }: Scene, targets: readonly string[], goes: readonly string[], { own }: HeavyOptions): boolean {
  const app = targets.some(own) ? [] : goes.filter(own);
  return app.length > 0 && totalMs(selfMs, goneFrom(index, { modules: app })) > totalMs(selfMs, goes) / 2;
}

/** Prices as `heavyImports` tells; where such a cut is more about other things, the imports of the thing itself. */
function cutFor(scene: Scene, targets: string[], { goes, groupMs }: { goes: Set<string>; groupMs: number }, { own, keep }: HeavyOptions): Cut | null {
  const { index, idom, retainedMs, isApp } = scene;
  const target = new Set(targets);
  const above = dominatorsAbove(scene, targets[0]!);
  const base = (edge: ImportEdge): number => 100 * (own(edge.from) ? 1 : foreignEdits);
  const cheapest = (weight: (edge: ImportEdge) => number): Cut | null => {
    const cut = cutIn(index, targets, { weight });
    return cut && { ...cut, savesMs: timeGone(index, new Set(cut.gone), retainedMs, idom) };
  };
  const byPrice = cheapest((edge) => {
    if (target.has(edge.to) || goes.has(edge.to)) return base(edge);
    if (isApp(edge.to) || keep?.(edge.to)) return Infinity;
    const besidesMs = retainedMs[edge.to]! - (above.has(edge.to) ? groupMs : 0);
    return besidesMs > groupMs ? Infinity : base(edge) + Math.round((100 * Math.max(0, besidesMs)) / groupMs);
  });
  if (byPrice && byPrice.savesMs <= 2 * groupMs) return byPrice;
  return cheapest((edge) => (target.has(edge.to) ? base(edge) : Infinity));
}

function dominatorsAbove({ index, idom }: Scene, id: string): Set<string> {
  const above = new Set<string>();
  for (let i = index.at.get(id) ?? -1; i >= 0; i = idom[i]!) above.add(index.ids[i]!);
  return above;
}

/** Largest savings first; what lies inside a larger one only where it stands on its own. */
function pickOutermost(weighed: readonly Weighed[], own: (id: string) => boolean): Weighed[] {
  const sorted = [...weighed].sort(
    (a, b) => b.savesMs - a.savesMs || b.retainedMs - a.retainedMs || (a.module < b.module ? -1 : 1),
  );
  const picked: Weighed[] = [];
  for (const candidate of sorted) {
    const outer = picked.filter(({ gone }) => gone.has(candidate.module));
    const standsAlone = candidate.cut.every(({ from }) => own(from)) && !outer.some((other) => sameCut(other, candidate));
    if (outer.length === 0 || standsAlone) picked.push(candidate);
  }
  return picked;
}

function sameCut(a: HeavySuggestion, b: HeavySuggestion): boolean {
  return a.cut.length === b.cut.length && a.cut.every((edge, i) => edge === b.cut[i]);
}
