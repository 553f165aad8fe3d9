import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { ReplayRequest } from '../../../src/model/verification.ts';
import { freePort } from '../../../src/system/ports.ts';
import { verify, type Variant, type VerifyPlan } from '../../../src/steps/verify/index.ts';

const root = join(import.meta.dirname, 'apps');
const folder = mkdtempSync(join(tmpdir(), 'lwa-split-verify-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function shop(variant: string, env: Record<string, string> = {}): Variant {
  return {
    name: variant === '' ? 'original' : variant,
    setup: {
      app: { name: 'shop', entry: 'shop.mjs', start: `"${process.execPath}" shop.mjs`, framework: null, format: 'esm', form: 'compiled', packageManager: 'npm', workspaceRoot: '.', workspaces: [], readinessPath: '/' },
      root,
      env: { VARIANT: variant, SECRET: 'canary-of-the-environment', ...env },
      runs: 1,
      timeoutMs: 10_000,
    },
  };
}

function get(path: string, headers: Record<string, string> = {}): ReplayRequest {
  return { method: 'GET', path, headers, body: null };
}

/** Differences of a variant of the shop when these paths are asked, as `aspect name`, and the whole result. */
async function compared(variant: string, paths: (string | ReplayRequest)[], more: Partial<VerifyPlan> = {}) {
  const result = await verify({
    original: shop(''),
    variants: variant === '' ? [] : [shop(variant)],
    requests: paths.map((path) => (typeof path === 'string' ? get(path) : path)),
    writesSkipped: 0,
    loadOnly: false,
    limits: { timeoutMs: 1500 },
    onProgress: () => undefined,
    ...more,
  });
  return { ...result, diffs: result.differences.map(({ request, aspect, name, diff }) => [`${request} ${aspect}${name === null ? '' : ` ${name}`}`, ...diff]) };
}

describe('verify', { concurrency: 2 }, () => {
  it('finds no difference between an app and itself, whatever varies by nature', async () => {
    const result = await compared('', ['/', '/same', '/nature', '/header', '/page', '/trace', '/image', '/stream', '/crash', '/hang', '/close', '/nowhere']);
    assert.deepEqual([result.diffs, result.requests, result.variants], [[], 12, ['original again']]);
    const natures = Object.fromEntries(result.byNature.map(({ request, at, as }) => [`${request} ${at}`, as]));
    assert.equal(natures['GET /nature body $.uptime'], 'number');
    assert.equal(natures['GET /nature body $.id'], 'uuid');
    assert.equal(natures['GET /nature body $.now'], 'date');
    assert.equal(natures['GET /nature body $.self'], undefined);
    assert.equal(natures['GET /page body line 2'], 'uuid');
    assert.equal(natures['GET /page body line 3'], 'number');
    assert.equal(natures['GET /stream body $events[0].data.at'], 'number');
    assert.equal(natures['GET /stream body $events[0].data.n'], undefined);
  });

  it('tells another value in a JSON body by its path', async () => {
    assert.deepEqual((await compared('changed-body', ['/same', '/item'])).diffs, [['GET /item body', '-$.name: "tea"', '+$.name: "coffee"']]);
  });

  it('tells another status', async () => {
    assert.deepEqual((await compared('changed-status', ['/status'])).diffs, [['GET /status status', '-200', '+500']]);
  });

  it('tells a header that is missing', async () => {
    assert.deepEqual((await compared('missing-header', ['/header'])).diffs, [['GET /header header cache-control', '-cache-control: max-age=60']]);
  });

  it('does not show values of headers that may be secrets', async () => {
    assert.deepEqual((await compared('other-secret', ['/header'])).diffs, [['GET /header header x-session-secret', '-x-session-secret: (value not shown)', '+x-session-secret: (value not shown)']]);
  });

  it('shows no value of the environment or of a request', async () => {
    const result = await compared('changed-echo', [get('/echo', { 'x-api-key': 'canary-of-the-request' })]);
    assert.deepEqual(result.diffs, [['GET /echo body', '-$.times: 1', '+$.times: 2', '+$.again: "<x-api-key>"', '+$.secret: "<SECRET>"']]);
    assert.doesNotMatch(JSON.stringify(result), /canary/);
  });

  it('wants what varies to stay of its kind', async () => {
    assert.deepEqual((await compared('wrong-kind', ['/nature'])).diffs, [['GET /nature body', '-$.uptime: ‹number›', '+$.uptime: "long"']]);
  });

  it('tells another line of a page, with the lines around it', async () => {
    assert.deepEqual((await compared('changed-page', ['/page'])).diffs, [
      ['GET /page body', ' <p nonce="‹uuid›">', ' <p>served at ‹number›</p>', '-<b>open</b>', '+<b>closed</b>', ' </html>'],
    ]);
  });

  it('takes other frames of a stack for the same', async () => {
    assert.deepEqual((await compared('other-trace', ['/trace'])).diffs, []);
  });

  it('tells other bytes by their hash', async () => {
    assert.deepEqual((await compared('changed-image', ['/image'])).diffs, [
      ['GET /image body', '-4 bytes with hash 05ef09c076dfec6b3efd1ce7ea688304', '+4 bytes with hash 8b8b2526b82dee33ba7c0556c6193e73'],
    ]);
  });

  it('compares the first events of a stream in their order', async () => {
    assert.deepEqual((await compared('changed-stream', ['/stream'])).diffs, [['GET /stream body', '-$events[2].data.n: 3', '+$events[2].data.n: 99']]);
  });

  it('blames the request that ends the process, starts it again and goes on', async () => {
    const ended = ['-a whole answer', "+the app's process ended"];
    assert.deepEqual((await compared('crash', ['/crash', '/same', '/exit-after', '/same'])).diffs, [
      ['GET /crash outcome', ...ended],
      ['GET /exit-after outcome', ...ended],
    ]);
  });

  it('gives a variant the time to load late what the original answers at once', async () => {
    assert.deepEqual((await compared('late', ['/late'])).diffs, []);
  });

  it('tells an answer that never comes and a connection that is closed', async () => {
    assert.deepEqual((await compared('hang', ['/hang', '/same'])).diffs, [['GET /hang outcome', '-a whole answer', '+no whole answer in time']]);
    assert.deepEqual((await compared('close', ['/close', '/same'])).diffs, [['GET /close outcome', '-a whole answer', '+the connection was closed early']]);
  });

  it('finds an app that does not listen on PORT', async () => {
    const port = await freePort();
    const fixed = shop('changed-status');
    fixed.setup.app.start = `PORT=${port} ${fixed.setup.app.start}`;
    assert.deepEqual((await compared('', ['/status'], { variants: [fixed] })).diffs, [['GET /status status', '-200', '+500']]);
  });

  it('tells that a variant does not come up, without values of the environment', async () => {
    const result = await compared('broken', ['/same']);
    assert.deepEqual(result.differences, [{ request: null, variant: 'broken', aspect: 'start', name: null, diff: ['-it answers', '+it ended before it answered: Error: no database at <SECRET>'] }]);
  });

  it('cannot compare with an app that does not come up', async () => {
    await assert.rejects(verify({ original: shop('broken'), variants: [], requests: [get('/')], writesSkipped: 0, loadOnly: false, onProgress: () => undefined }), {
      code: 'original-not-up',
      message: 'The app as it is cannot be asked: it ended before it answered: Error: no database at <SECRET>.',
    });
  });

  it('counts the modules that were loaded late', async () => {
    const { deferredModulesLoaded, failedToLoad, diffs } = await compared('lazy', ['/same']);
    assert.deepEqual({ deferredModulesLoaded, failedToLoad, diffs }, { deferredModulesLoaded: 1, failedToLoad: [], diffs: [] });
  });

  it('loads everything once and names what fails, with --load-only', async () => {
    const { requests, deferredModulesLoaded, failedToLoad, diffs } = await compared('lazy', ['/same'], { loadOnly: true });
    assert.deepEqual({ requests, deferredModulesLoaded, failedToLoad, diffs }, {
      requests: 0,
      deferredModulesLoaded: 2,
      failedToLoad: [{ variant: 'lazy', module: 'gone', message: 'Cannot find module gone' }],
      diffs: [],
    });
  });

  it('resets the state before each variant', async () => {
    const STATE = join(folder, 'state');
    const plan = { original: shop('', { STATE }), variants: [shop('other', { STATE })], reset: 'rm -f "$STATE"' };
    assert.deepEqual((await compared('other', ['/state'], plan)).diffs, []);
    await assert.rejects(compared('other', ['/state'], { ...plan, reset: 'exit 3' }), { code: 'reset-failed', message: 'The command given with --reset ended with exit code 3.' });
  });
});
