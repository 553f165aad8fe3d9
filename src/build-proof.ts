// A build must do what its app does: it is started, its routes are looked at and asked, and what makes a difference is left out.
import { findings, UserError, type Finding } from './model/trouble.ts';
import type { AnalyzeOptions } from './model/options.ts';
import { routeId, type RuntimeRoute } from './model/routes.ts';
import type { Difference, ReplayRequest } from './model/verification.ts';
import { spread } from './query/spread.ts';
import { boot } from './steps/boot/index.ts';
import { harmless, type Choice, type TakenBack } from './steps/build/harmless.ts';
import { runtimeRoutes } from './steps/routes/index.ts';
import { originalPlaces } from './steps/routes/originals.ts';
import { verify } from './steps/verify/index.ts';
import { fromRoutes } from './steps/verify/requests-routes.ts';
import { mayWrite } from './steps/verify/requests.ts';
import { diskFiles } from './system/project-files.ts';

/** A build of some choice of deferrals and packed modules, and how it is started in the place of the app. */
export interface Built<Result> {
  result: Result;
  setup: AnalyzeOptions;
}

export interface Proof<Result> {
  result: Result;
  choice: Choice;
  takenBack: TakenBack[];
  findings: Finding[];
}

export interface ProofInput<Result> {
  options: AnalyzeOptions;
  /** As the app registered them when it was measured. */
  routes: readonly RuntimeRoute[];
  choice: Choice;
  modules: readonly { id: string; package: string | null }[];
  make(choice: Choice): Promise<Built<Result>>;
}

/** So many GET routes are asked, spread over all: enough to meet most modules, few enough for every build. */
const MAX_REQUESTS = 10;
/** Routes that ask servers elsewhere may wait for them for long. */
const PATIENCE_MS = 2500;

/** Builds, and leaves out of the build what makes it behave differently from the app. A build that still differs has an error among its findings. */
export async function provenBuild<Result>(input: ProofInput<Result>): Promise<Proof<Result>> {
  const { choice, make, options } = input;
  const built = await make(choice);
  const compared = await differenceOf(input, built.setup);
  if (compared.differs === null) return { result: built.result, choice, takenBack: [], findings: compared.findings };
  const trial = async (tried: Choice): Promise<string | null> => (await differenceOf(input, (await make(tried)).setup)).differs;
  const { deferrals, unpacked, takenBack, differs } = await harmless({ ...choice, modules: input.modules, trial, onProgress: options.onProgress }, compared.differs);
  const kept = { deferrals, unpacked };
  // Trials are made for one question each; what is delivered is built, and looked at, once more.
  const { result, setup } = await make(kept);
  const still = differs ?? (await differenceOf(input, setup)).differs;
  return { result, choice: kept, takenBack, findings: [...takenBack.map(toFinding), ...(still === null ? [] : [findings['build-differs']({ because: still })])] };
}

/** Null where the build starts, has the routes of the app and answers alike, as far as it was asked. */
async function differenceOf<Result>({ options, routes }: ProofInput<Result>, setup: AnalyzeOptions): Promise<{ differs: string | null; findings: Finding[] }> {
  const { onProgress } = options;
  onProgress('starting the build, to compare its routes');
  const seen = await routesOf(setup);
  if (typeof seen === 'string') return { differs: seen, findings: [] };
  const other = seen === null ? null : otherRoutes(routes, seen);
  if (other !== null) return { differs: other, findings: [] };
  const requests = requestsFor(routes);
  try {
    const { differences, failedToLoad } = await verify({ original: { name: 'app', setup: options }, variants: [{ name: 'build', setup }], requests, writesSkipped: 0, loadOnly: false, limits: { timeoutMs: PATIENCE_MS }, onProgress });
    const [failed] = failedToLoad;
    return { differs: differences[0] !== undefined ? described(differences[0]) : failed !== undefined ? `${failed.module} cannot be loaded late: ${failed.message}` : null, findings: [] };
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'original-not-up') throw error;
    return { differs: null, findings: [findings['build-not-compared']({ because: error.message })] };
  }
}

/** Routes as the probe sees them in the build; null where it sees none of its modules; a text where the build does not come up. */
async function routesOf(setup: AnalyzeOptions): Promise<RuntimeRoute[] | string | null> {
  try {
    const started = await boot({ ...setup, runs: 0 }, () => {});
    const { failure, answered } = started.boot.evidence;
    if (answered === null) return `it does not start: ${failure?.message ?? 'it gives no answer'}`;
    return runtimeRoutes(started.routes, started.ids.idOf, originalPlaces(diskFiles));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
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
