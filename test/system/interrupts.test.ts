import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { interruptAtTenPoints, leftoverProcesses, leftoversAfter } from '../helpers/processes.ts';

const tool = join(import.meta.dirname, '../fixtures/system/tool.ts');

for (const signal of ['SIGINT', 'SIGTERM', 'SIGKILL'] as const) {
  test(`no process is left when the tool gets ${signal} at ten points of its life`, { timeout: 120_000 }, async () => {
    const interruptions = await interruptAtTenPoints({ spawnTool: (env) => spawn(process.execPath, [tool], { env }), signal, lifeMs: 700 });
    assert.deepEqual(
      interruptions.map((each) => each.leftovers),
      Array.from({ length: 10 }, () => []),
    );
    assert.deepEqual(
      interruptions.map((each) => each.endedBy),
      Array.from({ length: 10 }, () => signal),
    );
  });
}

for (const ending of ['crash', 'exit']) {
  test(`no process is left when the tool ends by ${ending} while its app runs`, { timeout: 30_000 }, async () => {
    const marker = `e${process.pid.toString(16)}${Date.now().toString(16)}`;
    const child = spawn(process.execPath, [tool, ending], { env: { ...process.env, LWA_SPLIT_RUN: marker, NODE_TEST_CONTEXT: undefined } });
    child.stdout.once('data', () => assert.notDeepEqual(leftoverProcesses(marker), []));
    await once(child, 'exit');
    assert.deepEqual(await leftoversAfter(marker, 6000), []);
  });
}

test('a second interrupt does not wait for an app that ignores the first', { timeout: 30_000 }, async () => {
  const script = `
    import { startApp } from ${JSON.stringify(join(import.meta.dirname, '../../src/system/start.ts'))};
    startApp({ command: "trap '' TERM; while :; do sleep 1; done", cwd: '/', env: {} });
    setTimeout(() => console.log('ready'), 100);
    setTimeout(() => {}, 60_000);`;
  const marker = `d${process.pid.toString(16)}${Date.now().toString(16)}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { env: { ...process.env, LWA_SPLIT_RUN: marker, NODE_TEST_CONTEXT: undefined } });
  await once(child.stdout, 'data');
  child.kill('SIGINT');
  await new Promise((resolve) => setTimeout(resolve, 200));
  const begun = performance.now();
  child.kill('SIGINT');
  await once(child, 'exit');
  assert.ok(performance.now() - begun < 1000);
  assert.deepEqual(await leftoversAfter(marker, 6000), []);
});
