import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import type { CacheHead, Head } from '../../../src/runtime/pack/format.ts';
import { freePort } from '../../../src/system/ports.ts';
import { temporaryFolder } from '../../helpers/installed.ts';
import { packApp, type PackedApp } from '../../helpers/packing.ts';

/** A cluster with one worker, and a job that is over before the server listens. Each has a module that only it needs. */
const files = {
  'server.cjs': `const cluster = require('node:cluster');
if (cluster.isPrimary) {
  require('./only-primary.cjs').run();
  require('node:child_process').fork(require.resolve('./job.cjs')).on('exit', () => cluster.fork());
  process.on('SIGTERM', () => process.exit());
} else require('./only-worker.cjs').serve();
`,
  'only-primary.cjs': 'exports.run = () => "primary";\n',
  'only-worker.cjs': 'const late = () => "asked"; exports.serve = () => require("node:http").createServer((_, response) => response.end(late())).listen(process.env.PORT, "127.0.0.1");\n',
  'job.cjs': 'require("./only-job.cjs")();\n',
  'only-job.cjs': 'module.exports = () => "done";\n',
};

describe('processes that a packed app starts', () => {
  const folder = temporaryFolder((clean) => after(clean));
  let made: PackedApp;
  before(async () => {
    made = await packApp(folder, files);
  });

  it('have what they ran in the code cache, also where they were over before it was made', () => {
    assert.equal(made.packed.codeCache, 'real-start');
    const lengths = cachedBytes(made.outdir);
    for (const name of Object.keys(files)) assert.ok((lengths.get(name) ?? 0) > 0, name);
  });

  it('run from the pack, with its code cache, and are logged where they listen', async () => {
    for (const name of ['only-worker.cjs', 'only-job.cjs']) writeFileSync(join(made.outdir, 'files', name), 'throw new Error("read from the file");');
    const port = await freePort();
    const child = spawn(process.execPath, [made.server], { env: { PORT: String(port), LWA_SPLIT_LOG: '1', AWS_LAMBDA_FUNCTION_NAME: 'f' }, stdio: ['ignore', 'ignore', 'pipe'] });
    const closed = new Promise((done) => child.once('close', done));
    try {
      let log = '';
      for await (const text of child.stderr) if ((log += String(text)).includes('\n')) break;
      const ready = JSON.parse(log.split('\n')[0]!) as Record<string, unknown>;
      assert.deepEqual({ ...ready, ms: typeof ready['ms'] }, { event: 'ready', ms: 'number', deferred: 0, codeCache: 'used' });
      assert.equal(await (await fetch(`http://127.0.0.1:${port}/`)).text(), 'asked');
    } finally {
      child.kill('SIGTERM');
      await closed;
    }
  });

  it('are where the app began, though another process of it listens', async (t) => {
    const forking = { 'main.cjs': 'const worker = require("node:child_process").fork(require.resolve("./worker.cjs")); worker.send(process.env.PORT); process.on("SIGTERM", () => process.exit());', 'worker.cjs': 'process.once("message", (port) => require("node:http").createServer((_, response) => response.end("ok")).listen(port, "127.0.0.1"));' };
    const { outdir } = await packApp(temporaryFolder((clean) => t.after(clean)), forking);
    const head = JSON.parse(readFileSync(join(outdir, 'pack/hot.json'), 'utf8')) as Head;
    assert.equal(head.rows[head.entry as number]![0], 'main.cjs');
  });

  it('cost a server that starts none nothing: the code for them is not even loaded', async (t) => {
    const { server } = await packApp(temporaryFolder((clean) => t.after(clean)), {
      'main.cjs': `if (process.env.PORT) require('node:http').createServer((_, response) => response.end('ok')).listen(process.env.PORT, '127.0.0.1'); else console.log(process.moduleLoadList.filter((name) => name.endsWith(' child_process')).join());`,
    });
    assert.equal((await promisify(execFile)(process.execPath, [server], { env: {} })).stdout.trim(), '');
  });
});

/** Bytes that the code cache holds for each module of a start. */
function cachedBytes(outdir: string): Map<string, number> {
  const { rows } = JSON.parse(readFileSync(join(outdir, 'pack/hot.json'), 'utf8')) as Head;
  const cold = readFileSync(join(outdir, 'pack/cold.jsonl'), 'utf8').split('\n').filter((line) => line !== '');
  const ids = [...rows.map(([id]) => id), ...cold.map((line) => (JSON.parse(line) as [string])[0])];
  const cache = readFileSync(join(outdir, 'pack/code-cache.bin'));
  const [from, hot] = [Number(cache.toString('latin1', 0, 8)), Number(cache.toString('latin1', 8, 16))];
  const { entries, coldEntries } = JSON.parse(cache.toString('utf8', 16, from)) as CacheHead;
  const all = [...entries, ...(JSON.parse(cache.toString('latin1', hot, hot + coldEntries)) as number[])];
  return new Map(ids.map((id, number) => [id, all[number * 3 + 1]!]));
}
