import type { Boot, Evidence } from '../../model/boot.ts';
import { median } from '../../model/sample.ts';
import { findings, type Finding } from '../../model/trouble.ts';
import type { LoadedRecord, ProbeRecord } from '../../probe/record.ts';
import type { RawRoute } from '../../probe/routes/types.ts';
import { fileBytes } from '../../system/files.ts';
import { sourceResolver } from '../../system/source-resolver.ts';
import { diskFiles } from '../../system/project-files.ts';
import type { RunningApp } from '../../system/start.ts';
import { failureOf, nothingRecorded, portTaken } from './failure.ts';
import { graphOf } from './graph.ts';
import { moduleIds, type ModuleIds } from './ids.ts';
import { observedOf } from './observed.ts';
import { timedByEvidence, timeFailures, timeStarts, type Timed } from './timing.ts';
import { writtenSpecifiers } from './written.ts';
import { launch, onlooker, type Launch, type Manner, type Onlooker, type Setup } from './launch.ts';

export type { Setup } from './launch.ts';

/** The document, and beside it what only this process can use: places in files as they ran, for source maps. */
export interface Started {
  boot: Boot;
  routes: RawRoute[];
  ids: ModuleIds;
  /** Absolute paths of everything that was loaded. */
  files: string[];
}

/** Work that goes on beside the evidence run, which is not timed, and is over before anything is. */
export interface Beside {
  loaded(modules: LoadedRecord[]): void;
  settled(): Promise<void>;
}

/**
 * Makes a start without a probe once it hears what the evidence run saw. Resolves to how long that took to its first answer, ms, or to null
 * where it gave none; may go on with that start afterwards.
 */
export type PlainStart = (seen: Pick<SeenRoutes, 'routes' | 'ids'>) => Promise<number | null>;

/** So many ES modules, with so little of the loading time, are not worth the hooks. */
const FEW_MODULES = 5;
const FEW_SHARE = 0.02;
/** A shell and a package manager's thin launcher may take this long without a word. */
const LAUNCHER_NOTED_MS = 100;

/**
 * Starts the app: once for evidence, then in turn without a probe, with the timing probe, and a bare server beside.
 * Throws a UserError when nothing of the app was recorded, or a port is taken. With `runs: brief` a slow app is started by `plainStart` alone.
 */
export async function boot(setup: Setup, onProgress: (text: string) => void, { beside, plainStart }: { beside?: Beside | undefined; plainStart?: PlainStart | undefined } = {}): Promise<Started> {
  onProgress('starting the app to see what it loads');
  const first = await launch(setup, { probe: 'evidence', modules: 'watch', port: { kind: 'given' }, timeoutMs: setup.timeoutMs, onLoaded: beside?.loaded });
  await beside?.settled();
  const files = first.record?.modules.map((module) => module.file) ?? [];
  const ids = moduleIds(setup.app, setup.root, files, diskFiles);
  const record = usable(first, setup, ids);
  const evidence = evidenceOf(first, record, ids, setup.env['NODE_OPTIONS'] ?? '');
  const manner = mannerAfter(first, record, evidence, setup);
  const seen = { routes: record.evidence?.routes ?? [], ids };
  const once = setup.runs === 'brief' && evidence.failure === null && plainStart !== undefined ? await timedByEvidence(first, record, ids, () => plainStart(seen)) : null;
  const runs = once !== null ? once : evidence.failure === null ? await timeStarts(setup, manner, ids, onProgress) : await timeFailures(setup, manner, ids, onProgress);
  return {
    boot: { kind: 'boot', version: 1, evidence, ...runs, findings: findingsOf(first, record, evidence, runs, setup) },
    ...seen,
    files: files.filter((file) => file.startsWith('/')),
  };
}

/** What `bootForRoutes` tells. `failure` is null where the app answered. */
export interface SeenRoutes {
  routes: RawRoute[];
  ids: ModuleIds;
  failure: Evidence['failure'];
}

