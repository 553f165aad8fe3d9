import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { variantsFrom } from '../../src/cli/variants.ts';
import type { AnalyzeOptions } from '../../src/model/options.ts';
import type { Verification } from '../../src/model/verification.ts';
import { runMain } from '../helpers/run-main.ts';

const apps = join(import.meta.dirname, '../steps/verify/apps');
const folder = mkdtempSync(join(tmpdir(), 'lwa-split-verify-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function requestsFile(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

function verify(...more: string[]) {
  return runMain(['verify', 'shop.mjs', '--node', process.execPath, ...more], { cwd: apps, env: { CI: 'true' } });
}

describe('verify on the command line', { concurrency: 2 }, () => {
  it('ends with 0 and a sentence when nothing differs', async () => {
    const { code, stdout, stderr } = await verify('--requests', requestsFile('same.http', 'GET {{host}}/same\n\n###\nGET {{host}}/nature\n'));
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /^No difference: original again answered 2 requests as the original does\.\nThe original answered 2 requests with 200\.\n/);
  });

  it('ends with 1 and a diff when a variant answers differently', async () => {
    const requests = requestsFile('item.json', '[{"path":"/same"},{"path":"/item"}]');
    const { code, stdout } = await verify('--requests', requests, '--against', 'coffee=VARIANT=changed-body node shop.mjs');
    assert.equal(code, 1);
    assert.match(stdout, /\n\nGET \/item\n--- original\n\+\+\+ coffee\n@@ body @@\n-\$\.name: "tea"\n\+\$\.name: "coffee"\n/);
  });

  it('prints one JSON document that holds no value of a header, a body or the environment', async () => {
    const requests = requestsFile('secret.json', '[{"path":"/echo?token=canary-one","headers":{"x-api-key":"canary-two"}}]');
    const { code, stdout } = await verify('--json', '--requests', requests, '--env', 'SECRET=canary-three', '--against', 'VARIANT=changed-echo node shop.mjs');
    const { kind, version, requests: sent, differences } = JSON.parse(stdout) as Verification;
    assert.deepEqual([code, kind, version, sent, differences.length], [1, 'verification', 1, 1, 1]);
    assert.doesNotMatch(stdout, /canary/);
  });

  it('sends what may write only when that is allowed', async () => {
    const writes = join(folder, 'writes');
    const requests = requestsFile('write.json', '[{"path":"/same"},{"method":"POST","path":"/write"}]');
    const without = await verify('--requests', requests, '--env', `WRITES=${writes}`);
    assert.match(without.stdout, /^1 request not sent because they may write; --allow-writes sends them\.$/m);
    assert.equal(existsSync(writes), false);
    await verify('--requests', requests, '--env', `WRITES=${writes}`, '--allow-writes');
    assert.equal(readFileSync(writes, 'utf8'), 'www');
  });

  it('asks nothing when all may write', async () => {
    const { code, stderr } = await verify('--requests', requestsFile('only.json', '[{"method":"POST","path":"/write"}]'));
    assert.equal(code, 2);
    assert.match(stderr, /^error: All requests may write, so none was sent\.\nhint: /);
  });

  it('loads everything once with --load-only and ends with 1 where that fails', async () => {
    const { code, stdout } = await verify('--load-only', '--against', 'lazy=VARIANT=lazy node shop.mjs');
    assert.equal(code, 1);
    assert.match(stdout, /^1 deferred module of lazy cannot be loaded\.\n2 deferred modules loaded late\.\n\nCannot be loaded\n {2}lazy: gone: Cannot find module gone\n$/);
  });

  it('needs a file of requests that is there', async () => {
    const { code, stderr } = await verify('--requests', 'gone.har');
    assert.equal(code, 2);
    assert.match(stderr, /gone\.har cannot be read/);
  });
});

describe('--against', () => {
  const original = { root: '/shop', app: { start: 'node server.js', readinessPath: '/' } } as AnalyzeOptions;
  const files = { read: () => null, isFile: (path: string) => /^\/shop\/dist\/(?:server\.cjs|manifest\.json)$/.test(path), isFolder: (path: string) => path === '/shop/dist', list: () => [] };
  const resolved = async (...texts: string[]) => (await variantsFrom(texts, original, '/shop', files)).map(({ name, setup }) => [name, setup.root, setup.app.start]);

  it('takes commands, with a name or without', async () => {
    assert.deepEqual(await resolved('node other.js'), [['variant', '/shop', 'node other.js']]);
    assert.deepEqual(await resolved('old=node old.js', 'PORT=3 node x.js'), [['old', '/shop', 'node old.js'], ['variant 2', '/shop', 'PORT=3 node x.js']]);
  });

  it('starts a build from the folder of the app', async () => {
    assert.deepEqual(await resolved('dist', 'b=dist'), [['dist', '/shop', "exec node '/shop/dist/server.cjs'"], ['b', '/shop', "exec node '/shop/dist/server.cjs'"]]);
  });

  it('wants different names and commands that are not empty', async () => {
    await assert.rejects(resolved('a=node x.js', 'a=node y.js'), { code: 'bad-option', message: '--against has two variants named a.' });
    await assert.rejects(resolved('a='), { code: 'bad-option', message: '--against has an empty command.' });
  });
});
