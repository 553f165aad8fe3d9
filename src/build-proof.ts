// A build must do what its app does: it is started, its routes are looked at and asked, and what makes a difference is left out.
import { findings, UserError, type Finding } from './model/trouble.ts';
import type { AnalyzeOptions } from './model/options.ts';
import { routeId, type RuntimeRoute } from './model/routes.ts';
import type { Difference, ReplayRequest } from './model/verification.ts';
import { spread } from './query/spread.ts';
import { bootForRoutes } from './steps/boot/index.ts';
import { harmless, MOST_FOR_ONE, type Choice, type TakenBack } from './steps/build/harmless.ts';
import { runtimeRoutes } from './steps/routes/index.ts';
import { originalPlaces } from './steps/routes/originals.ts';
import { differencesTo, originalAnswers, shownAt, type Reference, type VerifyPlan } from './steps/verify/index.ts';
import { requestName } from './steps/verify/presentable.ts';
import { fromRoutes } from './steps/verify/requests-routes.ts';
import { mayWrite } from './steps/verify/requests.ts';
import { epochMs } from './system/clock.ts';
import { diskFiles } from './system/project-files.ts';

/** A build of some choice of deferrals and packed modules, and how it is started in the place of the app. */
export interface Built<Result> {
  result: Result;
  setup: AnalyzeOptions;
  /** What a start of it has already shown, in which it loaded all that it puts off; null where there was none. `shown`: see `shownBy`. */
  seen: { routes: RuntimeRoute[]; failedToLoad: LateFailure[]; shown: number[] } | null;
}

interface LateFailure {
  module: string;
  message: string;
}

export interface Proof<Result> {
  result: Result;
  choice: Choice;
  takenBack: TakenBack[];
  findings: Finding[];
  /** How long the app and the build took to their first answers when they were asked, ms. */
  times: Times;
}

export interface Times {
  /** Null where it was not asked. */
  app: number | null;
  /** Null also where its start was told to log. */
  build: number | null;
}

export interface ProofInput<Result> {
  options: AnalyzeOptions;
  /** As the app registered them when it was measured. */
  routes: readonly RuntimeRoute[];
  choice: Choice;
  modules: readonly { id: string; package: string | null }[];
  make(choice: Choice): Promise<Built<Result>>;
  /** Where it may have been asked already. */
  asked?: AskedApp | undefined;
}

/** So many GET routes are asked, spread over all: enough to meet most modules, few enough for every build. */
const MAX_REQUESTS = 10;
/** Routes that ask servers elsewhere may wait for them for long. */
const PATIENCE_MS = 2500;
/** Of the build, long enough to load what it has put off, which it does at once. */
const IN_VAIN_MS = 1000;

/** Such routes are waited for beside each other. */
const OVERLAP_AFTER_MS = 150;

/** Looking for what makes a difference may take this long: each try costs a build and some starts. */
const LIMIT_MS = 180_000;
const MAX_TRIES = 40;
/** Differences may hide behind each other: so many are looked into one after the other. */
const ROUNDS = 3;

/** What the app answers to the requests that builds are asked: every list of requests is asked once, whatever the number of builds. */
export interface AskedApp {
  /** The reason where the app cannot be asked. */
  to(requests: readonly ReplayRequest[]): Promise<Reference | UserError>;
  /** The same, without a start: null where it was not asked these so far. */
  known(requests: readonly ReplayRequest[]): Promise<Reference | UserError> | null;
  /**
   * Starts the app, and asks it what builds with its routes are asked. Resolves when it has answered what it answers at once, to how many ms it
   * took to come up, or to null where it did not; the other answers are waited for after that.
   */
  start(routes: readonly RuntimeRoute[]): Promise<number | null>;
  /** Resolves when nobody asks it any more. */
  settled(): Promise<void>;
}

export function askedApp(options: AnalyzeOptions): AskedApp {
  const known = new Map<string, Promise<Reference | UserError>>();
  const keyOf = (requests: readonly ReplayRequest[]): string => requests.map(requestName).join('\n');
  const once = (requests: readonly ReplayRequest[], ask: () => Promise<Reference>): Promise<Reference | UserError> => {
    const asked = known.get(keyOf(requests)) ?? ask().catch(notUp);
    known.set(keyOf(requests), asked);
    return asked;
  };
  return {
    to: (requests) => once(requests, () => originalAnswers(planOf(options, requests))),
    known: (requests) => known.get(keyOf(requests)) ?? null,
    start: (routes) =>
      new Promise((resolve, reject) => {
        const requests = requestsFor(routes);
        once(requests, () => originalAnswers(planOf(options, requests), resolve)).then(() => resolve(null), reject);
      }),
    async settled() {
      await Promise.allSettled(known.values());
    },
  };
}

