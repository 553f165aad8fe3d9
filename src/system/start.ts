import { spawn, type ChildProcess } from 'node:child_process';
import { realpathSync, symlinkSync } from 'node:fs';
import type { Socket } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../model/trouble.ts';
import { epochMs, sleep } from './clock.ts';
import { endRun, GRACE_MS, newRunId, notInterrupted, register, releaseWhenGone } from './ending.ts';
import { appEnvironment } from './environment.ts';
import { contentHash, exists, systemCacheFolder } from './files.ts';
import { outputTail } from './output-tail.ts';
import { redactor } from '../probe/redact.ts';

export type StartRequest = {
  /** Shell command. */
  command: string;
  cwd: string;
  /** On top of the inherited environment. */
  env: Record<string, string>;
  /** Absolute path of the Node that the command `node` shall be; the one on PATH when absent. */
  node?: string;
  /** Values that output() must not show, by name; those of `env` when absent. Long inherited values are hidden in any case. */
  secrets?: Record<string, string>;
};

export type Ended = { code: number | null; signal: NodeJS.Signals | null };

export type RunningApp = {
  /** The shell's; also the number of its process group and session. */
  pid: number;
  /** Value that `processTree` finds all processes of this start by. */
  runId: string;
  /** Epoch milliseconds with a fraction, right before the spawn. */
  spawnedAtMs: number;
  /** When the command's shell ended. What it left in the background may still run. */
  exited: Promise<Ended>;
  /** The last 64 KiB of standard output, then of standard error, with the values of secrets replaced by `<NAME>`. */
  output(): string;
  /** The same replacement for text that came another way. */
  redact(text: string): string;
  /** Ends all processes of this start, wherever they moved: SIGTERM, after `graceMs` (2 s) SIGKILL. */
  stop(graceMs?: number): Promise<void>;
};

/** Starts a shell command in a session of its own; whatever happens to us, it does not outlive us. */
export function startApp(request: StartRequest): RunningApp {
  const id = newRunId();
  const env = appEnvironment({ inherited: process.env, given: request.env, runId: id, node: request.node === undefined ? undefined : nodeOnPath(request.node) });
  const redact = redactor(request.secrets ?? request.env, process.env);
  const stdout = outputTail();
  const stderr = outputTail();
  const spawnedAtMs = epochMs();
  const child = spawn('/bin/sh', ['-c', request.command], { cwd: request.cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = endOf(child);
  if (child.pid === undefined) throw cannotStart(request);
  const run = { id, pid: child.pid };
  register(run);
  child.stdout.on('data', stdout.add);
  child.stderr.on('data', stderr.add);
  return {
    pid: run.pid,
    runId: id,
    spawnedAtMs,
    exited: ended,
    output: () => redact(stdout.text() + stderr.text()),
    redact,
    stop: async (graceMs = GRACE_MS) => {
      if (await endRun(run, graceMs)) await ended;
      await notInterrupted();
    },
  };
}

/**
 * Runs the user's preparation to its end. What it leaves in the background (a database) keeps running until the tool
 * ends. Throws a UserError when the command fails.
 */
export async function runBefore(command: string, cwd: string, env: Record<string, string>, node?: string): Promise<void> {
  const app = startApp({ command, cwd, env, node });
  const { code, signal } = await app.exited;
  if (code === 0) return releaseWhenGone({ id: app.runId, pid: app.pid });
  await app.stop();
  const lastLine = (app.output().trim().split('\n').at(-1) ?? '').replace(/\.$/, '');
  throw new UserError(
    'before-failed',
    `The command given with --before ended with ${code === null ? `signal ${signal}` : `exit code ${code}`}${lastLine === '' ? '' : `: ${lastLine}`}.`,
    'Run it by hand in the same folder to see why, or leave --before out.',
  );
}

/** How long to wait for the last output of a process that has ended; what it left in the background may hold the pipes open. */
const LAST_OUTPUT_MS = 50;

function endOf(child: ChildProcess): Promise<Ended> {
  return new Promise((resolve) => {
    const closed = new Promise<void>((done) => child.once('close', () => done()));
    child.once('exit', (code, signal) => {
      // Read on, but do not let a process in the background keep us from ending.
      for (const pipe of [child.stdout, child.stderr]) (pipe as Socket | null)?.unref();
      void Promise.race([closed, sleep(LAST_OUTPUT_MS)])
        .then(notInterrupted)
        .then(() => resolve({ code, signal }));
    });
    child.once('error', () => resolve({ code: null, signal: null }));
  });
}

function cannotStart(request: StartRequest): UserError {
  return exists(request.cwd)
    ? new UserError('cannot-start', `The command "${request.command}" could not be started.`, 'Check that /bin/sh can be run and that processes and memory are left.')
    : new UserError('no-folder', `The folder ${request.cwd} to start in does not exist.`, 'Check the path of the app.');
}

/**
 * Where the command `node` is found to be this Node. A link that stands among other tools, as in `node_modules/.bin`,
 * is followed so that they do not come first on PATH too; a file with another name is linked under the right one.
 */
export function nodeOnPath(file: string): { file: string; folder: string } {
  const real = realpathSync(file);
  if (basename(real) === 'node') return { file, folder: dirname(real) };
  if (basename(file) === 'node') return { file, folder: dirname(file) }; // a version manager's shim, which looks at its own name
  const folder = systemCacheFolder(`node-${contentHash(file).slice(0, 12)}`);
  if (!exists(join(folder, 'node'))) symlinkSync(file, join(folder, 'node'));
  return { file, folder };
}
