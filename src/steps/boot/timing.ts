// How starts are timed, and how many.
import type { App } from '../../model/app.ts';
import type { Boot, RequestRun, TimingRun } from '../../model/boot.ts';
import { halfInterval, median, sampleOf } from '../../model/sample.ts';
import type { ProbeRecord } from '../../probe/record.ts';
import { epochMs } from '../../system/clock.ts';
import { builtFile } from '../../system/own-files.ts';
import { accountOf, endOfInit, mapValues, moduleTimes } from './account.ts';
import type { ModuleIds } from './ids.ts';
import { launch, type Launch, type Manner, type Setup } from './launch.ts';

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
const BRIEF_SLOW_MS = 2500;
const BRIEF_MAX_RUNS = 5;
const BRIEF_LIMIT_MS = 3000;
/** Of an app whose evidence run takes so long, ms, that run tells what modules cost: with coverage, and others at work, about twice a start. */
const BRIEF_EVIDENCE_MS = 3500;
/** Where the app does not come up there is nothing to compare with: only module times are wanted. */
const FAILED_RUNS = 3;

/** What starts that are timed tell. */
export type Timed = Pick<Boot, 'timing' | 'plainMs' | 'requests' | 'smallHeap' | 'floorMs' | 'probeOverhead'>;

/** Plain, timed and bare starts, and some with a small heap, in turn, so that what else the machine does falls on all alike. */
export async function timeStarts(setup: Setup, first: Omit<Manner, 'probe'>, ids: ModuleIds, onProgress: (text: string) => void): Promise<Timed> {
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
export async function timedByEvidence(first: Launch, record: ProbeRecord, ids: ModuleIds, plainStart: () => Promise<number | null>): Promise<Timed | null> {
  const run = timingOf(first, record, ids, ancestors(first.records, record).reduce((sum, { end }) => sum + end.apartMs, 0));
  if (run.firstAnswerMs === null || run.firstAnswerMs < BRIEF_EVIDENCE_MS) return null;
  const plainMs = await plainStart();
  return plainMs === null ? null : { timing: [inProportion(run, plainMs / run.firstAnswerMs)], plainMs: [plainMs], floorMs: [], probeOverhead: null };
}

function inProportion({ account, firstAnswerMs, modules }: TimingRun, factor: number): TimingRun {
  const times = <Key extends string>(object: Record<Key, number>): Record<Key, number> => mapValues(object, (ms) => ms * factor);
  return { account: times(account), firstAnswerMs: firstAnswerMs && firstAnswerMs * factor, modules: modules.map(({ id, ...ms }) => ({ id, ...times(ms) })) };
}

function ancestors(records: readonly ProbeRecord[], { pid, ppid }: ProbeRecord): ProbeRecord[] {
  const parent = records.find((other) => other.pid === ppid && other.pid !== pid);
  return parent === undefined ? [] : [parent, ...ancestors(records, parent)];
}

export async function timeFailures(setup: Setup, manner: Omit<Manner, 'probe'>, ids: ModuleIds, onProgress: (text: string) => void): Promise<Timed> {
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
