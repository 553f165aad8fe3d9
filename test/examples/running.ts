import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** An example app that answers on `origin`; `await using` ends it. */
export interface RunningExample extends AsyncDisposable {
  origin: string;
}

/** Starts `examples/<name>` by the command in its package.json, and waits up to 20 s until `path` answers. */
export async function startExample(name: string, path = '/', env: Record<string, string> = {}): Promise<RunningExample> {
  const folder = fileURLToPath(new URL(`../../examples/${name}/`, import.meta.url));
  const manifest = JSON.parse(await readFile(`${folder}package.json`, 'utf8')) as { scripts: { start: string } };
  const [, ...args] = manifest.scripts.start.split(' ');
  const port = await freePort();
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { ...process.env, ...env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));

  const origin = `http://127.0.0.1:${port}`;
  const stop = async () => {
    if (child.exitCode === null && child.kill()) await once(child, 'exit');
  };
  const deadline = Date.now() + 20_000;
  while (!(await answers(origin + path))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`examples/${name} did not start (built by npm run build?): ${complaints}`);
    }
    await sleep(20);
  }
  return { origin, [Symbol.asyncDispose]: stop };
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url);
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

/** A TCP port on the loopback that nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
