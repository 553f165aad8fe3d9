import { dirname, join } from 'node:path';
import type { App } from '../../model/app.ts';
import type { CodeCacheKind } from '../../model/build.ts';
import type { StartOptions } from '../../model/options.ts';
import type { StandInOrder } from '../../runtime/pack/stand-in-order.ts';
import { shellWord } from '../../model/shell-word.ts';
import { CODE_CACHE, PACK } from '../../runtime/pack/format.ts';
import { cacheParts, unwritten } from '../../system/cache-parts.ts';
import { epochMs, sleep } from '../../system/clock.ts';
import { writeFileAtomic } from '../../system/files.ts';
import { builtFile } from '../../system/own-files.ts';
import { pollUntilAnswer } from '../../system/poll.ts';
import { freePort } from '../../system/ports.ts';
import { processTree } from '../../system/processes.ts';
import { runBefore, startApp, type RunningApp } from '../../system/start.ts';
import { temporaryFolder } from '../../system/temporary.ts';
import { merged } from './cache-file.ts';

export interface CacheInput extends Pick<StartOptions, 'node' | 'env' | 'before' | 'readinessPath' | 'port' | 'timeoutMs'> {
  app: Pick<App, 'start' | 'readinessPath'>;
  root: string;
  /** Absolute paths of the app's entry and of the build's. */
  entry: string;
  server: string;
  mayStart: boolean;
  onlooker?: StartOnlooker | undefined;
  /** Starts the build by itself; without one the app's own command starts it, in the place of the entry. */
  command?: string | null;
  onProgress(text: string): void;
}

/** Who looks on while the build starts, and has its own variables in that start. */
export interface StartOnlooker {
  /** Resolves when nothing else of the app runs. */
  mayStart?(): Promise<void>;
  environment(env: Record<string, string>): Record<string, string>;
  /** The build has answered on this port, and nothing has been asked of it since; what it puts off is loaded as soon as this resolves. */
  answered(app: RunningApp, port: number): Promise<void>;
  /** Resolves when it may be ended. */
  satisfied?(): Promise<void>;
  /** It has ended, after it has loaded all that it puts off. */
  end(app: RunningApp): void;
}

/** How long V8 may take to write what it knows. */
const WRITE_MS = 20_000;
const LOOK_MS = 40;
/** How many looks in a row go without asking the system which processes there are, which takes longer. */
const BLIND_LOOKS = 10;

/** Variables under which the app's start command runs a build in place of the app's entry. `preloads` is what NODE_OPTIONS holds besides. */
export function standInEnvironment(order: StandInOrder, preloads = ''): Record<string, string> {
  const preload = `--require "${builtFile('pack-stand-in.cjs').replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  return { NODE_OPTIONS: `${preload} ${preloads}`.trim(), LWA_SPLIT_STAND_IN: JSON.stringify(order) };
}

/** Makes the code cache of a build: after its first answer where it can be started and gives one, else by compiling what a start needs. */
export async function makeCodeCache(input: CacheInput): Promise<CodeCacheKind> {
  for (const starts of input.mayStart ? [true, false] : [false]) {
    input.onProgress(starts ? 'starting the build, for its code cache' : 'compiling, for the code cache');
    const mailbox = temporaryFolder();
    try {
      if (!(await collect(input, mailbox.path, starts))) continue;
      const made = merged(cacheParts(mailbox.path));
      if (made === null) continue;
      writeFileAtomic(join(dirname(input.server), PACK, CODE_CACHE), made);
      return starts ? 'real-start' : 'compile-only';
    } finally {
      mailbox.remove();
    }
  }
  return 'none';
}

async function collect(input: CacheInput, folder: string, starts: boolean): Promise<boolean> {
  const { app, root, entry, server, env, node, before, readinessPath, timeoutMs } = input;
  const onlooker = starts ? input.onlooker : undefined;
  await onlooker?.mayStart?.();
  if (starts && before !== undefined) await runBefore(before, root, env, node);
  const port = input.port ?? (await freePort());
  const variables = { PORT: String(port), ...env, ...standInEnvironment({ entry, server, cache: { folder, starts } }, env['NODE_OPTIONS']) };
  const command = starts ? (input.command ?? app.start) : `exec node ${shellWord(server)}`;
  const running = startApp({ command, cwd: root, env: onlooker?.environment(variables) ?? variables, node, secrets: env });
  const stop = new AbortController();
  void running.exited.then(() => stop.abort());
  try {
    if (starts) {
      const answer = await pollUntilAnswer({ port, path: readinessPath ?? app.readinessPath, timeoutMs, signal: stop.signal });
      if (answer === null) return false;
      await onlooker?.answered(running, port);
      writeFileAtomic(join(folder, 'collect'), '');
    }
    await written(folder, running, starts);
    await onlooker?.satisfied?.();
    return true;
  } finally {
    await running.stop(1000);
    onlooker?.end(running);
  }
}

/** Waits for the parts of all processes of a start that are still there, or for the end of the one that only compiles. */
async function written(folder: string, { runId, exited }: RunningApp, starts: boolean): Promise<void> {
  if (!starts) {
    const ended = new AbortController();
    void exited.then(() => ended.abort());
    return sleep(WRITE_MS, ended.signal);
  }
  const until = epochMs() + WRITE_MS;
  for (let look = 1; epochMs() < until; look++) {
    const pids = unwritten(folder);
    if (pids.length === 0) return;
    if (look % BLIND_LOOKS === 0 && !processTree(runId).some((pid) => pids.includes(pid))) return;
    await sleep(LOOK_MS);
  }
}
