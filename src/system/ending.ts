import { randomBytes } from 'node:crypto';
import { UserError } from '../model/trouble.ts';
import { sleep } from './clock.ts';
import { startGuard, type Guard } from './guard.ts';
import { membersOf, processTable } from './processes.ts';

/** What has to be ended: a marker, and the session and group that the first process leads. */
export type Run = { id: string; pid: number };

/** How long processes may take to end by themselves after SIGTERM, milliseconds. */
export const GRACE_MS = 2000;

/** What not even SIGKILL ends within this time hangs in the kernel; waiting longer would hang us too. */
const KILL_PATIENCE_MS = 5000;
const POLL_MS = 4;

const session = randomBytes(8).toString('hex');
const running = new Map<string, Run>();
const endings = new Map<string, Promise<boolean>>();
const cleanups = new Set<() => void>();
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
let started = 0;
/** Pending from a signal until everything has ended and we are about to end, or to go on because the host wants to. */
let interruption: Promise<void> | null = null;
let guard: Guard | null = null;

/**
 * A new run id, with everything in place to end what will be started under it: call it before the start that is to be
 * timed, because it may start a shell. Throws a UserError after an interrupt.
 */
export function newRunId(): string {
  if (interruption !== null) throw new UserError('interrupted', 'Interrupted.', 'Run the command again.');
  if (guard === null || !guard.alive()) {
    guard = startGuard(session);
    for (const run of running.values()) guard.watch(run.pid);
  }
  endOnSignals();
  started += 1;
  return `${session}-${started}`;
}

/** Hands a started process over: from now on it ends with us, at the latest. */
export function register(run: Run): void {
  running.set(run.id, run);
  guard?.watch(run.pid);
}

/** Lets go of a run that left nothing behind, so that its process group's number, free again, is never signaled. */
export async function releaseWhenGone(run: Run): Promise<void> {
  if (isGone(run)) await sleep(POLL_MS);
  if (isGone(run)) unregister(run);
}

/**
 * Ends all processes of the run: SIGTERM, after `graceMs` SIGKILL. Resolves when none is left, also of those that left
 * the process group; false when not even SIGKILL ended them.
 */
export function endRun(run: Run, graceMs: number = GRACE_MS): Promise<boolean> {
  if (!running.has(run.id)) return Promise.resolve(true);
  // An interrupt and a step may both want it; processes take a second SIGTERM for impatience.
  const ending = endings.get(run.id) ?? endProcesses(run, graceMs).finally(() => endings.delete(run.id));
  endings.set(run.id, ending);
  return ending;
}

async function endProcesses(run: Run, graceMs: number): Promise<boolean> {
  const told = new Set<number>();
  const begun = performance.now();
  // Two looks in a row must find nothing: between fork and exec a process can go unseen.
  for (let clean = 0; ; await sleep(POLL_MS)) {
    const left = membersOf(processTable(), { pid: run.pid, runId: run.id });
    clean = left.length === 0 ? clean + 1 : 0;
    if (clean === 2) break;
    const passedMs = performance.now() - begun;
    if (passedMs > graceMs + KILL_PATIENCE_MS) return false;
    for (const { pid } of left) {
      if (passedMs >= graceMs) signal(pid, 'SIGKILL');
      else if (!told.has(pid)) {
        signal(pid, 'SIGTERM');
        // One that is stopped would not hear of it.
        signal(pid, 'SIGCONT');
      }
      told.add(pid);
    }
  }
  unregister(run);
  return true;
}

function isGone(run: Run): boolean {
  return membersOf(processTable(), { pid: run.pid, runId: run.id }).length === 0;
}

function unregister(run: Run): void {
  running.delete(run.id);
  guard?.forget(run.pid);
}

/** Ends everything that this process started and that still runs. */
export async function endAll(graceMs: number = GRACE_MS): Promise<void> {
  await Promise.all([...running.values()].map((run) => endRun(run, graceMs)));
}

/**
 * Registers a synchronous cleanup (of a temporary folder, say) for when we are interrupted or exit; calling what it
 * returns takes it back.
 */
export function atEnd(cleanup: () => void): () => void {
  endOnSignals();
  if (cleanups.size === 0) process.on('exit', cleanUp);
  cleanups.add(cleanup);
  return () => {
    cleanups.delete(cleanup);
    if (cleanups.size === 0) process.off('exit', cleanUp);
  };
}

function cleanUp(): void {
  for (const cleanup of cleanups) cleanup();
}

/** Resolves at once, or not before an interrupt is over: an app that ended because of it must not look like a result. */
export async function notInterrupted(): Promise<void> {
  await interruption;
}

/**
 * From the first call on, SIGINT, SIGTERM and SIGHUP first end everything started and then us; a second signal does not
 * wait. Work that is synchronous, such as writing a file, is finished before.
 */
export function endOnSignals(): void {
  if (interruption !== null) return;
  for (const name of signals) if (!process.listeners(name).includes(onSignal)) process.on(name, onSignal);
}

function onSignal(name: NodeJS.Signals): void {
  for (const each of signals) process.off(each, onSignal);
  // With no handler of ours left, the second signal takes its default way and the guard does the rest.
  interruption = endAll().then(() => {
    interruption = null;
    // A host with handlers of its own (we may be used as a library) has seen the signal too and decides for itself.
    if (process.listenerCount(name) > 0) return;
    try {
      cleanUp(); // a process that ends by a signal emits no exit event
    } finally {
      process.kill(process.pid, name);
    }
  });
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended meanwhile.
  }
}
