import assert from 'node:assert/strict';
import { test } from 'node:test';
import { variantFacts } from '../../src/model/lambda-facts.ts';
import type { Boot } from '../../src/model/boot.ts';
import type { Costs } from '../../src/model/costs.ts';
import type { StartProfile } from '../../src/model/prediction.ts';
import { builtProfile, deferredProfile, startShares, type StartShares } from '../../src/query/predict-variants.ts';

const profile: StartProfile = { startMs: 1000, waitingMs: 50, cpuMs: 1200, requests: [{ wallMs: 3, cpuMs: 3, afterCpuMs: 0 }], lateLoadMs: 0, noiseMs: 20, speed: 2, smallHeap: null };
const { loaderMs, loaderPerFileMs, resolveLeft, readLeft, evaluateLeft, evaluateEsmLeft, otherLeft, packMs, packPerModuleMs } = variantFacts;
const shares = { gone: 0.4, resolve: 0.2, read: 0.1, evaluate: 0.15, evaluateEsm: 0.05, modules: 100 };

test('shares come from the starts under the probe alone, of what stays and without what it computes', () => {
  const bootOf = (times: Record<string, [kind: string, resolveMs: number, readMs: number, evaluateMs: number]>): [Boot, Costs] => {
    const modules = Object.entries(times).map(([id, [, resolveMs, readMs, evaluateMs]]) => ({ id, resolveMs, readMs, evaluateMs }));
    const graph = { modules: Object.entries(times).map(([id, [kind]]) => ({ id, kind, bytes: 10 })) };
    const run = { firstAnswerMs: 2000, modules };
    const costs = { modules: modules.map(({ id, resolveMs, readMs, evaluateMs }) => ({ id, self: { medianMs: resolveMs + readMs + evaluateMs } })) };
    return [{ timing: [run, { ...run, firstAnswerMs: null }], findings: [], evidence: { graph } } as unknown as Boot, costs as unknown as Costs];
  };
  const times = bootOf({ 'a.js': ['cjs', 4, 2, 4], 'b.mjs': ['esm', 4, 2, 4], 'c.js': ['cjs', 4, 2, 4], 'd.js': ['cjs', 4, 2, 4], 'e.js': ['cjs', 4, 2, 4], 'computes.js': ['cjs', 4, 2, 304], 'values.js': ['cjs', 4, 2, 24], 'gone.js': ['cjs', 100, 100, 100] });
  const found = startShares(...times, { gone: ['gone.js'], lighter: ['values.js'] });
  assert.deepEqual(found, { gone: 0.16, resolve: 0.014, read: 0.007, evaluate: 0.012, evaluateEsm: 0.002, modules: 7 });
});

test('what is parsed or brought by Node stays as it is: a pack saves finding it at most', () => {
  const times: Record<string, string> = { 'a.json': 'json', 'node:http': 'builtin', 'a.node': 'native', 'node:http2': 'builtin' };
  const modules = Object.keys(times).map((id) => ({ id, resolveMs: 10, readMs: 20, evaluateMs: 30 }));
  const graph = { modules: Object.entries(times).map(([id, kind]) => ({ id, kind, bytes: 10 })) };
  const costs = { modules: modules.map(({ id }) => ({ id, self: { medianMs: 60 } })) } as unknown as Costs;
  const boot = { timing: [{ firstAnswerMs: 1000, modules }], findings: [], evidence: { graph } } as unknown as Boot;
  assert.deepEqual(startShares(boot, costs, { gone: ['node:http2'], lighter: [] }), { gone: 0.06, resolve: 0.01, read: 0, evaluate: 0, evaluateEsm: 0, modules: 1 });
});

test('an app that loads its modules in two processes saves in both', () => {
  const modules = [{ id: 'a.js', resolveMs: 10, readMs: 20, evaluateMs: 30 }, { id: 'gone.js', resolveMs: 0, readMs: 0, evaluateMs: 40 }];
  const graph = { modules: modules.map(({ id }) => ({ id, kind: 'cjs', bytes: 10 })) };
  const timing = [{ firstAnswerMs: 1000, modules, account: { launcherMs: 120, bootstrapMs: 160 } }];
  const costs = { modules: modules.map(({ id, resolveMs, readMs, evaluateMs }) => ({ id, self: { medianMs: resolveMs + readMs + evaluateMs } })) } as unknown as Costs;
  const sharesOf = (codes: string[]): StartShares => startShares({ timing, findings: codes.map((code) => ({ code })), evidence: { graph } } as unknown as Boot, costs, { gone: ['gone.js'], lighter: [] });
  const once = sharesOf([]);
  assert.deepEqual([once.gone, once.resolve, once.modules], [0.04, 0.01, 1]);
  const twice = sharesOf(['starts-twice']);
  assert.deepEqual([twice.gone, twice.resolve, twice.read, twice.modules].map((value) => Math.round(value * 1000) / 1000), [0.072, 0.018, 0.036, 1.8]);
});

test('a deferred start is shorter by the share of what goes, and longer by the loader at the speed of this machine', () => {
  const deferred = deferredProfile(profile, shares, 10);
  const loader = (loaderMs + 10 * loaderPerFileMs) / 2;
  assert.equal(deferred.startMs, 600 + loader);
  assert.equal(deferred.cpuMs, 720 + loader);
  assert.deepEqual(deferred.requests, profile.requests);
});

test('a pack saves a part of each phase of what still loads, and of all else but waiting', () => {
  const built = builtProfile(profile, shares);
  const kept = resolveLeft * 0.2 + readLeft * 0.1 + evaluateLeft * 0.15 + evaluateEsmLeft * 0.05 + otherLeft * 0.05 + 0.05;
  assert.ok(Math.abs(built.startMs - (1000 * kept + (packMs + 100 * packPerModuleMs) / 2)) < 1e-9);
});

test('waiting does not go, and nothing becomes negative', () => {
  assert.equal(deferredProfile({ ...profile, startMs: 60, speed: 1000 }, { ...shares, gone: 3 }, 0).startMs, 50);
});

test('what a small heap costs follows the square of what is left, and first requests have none of it', () => {
  const small = { startMs: 1200, cpuMs: 1500, requests: [{ wallMs: 13, cpuMs: 23, afterCpuMs: 100 }] };
  const { startMs, cpuMs, smallHeap } = deferredProfile({ ...profile, smallHeap: small }, { ...shares, gone: 0.5 }, 0);
  assert.equal(startMs, 500 + loaderMs / 2);
  assert.equal(smallHeap!.startMs, startMs + 200 / 4);
  assert.equal(smallHeap!.cpuMs, cpuMs! + 300 / 4);
  assert.deepEqual(smallHeap!.requests, profile.requests);
});
