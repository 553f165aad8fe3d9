import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TimingRun } from '../../../src/model/boot.ts';
import { bootFixture } from '../../helpers/booting.ts';
import { measuredWithin } from '../../helpers/measuring.ts';
import { nodeBinary } from '../../helpers/nodes.ts';

// The fixtures work and sleep for times that are written in them; a busy machine makes these longer, never shorter.
const ms = (run: TimingRun, id: string): number => run.modules.find((module) => module.id === id)!.evaluateMs;

for (const major of [20, 22, 24, 26]) {
  test(`Node ${major}: the account of an ES module app tells work, waiting and loading apart`, async (context) => {
    const node = await nodeBinary(major).catch(() => null);
    if (node === null) return context.skip(`Node ${major} cannot be installed here`);
    await measuredWithin(3, async () => {
      const { boot } = await bootFixture('boot/esm', 'node main.js', { node });
      const run = boot.timing[0]!;
      const { account } = run;
      atLeast(account.waitingMs, 100, 'the timer until it listens (that of the top-level await is loading on Node 20)');
      atLeast(account.ownWorkMs, 65, 'work in the timer');
      assert.ok(account.ownWorkMs < 150, `own work is not loading: ${account.ownWorkMs}`);
      atLeast(ms(run, 'busy.js'), 78, 'busy.js');
      atLeast(ms(run, 'busy.cjs'), 58, 'busy.cjs');
      atLeast(ms(run, 'waits.js'), 58, 'waits.js: both pieces of work, without the wait');
      assert.ok(ms(run, 'waits.js') < 110, `the wait is not evaluation: ${ms(run, 'waits.js')}`);
      assert.ok(ms(run, 'main.js') < 60, `main.js does nothing itself: ${ms(run, 'main.js')}`);
      assert.ok(Math.abs(account.unattributedMs) <= 0.1 * account.initMs, `unattributed ${account.unattributedMs} of ${account.initMs}`);
      assert.equal(boot.evidence.graph.modules.find((module) => module.id === 'waits.js')?.topLevelAwait, true);
    });
  });

  test(`Node ${major}: the account of a CommonJS app balances`, async (context) => {
    const node = await nodeBinary(major).catch(() => null);
    if (node === null) return context.skip(`Node ${major} cannot be installed here`);
    await measuredWithin(3, async () => {
      const { boot } = await bootFixture('boot/cjs', 'node main.js', { node });
      const run = boot.timing[0]!;
      atLeast(ms(run, 'heavy.js'), 48, 'heavy.js');
      assert.ok(ms(run, 'heavy.js') < 135, `self time is without what it requires: ${ms(run, 'heavy.js')}`);
      atLeast(ms(run, 'child.js'), 88, 'child.js');
      assert.ok(Math.abs(run.account.unattributedMs) <= 0.05 * run.account.initMs, `unattributed ${run.account.unattributedMs} of ${run.account.initMs}`);
    });
  });
}

function atLeast(actual: number, expected: number, what: string): void {
  assert.ok(actual >= expected, `${what}: ${actual} ms, at least ${expected}`);
}
