// What a command runs, as a table of contents: each line makes one document from others.
import type { Analysis, Why } from './model/analysis.ts';
import type { Boot } from './model/boot.ts';
import type { Costs } from './model/costs.ts';
import type { Deferrals } from './model/deferrals.ts';
import type { AnalyzeOptions } from './model/options.ts';
import type { Reach } from './model/reach.ts';
import { routeId, type RuntimeRoute } from './model/routes.ts';
import { UserError } from './model/trouble.ts';
import type { ReplayRequest, Verification } from './model/verification.ts';
import { expectedCosts } from './query/expected-costs.ts';
import { firstRequestNeeds } from './query/first-request.ts';
import { frameworkOf } from './query/framework.ts';
import { ownCode } from './query/own.ts';
import { placementOf } from './query/placement.ts';
import { reachedGraph } from './query/reach.ts';
import { routesMatching } from './query/routes-matching.ts';
import { analysis } from './steps/analysis/index.ts';
import { withSources } from './steps/analysis/with-sources.ts';
import { why } from './steps/analysis/why.ts';
import { moduleIds, type ModuleIds } from './steps/boot/ids.ts';
import { boot, bootForRoutes, type Started } from './steps/boot/index.ts';
import { costs } from './steps/costs/index.ts';
import { deferrals } from './steps/deferrals/index.ts';
import { withSourceChoices } from './steps/deferrals/choices.ts';
import { earlySummaries, preparedSummaries } from './steps/deferrals/prepared.ts';
import { textsOf, type Texts } from './steps/deferrals/texts.ts';
import { reachRoute } from './steps/reach/index.ts';
import { keptReach } from './steps/reach/kept.ts';
import { runtimeRoutes } from './steps/routes/index.ts';
import { originalPlaces } from './steps/routes/originals.ts';
import { importPlaces } from './steps/routes/places.ts';
import { constantsFor } from './steps/setup/calibration.ts';
import { findSetup } from './steps/setup/index.ts';
import { verify, type Variant } from './steps/verify/index.ts';
import { fromRoutes } from './steps/verify/requests-routes.ts';
import { mayWrite } from './steps/verify/requests.ts';
import { machine, machineSpeed } from './system/machine.ts';
import { exportsBytes } from './system/packages.ts';
import { codeHash } from './system/own-files.ts';
import { diskFiles } from './system/project-files.ts';
import { moduleResolver } from './system/resolve-module.ts';
import { savedStart, saveStart } from './system/saved-start.ts';
import { sourceRoutes } from './source-routes.ts';

/** What one start of the app told. `ids` is the way back from module ids to files. */
export interface Measured {
  boot: Boot;
  costs: Costs;
  routes: RuntimeRoute[];
  ids: ModuleIds;
}

/** Starts the app, measures it and says what its start costs. Throws UserError where the app cannot be started at all. */
export async function analyze(options: AnalyzeOptions): Promise<Analysis> {
  const constants = constantsFor(options.root, diskFiles);
  const measured = await measure(options, { reads: true });
  const { ids, ...documents } = measured;
  options.onProgress('measuring this machine');
  const speed = await machineSpeed(options.node ?? process.execPath);
  const setup = findSetup(options.root, options.app.workspaceRoot, diskFiles);
  const placement = placementOf(options, setup.placement, machine().arch);
  const deferrals = verdicts(measured, { ...options, memoryMb: placement.memoryMb }, await textsIn(measured, options));
  const started = analysis({ app: options.app, ...documents, deferrals, reach: routeReach(measured, options), placement, setupFindings: setup.findings, constants, machine: { ...machine(), speed }, placeOf: importPlaces(ids) });
  options.onProgress('reading the sources');
  return withSources(started, await sourceRoutes(options, ids, ids.fileOf(measured.boot.evidence.graph.entry)));
}

/** Memory that is judged for where none is named, MB: what the adapter's own samples use most. */
const DEFAULT_MEMORY_MB = 1024;

