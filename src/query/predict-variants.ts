import { variantFacts } from '../model/lambda-facts.ts';
import type { Account } from '../model/boot.ts';
import type { StartProfile } from '../model/prediction.ts';

/** What is known of a variant before it ever ran: what it will not load at its start, from the start as deployed. */
export interface Savings {
  /** Times of the modules that go, as the probe saw them. */
  goneMs: number;
  /** Share by which the probe made that start slower. */
  probeOverhead: number;
}

/**
 * A start with deferred imports and the preloaded loader that rewrites their importers:
 *
 *     start = as deployed - gone ÷ (1 + probe overhead) + loader + files · loader per file
 */
export function deferredProfile(profile: StartProfile, { goneMs, probeOverhead }: Savings, files: number): StartProfile {
  const { loaderMs, loaderPerFileMs } = variantFacts;
  const less = goneMs / (1 + Math.max(0, probeOverhead)) - (loaderMs + files * loaderPerFileMs) / profile.speed;
  return lessBy(profile, less);
}

/**
 * A start from a pack: no files are looked for, sources are read in one go, and functions that the last start used are compiled.
 *
 *     start = as deployed - gone' - (1 - r)·resolve' - (1 - d)·read' - (1 - e)·evaluate' + pack + modules · pack per module
 *
 * Primes: without what the probe cost, and for the times of the phases without the modules that go. r, d, e are what is left of each phase.
 */
export function builtProfile(profile: StartProfile, account: Account, { goneMs, probeOverhead }: Savings, modules: number): StartProfile {
  const { resolveLeft, readLeft, evaluateLeft, packMs, packPerModuleMs } = variantFacts;
  const plain = 1 + Math.max(0, probeOverhead);
  const loadingMs = account.resolveMs + account.readMs + account.evaluateMs;
  const stays = loadingMs === 0 ? 0 : Math.max(0, 1 - goneMs / loadingMs);
  const saved = goneMs + stays * ((1 - resolveLeft) * account.resolveMs + (1 - readLeft) * account.readMs + (1 - evaluateLeft) * account.evaluateMs);
  return lessBy(profile, saved / plain - (packMs + modules * packPerModuleMs) / profile.speed);
}

/** Loading is work for the CPU, so its CPU time shrinks as much. */
function lessBy(profile: StartProfile, ms: number): StartProfile {
  return { ...profile, startMs: Math.max(profile.waitingMs, profile.startMs - ms), cpuMs: profile.cpuMs === null ? null : Math.max(0, profile.cpuMs - ms) };
}
