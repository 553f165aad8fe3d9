import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { belongsToRun, RUN_VARIABLE } from './environment.ts';

/** A running process. Zombies are left out: nothing of them runs. */
export type Process = {
  pid: number;
  parent: number;
  group: number;
  /** Session id; 0 where the system does not tell (macOS). */
  session: number;
  /** Value of LWA_SPLIT_RUN; null when it has none or belongs to another user. */
  run: string | null;
};

/** All processes of this machine that we may look at. */
export function processTable(): Process[] {
  return process.platform === 'linux' ? fromProc() : parsePs(execFileSync('ps', ['-axEww', '-o', 'pid=,ppid=,pgid=,stat=,command='], { encoding: 'utf8', maxBuffer: 1 << 26 }));
}

/**
 * Pids of what was started as `root`: a pid (it, its session or group, and all descendants) or a run id (every process
 * that carries it, and their descendants). Ascending; our own process is never in it.
 */
export function processTree(root: number | string, table: readonly Process[] = processTable()): number[] {
  return membersOf(table, typeof root === 'number' ? { pid: root } : { runId: root }).map((row) => row.pid);
}

/** Rows of the processes that belong to a run by marker, by session or group of its first process, or by descent. */
export function membersOf(table: readonly Process[], of: { pid?: number; runId?: string }): Process[] {
  const members = new Set<number>();
  for (const row of table) {
    const byPid = of.pid !== undefined && (row.pid === of.pid || row.group === of.pid || row.session === of.pid);
    const byMarker = of.runId !== undefined && row.run !== null && belongsToRun(row.run, of.runId);
    if (byPid || byMarker) members.add(row.pid);
  }
  members.delete(process.pid);
  for (let grown = true; grown; ) {
    grown = false;
    for (const row of table) {
      if (!members.has(row.parent) || members.has(row.pid) || row.pid === process.pid) continue;
      members.add(row.pid);
      grown = true;
    }
  }
  return table.filter((row) => members.has(row.pid)).toSorted((a, b) => a.pid - b.pid);
}

function fromProc(): Process[] {
  const rows: Process[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = textOf(`/proc/${name}/stat`);
    // The command stands in parentheses and may itself contain spaces and parentheses.
    const [state, parent, group, session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (session === undefined || state === 'Z' || state === 'X') continue;
    const variable = textOf(`/proc/${name}/environ`)
      .split('\0')
      .find((line) => line.startsWith(`${RUN_VARIABLE}=`));
    rows.push({ pid: Number(name), parent: Number(parent), group: Number(group), session: Number(session), run: variable?.slice(RUN_VARIABLE.length + 1) ?? null });
  }
  return rows;
}

/** Rows from `ps -axEww -o pid=,ppid=,pgid=,stat=,command=`, where the environment follows the command's arguments. */
export function parsePs(text: string): Process[] {
  const rows: Process[] = [];
  for (const line of text.split('\n')) {
    const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line);
    if (match === null || match[4]!.startsWith('Z')) continue;
    const run = new RegExp(`(?:^|\\s)${RUN_VARIABLE}=(\\S+)`).exec(match[5]!);
    rows.push({ pid: Number(match[1]), parent: Number(match[2]), group: Number(match[3]), session: 0, run: run?.[1] ?? null });
  }
  return rows;
}

/** Processes come and go while they are listed, and some belong to other users: both read as nothing. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