/** Which imports can be deferred, which of them pay, and why the others stay. `texts` says what can be done with them. */
export function verdicts(measured: Measured, { memoryMb = DEFAULT_MEMORY_MB, eager, lazy, onProgress }: AnalyzeOptions, texts: Texts): Deferrals {
  onProgress('judging imports');
  const { boot, costs, routes } = measured;
  const { graph, observed } = boot.evidence;
  const handlers = routes.flatMap((route) => route.module ?? []);
  return deferrals({ graph, costs: expectedCosts(costs, boot), ...texts, observed, firstRequestNeeds: firstRequestNeeds(graph, handlers), memoryMb, eager, lazy });
}

/** What each route can touch, read from the texts of what was loaded and of what a request may load. */
export function routeReach({ boot, routes, ids }: Measured, { app, root, onProgress }: AnalyzeOptions): Reach {
  onProgress('following the routes through the sources');
  const { graph, observed } = boot.evidence;
  const handlers = routes.flatMap((route) => route.module ?? []);
  // Ids for what was not loaded are made apart, so that those of this start stay as they are.
  const others = once(() => moduleIds(app, root, graph.modules.flatMap(({ id }) => ids.fileOf(id) ?? []), diskFiles));
  const input = { graph, observed, routes: routes.map(reachRoute), own: ownCode(graph, handlers), fileOf: ids.fileOf, idOf: (file: string) => others().idOf(file), files: diskFiles, resolve: moduleResolver() };
  return keptReach(root, input, [codeHash(new URL(import.meta.url)), app.workspaces, handlers]);
}

/** The texts of what was loaded, as they are now. */
export async function textsIn({ boot, ids }: Measured, { root, onProgress }: AnalyzeOptions): Promise<Texts> {
  onProgress('reading what was loaded');
  const { modules } = boot.evidence.graph;
  const read = remember((id: string) => {
    const file = ids.fileOf(id);
    return file === null ? null : diskFiles.read(file);
  });
  const texts = textsOf(modules, read, await preparedSummaries(root, modules, read));
  return { ...texts, textOf: withSourceChoices(texts.textOf, importPlaces(ids), read) };
}

/** Why a module is loaded. Answers from the last start where nothing has changed since, else starts the app again. */
export async function explain(options: AnalyzeOptions, module: string): Promise<Why> {
  const { boot, costs, routes, ids } = await lastStart(options);
  const { graph } = boot.evidence;
  const asked = options.route === undefined ? graph : reachedGraph(graph, handlersOf(routes, options.route));
  const framework = frameworkOf(graph, routes, options.app.framework);
  const handlers = routes.flatMap((route) => route.module ?? []);
  return why({ graph: asked, costs, handlers, framework, placeOf: importPlaces(ids) }, module);
}

/** What `verify` is asked beside how the app starts. */
export interface VerifyQuestion {
  variants: Variant[];
  /** Given ones; else they are made from the routes. */
  requests?: ReplayRequest[] | undefined;
  /** Of a saved analysis; else they are those of the last start, or of a new one. */
  routes?: readonly { method: string; path: string }[] | undefined;
  allowWrites: boolean;
  reset?: string | undefined;
  loadOnly: boolean;
}

/** Asks the app and its variants the same, and tells where their answers differ. */
export async function compareVariants(options: AnalyzeOptions, question: VerifyQuestion): Promise<Verification> {
  const { variants, reset, loadOnly } = question;
  const all = loadOnly ? [] : (question.requests ?? fromRoutes(chosen(question.routes ?? (await routesOf(options)), options.route)));
  const requests = question.allowWrites ? all : all.filter((request) => !mayWrite(request));
  if (requests.length === 0 && !loadOnly) throw new UserError('only-writes', 'All requests may write, so none was sent.', 'Send them with --allow-writes, and give --reset "<command>" so that each variant finds the same data.');
  return verify({ original: { name: 'original', setup: options }, variants, requests, writesSkipped: all.length - requests.length, reset, loadOnly, onProgress: options.onProgress });
}

