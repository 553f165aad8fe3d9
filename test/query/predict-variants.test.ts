import assert from 'node:assert/strict';
import { test } from 'node:test';
import { variantFacts } from '../../src/model/lambda-facts.ts';
import type { Boot } from '../../src/model/boot.ts';
import type { Costs } from '../../src/model/costs.ts';
import type { StartProfile } from '../../src/model/prediction.ts';
import { builtProfile, deferredProfile, startShares } from '../../src/query/predict-variants.ts';

const profile: StartProfile = { startMs: 1000, waitingMs: 50, cpuMs: 1200, request: { wallMs: 3, cpuMs: 3 }, lateLoadMs: 0, noiseMs: 20, speed: 2 };
const { loaderMs, loaderPerFileMs, resolveLeft, readLeft, evaluateLeft, packMs, packPerModuleMs } = variantFacts;

test('shares come from the starts under the probe alone, so its overhead cancels', () => {
  const account = { initMs: 1900, bootstrapMs: 100, launcherMs: 0, resolveMs: 400, readMs: 200, evaluateMs: 1000, ownWorkMs: 100, waitingMs: 100, unattributedMs: 0 };
  const run = { account, firstAnswerMs: 2000, modules: [] };
  const modules = ['a.js', 'b.js', 'c.js', 'computes.js', 'gone.js'].map((id) => ({ id, kind: 'cjs', bytes: 10 }));
  const boot = { timing: [run, { ...run, firstAnswerMs: null }], plainMs: [1000], evidence: { graph: { modules } } } as unknown as Boot;
  const costs = { modules: modules.map(({ id }) => ({ id, self: { medianMs: id.length > 5 ? 300 : 2 } })) } as unknown as Costs;
  assert.deepEqual(startShares(boot, costs, 500, ['gone.js']), { resolve: 0.2, read: 0.1, evaluate: 0.5, compute: 0.149, gone: 0.25 });
});

test('a deferred start is shorter by the share of what goes, and longer by the loader at the speed of this machine', () => {
  const deferred = deferredProfile(profile, { resolve: 0.2, read: 0.1, evaluate: 0.5, compute: 0.1, gone: 0.4 }, 10);
  const loader = (loaderMs + 10 * loaderPerFileMs) / 2;
  assert.equal(deferred.startMs, 600 + loader);
  assert.equal(deferred.cpuMs, 720 + loader);
  assert.deepEqual(deferred.request, profile.request);
});

test('a pack saves a part of each phase of what still loads', () => {
  const built = builtProfile(profile, { resolve: 0.2, read: 0.1, evaluate: 0.5, compute: 0.1, gone: 0.4 }, 100);
  const kept = 1 - 0.4 - (1 - 0.4 / 0.7) * ((1 - resolveLeft) * 0.2 + (1 - readLeft) * 0.1 + (1 - evaluateLeft) * 0.4);
  assert.ok(Math.abs(built.startMs - (1000 * kept + (packMs + 100 * packPerModuleMs) / 2)) < 1e-9);
});

test('waiting does not go, and nothing becomes negative', () => {
  assert.equal(deferredProfile({ ...profile, startMs: 60, speed: 1000 }, { resolve: 0, read: 0, evaluate: 0, compute: 0, gone: 3 }, 0).startMs, 50);
});