function notUp(error: unknown): UserError {
  if (error instanceof UserError && error.code === 'original-not-up') return error;
  throw error;
}

function planOf(options: AnalyzeOptions, requests: readonly ReplayRequest[], { build = [], plainStarts = true, shown = [] }: { build?: AnalyzeOptions[]; plainStarts?: boolean; shown?: readonly number[] } = {}): VerifyPlan {
  const variants = build.map((setup) => ({ name: 'build', setup }));
  return { original: { name: 'app', setup: options }, variants, requests: [...requests], writesSkipped: 0, loadOnly: false, limits: { timeoutMs: PATIENCE_MS }, inVainMs: IN_VAIN_MS, overlapAfterMs: OVERLAP_AFTER_MS, plainStarts, shown, onProgress: options.onProgress };
}

/**
 * Asks a start of a build, on this port, what its app was slow to answer: numbers of the requests that it answers alike. So these answers
 * are waited for while it does something else. Where the app was not asked before there are none: it is not started beside its build.
 */
export async function shownBy(port: number, options: AnalyzeOptions, routes: readonly RuntimeRoute[], asked: AskedApp): Promise<number[]> {
  const requests = requestsFor(routes);
  const reference = await asked.known(requests);
  return reference === null || reference instanceof UserError ? [] : shownAt(port, planOf(options, requests), reference);
}

/** Builds, and leaves out of the build what makes it behave differently from the app. A build that still differs has an error among its findings. */
export async function provenBuild<Result>(given: ProofInput<Result>): Promise<Proof<Result>> {
  const input = { ...given, asked: given.asked ?? askedApp(given.options) };
  const { make, modules, options } = input;
  const takenBack: TakenBack[] = [];
  const begun = epochMs();
  const mayTry = (tries: number): boolean => tries < MAX_TRIES && epochMs() - begun < LIMIT_MS;
  let { choice } = input;
  for (let round = 1; ; round++) {
    const built = await make(choice);
    const { result } = built;
    const { difference, findings: notes, times } = await compared(input, built);
    if (difference === null) return { result, choice, takenBack, findings: [...takenBack.map(toFinding), ...notes], times };
    const differs = [...takenBack.map(toFinding), findings['build-differs']({ because: difference.text })];
    // What comes back although modules were left out for it comes from elsewhere.
    const blamed = takenBack.filter(({ kind, because }) => kind === 'module' && because === difference.text).length;
    if (round > ROUNDS || blamed >= MOST_FOR_ONE) return { result, choice, takenBack, findings: differs, times };
    const trial = (tried: Choice): Promise<string | null> => attempt(input, tried, difference);
    const found = await harmless({ ...choice, modules, trial, mayTry, onProgress: options.onProgress }, difference.text);
    // Trials are made for one question each: what was asked for is what is delivered.
    if (found.differs !== null) return { result: (await make(choice)).result, choice, takenBack, findings: differs, times };
    takenBack.push(...found.takenBack);
    choice = { deferrals: found.deferrals, unpacked: found.unpacked };
  }
}

/** A choice that cannot even be built is no better. */
async function attempt<Result>(input: Asking<Result>, tried: Choice, difference: Seen): Promise<string | null> {
  try {
    return (await compared(input, await input.make(tried), difference)).difference?.text ?? null;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.message;
  }
}

type Asking<Result> = ProofInput<Result> & { asked: AskedApp };

interface Seen {
  text: string;
  /** The request that shows it; null where starting the build and looking at its routes does. */
  request: ReplayRequest | null;
}

/**
 * Looks whether the build starts, has the routes of the app and answers alike, as far as it was asked. With a difference seen
 * before, only whether that one is there.
 */
