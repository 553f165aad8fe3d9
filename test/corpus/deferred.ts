// What `npm run corpus -- --deferred` does with one app: judges its imports, rewrites what is safe to defer, and proves on the
// running app that it starts faster, answers as before, and can load all that it deferred.
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolveOptions } from '../../src/cli/options.ts';
import type { Costs } from '../../src/model/costs.ts';
import type { Deferral } from '../../src/model/deferrals.ts';
import type { ModuleGraph } from '../../src/model/graph.ts';
import type { AnalyzeOptions } from '../../src/model/options.ts';
import { median } from '../../src/model/sample.ts';
import type { ReplayRequest, Verification } from '../../src/model/verification.ts';
import { goneWithout } from '../../src/query/reach.ts';
import { expectedCosts } from '../../src/query/expected-costs.ts';
import { unusualTimes } from '../../src/query/value-times.ts';
import { boot, type Started } from '../../src/steps/boot/index.ts';
import { launch, type Manner } from '../../src/steps/boot/launch.ts';
import { costs as costsOf } from '../../src/steps/costs/index.ts';
import { deferrals } from '../../src/steps/deferrals/index.ts';
import { textsOf } from '../../src/steps/deferrals/texts.ts';
import { requiresModules } from '../../src/steps/rewrite/loadable.ts';
import { rewriteChosen, type Rewrite } from '../../src/steps/rewrite/index.ts';
import { runtimeFile, writePlan } from '../../src/steps/rewrite/plan.ts';
import { runtimeRoutes } from '../../src/steps/routes/index.ts';
import { verify, type Variant } from '../../src/steps/verify/index.ts';
import { fromRoutes } from '../../src/steps/verify/requests-routes.ts';
import { mayWrite } from '../../src/steps/verify/requests.ts';
import { envFile } from '../../src/system/files.ts';
import { importFile } from '../../src/system/import-file.ts';
import { exportsBytes } from '../../src/system/packages.ts';
import { diskFiles } from '../../src/system/project-files.ts';
import type { CorpusApp } from './apps.ts';

export interface DeferredOptions {
  /** Absolute path of the Node to run the app with. */
  node: string;
  runs: string;
  /** Also defer what a person would have to look at. */
  review: boolean;
  onProgress(text: string): void;
}

/** What deferring did to one app. Times in milliseconds, spawn to first answer. */
export interface DeferredOutcome {
  /** Imports and files that were rewritten. */
  imports: number;
  files: number;
  refused: string[];
  /** Ids of what was to stay away from the start, and of those that were there all the same. */
  gone: string[];
  stillThere: string[];
  /** Those of them that were not loaded when all was to be loaded at once. */
  neverThere: string[];
  answers: boolean;
  /** Everything loaded at once, and some of the routes asked. */
  loaded: Verification;
  asked: Verification;
  /** As it is; with the loader, but unchanged texts; deferred. */
  plainMs: number;
  unchangedMs: number;
  deferredMs: number;
  /** Of each start with the loader and unchanged texts, the share that the next one with deferred imports did without; the median of those. */
  savedMs: number;
  predictedMs: number;
}

/** Requests are as fast as the start, so that a module's time alone decides. */
const FULL_CPU_MB = 1769;
/** So many routes are asked, spread over all. */
const MAX_REQUESTS = 25;
/** Most routes of some apps ask servers elsewhere, which may not be there. */
const PATIENCE_MS = 2500;

export async function deferCorpusApp(app: CorpusApp, folder: string, given: DeferredOptions): Promise<DeferredOutcome> {
  const options = await startOptions(app, folder, given);
  const started = await boot(options, given.onProgress);
  const costs = expectedCosts(costsOf(started.boot, (id) => exportsBytes(started.ids.fileOf(id))), started.boot);
  given.onProgress('judging imports');
  const rewritten = chosenRewrite(started, costs, given);
  const notes = realpathSync(mkdtempSync(join(tmpdir(), 'lwa-split-deferred-')));
  try {
    const deferred = { ...options, env: { ...options.env, ...writePlan(join(notes, 'deferred'), rewritten.files) } };
    const unchanged = { ...options, env: { ...options.env, ...writePlan(join(notes, 'unchanged'), rewritten.files.map((one) => ({ ...one, text: one.original }))) } };
    return await prove({ options, deferred, unchanged }, started, rewritten, { costs, given });
  } finally {
    rmSync(notes, { recursive: true, force: true });
  }
}

export async function startOptions(app: CorpusApp, folder: string, { node, runs, onProgress }: DeferredOptions): Promise<AnalyzeOptions> {
  const typed = { start: 'bash run.sh', node, readinessPath: app.readinessPath, runs };
  return { ...(await resolveOptions(folder, typed, { cwd: folder, files: diskFiles, importFile, readEnvFile: envFile })), onProgress };
}

export function chosenRewrite({ boot, ids }: Started, costs: Costs, { review }: DeferredOptions): Rewrite & { deferrals: readonly Deferral[] } {
  const { graph, observed } = boot.evidence;
  const read = reader((id) => ids.fileOf(id));
  const texts = textsOf(graph.modules, read);
  const judge = (refused: Readonly<Rewrite['refused']>): readonly Deferral[] => {
    const stays = new Map(refused.map(({ importer, target, reason }) => [`${importer}\0${target}`, reason]));
    const found = deferrals({
      graph,
      costs,
      ...texts,
      textOf: (edge) => {
        const text = texts.textOf(edge);
        const reason = stays.get(`${edge.from}\0${edge.to}`);
        return reason === undefined || text === null || text === 'unread' ? text : { ...text, refused: reason };
      },
      observed,
      firstRequestNeeds: () => 0,
      memoryMb: FULL_CPU_MB,
    });
    return found.deferrals.filter(({ verdict }) => verdict === 'defer' || (review && verdict === 'review'));
  };
  return rewriteChosen(judge, { graph, read, fileOf: (id) => ids.fileOf(id), runtime: runtimeFile(), requiresModules: requiresModules(boot.evidence.node) });
}

