import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../src/system/ports.ts';
import { startApp } from '../../src/system/start.ts';
import { runTool, temporaryFolder } from '../helpers/installed.ts';

const files = {
  'package.json': '{"name":"shop","version":"1.0.0","main":"server.js","scripts":{"start":"node server.js"}}',
  'server.js': `
    require('fs').appendFileSync(require('path').join(__dirname, 'started.txt'), 'x');
    const report = require('./report');
    const { greeting } = require('greeting');
    require('http').createServer((request, response) => response.end(request.url === '/report' ? report.make() : greeting(require('fs').readFileSync(require('path').join(__dirname, 'name.txt'), 'utf8')))).listen(process.env.PORT, '127.0.0.1');`,
  'report.js': 'exports.make = () => "report";',
  'name.txt': 'Ada',
  'node_modules/greeting/index.js': 'exports.greeting = (name) => "hello " + name;',
};

/** An app that says in started.txt that it ran, and a folder for its build. */
function shop(t: TestContext): { root: string; outdir: string } {
  const folder = temporaryFolder((clean) => t.after(clean));
  const root = join(folder, 'app');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return { root, outdir: join(root, 'dist-lambda') };
}

/** What a start command answers. */
async function answers(command: string, cwd: string, paths: string[]): Promise<string[]> {
  const port = await freePort();
  const app = startApp({ command, cwd, env: { PORT: String(port), AWS_LAMBDA_FUNCTION_NAME: 'shop' }, node: process.execPath });
  const ask = (path: string): Promise<string> => fetch(`http://127.0.0.1:${port}${path}`).then((response) => response.text(), () => '');
  try {
    for (let tries = 0; tries < 200 && (await ask('/')) === ''; tries++) await sleep(50);
    return await Promise.all(paths.map(ask));
  } finally {
    await app.stop(200);
  }
}

describe('lwa-split build', () => {
  it('leaves the server alone that Next.js makes for itself, and builds one of the app that uses it', async (t) => {
    const serve = (name: string): string => `require('http').createServer((request, response) => response.end('${name}')).listen(process.env.PORT, '127.0.0.1');`;
    const apps: Record<string, Record<string, string>> = {
      started: { 'package.json': '{"name":"site","scripts":{"start":"next start"},"dependencies":{"next":"15.0.0"}}', 'node_modules/next/package.json': '{"name":"next","version":"15.0.0","bin":{"next":"dist/bin/next"}}', 'node_modules/next/dist/bin/next': `#!/usr/bin/env node\n${serve('next')}`, 'node_modules/.bin/next': `#!/bin/sh\nexec node "$(dirname "$0")/../next/dist/bin/next" "$@"` },
      standalone: { 'package.json': '{"name":"site","dependencies":{"next":"15.0.0"}}', 'node_modules/next/package.json': '{"name":"next","version":"15.0.0"}', '.next/standalone/server.js': serve('standalone') },
      own: { 'package.json': '{"name":"site","main":"server.js","dependencies":{"next":"15.0.0"}}', 'node_modules/next/package.json': '{"name":"next","version":"15.0.0"}', 'node_modules/next/index.js': 'exports.name = "own";', 'server.js': `const { name } = require('next'); ${serve("' + name + '")}` },
    };
    const folder = temporaryFolder((clean) => t.after(clean));
    for (const [name, content] of Object.entries(apps)) {
      for (const [path, text] of Object.entries(content)) {
        mkdirSync(dirname(join(folder, name, path)), { recursive: true });
        writeFileSync(join(folder, name, path), text, { mode: 0o755 });
      }
    }
    const build = (name: string): ReturnType<typeof runTool> => runTool(['build', '--json'], { cwd: join(folder, name) });
    for (const name of ['started', 'standalone']) {
      const { code, stdout, stderr } = await build(name);
      assert.match(stdout + stderr, /server that Next\.js makes for itself/, `${name}: ${stdout}${stderr}`);
      assert.equal(code, 2);
      assert.ok(!existsSync(join(folder, name, 'dist-lambda')));
    }
    assert.equal((await build('own')).code, 0);
    assert.deepEqual(await answers('node dist-lambda/server.cjs', join(folder, 'own'), ['/']), ['own']);
  });

  it('--no-boot starts nothing, defers by the committed evidence, and writes what an image and a zip need', async (t) => {
    const { root, outdir } = shop(t);
    const hash = createHash('sha256').update(files['server.js']).digest('hex').slice(0, 16);
    writeFileSync(join(root, 'lwa-split.deferrals.json'), JSON.stringify({ version: 1, imports: [{ file: 'server.js', specifier: './report', verdict: 'defer', savesMs: 20, hash }] }));
    const { code, stdout, stderr } = await runTool(['build', '--no-boot', '--json'], { cwd: root });
    assert.equal(code, 0, stderr);
    assert.ok(!existsSync(join(root, 'started.txt')), 'the app was started');
    const { deferred, start, coldStart, codeCache, mode } = JSON.parse(stdout);
    assert.deepEqual({ deferred, start, coldStart, codeCache, mode }, { deferred: ['./report'], start: 'node server.cjs', coldStart: { before: null, after: null }, codeCache: 'compile-only', mode: 'pack' });
    assert.match(readFileSync(join(outdir, 'Dockerfile'), 'utf8'), /^CMD \["node","\/app\/server\.cjs"\]$/m);
    assert.equal(statSync(join(outdir, 'run.sh')).mode & 0o777, 0o755);
    renameSync(outdir, join(dirname(root), 'function'));
    renameSync(root, `${root}-moved-away`);
    assert.deepEqual(await answers(join(dirname(root), 'function', 'run.sh'), dirname(root), ['/', '/report']), ['hello Ada', 'report']);
  });

  it('--mode bundle gives one file that answers alike, with the same packaging', async (t) => {
    const { root, outdir } = shop(t);
    const { code, stdout, stderr } = await runTool(['build', '--mode', 'bundle', '--runs', '1', '--json'], { cwd: root });
    assert.equal(code, 0, stderr);
    const { modules, external, findings } = JSON.parse(stdout);
    assert.deepEqual({ modules, external, findings }, { modules: { packed: 3, hot: 3 }, external: [], findings: [] });
    renameSync(outdir, join(dirname(root), 'function'));
    renameSync(root, `${root}-moved-away`);
    assert.deepEqual(await answers(join(dirname(root), 'function', 'run.sh'), dirname(root), ['/', '/report']), ['hello Ada', 'report']);
  });

  it('of what cannot be bundled is one sentence and a hint', async (t) => {
    const { root } = shop(t);
    writeFileSync(join(root, 'server.js'), 'require(process.env.WHAT ?? "http").createServer((request, response) => response.end("x")).listen(process.env.PORT, "127.0.0.1");');
    const { code, stderr } = await runTool(['build', '--mode', 'bundle', '--runs', '1'], { cwd: root });
    assert.equal(code, 2);
    assert.match(stderr, /error: The entry server\.js cannot be in a bundle: it asks for modules by names that only running tells \(server\.js:1\)\.\nhint: Build with --mode pack/);
  });
});
