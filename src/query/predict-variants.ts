import { variantFacts } from '../model/lambda-facts.ts';
import type { Boot } from '../model/boot.ts';
import type { StartProfile } from '../model/prediction.ts';
import { median } from '../model/sample.ts';

/** Where a start as deployed went, as shares of the time until its first answer, from the starts under the probe. */
export interface StartShares {
  resolve: number;
  read: number;
  evaluate: number;
  /** What V8 compiles, and a code cache saves: by how much the start is shorter with Node's own compile cache. Part of `evaluate`. */
  compile: number;
  /** Of the first three together: modules that the variant does not load at its start. */
  gone: number;
}

/**
 * Shares and not milliseconds: the same runs give both sides of the division, so that neither the probe nor what else the machine
 * did in that minute is in them. `goneMs` is the probe's time of the modules that go; `compile` comes from starts of the app as deployed, with
 * and without Node's compile cache, in turn.
 */
export function startShares({ timing }: Boot, goneMs: number, compile: number): StartShares {
  const answered = timing.filter(({ firstAnswerMs }) => firstAnswerMs !== null);
  const wholeMs = median(answered.map(({ firstAnswerMs }) => firstAnswerMs!));
  const share = (name: 'resolveMs' | 'readMs' | 'evaluateMs'): number => median(answered.map(({ account, firstAnswerMs }) => account[name] / firstAnswerMs!));
  return { resolve: share('resolveMs'), read: share('readMs'), evaluate: share('evaluateMs'), compile, gone: goneMs / wholeMs };
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
 * used are compiled. What modules do while they are evaluated stays.
 *
 *     start = as deployed · (1 - gone - stays·((1 - r)·resolve + (1 - d)·read + c·compile)) + pack + modules · pack per module
 *
 * stays: the share of all loading that is not gone. r, d: what is left of finding files and of reading them. c: what the pack's code cache
 * saves of what Node's compile cache does. `modules` are those that load.
 */
export function builtProfile(profile: StartProfile, { resolve, read, evaluate, compile, gone }: StartShares, modules: number): StartProfile {
  const { resolveLeft, readLeft, compileSaved, packMs, packPerModuleMs } = variantFacts;
  const loading = resolve + read + evaluate;
  const stays = loading === 0 ? 0 : Math.max(0, 1 - gone / loading);
  const less = gone + stays * ((1 - resolveLeft) * resolve + (1 - readLeft) * read + compileSaved * compile);
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