/** Starts the app once, only to see its routes, without their places. Throws as `boot` does. */
export async function bootForRoutes(setup: Setup): Promise<SeenRoutes> {
  const started = await launch(setup, { probe: 'routes', modules: 'watch', port: { kind: 'given' }, timeoutMs: setup.timeoutMs });
  const ids = moduleIds(setup.app, setup.root, started.record?.modules.map((module) => module.file) ?? [], diskFiles);
  const record = usable(started, setup, ids);
  return { routes: record.evidence?.routes ?? [], ids, failure: failureOf(started, record, placeIn(ids)) };
}

/** Sees the routes of one start that somebody else makes. */
export interface RoutesOnlooker extends Omit<Onlooker, 'answered'> {
  answered(app: RunningApp): Promise<void>;
  /** As `bootForRoutes` tells them; null where nothing was seen. */
  seen(): Pick<SeenRoutes, 'routes' | 'ids'> | null;
}

export function routesOnlooker({ app, root }: Pick<Setup, 'app' | 'root'>): RoutesOnlooker {
  const looks = onlooker();
  let record: ProbeRecord | null = null;
  return {
    ...looks,
    answered: async (running) => void (record = await looks.answered(running)),
    seen: () => record && { routes: record.evidence?.routes ?? [], ids: moduleIds(app, root, record.modules.map(({ file }) => file), diskFiles) },
  };
}

function usable(first: Launch, setup: Setup, ids: ModuleIds): ProbeRecord {
  const { record } = first;
  const loaded = record !== null && (record.listens.length > 0 || record.modules.some((module) => module.kind !== 'builtin' && module.done));
  if (!loaded) throw nothingRecorded(first, record, setup, placeIn(ids));
  if (first.answered === null && record.evidence?.failure?.code === 'EADDRINUSE') throw portTaken(first);
  return record;
}

