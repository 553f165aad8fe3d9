import { UserError } from '../../model/trouble.ts';
import type { Difference, ReplayRequest, Verification } from '../../model/verification.ts';
import type { ExchangeLimits } from '../../system/exchange.ts';
import { aspectsThatDiffer, expectation, natureOf, type Expectation } from './expectation.ts';
import type { LateLoad } from './late-loads.ts';
import { presentable, requestName, requestSecrets } from './presentable.ts';
import { replay, type Replay, type Variant } from './variant.ts';

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
  onProgress(text: string): void;
}

/** How many requests are sent between two words of progress. */
const EACH = 25;

const defaultLimits: ExchangeLimits = { timeoutMs: 10_000, maxBodyBytes: 4 << 20, events: 5, eventsMs: 1000 };

/**
 * Sends the same requests to the original and to each variant, all freshly started, and tells where a variant answers
 * differently. What already differs between two starts of the original is compared by its kind only; when something
 * differs, a third start gives the original one more chance to vary. Throws UserError where the original does not come up.
 */
export async function verify(plan: VerifyPlan): Promise<Verification> {
  const variants = plan.variants.length > 0 ? plan.variants : [{ ...plan.original, name: `${plan.original.name} again` }];
  return plan.loadOnly ? loadAll(plan, variants) : compare(plan, variants);
}

type Up = Extract<Replay, { up: true }>;

async function compare(plan: VerifyPlan, variants: readonly Variant[]): Promise<Verification> {
  const originals = [await original(plan, 'the first time'), await original(plan, 'again, to see what differs by nature')];
  let expected = expectations(plan.requests, originals);
  const replays: { name: string; replay: Replay }[] = [];
  for (const variant of variants) replays.push({ name: variant.name, replay: await ask(plan, variant, `${variant.name}`) });
  const found = (): Difference[] => replays.flatMap(({ name, replay }) => differencesOf(plan, name, replay, expected));
  let differences = found();
  if (differences.some(({ aspect }) => aspect !== 'start')) {
    originals.push(await original(plan, 'once more, to be sure of what differs'));
    expected = expectations(plan.requests, originals);
    differences = found();
  }
  const { redact } = originals[0]!;
  return {
    ...result(plan, variants),
    requests: plan.requests.length,
    differences,
    byNature: plan.requests.flatMap((request, i) => natureOf(expected[i]!).map((one) => ({ request: requestName(request), at: redact(one.at), as: one.as }))),
    ...loadsOf(replays.map(({ name, replay }) => ({ name, loads: replay.lateLoads }))),
  };
}

function result({ writesSkipped }: VerifyPlan, variants: readonly Variant[]): Pick<Verification, 'kind' | 'version' | 'variants' | 'writesSkipped'> {
  return { kind: 'verification', version: 1, variants: variants.map(({ name }) => name), writesSkipped };
}

async function original(plan: VerifyPlan, time: string): Promise<Up> {
  const got = await ask(plan, plan.original, `the original ${time}`);
  if (got.up) return got;
  throw new UserError('original-not-up', `The app as it is cannot be asked: ${got.because.replace(/\.$/, '')}.`, 'Give it what it needs with --env-file, --before, --readiness-path or --timeout; lwa-split analyze tells more.');
}

function ask(plan: VerifyPlan, variant: Variant, name: string, env: Record<string, string> = {}): Promise<Replay> {
  const { requests, reset, limits, onProgress } = plan;
  onProgress(`starting ${name}`);
  return replay(variant, plan.loadOnly ? [] : requests, {
    reset,
    secrets: requestSecrets(requests),
    env: { LWA_SPLIT_LOG: '1', ...env },
    limits: { ...defaultLimits, ...limits },
    onRequest: (i) => void (i % EACH === 0 && onProgress(`asking ${name}: ${i + 1} of ${requests.length}`)),
  });
}

function expectations(requests: readonly ReplayRequest[], originals: readonly Up[]): Expectation[] {
  return requests.map((_, i) => expectation(originals.map(({ answers }) => answers[i]!)));
}

function differencesOf(plan: VerifyPlan, variant: string, got: Replay, expected: readonly Expectation[]): Difference[] {
  if (!got.up) return [notUp(variant, got.because)];
  return plan.requests.flatMap((request, i) =>
    aspectsThatDiffer(expected[i]!, got.answers[i]!).map((one) => ({ request: requestName(request), variant, ...one, diff: one.aspect === 'header' || one.aspect === 'body' ? presentable(one.diff, got.redact) : one.diff })),
  );
}

function notUp(variant: string, because: string): Difference {
  return { request: null, variant, aspect: 'start', name: null, diff: ['-it answers', `+${because}`] };
}

async function loadAll(plan: VerifyPlan, variants: readonly Variant[]): Promise<Verification> {
  const loaded: { name: string; loads: LateLoad[] }[] = [];
  const differences: Difference[] = [];
  for (const variant of variants) {
    const got = await ask(plan, variant, `${variant.name} with everything loaded`, { LWA_SPLIT_EAGER: '1' });
    loaded.push({ name: variant.name, loads: got.lateLoads });
    if (!got.up) differences.push(notUp(variant.name, got.because));
  }
  return { ...result(plan, variants), requests: 0, differences, byNature: [], ...loadsOf(loaded) };
}

function loadsOf(variants: readonly { name: string; loads: readonly LateLoad[] }[]): Pick<Verification, 'deferredModulesLoaded' | 'failedToLoad'> {
  const failedToLoad = variants.flatMap(({ name, loads }) => {
    const failed = new Map(loads.flatMap(({ module, error }) => (error === null ? [] : [[module, error] as const])));
    return [...failed].map(([module, message]) => ({ variant: name, module, message }));
  });
  const loaded = variants.map(({ loads }) => new Set(loads.flatMap(({ module, error }) => (error === null ? [module] : []))).size);
  return { deferredModulesLoaded: loaded.reduce((a, b) => a + b, 0), failedToLoad };
}
