import { UserError } from '../../model/trouble.ts';
import type { Difference, ReplayRequest, Verification } from '../../model/verification.ts';
import type { ExchangeLimits } from '../../system/exchange.ts';
import type { Answer } from './answer.ts';
import { aspectsThatDiffer, expectation, natureOf } from './expectation.ts';
import type { LateLoad } from './late-loads.ts';
import { presentable, requestName, requestSecrets } from './presentable.ts';
import { mayWrite } from './requests.ts';
import { answersAt, replay, type Replay, type Variant } from './variant.ts';

export type { Variant } from './variant.ts';

export interface VerifyPlan {
  original: Variant;
  /** Without any, the original is compared with itself. */
  variants: Variant[];
  requests: ReplayRequest[];
  /** How many were left out because they may write. */
  writesSkipped: number;
  reset?: string | undefined;
  /** Send nothing; only let each variant load every deferred module. */
  loadOnly: boolean;
  limits?: Partial<ExchangeLimits>;
  /** How long a variant is waited for where of the original nothing came in time, ms; as long as the original when absent. */
  inVainMs?: number;
  /** See `ReplayOptions`. */
  overlapAfterMs?: number;
  /** Indices of requests to which an earlier start of the variants has answered alike, late: no answer within `SHOWN_MS` is none that differs. */
  shown?: readonly number[];
  /** Nothing is added to how variants start: what they load late is not told. */
  plainStarts?: boolean;
  onProgress(text: string): void;
}

/** What the original answered to each request, once for each of its starts so far. */
export interface Reference {
  first: Up;
  seen: Answer[][];
}

/** So often the original gets another chance to vary where a variant differs: a random order of two is the same in five starts once in 16. */
const MORE_STARTS = 3;

/** How long those are waited for that an earlier start has answered alike: a module that cannot be loaded shows before that. */
const SHOWN_MS = 400;

/** How many requests are sent between two words of progress. */
const EACH = 25;

/** For what the original answers, a variant may have to load modules first, on a busy machine. */
const LATE_LOAD_TIMES = 6;
const LATE_LOAD_MAX_MS = 30_000;

const defaultLimits: ExchangeLimits = { timeoutMs: 10_000, maxBodyBytes: 4 << 20, events: 5, eventsMs: 1000 };

/**
 * Sends the same requests to the original and to each variant, all freshly started, and tells where a variant answers
 * differently. What already differs between two starts of the original is compared by its kind only; when something
 * differs, more starts give the original more chances to vary. Throws UserError where the original does not come up.
 */
export async function verify(plan: VerifyPlan): Promise<Verification> {
  const variants = plan.variants.length > 0 ? plan.variants : [{ ...plan.original, name: `${plan.original.name} again` }];
  return plan.loadOnly ? loadAll(plan, variants) : compare(plan, variants);
}

type Up = Extract<Replay, { up: true }>;

/**
 * Which requests, of those that the original was slow to answer, a start of a variant answers alike that somebody else has made on this
 * port: indices for `VerifyPlan.shown`.
 */
export async function shownAt(port: number, plan: VerifyPlan, { first, seen }: Reference): Promise<number[]> {
  const answers = await answersAt(port, plan.original.setup.root, first.slow.map((i) => plan.requests[i]!), limitsOf(plan).patient);
  return first.slow.filter((i, k) => aspectsThatDiffer(expectation(seen[i]!), answers[k]!).length === 0);
}

async function compare(plan: VerifyPlan, variants: readonly Variant[]): Promise<Verification> {
  const reference = await originalAnswers(plan);
  const { first, seen } = reference;
  const second = await original(plan, plan.requests, 'again, to see what differs by nature');
  for (const [i, answers] of seen.entries()) answers.push(second.answers[i]!);
  const { differing, replays } = await compareWith(plan, reference, variants, MORE_STARTS);
  return {
    ...result(plan, variants),
    requests: plan.requests.length,
    statuses: statusesOf(first),
    differences: differing,
    byNature: plan.requests.flatMap((request, i) => natureOf(expectation(seen[i]!)).map((one) => ({ request: requestName(request), at: first.redact(one.at), as: one.as }))),
    ...loadsOf(replays.map(({ name, replay }) => ({ name, loads: replay.lateLoads }))),
  };
}

