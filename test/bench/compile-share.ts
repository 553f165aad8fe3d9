import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AnalyzeOptions } from '../../src/model/options.ts';
import { median } from '../../src/model/sample.ts';
import { pollUntilAnswer } from '../../src/system/poll.ts';
import { freePort } from '../../src/system/ports.ts';
import { startApp } from '../../src/system/start.ts';

const FLUSH = fileURLToPath(new URL('flush-compile-cache.cjs', import.meta.url));
/** By then the cache of a start is written. */
const WRITTEN_MS = 1500;

/** By which share starts of an app are shorter with Node's compile cache: `rounds` starts each, in turn. Never below 0. */
export async function compileShare(options: AnalyzeOptions, rounds: number): Promise<number> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'lwa-split-compile-')));
  const cache = { NODE_COMPILE_CACHE: folder };
  const own = options.env['NODE_OPTIONS'] ?? '';
  try {
    await startMs(options, { ...cache, NODE_OPTIONS: `--require ${JSON.stringify(FLUSH)} ${own}`.trim() }, WRITTEN_MS);
    const [plain, cached]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      plain.push(await startMs(options, {}));
      cached.push(await startMs(options, cache));
    }
    return Math.max(0, 1 - median(cached) / median(plain));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startMs({ app, root, node, env, readinessPath, timeoutMs }: AnalyzeOptions, more: Record<string, string>, staysMs = 0): Promise<number> {
  const port = await freePort();
  const running = startApp({ command: app.start, cwd: root, env: { PORT: String(port), ...env, ...more }, node });
  try {
    const answer = await pollUntilAnswer({ port, path: readinessPath ?? app.readinessPath, timeoutMs });
    await sleep(staysMs);
    return answer === null ? Number.NaN : answer.atMs - running.spawnedAtMs;
  } finally {
    await running.stop(1000);
  }
}
