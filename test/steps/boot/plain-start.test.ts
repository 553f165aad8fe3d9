import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { boot, type PlainStart, type Started } from '../../../src/steps/boot/index.ts';
import { anApp } from '../../helpers/booting.ts';
import { temporaryFolder } from '../../helpers/installed.ts';

const busy = (ms: number): string => `const end = performance.now() + ${ms}; while (performance.now() < end);`;

async function bootBriefly(t: TestContext, [first, second]: [number, number], plainStart: PlainStart): Promise<{ started: Started; progress: string[] }> {
  const root = temporaryFolder((clean) => t.after(clean));
  writeFileSync(join(root, 'first.js'), busy(first));
  writeFileSync(join(root, 'second.js'), busy(second));
  writeFileSync(join(root, 'main.js'), "require('./first'); require('./second'); require('node:http').createServer((_, response) => response.end()).listen(process.env.PORT);");
  const progress: string[] = [];
  const started = await boot({ app: anApp({ start: 'node main.js' }), root, env: {}, runs: 'brief', timeoutMs: 20_000 }, (text) => void progress.push(text), { plainStart });
  return { started, progress };
}

test('of a slow app the evidence run tells what modules cost, in proportion to a start without a probe', async (t) => {
  let seen: readonly string[] = [];
  const { started, progress } = await bootBriefly(t, [2400, 1200], async ({ ids, routes }) => {
    seen = [ids.fileOf('first.js') ?? '', ...routes.map(({ path }) => path)];
    return 1000;
  });
  const { timing, plainMs } = started.boot;
  assert.deepEqual(progress, ['starting the app to see what it loads']);
  assert.equal(seen.length, 1);
  assert.match(seen[0]!, /first\.js$/);
  assert.deepEqual(plainMs, [1000]);
  assert.equal(timing.length, 1);
  assert.ok(Math.abs(timing[0]!.firstAnswerMs! - 1000) < 1e-6);
  const evaluateMs = Object.fromEntries(timing[0]!.modules.map((module) => [module.id, module.evaluateMs]));
  // 3.6 s and what Node takes are 1 s now.
  assert.ok(Math.abs(evaluateMs['first.js']! / evaluateMs['second.js']! - 2) < 0.1, JSON.stringify(evaluateMs));
  assert.ok(evaluateMs['first.js']! < 670 && evaluateMs['first.js']! > 400, JSON.stringify(evaluateMs));
  assert.ok(timing[0]!.account.initMs <= 1000);
});

test('where that start does not come up, and where the app is quick, starts are timed', async (t) => {
  const slow = await bootBriefly(t, [3600, 0], async () => null);
  assert.ok(slow.progress.some((text) => text.startsWith('timing starts')));
  assert.equal(slow.started.boot.timing.length, 1);
  const quick = await bootBriefly(t, [10, 10], () => assert.fail('asked for'));
  assert.ok(quick.started.boot.timing.length >= 2);
});
