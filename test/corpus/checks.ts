import type { Analysis } from '../../src/model/analysis.ts';
import type { CorpusApp } from './apps.ts';
import { compareRoutes } from './listing/compare.ts';

/** What `analyze` did with one app, and what it is held against. */
export interface Outcome {
  exitCode: number | null;
  /** Null when its output was no analysis. */
  analysis: Analysis | null;
  /** The last of what it said on standard error. */
  notes: string;
  /** Route ids that the framework itself lists. */
  listing: string[];
  /** Milliseconds besides the starts: of a first run, and of a second when nothing had changed. Null: not measured. */
  beyondMs: number | null;
  againMs: number | null;
}

export interface Check {
  name: 'exit' | 'answer' | 'account' | 'overhead' | 'listing' | 'routes' | 'beyond' | 'again' | 'deferred' | 'absent' | 'loads' | 'same' | 'before' | 'after' | 'saved' | 'predicted' | 'recall' | 'precision' | 'told' | 'took' | 'asked' | 'sound';
  ok: boolean;
  /** What was found, for the table. */
  found: string;
}

/**
 * Limits of what `analyze` promises; shares of one, times in ms. On a machine that others use too (CI), `slack` widens
 * those that a neighbor's work can break.
 */
const limits = {
  unattributed: { cjs: 0.05, esm: 0.1 },
  probeOverhead: 0.15,
  routes: 0.99,
  beyondMs: 5000,
  againMs: 1000,
};

/** Holds an outcome against the limits. Without an analysis there is only the exit to check. */
export function checkOutcome(app: Pick<CorpusApp, 'format' | 'routes'>, outcome: Outcome, slack = 1): Check[] {
  const { analysis, listing } = outcome;
  const exit: Check = { name: 'exit', ok: outcome.exitCode === 0 && analysis !== null, found: String(outcome.exitCode) };
  if (analysis === null) return [exit];
  const { now, account, probeOverhead } = analysis.coldStart;
  const unattributed = account === null ? null : Math.abs(account.unattributedMs) / account.initMs;
  const { recall, precision, missing, extra } = compareRoutes(
    analysis.routes.filter((route) => route.seenBy !== 'static').map((route) => route.id),
    listing,
  );
  return [
    exit,
    { name: 'answer', ok: now !== null, found: now === null ? 'none' : `${Math.round(now.medianMs)} ms` },
    { name: 'account', ok: unattributed !== null && unattributed <= limits.unattributed[app.format], found: percent(unattributed) },
    { name: 'overhead', ok: probeOverhead !== null && probeOverhead < limits.probeOverhead * slack, found: percent(probeOverhead) },
    { name: 'listing', ok: listing.length >= app.routes, found: String(listing.length) },
    {
      name: 'routes',
      ok: recall >= limits.routes && precision >= limits.routes,
      found: [`${percent(recall)}/${percent(precision)}`, ...missing.slice(0, 5).map((id) => `-${id}`), ...extra.slice(0, 5).map((id) => `+${id}`)].join(' '),
    },
    timeCheck('beyond', outcome.beyondMs, limits.beyondMs * slack),
    timeCheck('again', outcome.againMs, limits.againMs * slack),
  ];
}

/** A time that could not be measured here fails nothing. */
function timeCheck(name: 'beyond' | 'again', ms: number | null, limitMs: number): Check {
  return { name, ok: ms === null || ms <= limitMs, found: ms === null ? 'not measured' : `${Math.round(ms)} ms` };
}

function percent(share: number | null): string {
  return share === null ? 'none' : `${Math.round(share * 1000) / 10} %`;
}
