import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readlinkSync } from 'node:fs';
import { belongsToRun, RUN_VARIABLE } from '../../src/system/environment.ts';
import { processTable } from '../../src/system/processes.ts';

export type Leftover = { pid: number; command: string };

/**
 * Processes that still run and carry the marker in LWA_SPLIT_RUN or, given an absolute folder, work or were started in it (the
 * latter on Linux only).
 */
export function leftoverProcesses(runMarkerOrFolder: string): Leftover[] {
  const inFolder = (pid: number): boolean => {
    const text = `${proc(pid, 'cmdline')}\0${linkedFolder(pid)}/`;
    return text.includes(`${runMarkerOrFolder}/`);
  };
  const isOurs = runMarkerOrFolder.startsWith('/')
    ? (row: { pid: number }): boolean => inFolder(row.pid)
    : (row: { run: string | null }): boolean => row.run !== null && belongsToRun(row.run, runMarkerOrFolder);
  return processTable()
    .filter((row) => row.pid !== process.pid && isOurs(row))
    .map((row) => ({ pid: row.pid, command: proc(row.pid, 'cmdline').replaceAll('\0', ' ').trim() }));
}

/** Waits, at most `withinMs`, until nothing with the marker is left, and gives what still is. */
export async function leftoversAfter(runMarkerOrFolder: string, withinMs: number): Promise<Leftover[]> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const left = leftoverProcesses(runMarkerOrFolder);
    if (left.length === 0 || performance.now() > deadline) return left;
    await pause(25);
  }
}

export type Interruption = { atMs: number; endedBy: NodeJS.Signals | number | null; leftovers: Leftover[] };

/**
 * Starts a tool ten times and sends it the signal at ten points of its life, the first right after the spawn. `spawnTool`
 * must pass the environment on: its marker is how processes are found that the tool started, at any depth.
 */
export async function interruptAtTenPoints(options: {
  spawnTool: (env: NodeJS.ProcessEnv) => ChildProcess;
  signal: NodeJS.Signals;
  /** The last of the ten points, milliseconds after the spawn. */
  lifeMs: number;
  /** How long what it started may take to end after the tool itself has ended. */
  withinMs?: number;
}): Promise<Interruption[]> {
  const { spawnTool, signal, lifeMs, withinMs = 6000 } = options;
  const interruptions: Interruption[] = [];
  for (let point = 0; point < 10; point += 1) {
    const marker = `${process.pid.toString(16)}f${point}f${Date.now().toString(16)}`;
    const tool = spawnTool({ ...process.env, [RUN_VARIABLE]: marker, NODE_TEST_CONTEXT: undefined });
    tool.stdout?.resume();
    tool.stderr?.resume();
    const ended = once(tool, 'exit');
    const atMs = Math.round((lifeMs * point) / 9);
    if (atMs > 0) await pause(atMs);
    tool.kill(signal);
    const [code, endedBySignal] = (await ended) as [number | null, NodeJS.Signals | null];
    interruptions.push({ atMs, endedBy: endedBySignal ?? code, leftovers: await leftoversAfter(marker, withinMs) });
  }
  return interruptions;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function linkedFolder(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}

function proc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
