import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Boot } from '../../src/model/boot.ts';
import type { Costs } from '../../src/model/costs.ts';
import { startProfile } from '../../src/query/start-profile.ts';
import { aGraph } from '../helpers/a-graph.ts';

const account = { initMs: 380, bootstrapMs: 140, launcherMs: 100, resolveMs: 0, readMs: 0, evaluateMs: 240, ownWorkMs: 0, waitingMs: 20, unattributedMs: 0 };
const costs: Costs = { kind: 'costs', version: 1, account, modules: [], slowExports: [] };

function aBoot(given: Partial<Boot> = {}, transpiler: string | null = null): Boot {
  const graph = { ...aGraph('app.js -> node_modules/express/index.js', 'node_modules/tsx/loader.js -> node_modules/esbuild/main.js'), roots: ['node_modules/tsx/loader.js', 'app.js'] };
  const times = { 'app.js': 20, 'node_modules/express/index.js': 120, 'node_modules/tsx/loader.js': 40, 'node_modules/esbuild/main.js': 60 };
  const modules = Object.entries(times).map(([id, evaluateMs]) => ({ id, resolveMs: 0, readMs: 0, evaluateMs, startMs: 0 }));
  const evidence: Boot['evidence'] = { graph, node: '24.1.0', heapBytes: 0, answered: { port: 1, status: 200 }, portFromEnvironment: true, observed: [], listens: [], transpiler, failure: null };
  return { kind: 'boot', version: 1, evidence, timing: [{ account, firstAnswerMs: 400, modules }], plainMs: [300, 320, 310], requests: [], floorMs: [], probeOverhead: 0, findings: [], ...given };
}

test('a start is that of the starts without a probe, with the request that came after', () => {
  const requests = [{ initCpuMs: 350, wallMs: 9, cpuMs: 4 }, { initCpuMs: 370, wallMs: 8, cpuMs: 5 }, { initCpuMs: 360, wallMs: 30, cpuMs: 6 }];
  const { startMs, waitingMs, cpuMs, request, speed } = startProfile(aBoot({ requests }), costs, 1.5)!;
  assert.deepEqual({ startMs, waitingMs, cpuMs, request, speed }, { startMs: 310, waitingMs: 20, cpuMs: 360, request: { wallMs: 9, cpuMs: 5 }, speed: 1.5 });
});

test('where CPU time is not told, a request counts as work from end to end', () => {
  const { cpuMs, request } = startProfile(aBoot({ requests: [{ initCpuMs: null, wallMs: 9, cpuMs: null }] }), costs, 1)!;
  assert.deepEqual({ cpuMs, request }, { cpuMs: null, request: { wallMs: 9, cpuMs: 9 } });
});

test('an app that never answered has none', () => {
  const boot = aBoot();
  assert.equal(startProfile({ ...boot, evidence: { ...boot.evidence, answered: null } }, costs, 1), null);
  assert.equal(startProfile(aBoot({ plainMs: [Number.NaN] }), costs, 1), null);
});

test('a transpiler, what only it loads, and its launcher are not deployed', () => {
  // Half of the 400 ms: 100 before the app's process, 100 for tsx with esbuild.
  assert.equal(startProfile(aBoot({}, 'tsx'), costs, 1)!.startMs, 155);
});
