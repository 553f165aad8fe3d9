import { variantFacts } from '../model/lambda-facts.ts';
import type { Boot } from '../model/boot.ts';
import type { Costs } from '../model/costs.ts';
import type { StartProfile } from '../model/prediction.ts';
import { median } from '../model/sample.ts';
import { unusualTimes } from './value-times.ts';

/** Where a start as deployed went, as shares of the time until its first answer, from the starts under the probe. */
export interface StartShares {
  resolve: number;
  read: number;
  evaluate: number;
  /** What modules compute as they are evaluated, beyond what running a text of their size takes: no code cache saves that. Part of `evaluate`. */
  compute: number;
  /** Of the first three together: modules that the variant does not load at its start. */
  gone: number;
}

/** Own code that takes so many times as long as is usual for its size is taken to compute. */
const COMPUTES = 10;

/**
 * Shares and not milliseconds: the same runs give both sides of the division, so that neither the probe nor what else the machine
 * did in that minute is in them. `goneMs` is the probe's time of the modules that go, those at whose top level something is computed that
 * is put off among them.
 */
export function startShares({ timing, evidence: { graph } }: Boot, costs: Costs, goneMs: number, gone: readonly string[]): StartShares {
  const answered = timing.filter(({ firstAnswerMs }) => firstAnswerMs !== null);
  const wholeMs = median(answered.map(({ firstAnswerMs }) => firstAnswerMs!));
  const share = (name: 'resolveMs' | 'readMs' | 'evaluateMs'): number => median(answered.map(({ account, firstAnswerMs }) => account[name] / firstAnswerMs!));
  const away = new Set(gone);
  const unusualMs = unusualTimes(graph, costs);
  const computing = costs.modules.filter(({ id, self }) => !away.has(id) && unusualMs(id) > (1 - 1 / COMPUTES) * self.medianMs);
  const computeMs = computing.reduce((sum, { id }) => sum + unusualMs(id), 0);
  return { resolve: share('resolveMs'), read: share('readMs'), evaluate: share('evaluateMs'), compute: computeMs / wholeMs, gone: goneMs / wholeMs };
}

/**
 * A start with deferred imports and the preloaded loader that rewrites their importers, before it ever ran:
 *
 *     start = as deployed · (1 - gone) + loader + files · loader per file
 */
export function deferredProfile(profile: StartProfile, { gone }: StartShares, files: number): StartProfile {
  const { loaderMs, loaderPerFileMs } = variantFacts;
  return changed(profile, gone, loaderMs + files * loaderPerFileMs);
}

/**
 * A start from a pack, before it was made: no files are looked for, sources are read in one go, and functions that the last start
 * used are compiled. What modules compute while they are evaluated stays.
 *
 *     start = as deployed · (1 - gone - stays·((1 - r)·resolve + (1 - d)·read + (1 - e)·(evaluate - compute))) + pack + modules · pack per module
 *
 * stays: the share of all loading but `compute` that is not gone. r, d, e: what is left of each phase. `modules` are those that load.
 */
export function builtProfile(profile: StartProfile, { resolve, read, evaluate, compute, gone }: StartShares, modules: number): StartProfile {
  const { resolveLeft, readLeft, evaluateLeft, packMs, packPerModuleMs } = variantFacts;
  const running = Math.max(0, evaluate - compute);
  const loading = resolve + read + running;
  const stays = loading === 0 ? 0 : Math.max(0, 1 - gone / loading);
  const less = gone + stays * ((1 - resolveLeft) * resolve + (1 - readLeft) * read + (1 - evaluateLeft) * running);
  return changed(profile, less, packMs + modules * packPerModuleMs);
}

/** Loading is work for the CPU, so its CPU time shrinks by the same share. `moreMs` is of the reference machine. */
function changed(profile: StartProfile, less: number, moreMs: number): StartProfile {
  const share = Math.min(1, Math.max(0, less));
  const more = moreMs / profile.speed;
  return {
    ...profile,
    startMs: Math.max(profile.waitingMs, profile.startMs * (1 - share) + more),
    cpuMs: profile.cpuMs === null ? null : profile.cpuMs * (1 - share) + more,
    noiseMs: profile.noiseMs * (1 - share),
  };
}
