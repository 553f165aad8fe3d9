import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { StartOptions } from '../../../src/model/options.ts';
import type { ReplayRequest } from '../../../src/model/verification.ts';
import { exchange } from '../../../src/system/exchange.ts';
import { pollUntilAnswer } from '../../../src/system/poll.ts';
import { freePort } from '../../../src/system/ports.ts';
import { startApp } from '../../../src/system/start.ts';

/** What happened when one request was sent to a running app. */
export interface Ran {
  request: ReplayRequest;
  status: number | null;
  /** Absolute paths of files in which a function ran; what runs without any request is left out. */
  files: string[];
}

const AGENT = fileURLToPath(new URL('coverage.cjs', import.meta.url));
const limits = { timeoutMs: 2500, maxBodyBytes: 1 << 16, events: 3, eventsMs: 500 };
/** How long nobody asks, so that timers show what they run. */
const IDLE_MS = 2000;
/** Work that goes on after the answer is the request's too. */
const AFTER_MS = 40;

/** Starts an app under coverage, sends it the requests one by one, and tells what ran for each. */
export async function ranFor(setup: { command: string; cwd: string; node: string; env?: Record<string, string> } & Pick<StartOptions, 'timeoutMs'>, readinessPath: string, requests: readonly ReplayRequest[]): Promise<Ran[]> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'lwa-split-reach-')));
  const port = await freePort();
  const env = { ...setup.env, PORT: String(port), COVERAGE_FOLDER: folder, NODE_OPTIONS: `--require ${JSON.stringify(AGENT)}` };
  const app = startApp({ command: setup.command, cwd: setup.cwd, node: setup.node, env });
  const given = new AbortController();
  void app.exited.then(() => given.abort());
  let asked = 0;
  const take = async (): Promise<string[]> => {
    const n = asked++;
    writeFileSync(join(folder, `ask-${n}`), '');
    for (let waited = 0; waited < 10_000; waited += 5) {
      await sleep(5);
      const answers = readdirSync(folder).filter((name) => name.endsWith(`-${n}.json`));
      if (answers.length > 0) return answers.flatMap((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as string[]);
    }
    throw new Error(`No coverage came from the app: ${app.output()}`);
  };
  try {
    if ((await pollUntilAnswer({ port, path: readinessPath, timeoutMs: setup.timeoutMs, signal: given.signal })) === null) throw new Error(`No answer: ${app.output()}`);
    await sleep(IDLE_MS / 2);
    await take();
    await sleep(IDLE_MS);
    const idle = new Set(await take());
    const found: Ran[] = [];
    for (const request of requests) {
      for (const file of await take()) idle.add(file);
      const { status } = await exchange({ host: '127.0.0.1', port }, request, limits);
      await sleep(AFTER_MS);
      const files = (await take()).filter((file) => !idle.has(file));
      if (!existsSync(`/proc/${app.pid}`) && process.platform === 'linux') break;
      found.push({ request, status, files });
    }
    return found;
  } finally {
    await app.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
