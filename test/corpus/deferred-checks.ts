import type { Difference } from '../../src/model/verification.ts';
import type { Check } from './checks.ts';
import type { DeferredOutcome } from './deferred.ts';

/** Savings below this are not held against their prediction, ms; the share by which others may be off. */
const limits = { savedMs: 50, error: 0.1 };

/** Holds against issue 3, item 7, what deferring did to one app. The prediction is judged over all apps, by `predictionError`. */
export function checkDeferred(outcome: DeferredOutcome): Check[] {
  const { loaded, asked } = outcome;
  const failedToLoad = loaded.failedToLoad.map(({ module, message }) => `${module}: ${message}`);
  const differences = [...asked.differences, ...loaded.differences];
  return [
    { name: 'deferred', ok: true, found: `${outcome.imports} in ${outcome.files} files${list(outcome.refused)}` },
    { name: 'answer', ok: outcome.answers, found: outcome.answers ? 'yes' : 'none' },
    { name: 'absent', ok: outcome.stillThere.length === 0, found: `${outcome.gone.length - outcome.stillThere.length}/${outcome.gone.length}${list(outcome.stillThere)}` },
    {
      name: 'loads',
      ok: failedToLoad.length === 0 && loaded.differences.length === 0 && outcome.neverThere.length === 0,
      found: `${outcome.gone.length - outcome.neverThere.length}/${outcome.gone.length}${list([...failedToLoad, ...outcome.neverThere])}`,
    },
    { name: 'same', ok: differences.length === 0, found: `${asked.requests} asked, ${differences.length} differ${list(differences.map(named))}` },
    { name: 'before', ok: true, found: ms(outcome.plainMs) },
    { name: 'after', ok: true, found: ms(outcome.deferredMs) },
    { name: 'saved', ok: true, found: ms(outcome.savedMs) },
    { name: 'predicted', ok: true, found: ms(outcome.predictedMs) },
  ];
}

/** Median share by which predictions are off, over savings of 50 ms and more; null without any. */
export function predictionError(outcomes: readonly Pick<DeferredOutcome, 'savedMs' | 'predictedMs'>[]): number | null {
  const errors = outcomes
    .map(({ savedMs, predictedMs }) => ({ saved: savedMs, predictedMs }))
    .filter(({ saved }) => saved >= limits.savedMs)
    .map(({ saved, predictedMs }) => Math.abs(predictedMs - saved) / saved)
    .sort((a, b) => a - b);
  return errors.length === 0 ? null : errors[errors.length >> 1]!;
}

/** One line for people, and whether it is within the limit. */
export function predictionCheck(outcomes: Parameters<typeof predictionError>[0]): { ok: boolean; line: string } {
  const error = predictionError(outcomes);
  if (error === null) return { ok: true, line: `No app saved ${limits.savedMs} ms or more: no prediction to judge.` };
  return { ok: error <= limits.error, line: `Predictions of savings of ${limits.savedMs} ms and more are off by ${Math.round(error * 100)} % in the median (limit ${limits.error * 100} %).` };
}

function named({ request, variant, aspect, name, diff }: Difference): string {
  return `${request ?? 'start'} (${variant}): ${aspect}${name === null ? '' : ` ${name}`} ${diff.slice(0, 6).join(' | ').slice(0, 300)}`;
}

/** Behind the finding, one line each: the table shows the first only. */
function list(all: readonly string[]): string {
  return all.slice(0, 12).map((one) => `\n    ${one}`).join('') + (all.length > 12 ? `\n    and ${all.length - 12} more` : '');
}

function ms(value: number): string {
  return `${Math.round(value)} ms`;
}
