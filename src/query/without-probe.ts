import type { Boot } from '../model/boot.ts';
import type { Costs } from '../model/costs.ts';
import { median, roundMs, type Sample } from '../model/sample.ts';
import { inclusiveTimes, retainedCounts } from './retained.ts';

/**
 * The costs as they are without the probe, for predictions: what it adds to a start is for each module about the same, so every
 * module is taken to cost that much less. Unchanged where starts without a probe were not slower, or there were none.
 */
export function withoutProbe(costs: Costs, { evidence: { graph }, timing, plainMs }: Pick<Boot, 'evidence' | 'timing' | 'plainMs'>): Costs {
  const answers = timing.flatMap(({ firstAnswerMs }) => firstAnswerMs ?? []);
  const addedMs = answers.length === 0 || plainMs.length === 0 ? 0 : median(answers) - median(plainMs);
  if (addedMs <= 0) return costs;
  const eachMs = addedMs / costs.modules.length;
  const retained = retainedCounts(graph);
  const inclusive = inclusiveTimes(graph, Object.fromEntries(graph.modules.map(({ id }) => [id, 1])));
  const less = (sample: Sample, modules: number): Sample => ({ ...sample, medianMs: roundMs(Math.max(0, sample.medianMs - eachMs * modules)) });
  return {
    ...costs,
    modules: costs.modules.map((module) => ({
      ...module,
      self: less(module.self, 1),
      inclusive: less(module.inclusive, inclusive[module.id] ?? 1),
      retained: less(module.retained, retained[module.id] ?? 1),
    })),
  };
}