/** One start of the original, for `differencesTo`. `onAsked`: see `ReplayOptions`. Throws UserError where it does not come up. */
export async function originalAnswers(plan: VerifyPlan, onAsked?: (answeredMs: number) => void): Promise<Reference> {
  const first = await original(plan, plan.requests, 'the first time', onAsked);
  return { first, seen: first.answers.map((answer) => [answer]) };
}

/**
 * Where the plan's variants answer differently from an original that was asked before. It is started again, to see what differs by
 * nature, only where something differs: one start is the strictest expectation. `reference` then knows more. `answeredMs`: how long each
 * variant took to its first answer.
 */
export async function differencesTo(plan: VerifyPlan, reference: Reference): Promise<Pick<Verification, 'differences' | 'failedToLoad'> & { answeredMs: (number | null)[] }> {
  const { differing, replays } = await compareWith(plan, reference, plan.variants, 1 + MORE_STARTS);
  return {
    differences: differing,
    failedToLoad: loadsOf(replays.map(({ name, replay }) => ({ name, loads: replay.lateLoads }))).failedToLoad,
    answeredMs: replays.map(({ replay }) => (replay.up ? replay.answeredMs : null)),
  };
}

async function compareWith(plan: VerifyPlan, { first, seen }: Reference, variants: readonly Variant[], moreStarts: number): Promise<{ differing: Difference[]; replays: { name: string; replay: Replay }[] }> {
  const isAnswered = (i: number): boolean => seen[i]!.every(({ outcome }) => outcome === 'answered');
  const isInVain = (i: number): boolean => seen[i]!.every(hasNoAnswer);
  const shown = new Set(plan.shown);
  const replays: { name: string; replay: Replay }[] = [];
  for (const variant of variants) {
    const got = await ask(plan, variant, plan.requests, variant.name, { mayLoad: isAnswered, isInVain, isShown: (i) => shown.has(i) });
    if (got.up) for (const i of shown) if (hasNoAnswer(got.answers[i]!)) got.answers[i] = seen[i]![0]!;
    replays.push({ name: variant.name, replay: got });
  }
  const found = (): Found[] => replays.flatMap(({ name, replay }) => differencesOf(plan.requests, name, replay, seen));
  let differing = found();
  // What already differs from one request to the next differs by nature.
  for (const { index } of differing) {
    const repeated = index === null ? null : first.repeated[index];
    if (repeated != null && seen[index!]!.length === 1) seen[index!]!.push(repeated);
  }
  differing = found();
  for (let again = 0; again < moreStarts && differing.some(({ index }) => index !== null); again++) {
    const indices = worthAsking(plan.requests, differing);
    const more = await original(plan, indices.map((i) => plan.requests[i]!), 'once more, to be sure of what differs');
    for (const [k, i] of indices.entries()) seen[i]!.push(more.answers[k]!);
    differing = found();
  }
  return { differing: differing.map(({ difference }) => difference), replays };
}

/** What reads only can be asked alone; where something writes, an answer may depend on all that came before. */
function worthAsking(requests: readonly ReplayRequest[], differing: readonly Found[]): number[] {
  const all = requests.map((_, i) => i);
  const indices = new Set(differing.map(({ index }) => index));
  return requests.some(mayWrite) ? all : all.filter((i) => indices.has(i));
}

function hasNoAnswer({ outcome, status }: Answer): boolean {
  return outcome === 'timeout' && status === null;
}

