import type { Boot } from '../model/boot.ts';
import type { Costs } from '../model/costs.ts';
import { median, roundMs, type Sample } from '../model/sample.ts';
import { inclusiveTimes, retainedCounts } from './retained.ts';

/**
 * The costs as a start without the probe is expected to have them, for predictions. What hits another module in each start, as
 * garbage collection does, is in no module's median: it is spread over all in proportion, so that their own times add up to what
 * loading takes. What the probe adds is about the same for each module: every module is taken to cost that much less. Where a first process
 * of the app loads what the one that answers loads again, a module costs that once more, as far as the first one took as long.
 */
export function expectedCosts(costs: Costs, { evidence: { graph }, timing, plainMs, findings }: Pick<Boot, 'evidence' | 'timing' | 'plainMs' | 'findings'>): Costs {
  const answers = timing.flatMap(({ firstAnswerMs }) => firstAnswerMs ?? []);
  const addedMs = answers.length === 0 || plainMs.length === 0 ? 0 : Math.max(0, median(answers) - median(plainMs));
  const ownMs = costs.modules.reduce((sum, { self }) => sum + self.medianMs, 0);
  const allMs = timing.length === 0 ? ownMs : median(timing.map(({ modules }) => loadingMs(modules)));
  const scale = ownMs > 0 ? Math.max(1, allMs / ownMs) : 1;
  const often = timesLoaded({ timing, findings });
  // The probe is in both processes.
  const eachMs = addedMs / (often * costs.modules.length);
  const retained = retainedCounts(graph);
  const inclusive = inclusiveTimes(graph, Object.fromEntries(graph.modules.map(({ id }) => [id, 1])));
  const expected = (sample: Sample, modules: number, times = 1): Sample => ({ ...sample, medianMs: roundMs(often * Math.max(0, sample.medianMs * times - eachMs * modules)) });
  return {
    ...costs,
    modules: costs.modules.map((module) => ({
      ...module,
      self: expected(module.self, 1, scale),
      inclusive: expected(module.inclusive, inclusive[module.id] ?? 1),
      retained: expected(module.retained, retained[module.id] ?? 1),
    })),
  };
}

/**
 * How often a module's loading is in a start: 1, or up to 2 where a first process of the app loads what the one that answers loads again.
 * Besides loading, the first one is taken to need what Node's own start takes in the other.
 */
export function timesLoaded({ timing, findings }: Pick<Boot, 'timing' | 'findings'>): number {
  if (timing.length === 0 || !findings.some(({ code }) => code === 'starts-twice')) return 1;
  const share = ({ account: { launcherMs, bootstrapMs }, modules }: Boot['timing'][number]): number => (launcherMs - (bootstrapMs - launcherMs)) / Math.max(1, loadingMs(modules));
  return 1 + Math.min(1, Math.max(0, median(timing.map(share))));
}

function loadingMs(modules: Boot['timing'][number]['modules']): number {
  return modules.reduce((sum, one) => sum + one.resolveMs + one.readMs + one.evaluateMs, 0);
}
