import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, globSync, mkdirSync, readFileSync, renameSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { remakeCache } from '../../../src/build.ts';
import { routesOnlooker } from '../../../src/steps/boot/index.ts';
import { freePort } from '../../../src/system/ports.ts';
import { anApp } from '../../helpers/booting.ts';
import { repository, temporaryFolder } from '../../helpers/installed.ts';
import { nodeBinary } from '../../helpers/nodes.ts';
import { answering, packApp, type PackedApp } from '../../helpers/packing.ts';

const files = {
  'server.cjs': answering('require("./greeting.cjs").greet("you")'),
  'greeting.cjs': 'exports.greet = (name) => `hello ${name}`;\n',
};

/** A package of ours with all that it needs. */
function withDependencies(name: string, found = new Set<string>()): Set<string> {
  const file = join(repository, 'node_modules', name, 'package.json');
  if (found.has(name) || !existsSync(file)) return found;
  found.add(name);
  for (const one of Object.keys((JSON.parse(readFileSync(file, 'utf8')) as { dependencies?: object }).dependencies ?? {})) withDependencies(one, found);
  return found;
}

describe('the code cache of a pack', () => {
  const folder = temporaryFolder((clean) => after(clean));
  let made: PackedApp;
  before(async () => {
    made = await packApp(folder, files);
  });

  it('is made after the first answer of a real start, and used by the Node that made it', async () => {
    assert.equal(made.packed.codeCache, 'real-start');
    assert.deepEqual(await started(made.outdir), { answer: 'hello you', codeCache: 'used' });
  });

  it('is the same where somebody looks on for routes, who sees them as the pack registers them', async (t) => {
    const routed = {
      'server.cjs': "const express = require('express');\nconst app = express();\napp.get('/tea', require('./tea.cjs').tea);\napp.listen(process.env.PORT, '127.0.0.1');\n",
      'tea.cjs': 'exports.tea = (request, response) => response.end("tea");\n',
    };
    const below = temporaryFolder((clean) => t.after(clean));
    mkdirSync(join(below, 'app/node_modules'), { recursive: true });
    for (const name of withDependencies('express')) {
      mkdirSync(join(below, 'app/node_modules', name, '..'), { recursive: true });
      symlinkSync(join(repository, 'node_modules', name), join(below, 'app/node_modules', name));
    }
    const onlooker = routesOnlooker({ app: anApp({ start: 'node server.cjs', entry: 'server.cjs' }), root: join(below, 'app') });
    const order: string[] = [];
    const { packed } = await packApp(below, routed, {
      onlooker: {
        ...onlooker,
        async mayStart() {
          await new Promise((resolve) => setTimeout(resolve, 20));
          order.push('may start');
        },
        environment(env) {
          order.push('starts');
          return onlooker.environment(env);
        },
      },
    });
    assert.deepEqual(order, ['may start', 'starts']);
    assert.equal(packed.codeCache, 'real-start');
    assert.deepEqual(onlooker.seen()?.routes.map(({ method, path }) => `${method} ${path}`), ['get /tea']);
  });

  it('is used where the folder was moved, on a read-only disk, by an unprivileged user', async (t) => {
    const outdir = copyOf(made, t);
    renameSync(outdir, `${outdir}-moved`);
    for (const path of globSync('**', { cwd: `${outdir}-moved` })) chmodSync(join(`${outdir}-moved`, path), 0o555);
    const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    if (process.getuid?.() === 0) chmodSync(join(outdir, '..'), 0o755);
    assert.deepEqual(await started(`${outdir}-moved`, { user: nobody }), { answer: 'hello you', codeCache: 'used' });
  });

  it('is passed over by another Node, which compiles the sources', async (t) => {
    const node = await nodeBinary(22);
    assert.match((await started(copyOf(made, t), { node })).codeCache, /^it was made by Node v24/);
    assert.equal((await started(copyOf(made, t), { node })).answer, 'hello you');
  });

  it('is passed over by a Node with other V8 flags', async (t) => {
    const { answer, codeCache } = await started(copyOf(made, t), { flags: ['--no-flush-bytecode'] });
    assert.deepEqual({ answer, codeCache }, { answer: 'hello you', codeCache: 'this Node was started with other V8 flags' });
  });

  it('does not hide an edit of the same length in the pack', async (t) => {
    const outdir = copyOf(made, t);
    replaceIn(join(outdir, 'pack/texts.bin'), 'hello', 'HELLO');
    assert.deepEqual(await started(outdir), { answer: 'HELLO you', codeCache: 'a text in the pack was changed after it was made' });
  });

  it('is passed over when it is shorter than it was made', async (t) => {
    const outdir = copyOf(made, t);
    const cache = join(outdir, 'pack/code-cache.bin');
    for (const bytes of [readFileSync(cache).length - 1, 4000, 100, 10, 0]) {
      truncateSync(cache, bytes);
      assert.deepEqual(await started(outdir), { answer: 'hello you', codeCache: 'it is damaged' });
    }
  });

  it('is passed over when a bit of it has changed', async (t) => {
    const outdir = copyOf(made, t);
    const cache = join(outdir, 'pack/code-cache.bin');
    const bytes = readFileSync(cache);
    const { entries } = JSON.parse(bytes.toString('latin1', 16, Number(bytes.toString('latin1', 0, 8)))) as { entries: number[] };
    bytes[entries[0]! + (entries[1]! >> 1)]! ^= 1;
    writeFileSync(cache, bytes);
    assert.deepEqual(await started(outdir), { answer: 'hello you', codeCache: 'it is damaged' });
  });

  it('is of no use to another pack', async (t) => {
    const other = await packApp(temporaryFolder((clean) => t.after(clean)), { ...files, 'greeting.cjs': 'exports.greet = (name) => `howdy ${name}`;\n' }, { codeCache: false });
    cpSync(join(made.outdir, 'pack/code-cache.bin'), join(other.outdir, 'pack/code-cache.bin'));
    assert.deepEqual(await started(other.outdir), { answer: 'howdy you', codeCache: 'it was made for another pack' });
  });

  it('is made anew by another Node with --cache-only, after a real start or by compiling alone', async (t) => {
    const outdir = copyOf(made, t);
    const node = await nodeBinary(22);
    for (const [boots, kind] of [[true, 'real-start'], [false, 'compile-only']] as const) {
      await remakeCache({ outdir, node, env: {}, boots, timeoutMs: 10_000, onProgress: () => {} });
      assert.deepEqual(await started(outdir, { node }), { answer: 'hello you', codeCache: 'used' });
      assert.equal((JSON.parse(readFileSync(join(outdir, 'manifest.json'), 'utf8')) as { codeCache: { kind: string } }).codeCache.kind, kind);
    }
  });

  it('is compiled alone where the build cannot be started', async (t) => {
    const crashing = { 'server.cjs': 'require("./greeting.cjs"); throw new Error("no database");', 'greeting.cjs': files['greeting.cjs'] };
    const { packed } = await packApp(temporaryFolder((clean) => t.after(clean)), crashing);
    assert.equal(packed.codeCache, 'compile-only');
  });
});