function placeIn(ids: ModuleIds): (place: { file: string; line: number }) => { file: string; line: number } {
  return ({ file, line }) => ({ file: ids.idOf(file.replace(/^file:\/\//, '')), line });
}

function evidenceOf(first: Launch, record: ProbeRecord, ids: ModuleIds, nodeOptions: string): Evidence {
  const transpiler = transpilerOf(record);
  const main = firstProcess(first.records, record);
  return {
    graph: graphOf(record, ids, fileBytes, transpiler === null ? ({ specifier }) => specifier : writtenSpecifiers({ read: diskFiles.read, sourceOf: sourceResolver(diskFiles) })),
    node: record.node,
    conditions: conditionsOf([...record.execArgv, ...nodeOptions.split(/\s+/)]),
    sourceMaps: [...record.execArgv, ...nodeOptions.split(/\s+/)].includes('--enable-source-maps'),
    ...(main.entry === null || main.entry === record.entry ? {} : { main: ids.idOf(main.entry) }),
    argumentCount: Math.max(0, main.argv.length - 2),
    heapBytes: record.evidence?.heapBytes ?? 0,
    answered: first.answered && { port: first.answered.port, status: first.answered.status },
    portFromEnvironment: first.listens.some((listen) => listen.port === first.givenPort),
    observed: observedOf(record.evidence, ids),
    listens: first.listens.map(({ port, host }) => ({ port, host })),
    transpiler,
    failure: failureOf(first, record, placeIn(ids)),
  };
}

/** The process that the app's others were forked from: what is forked cannot run by itself. Tools that fork the app are none of it. */
function firstProcess(records: readonly ProbeRecord[], record: ProbeRecord): ProbeRecord {
  const parent = record.forked ? records.find(({ pid }) => pid === record.ppid) : undefined;
  const isApp = parent !== undefined && parent.entry !== null && (parent.entry === record.entry || !parent.entry.includes('/node_modules/'));
  return isApp ? firstProcess(records, parent) : record;
}

/** The values of `--conditions custom`, `--conditions=custom` and `-C custom`. */
function conditionsOf(words: readonly string[]): string[] {
  return words.flatMap((word, i) => {
    const [, flag = '', value] = /^(--conditions|-C)(?:=(.*))?$/.exec(word) ?? [];
    return flag === '' ? [] : [value ?? words[i + 1] ?? ''];
  });
}

const TRANSPILERS = ['tsx', 'ts-node', '@swc-node/register', '@swc/register', 'esbuild-register', 'sucrase', '@babel/register', 'ts-node-dev', 'vite-node', 'jiti'];

/** A loader that compiles sources while the app starts is among the modules, or among the preloads, of its process. */
function transpilerOf(record: ProbeRecord): string | null {
  const preloads = record.execArgv.join(' ');
  const files = record.modules.map((module) => module.file);
  const found = TRANSPILERS.find((name) => files.some((file) => file.includes(`/node_modules/${name}/`)) || new RegExp(`(?:^|[\\s=/])${name}(?:$|[\\s/])`).test(preloads));
  if (found !== undefined) return found;
  return files.some((file) => /\.[cm]?ts$/.test(file) && !file.includes('/node_modules/')) ? 'Node (type stripping)' : null;
}

/** How later starts are made, from what the first one showed. */
function mannerAfter(first: Launch, record: ProbeRecord, evidence: Evidence, setup: Setup): Omit<Manner, 'probe'> {
  const esm = record.modules.filter((module) => module.kind === 'esm');
  const total = (modules: typeof esm): number => modules.reduce((sum, { times }) => sum + times[0] + times[1] + times[2], 0);
  // The hooks for ES modules slow down every require(): where there are only a few tiny ones they are timed as part of
  // what loads them.
  const few = esm.length <= FEW_MODULES && total(esm) <= FEW_SHARE * total(record.modules) && !esm.some((module) => module.file === record.entry);
  const port = first.answered?.port ?? first.listens[0]?.port;
  const kind = port === undefined || port === first.givenPort ? ({ kind: 'given' } as const) : ({ kind: 'fixed', port } as const);
  const lastLoadMs = Math.max(0, ...record.modules.map((module) => module.startMs));
  return {
    modules: few ? 'skip' : 'watch',
    requiredModules: few ? [] : requiredModules(record),
    port: kind,
    timeoutMs: evidence.failure === null || first.ended !== null ? setup.timeoutMs : Math.min(setup.timeoutMs, 2 * lastLoadMs + 1000),
  };
}

/** ES modules that CommonJS asked for. There are few of them at most: the order to the probe is an environment variable. */
function requiredModules(record: ProbeRecord): string[] {
  const esm = new Set(record.modules.filter((module) => module.kind === 'esm').map((module) => module.file));
  const asked = (record.evidence?.edges ?? []).filter((edge) => edge.kind === 'require' && esm.has(edge.to)).map((edge) => edge.to);
  return [...new Set(asked)].slice(0, 500);
}

function findingsOf(first: Launch, record: ProbeRecord, evidence: Evidence, { timing, smallHeap }: Timed, setup: Setup): Finding[] {
  const found: Finding[] = [];
  const { failure } = evidence;
  const seconds = Math.round(setup.timeoutMs / 1000);
  if (failure?.kind === 'exception' || failure?.kind === 'exit') found.push(findings['app-crashed']({ message: failure.message, ...failure.place }));
  if (failure?.kind === 'never-listened') found.push(findings['app-never-listened']({ seconds, waitingFor: failure.waitingFor }));
  if (failure?.kind === 'never-answered') found.push(findings['app-never-answered']({ seconds, path: setup.app.readinessPath }));
  if (failure && failure.unsetVariables.length > 0) found.push(findings['unset-variables']({ names: failure.unsetVariables }));
  if (evidence.answered && !evidence.portFromEnvironment) found.push(findings['port-ignored']({ port: evidence.answered.port }));
  if (evidence.transpiler !== null) found.push(findings['measured-through-transpiler']({ name: evidence.transpiler }));
  if (smallHeap?.plainMs.length === 0) found.push(findings['small-heap-fails']({}));
  const problems = record.evidence?.problems ?? [];
  if (problems.length > 0) found.push(findings['routes-incomplete']({ problems }));
  const launcherMs = median(timing.map((run) => run.account.launcherMs));
  const again = first.listens.some((listen) => listen.pid === record.ppid) || first.records.some((other) => other.pid === record.ppid && other.entry === record.entry);
  if (launcherMs > LAUNCHER_NOTED_MS) found.push(findings[again ? 'starts-twice' : 'launcher-costs']({ command: setup.app.start, ms: launcherMs }));
  return found;
}
