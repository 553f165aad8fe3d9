import type { Account, Boot, TimingRun } from '../../model/boot.ts';
import type { Costs, ModuleCost } from '../../model/costs.ts';
import type { ModuleGraph } from '../../model/graph.ts';
import { median, roundMs, sampleOf } from '../../model/sample.ts';
import { inclusiveTimes, retainedTimes } from '../../query/retained.ts';

type TimeById = Record<string, number>;

/**
 * What each module of the start costs, from the timing runs: medians with their noise. Retained and inclusive times
 * are computed run by run, so that their noise is that of whole subtrees and not a sum of single noises.
 * `exportsBytes` gives the size of the exports map of the package that a module belongs to.
 */
export function costs(boot: Boot, exportsBytes: (module: string) => number): Costs {
  const { graph } = boot.evidence;
  const runs = boot.timing.map(selfTimes);
  const inclusive = runs.map((self) => inclusiveTimes(graph, self));
  const retained = runs.map((self) => retainedTimes(graph, self));
  const sample = (perRun: readonly TimeById[], id: string): ModuleCost['self'] => sampleOf(perRun.map((times) => times[id] ?? 0));
  return {
    kind: 'costs',
    version: 1,
    account: medianAccount(boot.timing),
    modules: graph.modules.map(({ id }) => ({ id, self: sample(runs, id), inclusive: sample(inclusive, id), retained: sample(retained, id) })),
    slowExports: slowExports(graph, boot.timing, exportsBytes),
  };
}

function selfTimes(run: TimingRun): TimeById {
  const self: TimeById = {};
  for (const module of run.modules) self[module.id] = (self[module.id] ?? 0) + module.resolveMs + module.readMs + module.evaluateMs;
  return self;
}

/** The account of the run whose init is the median: its parts still add up, as medians of parts would not. */
function medianAccount(timing: readonly TimingRun[]): Account | null {
  const sorted = timing.toSorted((a, b) => a.account.initMs - b.account.initMs);
  return sorted[(sorted.length - 1) >> 1]?.account ?? null;
}

/** Packages are named when finding their files takes this long in all, and so many times longer per file than others'. */
const SLOW_EXPORTS_MS = 10;
const SLOW_EXPORTS_TIMES = 2;
/** Smaller maps are parsed in no time; what is slow about such a package is something else. */
const SLOW_EXPORTS_BYTES = 4096;

function slowExports(graph: ModuleGraph, timing: readonly TimingRun[], exportsBytes: (module: string) => number): Costs['slowExports'] {
  const perRun = timing.map((run) => new Map(run.modules.map((module) => [module.id, module.resolveMs])));
  const imported = new Set(graph.edges.filter((edge) => edge.kind !== 'require').map((edge) => edge.to));
  const groups = new Map<string, { name: string; bytes: number; times: number[] }>();
  for (const module of graph.modules) {
    if (module.package === null || !imported.has(module.id)) continue;
    const key = `${module.package}@${module.version}`;
    const group = groups.get(key) ?? { name: module.package, bytes: exportsBytes(module.id), times: [] };
    groups.set(key, group);
    group.times.push(median(perRun.map((times) => times.get(module.id) ?? 0)));
  }
  const large = (group: { bytes: number }): boolean => group.bytes >= SLOW_EXPORTS_BYTES;
  const usual = median([0, ...[...groups.values()].filter((group) => !large(group)).flatMap((group) => group.times)]);
  return [...groups.values()]
    .filter(large)
    .map(({ name, bytes, times }) => ({ package: name, resolveMs: roundMs(times.reduce((sum, ms) => sum + ms, 0)), files: times.length, exportsBytes: bytes }))
    .filter(({ resolveMs, files }) => resolveMs >= SLOW_EXPORTS_MS && resolveMs / files >= SLOW_EXPORTS_TIMES * usual)
    .sort((a, b) => b.resolveMs - a.resolveMs);
}
