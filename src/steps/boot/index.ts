import type { App } from '../../model/app.ts';
import type { Boot, Evidence, RequestRun, TimingRun } from '../../model/boot.ts';
import { halfInterval, median, sampleOf } from '../../model/sample.ts';
import { findings, type Finding } from '../../model/trouble.ts';
import type { LoadedRecord, ProbeRecord } from '../../probe/record.ts';
import type { RawRoute } from '../../probe/routes/types.ts';
import { epochMs } from '../../system/clock.ts';
import { fileBytes } from '../../system/files.ts';
import { builtFile } from '../../system/own-files.ts';
import { sourceResolver } from '../../system/source-resolver.ts';
import { diskFiles } from '../../system/project-files.ts';
import type { RunningApp } from '../../system/start.ts';
import { accountOf, endOfInit, moduleTimes } from './account.ts';
import { failureOf, nothingRecorded, portTaken } from './failure.ts';
import { graphOf } from './graph.ts';
import { moduleIds, type ModuleIds } from './ids.ts';
import { observedOf } from './observed.ts';
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

/** All timing together may take this long where the number of runs is left to us. */
const AUTO_LIMIT_MS = 60_000;
const AUTO_MIN_RUNS = 5;
const AUTO_MAX_RUNS = 25;
/** With `runs: auto`, so many starts have a small heap: they are compared with those in the same rounds. */
const AUTO_SMALL_RUNS = 3;
/** With `runs: auto`, the 95 % interval of the plain starts is to be within this share of their median. */
const AUTO_PRECISION = 0.05;
/**
 * `runs: brief` takes two timed starts, then plain and timed ones in turn while there is time, up to five of each. Of an app that takes
 * so long to start that most of it is far above the noise, one timed start has to do.
 */
const BRIEF_MIN_TIMED = 2;
/** Of an app whose evidence run takes so long, ms, that run tells what modules cost: with coverage, and others at work, about twice a start. */
const BRIEF_EVIDENCE_MS = 3500;
const BRIEF_SLOW_MS = 2500;
const BRIEF_MAX_RUNS = 5;
const BRIEF_LIMIT_MS = 3000;
/** So many ES modules, with so little of the loading time, are not worth the hooks. */
const FEW_MODULES = 5;
const FEW_SHARE = 0.02;
/** A shell and a package manager's thin launcher may take this long without a word. */
const LAUNCHER_NOTED_MS = 100;
/** Where the app does not come up there is nothing to compare with: only module times are wanted. */
const FAILED_RUNS = 3;

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

type Timed = Pick<Boot, 'timing' | 'plainMs' | 'requests' | 'smallHeap' | 'floorMs' | 'probeOverhead'>;

/** Plain, timed and bare starts, and some with a small heap, in turn, so that what else the machine does falls on all alike. */
async function timeStarts(setup: Setup, first: Omit<Manner, 'probe'>, ids: ModuleIds, onProgress: (text: string) => void): Promise<Timed> {
  const floor = floorSetup(setup);
  const timing: TimingRun[] = [];
  const plainMs: number[] = [];
  const requests: RequestRun[] = [];
  let smallHeap: NonNullable<Boot['smallHeap']> | undefined;
  let small = withSmallHeap(setup);
  const floorMs: number[] = [];
  let manner = first;
  const begun = epochMs();
  while (!enough(setup.runs, timing.length, plainMs, epochMs() - begun)) {
    onProgress(`timing starts: ${timing.length + 1}${typeof setup.runs === 'string' ? '' : ` of ${setup.runs}`}`);
    const timed = await launch(setup, { ...manner, probe: 'timing' });
    if (timed.record !== null && timed.answered !== null) {
      timing.push(timingOf(timed, timed.record, ids));
      if (manner.port.kind === 'fixed' && timed.answered.port !== manner.port.port) manner = { ...manner, port: { kind: 'changing' } };
    }
    if (setup.runs === 'brief' && (timing.length < BRIEF_MIN_TIMED || enough('brief', timing.length, plainMs, epochMs() - begun))) continue;
    const plain = await launch(setup, { ...manner, probe: 'none', askAgain: true });
    if (plain.answered !== null) plainMs.push(plain.answered.atMs - plain.spawnedAtMs);
    else if (plainMs.length === 0) plainMs.push(Number.NaN);
    if (plain.request !== null) requests.push(plain.request);
    if (setup.runs === 'brief') continue;
    if (small !== null && (setup.runs !== 'auto' || timing.length <= AUTO_SMALL_RUNS)) {
      const other = await launch(small, { ...manner, probe: 'none', askAgain: true });
      smallHeap ??= { plainMs: [], requests: [] };
      if (other.answered !== null) smallHeap.plainMs.push(other.answered.atMs - other.spawnedAtMs);
      else small = null;
      if (other.request !== null) smallHeap.requests.push(other.request);
    }
    const bare = await launch(floor, { ...manner, port: { kind: 'given' }, probe: 'none' });
    if (bare.answered !== null) floorMs.push(bare.answered.atMs - bare.spawnedAtMs);
  }
  const answers = timing.flatMap((run) => run.firstAnswerMs ?? []);
  const probeOverhead = answers.length === 0 || plainMs.length === 0 ? null : Math.round((median(answers) / median(plainMs) - 1) * 1000) / 1000;
  return { timing, plainMs, requests, ...(smallHeap && { smallHeap }), floorMs, probeOverhead };
}