function reader(fileOf: (id: string) => string | null): (id: string) => string | null {
  const known = new Map<string, string | null>();
  const read = (id: string): string | null => {
    const file = fileOf(id);
    try {
      return file?.startsWith('/') ? readFileSync(file, 'utf8') : null;
    } catch {
      return null;
    }
  };
  return (id) => {
    if (!known.has(id)) known.set(id, read(id));
    return known.get(id)!;
  };
}

interface Setups {
  options: AnalyzeOptions;
  deferred: AnalyzeOptions;
  unchanged: AnalyzeOptions;
}

async function prove({ options, deferred, unchanged }: Setups, started: Started, rewritten: ReturnType<typeof chosenRewrite>, { costs, given }: { costs: Costs; given: DeferredOptions }): Promise<DeferredOutcome> {
  const { graph } = started.boot.evidence;
  const { gone: away, predictedMs } = prediction(graph, costs, rewritten.deferrals);
  const gone = away.filter((id) => !id.startsWith('node:'));
  given.onProgress('looking at what the deferred app loads');
  // The evidence run alone sees ES modules that are loaded by require(), as deferred ones are.
  const manner: Manner = { probe: 'evidence', modules: 'watch', port: { kind: 'given' }, timeoutMs: options.timeoutMs };
  const seen = await launch(deferred, manner);
  const atOnce = await launch({ ...deferred, env: { ...deferred.env, LWA_SPLIT_EAGER: '1' } }, manner);
  const [there, thereAtOnce] = [seen, atOnce].map(({ record }) => new Set(record?.modules.map(({ file }) => started.ids.idOf(file)))) as [Set<string>, Set<string>];
  const variant: Variant = { name: 'deferred', setup: deferred };
  const plan = { original: { name: 'original', setup: options }, variants: [variant], writesSkipped: 0, limits: { timeoutMs: PATIENCE_MS }, onProgress: given.onProgress };
  const loaded = await verify({ ...plan, requests: [], loadOnly: true });
  const asked = await verify({ ...plan, requests: requestsFor(started), loadOnly: false });
  const times = { plain: [] as number[], unchanged: [] as number[], deferred: [] as number[] };
  for (let round = 1; round <= Number(given.runs); round++) {
    given.onProgress(`timing starts: ${round} of ${given.runs}`);
    times.plain.push(await startMs(options, manner));
    times.unchanged.push(await startMs(unchanged, manner));
    times.deferred.push(await startMs(deferred, manner));
  }
  return {
    imports: rewritten.deferrals.length,
    files: rewritten.files.length,
    refused: rewritten.refused.map(({ importer, specifier, reason }) => `${importer} -> ${specifier}: ${reason}`),
    gone,
    stillThere: gone.filter((id) => there.has(id)),
    neverThere: gone.filter((id) => !thereAtOnce.has(id)),
    answers: seen.answered !== null,
    loaded,
    asked,
    plainMs: median(times.plain),
    unchangedMs: median(times.unchanged),
    deferredMs: median(times.deferred),
    savedMs: median(times.unchanged.map((ms, i) => 1 - times.deferred[i]! / ms)) * median(times.unchanged),
    // Others use the machine too: the costs were measured minutes before, at the speed of then.
    predictedMs: predictedMs * (median(times.plain) / median(started.boot.plainMs)),
  };
}

/** What no longer loads at the start (Node's own modules among it), what stays but puts off values that are made of it, and the time that both save. */
export function prediction(graph: ModuleGraph, costs: Costs, chosen: readonly Deferral[]): { gone: string[]; lighter: string[]; predictedMs: number } {
  const cut = new Set(chosen.map(({ importer, target }) => `${importer}\0${target}`));
  const gone = goneWithout(graph, { edges: graph.edges.filter(({ from, to }) => cut.has(`${from}\0${to}`)) });
  const lighter = new Set(chosen.filter(({ importer, reasons }) => reasons.includes('VALUE_INITIALIZER') && !gone.includes(importer)).map(({ importer }) => importer));
  const self = new Map(costs.modules.map((module) => [module.id, module.self.medianMs]));
  const unusualMs = unusualTimes(graph, costs);
  const predictedMs = gone.reduce((sum, id) => sum + (self.get(id) ?? 0), 0) + [...lighter].reduce((sum, id) => sum + unusualMs(id), 0);
  return { gone, lighter: [...lighter], predictedMs };
}

function requestsFor({ routes, ids }: Started): ReplayRequest[] {
  const all = fromRoutes(runtimeRoutes(routes, ids.idOf, (place) => place)).filter((request) => !mayWrite(request));
  const step = Math.max(1, all.length / MAX_REQUESTS);
  return all.filter((_, i) => Math.floor(i / step) > Math.floor((i - 1) / step) || i === all.length - 1);
}

async function startMs(setup: AnalyzeOptions, manner: Manner): Promise<number> {
  const { answered, spawnedAtMs } = await launch(setup, { ...manner, probe: 'none' });
  return answered === null ? Number.NaN : answered.atMs - spawnedAtMs;
}