async function compared<Result>({ options, routes, asked }: Asking<Result>, { setup, seen }: Built<Result>, before?: Seen): Promise<Compared> {
  const requests = before?.request == null ? requestsFor(routes) : [before.request];
  const reference = before !== undefined && before.request === null ? null : await asked.to(requests);
  const times: Times = { app: reference === null || reference instanceof UserError ? null : reference.first.answeredMs, build: null };
  const differs = (text: string, request: ReplayRequest | null): Compared => ({ difference: { text, request }, findings: [], times });
  if (before === undefined || before.request === null) {
    const text = seen?.failedToLoad.map(cannotLoad)[0] ?? (await otherStart(options, routes, setup, seen?.routes ?? []));
    if (text !== null) return differs(text, null);
  }
  if (reference === null) return { difference: null, findings: [], times };
  const notCompared = ({ message }: UserError): Compared => ({ difference: null, findings: [findings['build-not-compared']({ because: message })], times });
  if (reference instanceof UserError) return notCompared(reference);
  try {
    const { differences, failedToLoad, answeredMs } = await differencesTo(planOf(options, requests, { build: [setup], plainStarts: seen !== null, shown: before === undefined ? seen?.shown : [] }), reference);
    times.build = seen === null ? null : answeredMs[0]!;
    const [first] = differences;
    if (first !== undefined) return differs(described(first), requests.find((request) => requestName(request) === first.request) ?? null);
    return failedToLoad[0] === undefined ? { difference: null, findings: [], times } : differs(cannotLoad(failedToLoad[0]), requests[0] ?? null);
  } catch (error) {
    return notCompared(notUp(error));
  }
}

interface Compared {
  difference: Seen | null;
  findings: Finding[];
  /** See `Proof`. */
  times: Times;
}

function cannotLoad({ module, message }: LateFailure): string {
  return `${module} cannot be loaded late: ${message}`;
}

/** How the build's start differs, by its routes; null where it does not. What an earlier start showed has to be confirmed only where it is something else. */
async function otherStart({ onProgress }: AnalyzeOptions, routes: readonly RuntimeRoute[], setup: AnalyzeOptions, before: readonly RuntimeRoute[]): Promise<string | null> {
  if (before.length > 0 && otherRoutes(routes, before) === null) return null;
  onProgress('starting the build, to compare its routes');
  const seen = await routesOf(setup);
  return typeof seen === 'string' ? seen : seen === null ? null : otherRoutes(routes, seen);
}

/** Routes as the probe sees them in the build; null where it answers, but the probe saw nothing; a text where it does not come up. */
async function routesOf(setup: AnalyzeOptions): Promise<RuntimeRoute[] | string | null> {
  try {
    const { routes, ids, failure } = await bootForRoutes(setup);
    return failure === null ? runtimeRoutes(routes, ids.idOf, originalPlaces(diskFiles)) : `it does not start: ${failure.message}`;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (error.code === 'probe-shut-out') return null;
    return `it does not start: ${error.message}`;
  }
}

function otherRoutes(routes: readonly RuntimeRoute[], seen: readonly RuntimeRoute[]): string | null {
  const ids = (some: readonly RuntimeRoute[]): Set<string> => new Set(some.map(({ method, path }) => routeId(method, path)));
  const [before, after] = [ids(routes), ids(seen)];
  // Where no route at all is seen, the framework was not: their answers are compared all the same.
  if (after.size === 0) return null;
  const gone = [...before].find((id) => !after.has(id));
  const fresh = [...after].find((id) => !before.has(id));
  return gone !== undefined ? `it has no route ${gone}` : fresh !== undefined ? `it has a route ${fresh}, which the app has not` : null;
}

function requestsFor(routes: readonly RuntimeRoute[]): ReplayRequest[] {
  const all = fromRoutes(routes).filter((request) => !mayWrite(request));
  return spread(all, MAX_REQUESTS);
}

function described({ request, aspect, name, diff }: Difference): string {
  if (aspect === 'start') return `it does not start: ${(diff.find((line) => line.startsWith('+')) ?? diff[0] ?? '').slice(1)}`;
  const lines = diff.filter((line) => /^[-+]/.test(line)).slice(0, 2).join(' ');
  return `${request} gives another ${name === null ? aspect : `${aspect} ${name}`}${lines === '' ? '' : ` (${lines.slice(0, 120)})`}`;
}

function toFinding({ kind, what, because }: TakenBack): Finding {
  return findings[kind === 'deferral' ? 'deferral-taken-back' : 'module-taken-back']({ what, because });
}