function copyOf({ outdir }: PackedApp, t: TestContext): string {
  const copy = join(temporaryFolder((clean) => t.after(clean)), 'copy');
  cpSync(outdir, copy, { recursive: true });
  return copy;
}

function replaceIn(file: string, from: string, to: string): void {
  const text = readFileSync(file, 'latin1');
  assert.ok(text.includes(from));
  writeFileSync(file, text.replace(from, to), 'latin1');
}

/** Starts a build, asks it once, and gives its answer and what its log says of the code cache. */
async function started(outdir: string, { node = process.execPath, flags = [], user = {} }: { node?: string; flags?: string[]; user?: object } = {}): Promise<{ answer: string; codeCache: string }> {
  const port = await freePort();
  const child = spawn(node, [...flags, join(outdir, 'server.cjs')], { cwd: '/', env: { PORT: String(port), LWA_SPLIT_LOG: '1', AWS_LAMBDA_FUNCTION_NAME: 'f' }, stdio: ['ignore', 'ignore', 'pipe'], ...user });
  let log = '';
  try {
    await new Promise<void>((ready, failed) => {
      child.stderr.on('data', (text) => {
        log += String(text);
        if (log.includes('"ready"')) ready();
      });
      child.once('exit', () => failed(new Error(log)));
    });
    const answer = await (await fetch(`http://127.0.0.1:${port}/`)).text();
    const ended = new Promise((done) => child.once('close', done));
    child.kill('SIGKILL');
    await ended;
    // A module that is loaded late may be the first whose cache does not fit.
    const { codeCache } = JSON.parse(log.split('\n').findLast((line) => line.includes('"codeCache"'))!) as { codeCache: string };
    return { answer, codeCache };
  } finally {
    child.kill('SIGKILL');
  }
}
