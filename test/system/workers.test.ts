import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { openWorkers, type WorkerPool } from '../../src/system/workers.ts';

/** Doubles numbers; a 13 ends the thread, a 0 is never answered. */
const script = new URL(`data:text/javascript,${encodeURIComponent("import { parentPort } from 'node:worker_threads'; parentPort.on('message', (tasks) => { if (tasks.includes(13)) process.exit(13); if (!tasks.includes(0)) parentPort.postMessage(tasks.map((n) => 2 * n), []); });")}`);

function aPool(t: TestContext): { pool: WorkerPool<number>; answers: Map<number, number> } {
  const answers = new Map<number, number>();
  const pool = openWorkers<number, number>(script, () => 1, (task, answer) => answers.set(task, answer));
  t.after(() => pool.stop());
  return { pool, answers };
}

it('every task is answered, however they come', async (t) => {
  const { pool, answers } = aPool(t);
  const numbers = Array.from({ length: 300 }, (_, i) => i + 100);
  pool.add(numbers.slice(0, 5));
  await new Promise((resolve) => setTimeout(resolve, 50));
  pool.add(numbers.slice(5));
  await pool.finish();
  assert.deepEqual(numbers.map((n) => answers.get(n)), numbers.map((n) => 2 * n));
});

it('without a task there is nothing to wait for', async (t) => {
  await aPool(t).pool.finish();
});

it('a thread that ends is told, also where it ended before anybody waited', async (t) => {
  const early = aPool(t);
  early.pool.add([13]);
  await new Promise((resolve) => setTimeout(resolve, 300));
  await assert.rejects(early.pool.finish(), /ended with 13/);
  const late = aPool(t);
  late.pool.add([13]);
  await assert.rejects(late.pool.finish(), /ended with 13/);
});

it('threads can be ended while they work', async (t) => {
  const { pool, answers } = aPool(t);
  pool.add([0]);
  pool.stop();
  assert.equal(answers.size, 0);
});
