import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Boot } from '../../src/model/boot.ts';
import type { Costs } from '../../src/model/costs.ts';
import { expectedCosts } from '../../src/query/expected-costs.ts';
import { aGraph } from '../helpers/a-graph.ts';

test('what the probe adds to a start is taken from its modules in equal parts', () => {
  assert.deepEqual(times({ timedMs: 130, plainMs: 100 }), ['app 0 160 160', 'pdf 90 130 130', 'font 40 40 40']);
});

test('no module costs less than nothing', () => {
  assert.deepEqual(times({ timedMs: 250, plainMs: 100 })[0], 'app 0 40 40');
});

test('starts that were not slower with the probe leave the times as they are', () => {
  assert.deepEqual(times({ timedMs: 90, plainMs: 100 }), ['app 5 190 190', 'pdf 100 150 150', 'font 50 50 50']);
  assert.deepEqual(times({ timedMs: 90, plainMs: null }), ['app 5 190 190', 'pdf 100 150 150', 'font 50 50 50']);
});

test('what hits another module in each start is spread over all own times', () => {
  assert.deepEqual(times({ timedMs: 90, plainMs: 100, loadingMs: 186 }), ['app 6 190 190', 'pdf 120 150 150', 'font 60 50 50']);
});

test('where a first process loads the same again, a module costs that much more', () => {
  assert.deepEqual(times({ timedMs: 90, plainMs: 100, launcherMs: 300 }), ['app 10 380 380', 'pdf 200 300 300', 'font 100 100 100']);
  assert.deepEqual(times({ timedMs: 90, plainMs: 100, launcherMs: 41 })[1], 'pdf 120 180 180');
  assert.deepEqual(times({ timedMs: 130, plainMs: 100, launcherMs: 300 }), ['app 0 350 350', 'pdf 190 280 280', 'font 90 90 90']);
});

/** Own, inclusive and retained times of three modules in a row, from a start that took so long with and without the probe. */
function times({ timedMs, plainMs, loadingMs = 155, launcherMs = 0 }: { timedMs: number; plainMs: number | null; loadingMs?: number; launcherMs?: number }): string[] {
  const graph = aGraph('app -> pdf', 'pdf -> font');
  const sample = (medianMs: number) => ({ medianMs, madMs: 1, runs: 3 });
  const modules = Object.entries({ app: [5, 190], pdf: [100, 150], font: [50, 50] }).map(([id, [self, all]]) => ({ id, self: sample(self!), inclusive: sample(all!), retained: sample(all!) }));
  const costs: Costs = { kind: 'costs', version: 1, account: null, slowExports: [], modules };
  // Node itself takes 10 ms to start.
  const account = { launcherMs, bootstrapMs: launcherMs + 10 };
  const run = { account, firstAnswerMs: timedMs, modules: [{ id: 'app', startMs: 0, resolveMs: 0, readMs: 0, evaluateMs: loadingMs }] } as unknown as Boot['timing'][number];
  const findings = launcherMs > 0 ? [{ code: 'starts-twice' } as Boot['findings'][number]] : [];
  const found = expectedCosts(costs, { evidence: { graph } as Boot['evidence'], timing: [run], plainMs: plainMs === null ? [] : [plainMs], findings });
  return found.modules.map(({ id, self, inclusive, retained }) => `${id} ${self.medianMs} ${inclusive.medianMs} ${retained.medianMs}`);
}