async function routesOf(options: AnalyzeOptions): Promise<RuntimeRoute[]> {
  const saved = remembered(options);
  if (saved !== null) return saved.routes;
  options.onProgress('starting the app to see its routes');
  const started = await bootForRoutes(options);
  return runtimeRoutes(started.routes, started.ids.idOf, originalPlaces(diskFiles));
}

function chosen<Route extends { method: string; path: string }>(routes: readonly Route[], pattern: string | undefined): readonly Route[] {
  if (pattern === undefined) return routes;
  const found = routesMatching(routes.map((route) => ({ ...route, id: routeId(route.method, route.path) })), pattern);
  if (found.length > 0) return found;
  throw new UserError('no-such-route', `No route matches "${pattern}".`, 'lwa-split analyze lists the routes; * stands for anything.');
}

/** One start, untimed. */
export async function evidenceOfStart(options: AnalyzeOptions): Promise<Boot> {
  return (await boot({ ...options, runs: 0 }, () => undefined)).boot;
}

/** What is wanted of `lastStart`: a start that answered; that the texts of what it loads are read meanwhile, for `textsIn`; see `boot` for `plainStart`. */
interface Wanted {
  mustAnswer?: boolean;
  reads?: boolean;
  plainStart?: ((routes: RuntimeRoute[]) => Promise<number | null>) | undefined;
}

/** The last start, where nothing has changed since and it is what is wanted; else a new one. */
export async function lastStart(options: AnalyzeOptions, { mustAnswer = false, reads = false, plainStart }: Wanted = {}): Promise<Measured> {
  const last = remembered(options);
  return last === null || (mustAnswer && last.boot.evidence.answered === null) ? measure(options, { reads, plainStart }) : last;
}

async function measure(options: AnalyzeOptions, { reads = false, plainStart }: Omit<Wanted, 'mustAnswer'>): Promise<Measured> {
  const reading = reads ? earlySummaries(options.root) : undefined;
  let routes: RuntimeRoute[] | undefined;
  const routesIn = (found: Pick<Started, 'routes' | 'ids'>): RuntimeRoute[] => (routes ??= runtimeRoutes(found.routes, found.ids.idOf, originalPlaces(diskFiles)));
  const started = await boot(options, options.onProgress, { beside: reading, plainStart: plainStart && ((seen) => plainStart(routesIn(seen))) }).finally(() => reading?.stop());
  options.onProgress('working out what it costs');
  const measured: Measured = {
    boot: started.boot,
    costs: costs(started.boot, (id) => exportsBytes(started.ids.fileOf(id))),
    routes: routesIn(started),
    ids: started.ids,
  };
  const { ids: _, ...documents } = measured;
  saveStart({ ...inputsOf(options), files: started.files }, documents);
  return measured;
}

function remembered(options: AnalyzeOptions): Measured | null {
  const saved = savedStart(inputsOf(options));
  if (saved === null) return null;
  const ids = moduleIds(options.app, options.root, saved.files, diskFiles);
  for (const file of saved.files) ids.idOf(file);
  return { ...(saved.documents as Omit<Measured, 'ids'>), ids };
}

function once<Value>(make: () => Value): () => Value {
  let made: Value | undefined;
  return () => (made ??= make());
}

function remember<Value>(ask: (id: string) => Value): (id: string) => Value {
  const known = new Map<string, Value>();
  return (id) => {
    if (!known.has(id)) known.set(id, ask(id));
    return known.get(id)!;
  };
}

function inputsOf({ app, root, start, node, before, readinessPath, port, env }: AnalyzeOptions): Parameters<typeof savedStart>[0] {
  return { root, env, settings: { app, start, node: node ?? process.version, before, readinessPath, port, tool: codeHash(new URL(import.meta.url)) } };
}

function handlersOf(routes: readonly RuntimeRoute[], pattern: string): string[] {
  const named = routes.map((route) => ({ ...route, id: routeId(route.method, route.path) }));
  const handlers = routesMatching(named, pattern).flatMap((route) => route.module ?? []);
  if (handlers.length > 0) return [...new Set(handlers)];
  throw new UserError('no-such-route', `No route with a known handler matches "${pattern}".`, 'lwa-split analyze lists the routes; * stands for anything.');
}
