import type { Account, ModuleTime } from '../../model/boot.ts';
import { roundMs } from '../../model/sample.ts';
import type { Mark } from '../../probe/ledger.ts';
import type { ListenMark, ProbeRecord } from '../../probe/record.ts';

/**
 * Where one start's init went. What the probe took to set itself up is taken out of both the whole and the bootstrap, and what it did later
 * out of the whole. `before` is what it did so in processes before this one, ms.
 *
 * - bootstrap: from the spawn until Node had set itself up (`nodeTiming.bootstrapComplete`)
 * - resolve, read, evaluate: booked by the probe's ledger, module by module
 * - waiting: libuv's idle time, less what passed until the entry ended where modules come from the loader's own thread (Node before 22.15)
 * - own work: from the end of the entry until the server listened, less loading and waiting in that span
 * - unattributed: the rest
 */
export function accountOf(record: ProbeRecord, spawnedAtMs: number, listen: Mark, before = 0): Account {
  const probeMs = record.probeToMs - record.probeFromMs;
  const launcherMs = record.timeOriginMs - spawnedAtMs - before;
  const [resolveMs, readMs, evaluateMs] = phases(record, listen);
  const entryDone = record.entryDone !== null && record.entryDone.atMs < listen.atMs ? record.entryDone : listen;
  const waitingMs = listen.idleMs - (record.betweenMs === null ? 0 : entryDone.idleMs);
  const ownWorkMs = Math.max(0, span(entryDone, listen) - loading(entryDone, listen) - (listen.idleMs - entryDone.idleMs));
  // Node counts preloads as part of its bootstrap; those that follow the probe's are loading, and booked as such.
  const bootstrapMs = launcherMs + Math.min(record.bootstrapMs, record.probeToMs) - probeMs;
  const initMs = launcherMs + listen.atMs - probeMs - listen.apartMs;
  const account = { initMs, bootstrapMs, launcherMs, resolveMs, readMs, evaluateMs, ownWorkMs, waitingMs };
  const unattributedMs = initMs - bootstrapMs - resolveMs - readMs - evaluateMs - ownWorkMs - waitingMs;
  return mapValues({ ...account, unattributedMs }, roundMs);
}

/** The end of init: when the server that answered began to listen, else the first one, else the end of the record. */
export function endOfInit(record: ProbeRecord, port: number | null): Mark {
  const answered: ListenMark | undefined = record.listens.find((listen) => listen.port === port);
  return answered ?? record.listens[0] ?? record.end;
}

/** Self times of every module of the start, in load order. Those that began to load after `end` are left out. */
export function moduleTimes(record: ProbeRecord, spawnedAtMs: number, end: Mark, idOf: (file: string) => string): ModuleTime[] {
  const since = record.timeOriginMs - spawnedAtMs;
  return record.modules
    .filter((module) => module.startMs <= end.atMs)
    .map((module) => ({
      id: idOf(module.file),
      resolveMs: exact(module.times[0]),
      readMs: exact(module.times[1]),
      evaluateMs: exact(module.times[2]),
      startMs: roundMs(since + module.startMs),
    }));
}

/**
 * The ledger's totals. With hooks in a thread of their own the main thread only knows how long it had nothing to run
 * between loads: of that, finding and reading took what the thread says, and the rest is compiling, linking and handing over.
 */
function phases({ betweenMs, modules, hookThreadMs }: ProbeRecord, end: Mark): [number, number, number] {
  const [resolve, read, evaluate] = end.loaderMs;
  if (betweenMs === null || hookThreadMs === 0) return [resolve, read, evaluate];
  const share = Math.min(1, betweenMs / hookThreadMs);
  const booked = (phase: 0 | 1): number => modules.reduce((sum, module) => sum + module.times[phase], 0);
  const thread = [booked(0) - resolve, booked(1) - read].map((ms) => Math.max(0, ms) * share) as [number, number];
  return [resolve + thread[0], read + thread[1], evaluate + Math.max(0, betweenMs - thread[0] - thread[1])];
}

function span(from: Mark, to: Mark): number {
  return to.atMs - from.atMs - (to.apartMs - from.apartMs);
}

function loading(from: Mark, to: Mark): number {
  return total(to) - total(from);
}

function total({ loaderMs }: Mark): number {
  return loaderMs[0] + loaderMs[1] + loaderMs[2];
}

/** Microseconds kept: thousands of small modules are added up later. */
function exact(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

export function mapValues<Key extends string>(object: Record<Key, number>, change: (value: number) => number): Record<Key, number> {
  return Object.fromEntries(Object.entries<number>(object).map(([key, value]) => [key, change(value)])) as Record<Key, number>;
}

