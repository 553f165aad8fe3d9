import type { Check } from '../checks.ts';
import type { ReachOutcome } from './soundness.ts';

/** Share of the modules that ran which reach must have foreseen: issue 5, item 3. */
const leastForeseen = 0.99;

/** Holds what ran for requests against reach; how narrow reach is stands beside it and fails nothing. */
export function checkReach(outcome: ReachOutcome): Check[] {
  const { answered, asked, ran, foreseen, meanReach, meanRan, modules, missed, reachMs } = outcome;
  const missing = missed.slice(0, 8).map(({ module, routes }) => `\n    ${module} (${routes[0]}${routes.length > 1 ? ` and ${routes.length - 1} more` : ''})`);
  return [
    { name: 'asked', ok: answered > 0, found: `${answered}/${asked}` },
    { name: 'sound', ok: ran > 0 && foreseen / ran >= leastForeseen, found: `${((100 * foreseen) / Math.max(1, ran)).toFixed(2)} %${missing.join('')}` },
    { name: 'precision', ok: true, found: `${Math.round(meanReach)} of ${modules}; ${Math.round(meanRan)} ran` },
    { name: 'took', ok: true, found: `${Math.round(reachMs)} ms` },
  ];
}
