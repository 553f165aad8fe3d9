import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { median } from '../../src/model/sample.ts';
import { installPackage, repository, run, temporaryFolder, type Result } from '../helpers/installed.ts';
import { nodeBinary } from '../helpers/nodes.ts';
import { measuredWithin } from '../helpers/measuring.ts';

const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as { version: string };

/** Preloaded, writes the URLs of all modules that were loaded after it into the file that LOADED_TO names. */
const listLoaded = `
import { writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
const urls = [];
registerHooks({ load(url, context, next) { urls.push(url); return next(url, context); } });
process.on('exit', () => writeFileSync(process.env.LOADED_TO, JSON.stringify(urls)));
`;

const tinyServer = `
import { createServer } from 'node:http';
createServer((request, response) => response.end('hello')).listen(process.env.PORT, '127.0.0.1');
`;

const config = `
import { defineConfig } from 'lwa-split';
export default defineConfig({ app: 'server.mjs', runs: 2 });
`;

describe('the published package in a project of somebody else', () => {
  const folder = temporaryFolder(after);
  let project = '';
  let install: Result;
  const bin = (): string => join(project, 'node_modules/.bin/lwa-split');

  before(async () => {
    ({ project, install } = await installPackage(folder));
  });

  it('installs without asking for anything', () => {
    assert.equal(install.code, 0, install.stderr);
    assert.doesNotMatch(install.stderr + install.stdout, /install.scripts?|approve|allowScripts|deprecated/i);
  });

  it('holds the license, what the build made, and no map or test', async () => {
    const { stdout } = await run('npm', ['pack', '--dry-run', '--ignore-scripts', '--json'], { cwd: repository });
    const files = (JSON.parse(stdout) as { files: { path: string }[] }[])[0]!.files.map((file) => file.path);
    const folders = [...new Set(files.map((file) => file.split('/')[0]!))].sort();
    assert.deepEqual(folders.filter((name) => name !== 'README.md'), ['LICENSE', 'dist', 'package.json']);
    for (const needed of ['dist/bin.js', 'dist/cli.js', 'dist/index.js', 'dist/probe.cjs', 'dist/config.schema.json', 'dist/types/index.d.ts']) assert.ok(files.includes(needed), `${needed} is missing`);
    assert.deepEqual(files.filter((file) => file.endsWith('.map')), []);
  });

  it('runs by name', async () => {
    const [help, told] = await Promise.all([run('npx', ['lwa-split', '--help'], { cwd: project }), run('npx', ['lwa-split', '--version'], { cwd: project })]);
    assert.deepEqual([help.code, told.code, told.stdout], [0, 0, `${version}\n`]);
    assert.match(help.stdout, /^Usage: lwa-split/);
  });

  it('prints its help within 200 ms', async () => {
    await measuredWithin(3, async () => {
      const times: number[] = [];
      for (let round = 0; round < 5; round++) {
        const begun = performance.now();
        const { code } = await run(bin(), ['--help'], { cwd: project });
        assert.equal(code, 0);
        times.push(performance.now() - begun);
      }
      assert.ok(median(times) < 200, `took ${times.map((ms) => Math.round(ms)).join(', ')} ms`);
    });
  });

  it('loads no package but commander for its help', async () => {
    const list = join(project, 'list-loaded.mjs');
    writeFileSync(list, listLoaded);
    const loadedTo = join(project, 'loaded.json');
    const { code } = await run(process.execPath, ['--import', list, join(project, 'node_modules/lwa-split/dist/bin.js'), '--help'], { cwd: project, env: { LOADED_TO: loadedTo } });
    const urls = JSON.parse(readFileSync(loadedTo, 'utf8')) as string[];
    const packages = urls.flatMap((url) => /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules)/.exec(url)?.[1] ?? []);
    assert.deepEqual([code, [...new Set(packages)].sort()], [0, ['commander', 'lwa-split']]);
  });

  it('says on a Node that is too old which one it needs', async (t) => {
    const oldNode = await nodeBinary(20).catch(() => null);
    if (oldNode === null) return t.skip('Node 20 cannot be installed here');
    const { code, stdout, stderr } = await run(oldNode, [join(project, 'node_modules/lwa-split/dist/bin.js'), 'analyze'], { cwd: project });
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /^error: lwa-split needs Node 22\.18 or later; this is Node 20\.[\d.]+\.\nhint: [^\n]+\n$/);
  });

  it('analyzes a server there, told by a config in TypeScript', async () => {
    writeFileSync(join(project, 'server.mjs'), tinyServer);
    writeFileSync(join(project, 'lwa-split.config.ts'), config);
    const { code, stdout, stderr } = await run(bin(), ['analyze', '--json'], { cwd: project });
    assert.deepEqual([code, stderr], [0, '']);
    const analysis = JSON.parse(stdout) as { kind: string; app: { entry: string; format: string }; coldStart: { now: { medianMs: number; runs: number } } };
    assert.deepEqual([analysis.kind, analysis.app.entry, analysis.app.format], ['analysis', 'server.mjs', 'esm']);
    assert.ok(analysis.coldStart.now.medianMs > 0);
  });

  it('says why a module is loaded there', async () => {
    const { code, stdout } = await run(bin(), ['why', 'node:http', '--json'], { cwd: project });
    assert.equal(code, 0);
    assert.equal((JSON.parse(stdout) as { kind: string }).kind, 'why');
  });
});