function statusesOf({ answers }: Up): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { status } of answers) counts.set(String(status ?? 'none'), (counts.get(String(status ?? 'none')) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function result({ writesSkipped }: VerifyPlan, variants: readonly Variant[]): Pick<Verification, 'kind' | 'version' | 'variants' | 'writesSkipped'> {
  return { kind: 'verification', version: 1, variants: variants.map(({ name }) => name), writesSkipped };
}

async function original(plan: VerifyPlan, requests: readonly ReplayRequest[], time: string, onAsked?: (answeredMs: number) => void): Promise<Up> {
  const got = await ask(plan, plan.original, requests, `the original ${time}`, { onAsked });
  if (got.up) return got;
  throw new UserError('original-not-up', `The app as it is cannot be asked: ${got.because.replace(/\.$/, '')}.`, 'Give it what it needs with --env-file, --before, --readiness-path or --timeout; lwa-split analyze tells more.');
}

interface Asking {
  env?: Record<string, string>;
  /** Whether a request may have to wait for modules, or will get no answer. */
  mayLoad?: (index: number) => boolean;
  isInVain?: (index: number) => boolean;
  isShown?: (index: number) => boolean;
  onAsked?: ((answeredMs: number) => void) | undefined;
}

function limitsOf({ limits, inVainMs = Infinity }: VerifyPlan): Record<'usual' | 'patient' | 'brief' | 'shown', ExchangeLimits> {
  const usual = { ...defaultLimits, ...limits };
  const within = (timeoutMs: number): ExchangeLimits => ({ ...usual, timeoutMs });
  return {
    usual,
    patient: within(Math.max(usual.timeoutMs, Math.min(LATE_LOAD_TIMES * usual.timeoutMs, LATE_LOAD_MAX_MS))),
    brief: within(Math.min(usual.timeoutMs, inVainMs)),
    shown: within(Math.min(usual.timeoutMs, SHOWN_MS)),
  };
}

function ask(plan: VerifyPlan, variant: Variant, requests: readonly ReplayRequest[], name: string, { env = {}, mayLoad = () => false, isInVain = () => false, isShown = () => false, onAsked }: Asking = {}): Promise<Replay> {
  const { requests: all, reset, overlapAfterMs, plainStarts = false, onProgress } = plan;
  const { usual, patient, brief, shown } = limitsOf(plan);
  onProgress(`starting ${name}`);
  return replay(variant, requests, {
    reset,
    secrets: requestSecrets(all),
    env: { ...(!plainStarts && { LWA_SPLIT_LOG: '1' }), ...env },
    overlapAfterMs,
    isSlow: isShown,
    limitsOf: (i) => (isShown(i) ? shown : mayLoad(i) ? patient : isInVain(i) ? brief : usual),
    onAsked,
    onRequest: (i) => void (i % EACH === 0 && onProgress(`asking ${name}: ${i + 1} of ${requests.length}`)),
  });
}

interface Found {
  difference: Difference;
  /** Of the request; null where the variant did not come up. */
  index: number | null;
}

function differencesOf(requests: readonly ReplayRequest[], variant: string, got: Replay, seen: readonly Answer[][]): Found[] {
  if (!got.up) return [{ index: null, difference: notUp(variant, got.because) }];
  return requests.flatMap((request, index) =>
    aspectsThatDiffer(expectation(seen[index]!), got.answers[index]!).map((one) => {
      const diff = one.aspect === 'header' || one.aspect === 'body' ? presentable(one.diff, got.redact) : one.diff;
      return { index, difference: { request: requestName(request), variant, ...one, diff } };
    }),
  );
}

function notUp(variant: string, because: string): Difference {
  return { request: null, variant, aspect: 'start', name: null, diff: ['-it answers', `+${because}`] };
}

async function loadAll(plan: VerifyPlan, variants: readonly Variant[]): Promise<Verification> {
  const loaded: { name: string; loads: LateLoad[] }[] = [];
  const differences: Difference[] = [];
  for (const variant of variants) {
    const got = await ask(plan, variant, [], `${variant.name} with everything loaded`, { env: { LWA_SPLIT_EAGER: '1' } });
    loaded.push({ name: variant.name, loads: got.lateLoads });
    if (!got.up) differences.push(notUp(variant.name, got.because));
  }
  return { ...result(plan, variants), requests: 0, statuses: {}, differences, byNature: [], ...loadsOf(loaded) };
}

function loadsOf(variants: readonly { name: string; loads: readonly LateLoad[] }[]): Pick<Verification, 'deferredModulesLoaded' | 'failedToLoad'> {
  const failedToLoad = variants.flatMap(({ name, loads }) => {
    const failed = new Map(loads.flatMap(({ module, error }) => (error === null ? [] : [[module, error] as const])));
    return [...failed].map(([module, message]) => ({ variant: name, module, message }));
  });
  const loaded = variants.map(({ loads }) => new Set(loads.flatMap(({ module, error }) => (error === null ? [module] : []))).size);
  return { deferredModulesLoaded: loaded.reduce((a, b) => a + b, 0), failedToLoad };
}
