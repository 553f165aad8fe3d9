import { pollUntilAnswer } from '../../src/system/poll.ts';
import { freePort } from '../../src/system/ports.ts';
import { startApp } from '../../src/system/start.ts';
import type { CorpusApp } from './apps.ts';

/** Time one start may take, ms. */
const PATIENCE_MS = 60_000;

/**
 * Starts an installed app, gives `whileItRuns` its turn after the first answer, and ends it. Returns milliseconds from
 * the spawn to that answer, seen from outside; rejects with the app's output when it does not answer within a minute.
 */
export async function startOnce(
  app: CorpusApp,
  folder: string,
  node: string,
  env: Record<string, string> = {},
  whileItRuns: () => Promise<void> = async () => {},
): Promise<number> {
  const port = await freePort();
  const running = startApp({ command: 'bash run.sh', cwd: folder, env: { ...env, PORT: String(port) }, node });
  try {
    const given = new AbortController();
    void running.exited.then(() => given.abort());
    const answer = await pollUntilAnswer({ port, path: app.readinessPath, timeoutMs: PATIENCE_MS, signal: given.signal });
    if (answer === null) throw new Error(`${app.name} gave no answer: ${running.output()}`);
    await whileItRuns();
    return answer.atMs - running.spawnedAtMs;
  } finally {
    await running.stop();
  }
}
