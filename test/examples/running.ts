import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { pollUntilAnswer } from '../../src/system/poll.ts';
import { freePort } from '../../src/system/ports.ts';
import { startApp } from '../../src/system/start.ts';

/** An example app that answers on `origin`; `await using` ends it. */
export interface RunningExample extends AsyncDisposable {
  origin: string;
}

/** Starts `examples/<name>` as its package.json says, and waits up to 20 s until `path` answers. */
export async function startExample(name: string, path = '/', env: Record<string, string> = {}): Promise<RunningExample> {
  const folder = fileURLToPath(new URL(`../../examples/${name}/`, import.meta.url));
  const manifest = JSON.parse(await readFile(`${folder}package.json`, 'utf8')) as { scripts: { start: string } };
  const port = await freePort();
  const app = startApp({ command: manifest.scripts.start, cwd: folder, env: { ...env, PORT: String(port) }, node: process.execPath });
  const given = new AbortController();
  void app.exited.then(() => given.abort());
  if ((await pollUntilAnswer({ port, path, timeoutMs: 20_000, signal: given.signal })) === null) {
    await app.stop();
    throw new Error(`examples/${name} did not start (is it built? npm run build): ${app.output()}`);
  }
  return { origin: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: () => app.stop() };
}
