import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { UserError } from '../model/trouble.ts';
import { endRun, newRunId, register, type Run } from '../system/ending.ts';
import { RUN_VARIABLE } from '../system/environment.ts';
import { membersOf, processTable } from '../system/processes.ts';

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A process of an environment, leader of a session of its own. */
export interface Member {
  run: Run;
  exited: Promise<Exit>;
  /** SIGTERM, after `graceMs` SIGKILL, to the process and all that came from it. */
  end(graceMs: number): Promise<void>;
}

/** Joins the control groups as the last thing before it becomes the command, so that nothing runs outside of them. */
const LAUNCHER = 'command=$1; shift; for file do echo 0 > "$file" || exit 126; done; exec /bin/sh -c "$command"';

/** Starts a shell command as a member; it does not outlive us, whatever happens. Throws a UserError when it cannot be started. */
export function startMember(options: { command: string; cwd: string; env: Record<string, string>; joins: string[]; onLine: (line: string) => void }): Member {
  const id = newRunId();
  const outer = process.env[RUN_VARIABLE];
  const env = { ...options.env, [RUN_VARIABLE]: outer === undefined ? id : `${outer}/${id}` };
  const child = spawn('/bin/sh', ['-c', LAUNCHER, 'sh', options.command, ...options.joins], { cwd: options.cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', () => resolve({ code: null, signal: null }));
  });
  if (child.pid === undefined) throw new UserError('cannot-start', `The command "${options.command}" could not be started in ${options.cwd}.`, 'Check that the folder exists and that /bin/sh can be run.');
  const run = { id, pid: child.pid };
  register(run);
  for (const pipe of [child.stdout, child.stderr]) readLines(pipe, options.onLine);
  return {
    run,
    exited,
    end: async (graceMs) => {
      await endRun(run, graceMs);
      child.stdout.destroy();
      child.stderr.destroy();
    },
  };
}

/** The last line counts without its end, too. */
function readLines(pipe: Readable, onLine: (line: string) => void): void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  pipe.on('data', (chunk: Buffer) => {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(onLine);
  });
  pipe.on('close', () => rest !== '' && onLine(rest));
}

/** Pids of all processes of the members. */
export function pidsOf(members: readonly Member[]): number[] {
  const table = processTable();
  return [...new Set(members.flatMap(({ run }) => membersOf(table, { pid: run.pid, runId: run.id }).map((row) => row.pid)))];
}

/**
 * Stops all processes where they are, until `thaw`, and gives their pids. By signal, not by the freezer of control
 * groups: what hangs in that (v1) cannot even be killed, so it would stay behind if we were.
 */
export function freeze(pidsNow: () => number[]): number[] {
  const stopped = new Set<number>();
  // A process that was being forked during the first look is there in the second.
  for (let grown = true; grown; ) {
    grown = false;
    for (const pid of pidsNow()) {
      if (stopped.has(pid)) continue;
      signal(pid, 'SIGSTOP');
      stopped.add(pid);
      grown = true;
    }
  }
  return [...stopped];
}

export function thaw(pids: readonly number[]): void {
  for (const pid of pids) signal(pid, 'SIGCONT');
}

/** Sum of what each process held at its fullest, MB; memory that processes share counts once for each. 0 where the system does not tell. */
export function peakMemoryMb(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + Number(/^VmHWM:\s+(\d+) kB/m.exec(textOf(`/proc/${pid}/status`))?.[1] ?? 0) / 1024, 0);
}

/** Kernel clock ticks per second as /proc counts them: 100 on every Linux that user space sees. */
const TICKS_PER_SECOND = 100;

/** CPU time of the processes and of their children that have ended, milliseconds, to 10 ms; null where the system does not tell. */
export function processCpuMs(pids: readonly number[]): number | null {
  if (process.platform !== 'linux') return null;
  let ticks = 0;
  for (const pid of pids) {
    const stat = textOf(`/proc/${pid}/stat`);
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    ticks += [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at] ?? 0), 0);
  }
  return (ticks * 1000) / TICKS_PER_SECOND;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended meanwhile.
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