/** What V8 makes of the memory of a small function (see `smallHeapMb` among the facts); null where the app sets its heap itself, whatever the memory. */
function withSmallHeap(setup: Setup): Setup | null {
  const given = setup.env['NODE_OPTIONS'] ?? '';
  if (/--max[-_](?:old|semi)[-_]space/.test(`${given} ${setup.app.start}`)) return null;
  return { ...setup, env: { ...setup.env, NODE_OPTIONS: `${given} --max-old-space-size=256 --max-semi-space-size=1`.trim() } };
}

function enough(runs: Setup['runs'], timed: number, plainMs: readonly number[], tookMs: number): boolean {
  if (runs === 'brief') return plainMs.length >= BRIEF_MAX_RUNS || (tookMs >= BRIEF_LIMIT_MS && timed >= BRIEF_MIN_TIMED) || (tookMs >= BRIEF_SLOW_MS && timed === 1) || tookMs >= AUTO_LIMIT_MS;
  if (runs !== 'auto') return plainMs.length >= runs;
  if (plainMs.length >= AUTO_MAX_RUNS || (tookMs >= AUTO_LIMIT_MS && plainMs.length > 0)) return true;
  const sample = sampleOf(plainMs);
  return plainMs.length >= AUTO_MIN_RUNS && halfInterval(sample) <= AUTO_PRECISION * sample.medianMs;
}

/** What modules cost by the evidence run, as shares of a plain start; null where that does not come up, or is quick enough to be timed. */
async function timedByEvidence(first: Launch, record: ProbeRecord, ids: ModuleIds, plainStart: () => Promise<number | null>): Promise<Timed | null> {
  const run = timingOf(first, record, ids, ancestors(first.records, record).reduce((sum, { end }) => sum + end.apartMs, 0));
  if (run.firstAnswerMs === null || run.firstAnswerMs < BRIEF_EVIDENCE_MS) return null;
  const plainMs = await plainStart();
  return plainMs === null ? null : { timing: [inProportion(run, plainMs / run.firstAnswerMs)], plainMs: [plainMs], floorMs: [], probeOverhead: null };
}

function inProportion({ account, firstAnswerMs, modules }: TimingRun, factor: number): TimingRun {
  const times = <Key extends string>(object: Record<Key, number>): Record<Key, number> => Object.fromEntries(Object.entries<number>(object).map(([key, ms]) => [key, ms * factor])) as Record<Key, number>;
  return { account: times(account), firstAnswerMs: firstAnswerMs && firstAnswerMs * factor, modules: modules.map(({ id, ...ms }) => ({ id, ...times(ms) })) };
}

function ancestors(records: readonly ProbeRecord[], { pid, ppid }: ProbeRecord): ProbeRecord[] {
  const parent = records.find((other) => other.pid === ppid && other.pid !== pid);
  return parent === undefined ? [] : [parent, ...ancestors(records, parent)];
}

async function timeFailures(setup: Setup, manner: Omit<Manner, 'probe'>, ids: ModuleIds, onProgress: (text: string) => void): Promise<Timed> {
  const timing: TimingRun[] = [];
  const runs = typeof setup.runs === 'string' ? FAILED_RUNS : setup.runs;
  for (let run = 1; run <= runs; run++) {
    onProgress(`the app does not come up; timing its modules: ${run} of ${runs}`);
    const timed = await launch(setup, { ...manner, probe: 'timing' });
    if (timed.record !== null) timing.push(timingOf(timed, timed.record, ids));
  }
  return { timing, plainMs: [], floorMs: [], probeOverhead: null };
}

/** `before`: what the probe did in processes before this one, ms. What it did here while modules loaded counts nowhere. */
function timingOf({ spawnedAtMs, answered }: Launch, record: ProbeRecord, ids: ModuleIds, before = 0): TimingRun {
  const end = endOfInit(record, answered?.port ?? null);
  return {
    account: accountOf(record, spawnedAtMs, end, before),
    firstAnswerMs: answered && answered.atMs - spawnedAtMs - (record.firstAnswer ?? record.end).apartMs - before,
    modules: moduleTimes(record, spawnedAtMs, end, ids.idOf),
  };
}

/** A bare `node:http` server, started the same way: no app on this machine can start faster. */
function floorSetup(setup: Setup): Setup {
  const app: App = { ...setup.app, start: `exec node "${builtFile('floor.cjs')}"`, readinessPath: '/' };
  return { ...setup, app, env: {}, before: undefined, port: undefined };
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
