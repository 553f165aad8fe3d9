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
  const requests = [{ initCpuMs: 350, wallMs: 9, cpuMs: 4, afterCpuMs: 1 }, { initCpuMs: 370, wallMs: 8, cpuMs: 5, afterCpuMs: null }, { initCpuMs: 360, wallMs: 30, cpuMs: 6, afterCpuMs: 0 }];
  const { startMs, waitingMs, cpuMs, requests: first, speed, smallHeap } = startProfile(aBoot({ requests }), costs, 1.5)!;
  assert.deepEqual({ startMs, waitingMs, cpuMs, speed, smallHeap }, { startMs: 310, waitingMs: 20, cpuMs: 360, speed: 1.5, smallHeap: null });
  assert.deepEqual(first, [{ wallMs: 9, cpuMs: 4, afterCpuMs: 1 }, { wallMs: 8, cpuMs: 5, afterCpuMs: 0 }, { wallMs: 30, cpuMs: 6, afterCpuMs: 0 }]);
});

test('where CPU time is not told, a request counts as work from end to end', () => {
  const { cpuMs, requests } = startProfile(aBoot({ requests: [{ initCpuMs: null, wallMs: 9, cpuMs: null, afterCpuMs: null }] }), costs, 1)!;
  assert.deepEqual({ cpuMs, requests }, { cpuMs: null, requests: [{ wallMs: 9, cpuMs: 9, afterCpuMs: 0 }] });
});

test('a start with a small heap is as much longer as it was in the same rounds', () => {
  const request = { initCpuMs: 500, wallMs: 12, cpuMs: 20, afterCpuMs: 30 };
  // Plain 300, 320, 310 and a fourth that had none beside it; the median of 1.1, 1.25 and 1.2 is 1.2.
  const boot = aBoot({ plainMs: [300, 320, 310, 310], smallHeap: { plainMs: [330, 400, 372], requests: [request] } });
  const { smallHeap } = startProfile(boot, costs, 1)!;
  assert.deepEqual({ ...smallHeap, startMs: Math.round(smallHeap!.startMs) }, { startMs: 372, cpuMs: 500, requests: [{ wallMs: 12, cpuMs: 20, afterCpuMs: 30 }] });
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
