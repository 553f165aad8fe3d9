import { variantFacts } from '../model/lambda-facts.ts';
import type { Boot } from '../model/boot.ts';
import type { Costs } from '../model/costs.ts';
import type { ModuleNode } from '../model/graph.ts';
import type { StartProfile } from '../model/prediction.ts';
import { median } from '../model/sample.ts';
import { timesLoaded } from './expected-costs.ts';
import { unusualTimes } from './value-times.ts';

/** Parts of a start as deployed until its first answer, as shares of it, from the starts under the probe. */
export interface StartShares {
  /** Modules that the variant does not load at its start, and values that it does not make. */
  gone: number;
  /**
   * What loading the others takes, of modules written in JavaScript alone: finding files, reading them, evaluating CommonJS, evaluating
   * ES modules. JSON is parsed as before, and Node's own modules load as before.
   */
  resolve: number;
  read: number;
  evaluate: number;
  evaluateEsm: number;
  /** How many those are, each as often as it is loaded. */
  modules: number;
}

/** A module that takes so much of the start that is left beyond what running a text of its size takes is taken to compute: that is no loading. */
const COMPUTES = 0.02;

type ModuleTimes = Boot['timing'][number]['modules'][number];
type ModuleKind = ModuleNode['kind'];

/** What a variant does not load, or not all of. */
export interface Without {
  /** Ids of modules that go, Node's own among them, and of those that stay and put off values that they made. */
  gone: readonly string[];
  lighter: readonly string[];
}

/**
 * Shares and not milliseconds: the same runs give both sides of each division, so that neither the probe nor what else the machine
 * did in that minute is in them.
 */
export function startShares({ timing, findings, evidence: { graph } }: Boot, costs: Costs, { gone, lighter }: Without): StartShares {
  const answered = timing.filter(({ firstAnswerMs }) => firstAnswerMs !== null);
  const wholeMs = median(answered.map(({ firstAnswerMs }) => firstAnswerMs!));
  const often = timesLoaded({ timing, findings });
  const away = new Set(gone);
  const kinds = new Map(graph.modules.map(({ id, kind }) => [id, kind]));
  const unusualMs = unusualTimes(graph, costs);
  const share = (ms: (one: ModuleTimes) => number): number => median(answered.map(({ modules, firstAnswerMs }) => (often * modules.reduce((sum, one) => sum + ms(one), 0)) / firstAnswerMs!));
  const putOffMs = (often * lighter.reduce((sum, id) => sum + unusualMs(id), 0)) / wholeMs;
  const goneShare = putOffMs + share((one) => (away.has(one.id) ? one.resolveMs + one.readMs + one.evaluateMs : 0));
  const leftMs = Math.max(0, 1 - goneShare) * wholeMs;
  const putOff = new Set(lighter);
  const computedMs = (id: string): number => (putOff.has(id) || unusualMs(id) > COMPUTES * leftMs ? unusualMs(id) : 0);
  const staying = (wanted: readonly ModuleKind[], ms: (one: ModuleTimes) => number): number => share((one) => (!away.has(one.id) && wanted.includes(kinds.get(one.id)!) ? ms(one) : 0));
  const running = (one: ModuleTimes): number => Math.max(0, one.evaluateMs - computedMs(one.id));
  return {
    gone: goneShare,
    resolve: staying(['cjs', 'esm', 'json'], ({ resolveMs }) => resolveMs),
    read: staying(['cjs', 'esm'], ({ readMs }) => readMs),
    evaluate: staying(['cjs'], running),
    evaluateEsm: staying(['esm'], running),
    modules: often * graph.modules.filter(({ id, kind }) => !away.has(id) && (kind === 'cjs' || kind === 'esm' || kind === 'json')).length,
  };
}

/**
 * A start with deferred imports and the preloaded loader that rewrites their importers, before it ever ran:
 *
 *     start = as deployed · (1 - gone) + loader + files · loader per file
 */
export function deferredProfile(profile: StartProfile, { gone }: StartShares, files: number, facts = variantFacts): StartProfile {
  const { loaderMs, loaderPerFileMs } = facts;
  return changed(profile, gone, loaderMs + files * loaderPerFileMs);
}

/**
 * A start from a pack, before it was made: no files are looked for, sources are read in one go, and functions that the last start
 * used are compiled, those among them that the app runs after it has loaded its modules.
 *
 *     start = as deployed · (r·resolve + d·read + e·evaluate + m·evaluateEsm + o·other + waiting) + pack + modules · pack per module
 *
 * r, d, e, m, o: what is left of each. Other: Node's own start and modules, what the app's modules compute, its own work.
 */
export function builtProfile(profile: StartProfile, shares: StartShares, facts = variantFacts): StartProfile {
  const { gone, resolve, read, evaluate, evaluateEsm, modules } = shares;
  const { resolveLeft, readLeft, evaluateLeft, evaluateEsmLeft, otherLeft, packMs, packPerModuleMs } = facts;
  const saved = gone + (1 - resolveLeft) * resolve + (1 - readLeft) * read + (1 - evaluateLeft) * evaluate + (1 - evaluateEsmLeft) * evaluateEsm + (1 - otherLeft) * otherShare(profile, shares);
  return changed(profile, saved, packMs + modules * packPerModuleMs);
}

/** Of a start, what is neither gone nor loading nor waiting. */
export function otherShare({ startMs, waitingMs }: Pick<StartProfile, 'startMs' | 'waitingMs'>, { gone, resolve, read, evaluate, evaluateEsm }: StartShares): number {
  return Math.max(0, 1 - waitingMs / startMs - gone - resolve - read - evaluate - evaluateEsm);
}

/** Loading is work for the CPU, so its CPU time shrinks by the same share. `moreMs` is of the reference machine. */
function changed(profile: StartProfile, less: number, moreMs: number): StartProfile {
  const left = 1 - Math.min(1, Math.max(0, less));
  const more = moreMs / profile.speed;
  const start = {
    ...profile,
    startMs: Math.max(profile.waitingMs, profile.startMs * left + more),
    cpuMs: profile.cpuMs === null ? null : profile.cpuMs * left + more,
    noiseMs: profile.noiseMs * left,
  };
  return { ...start, smallHeap: profile.smallHeap && withLess(profile.smallHeap, profile, start, left) };
}

/**
 * A small heap costs collections of garbage. Both how many there are and how long each takes follow what is loaded, so that they cost the
 * square of what is left. What loading leaves for the first request to collect is no more than with the usual heap (`bench -- --lambda`: the
 * first requests of variants were predicted too long otherwise).
 */
function withLess(small: NonNullable<StartProfile['smallHeap']>, before: StartProfile, after: StartProfile, left: number): StartProfile['smallHeap'] {
  const part = left ** 2;
  return {
    startMs: after.startMs + part * (small.startMs - before.startMs),
    cpuMs: small.cpuMs === null || before.cpuMs === null || after.cpuMs === null ? after.cpuMs : after.cpuMs + part * (small.cpuMs - before.cpuMs),
    requests: before.requests,
  };
}
