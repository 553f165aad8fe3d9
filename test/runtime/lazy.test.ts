import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { build } from 'esbuild';
import { lazy, lazyAsync } from '../../src/runtime/lazy.ts';
import { nodeBinary } from '../helpers/nodes.ts';

describe('lazy', () => {
  it('loads at the first call, once', () => {
    let loads = 0;
    const get = lazy(() => ({ load: (loads += 1) }));
    assert.equal(loads, 0);
    assert.equal(get(), get());
    assert.equal(loads, 1);
  });

  it('keeps undefined and null too', () => {
    let loads = 0;
    const get = lazy(() => void (loads += 1));
    assert.deepEqual([get(), get(), loads], [undefined, undefined, 1]);
  });

  it('tries again after a load that failed', () => {
    let tries = 0;
    const get = lazy(() => {
      tries += 1;
      if (tries === 1) throw new Error('no database');
      return tries;
    });
    assert.throws(get, { message: 'no database' });
    assert.deepEqual([get(), get()], [2, 2]);
  });

  it('runs the first load outside the request that asks for it', () => {
    const request = new AsyncLocalStorage<string>();
    const get = lazy(() => request.getStore());
    const seen = request.run('request 1', () => ({ inLoad: get(), afterwards: request.getStore() }));
    assert.deepEqual(seen, { inLoad: undefined, afterwards: 'request 1' });
  });

  it('asks once more in a cycle, as require does, and keeps what the outer load gave', () => {
    const partial = { ready: false };
    let loads = 0;
    const get: () => object = lazy(() => {
      loads += 1;
      if (loads > 1) return partial;
      assert.equal(get(), partial);
      return { ready: true };
    });
    assert.deepEqual(get(), { ready: true });
    assert.deepEqual(get(), { ready: true });
  });

  it('says so when a value needs itself', () => {
    const get: () => unknown = lazy(() => get(), 'client');
    assert.throws(get, { name: 'ReferenceError', message: "Cannot access 'client' before initialization" });
  });
});

describe('lazyAsync', () => {
  it('gives all who ask meanwhile the same load', async () => {
    let loads = 0;
    const get = lazyAsync(async () => (loads += 1));
    assert.deepEqual(await Promise.all([get(), get(), get()]), [1, 1, 1]);
    assert.equal(await get(), 1);
  });

  it('tries again after a load that was rejected or threw', async () => {
    let tries = 0;
    const get = lazyAsync(() => {
      tries += 1;
      if (tries === 1) throw new Error('first');
      return tries === 2 ? Promise.reject(new Error('second')) : Promise.resolve(tries);
    });
    await assert.rejects(get(), { message: 'first' });
    await assert.rejects(get(), { message: 'second' });
    assert.equal(await get(), 3);
  });

  it('runs outside the request that asks for it', async () => {
    const request = new AsyncLocalStorage<string>();
    const get = lazyAsync(async () => {
      await Promise.resolve();
      return request.getStore() ?? 'none';
    });
    assert.equal(await request.run('request 1', get), 'none');
  });
});

describe('the environment', () => {
  let folder: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lwa-split-lazy-'));
    const entryPoints = [join(import.meta.dirname, '../../src/runtime/index.ts')];
    await build({ entryPoints, outfile: join(folder, 'runtime.cjs'), bundle: true, format: 'cjs', platform: 'node', target: 'node20' });
    writeFileSync(
      join(folder, 'app.cjs'),
      `const { AsyncLocalStorage } = require('node:async_hooks');
       const { lazy } = require('./runtime.cjs');
       const request = new AsyncLocalStorage();
       const get = lazy(() => { console.log('load in ' + request.getStore()); return 1; }, './heavy');
       console.log('loaded');
       request.run('request', get);
       get();`,
    );
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const run = (node: string, env: Record<string, string>) => {
    const { stdout, stderr } = spawnSync(node, [join(folder, 'app.cjs')], { encoding: 'utf8', env: { ...process.env, ...env } });
    return { said: stdout.trim().split('\n'), logged: stderr.replace(/"ms":[\d.]+/g, '"ms":0') };
  };

  it('does not matter by default', () => {
    assert.deepEqual(run(process.execPath, {}), { said: ['loaded', 'load in undefined'], logged: '' });
  });

  it('loads at once with LWA_SPLIT_EAGER=1', () => {
    assert.deepEqual(run(process.execPath, { LWA_SPLIT_EAGER: '1' }).said, ['load in undefined', 'loaded']);
  });

  it('lets a module of a cycle that is on its way load later with LWA_SPLIT_EAGER=1', () => {
    writeFileSync(join(folder, 'a.mjs'), `import { lazy } from './runtime.cjs'; import { createRequire } from 'node:module'; import './b.mjs'; export const b = lazy(() => createRequire(import.meta.url)('./b.mjs')); console.log(typeof b().a);`);
    writeFileSync(join(folder, 'b.mjs'), `import { lazy } from './runtime.cjs'; import { createRequire } from 'node:module'; export const a = lazy(() => createRequire(import.meta.url)('./a.mjs'));`);
    const { stdout, stderr } = spawnSync(process.execPath, [join(folder, 'a.mjs')], { encoding: 'utf8', env: { ...process.env, LWA_SPLIT_EAGER: '1' } });
    assert.deepEqual([stdout, stderr], ['function\n', '']);
  });

  it('writes one line for each load with LWA_SPLIT_LOG=1', () => {
    assert.equal(run(process.execPath, { LWA_SPLIT_LOG: '1' }).logged, '{"event":"late-load","module":"./heavy","ms":0}\n');
    assert.equal(run(process.execPath, { LWA_SPLIT_LOG: '1', LWA_SPLIT_EAGER: '1' }).logged, '{"event":"late-load","module":"./heavy","ms":0,"eager":true}\n');
  });

  for (const major of [20, 22, 26]) {
    it(`keeps first loads out of requests on Node ${major}`, async () => {
      assert.deepEqual(run(await nodeBinary(major), {}).said, ['loaded', 'load in undefined']);
    });
  }
});
