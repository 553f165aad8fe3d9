import { readFileSync } from 'node:fs';
import { cpuTimeOf } from '../../src/system/cpu-time.ts';
import { pollUntilAnswer } from '../../src/system/poll.ts';
import { freePort } from '../../src/system/ports.ts';
import { processTree } from '../../src/system/processes.ts';
import { startApp } from '../../src/system/start.ts';

/** One way to start an app or what it is compared with. */
export interface StartVariant {
  name: string;
  /** Shell command, run in `cwd`. */
  command: string;
  cwd: string;
  env: Record<string, string>;
  readinessPath: string;
}

/** What one start cost: milliseconds from the spawn, CPU of all processes and threads until then, and what they held then. */
export interface Start {
  wallMs: number;
  cpuMs: number | null;
  rssBytes: number;
  /** With a route: its answer, and when that had come whole since the spawn. */
  route: { status: number; wallMs: number } | null;
}

const PATIENCE_MS = 60_000;
/** Routes that ask servers elsewhere wait for them. */
const ROUTE_PATIENCE_MS = 3000;

/**
 * Starts once until the first answer, as the adapter asks for it, and asks one route then; null where there is no answer.
 * `whileItRuns` gets its turn before the end.
 */
export async function startOf(variant: StartVariant, node: string, route: string | null = null, whileItRuns: () => Promise<void> = async () => {}): Promise<Start | null> {
  const port = await freePort();
  const running = startApp({ command: variant.command, cwd: variant.cwd, env: { ...variant.env, PORT: String(port) }, node });
  const ended = new AbortController();
  void running.exited.then(() => ended.abort());
  try {
    const answer = await pollUntilAnswer({ port, path: variant.readinessPath, intervalMs: 5, timeoutMs: PATIENCE_MS, signal: ended.signal });
    if (answer === null) return null;
    const start = { wallMs: answer.atMs - running.spawnedAtMs, cpuMs: cpuTimeOf(running.pid), rssBytes: rssOf(running.runId) };
    const asked = { ...start, route: route === null ? null : await ask(port, route, running.spawnedAtMs) };
    await whileItRuns();
    return asked;
  } finally {
    await running.stop(500);
  }
}

async function ask(port: number, path: string, spawnedAtMs: number): Promise<Start['route']> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { redirect: 'manual', signal: AbortSignal.timeout(ROUTE_PATIENCE_MS) });
    await response.arrayBuffer();
    return { status: response.status, wallMs: performance.timeOrigin + performance.now() - spawnedAtMs };
  } catch {
    return null;
  }
}

function rssOf(runId: string): number {
  return processTree(runId).reduce((sum, pid) => {
    try {
      return sum + 1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
    } catch {
      return sum;
    }
  }, 0);
}
