import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { Environment } from '../../src/lambda/index.ts';
import { openCgroup } from '../../src/lambda/cgroup.ts';
import { emulatorConstants } from '../../src/model/lambda-facts.ts';
import { bodyOf, get, lambdaApp, start, textOf } from '../helpers/lambda.ts';

/** What the kernel lets this user limit; where it is less, environments work all the same, but there is nothing of it to be tested. */
const limits = ((): { cpu: boolean; memory: boolean } => {
  const group = openCgroup(128);
  group?.remove();
  return { cpu: group !== null, memory: group?.limitsMemory === true };
})();
/** A reason to skip, or false. */
const withoutMemory = !limits.memory && 'the memory of control groups is not ours to limit here';
const slow = { timeout: 30_000 };

/**
 * A crash ends the adapter's connection a while before the process is gone: at the CPU share of a small function the kernel takes
 * its time to take back what a large process held. Requests until then find the environment broken, as on Lambda.
 */
async function statusAfterCrash(started: Environment): Promise<number> {
  for (let asked = 1; ; asked++) {
    const { status, report } = await started.invoke(get('/'));
    await report;
    if (status !== 502 || asked === 10) return status;
    await pause(200);
  }
}

describe('an environment', () => {
  it('reports init once, with the first request', slow, async (t) => {
    const started = start(t, { memoryMb: 512 });
    const init = await started.ready;
    const [first, second] = [await (await started.invoke(get('/'))).report, await (await started.invoke(get('/'))).report];
    assert.deepEqual([first!.initMs, second!.initMs], [init.ms, null]);
    assert.equal(first!.billedMs, Math.ceil(init.ms + first!.durationMs));
    assert.ok(first!.maxMemoryMb > 20 && first!.maxMemoryMb < 512, `${first!.maxMemoryMb} MB`);
    assert.match(started.logged.join('\n'), /^START RequestId: (\S+) Version: \$LATEST\nEND RequestId: \1\nREPORT RequestId: \1\t.*\tMemory Size: 512 MB\t.*\tInit Duration: [\d.]+ ms\t\nSTART/);
  });

  it('lets the app see what Lambda sets, its own variables, and nothing of ours', slow, async (t) => {
    process.env['LWA_SPLIT_TEST_SECRET'] = 'ours';
    t.after(() => delete process.env['LWA_SPLIT_TEST_SECRET']);
    const started = start(t, { memoryMb: 512, name: 'shop', env: { NODE_ENV: 'production' } });
    const env = JSON.parse(await textOf(await started.invoke(get('/env')))) as Record<string, string>;
    const { AWS_LAMBDA_FUNCTION_NAME: name, AWS_LAMBDA_FUNCTION_MEMORY_SIZE: memory, AWS_LAMBDA_INITIALIZATION_TYPE: type, LAMBDA_TASK_ROOT: root, NODE_ENV: own, _HANDLER: handler } = env;
    assert.deepEqual({ name, memory, type, root, own, handler }, { name: 'shop', memory: '512', type: 'on-demand', root: lambdaApp, own: 'production', handler: 'run.sh' });
    assert.deepEqual(Object.keys(env).filter((each) => /SECRET|^npm_|^HOME$|^NODE_TEST_CONTEXT$/.test(each)), []);
  });

  it('is frozen between requests', slow, async (t) => {
    const started = start(t);
    const ticks = async (): Promise<number> => {
      const answer = await started.invoke(get('/ticks'));
      const count = Number(await textOf(answer));
      await answer.report;
      return count;
    };
    await started.ready;
    const before = await ticks();
    await pause(600);
    const after = await ticks();
    // Its timer is due every 10 ms.
    assert.ok(after - before <= 20, `${after - before} ticks in 600 ms`);
  });

  it('gives requests the CPU share of the memory, and init all of it', slow, async (t) => {
    if (!limits.cpu) return t.skip('control groups are not ours to use here');
    const started = start(t, { memoryMb: 256 });
    const init = await started.ready;
    assert.ok(init.ms < 3 * init.cpuMs! + 1000, `init took ${init.ms} ms for ${init.cpuMs} ms of CPU`);
    const report = await (await started.invoke(get('/burn?ms=150'))).report;
    // 256 MB are 0.145 vCPU, so 150 ms of work take a second, longer on a busy machine.
    assert.ok(report!.cpuMs! >= 150 && report!.durationMs > report!.cpuMs! * 5.5, `${report!.durationMs} ms for ${report!.cpuMs} ms of CPU`);
    assert.equal(report!.modeled, false);
  });

  it('that may not limit CPU reckons what the share would have made of the work, and says so', slow, async (t) => {
    const started = start(t, { memoryMb: 256, enforceCpu: false });
    const begun = performance.now();
    const report = await (await started.invoke(get('/burn?ms=150'))).report;
    const tookMs = performance.now() - begun;
    assert.equal(report!.modeled, true);
    assert.ok(report!.durationMs > 800 && tookMs < report!.durationMs, `${report!.durationMs} ms reckoned, ${tookMs} ms passed`);
    assert.match(started.logged[0]!, /modeled, not measured/);
  });

  it('starts an app again inside the first request when init took too long', slow, async (t) => {
    const started = start(t, { env: { BOOT_MS: '900' }, initLimitMs: 500 });
    const init = await started.ready;
    assert.deepEqual([init.status, Math.round(init.ms / 100)], ['timeout', 5]);
    const answer = await started.invoke(get('/'));
    const report = await answer.report;
    assert.equal(answer.status, 200);
    assert.ok(report!.durationMs > 900, `${report!.durationMs} ms`);
    assert.equal(report!.initMs, null);
    assert.equal(started.printed.filter((line) => line === 'boot').length, 2);
    assert.match(started.logged[0]!, /^INIT_REPORT Init Duration: 5\d\d\.\d\d ms\tPhase: init\tStatus: timeout$/);
  });

  it('that cannot start answers 502 and tries again with each request', slow, async (t) => {
    const started = start(t, { command: 'echo no; exit 7' });
    assert.deepEqual([(await started.ready).status, (await started.ready).errorType], ['error', 'Runtime.ExitError']);
    const answer = await started.invoke(get('/'));
    assert.deepEqual([answer.status, answer.errorType, (await answer.report)!.status], [502, 'Runtime.ExitError', 'error']);
    assert.deepEqual(started.printed, ['no', 'no']);
  });

  it('is reset after a timeout and after a crash', slow, async (t) => {
    const started = start(t, { timeoutS: 1 });
    const hung = await started.invoke(get('/hang'));
    assert.deepEqual([hung.status, (await hung.report)!.status], [502, 'timeout']);
    assert.ok(started.logged.some((line) => line.endsWith('Task timed out after 1.00 seconds')));
    assert.equal((await started.invoke(get('/'))).status, 200);
    const crashed = await started.invoke(get('/exit'));
    assert.deepEqual([crashed.status, (await crashed.report)!.status], [502, 'error']);
    assert.equal(await statusAfterCrash(started), 200);
    assert.equal(started.printed.filter((line) => line === 'boot').length, 3);
  });

  it('holds the app to its memory', { ...slow, skip: withoutMemory }, async (t) => {
    const started = start(t, { memoryMb: 128 });
    const answer = await started.invoke(get('/fill'));
    assert.deepEqual([answer.status, (await answer.report)!.status], [502, 'error']);
    assert.equal(await statusAfterCrash(started), 200);
    assert.equal(started.printed.filter((line) => line === 'boot').length, 2);
  });

  it('gives Node the smallest heap it makes up to the memory that the model has for that, and a larger one above', { ...slow, skip: withoutMemory }, async (t) => {
    const command = `exec node -e "console.log('heap', require('node:v8').getHeapStatistics().heap_size_limit / 2 ** 20); require('node:http').createServer((_, response) => response.end()).listen(process.env.PORT)"`;
    const heapMb: number[] = [];
    for (const memoryMb of [128, emulatorConstants.smallHeapMb, 2 * emulatorConstants.smallHeapMb]) {
      const started = start(t, { memoryMb, command, node: process.execPath });
      assert.equal((await started.ready).status, 'success');
      heapMb.push(Number(started.printed.find((line) => line.startsWith('heap'))?.split(' ')[1]));
    }
    for (const mb of heapMb.slice(0, 2)) assert.ok(mb >= 256 && mb < 272, `${mb} MB`);
    assert.ok(heapMb[2]! > 512, `${heapMb[2]} MB`);
  });

  it('breaks an answer off where the app does', slow, async (t) => {
    const started = start(t, { env: { AWS_LWA_INVOKE_MODE: 'response_stream' } });
    const answer = await started.invoke(get('/cut'));
    await assert.rejects(bodyOf(answer));
    assert.deepEqual([(await answer.report)!.status, (await answer.report)!.errorType], ['error', 'Runtime.StreamError']);
    assert.equal((await started.invoke(get('/'))).status, 200);
  });

  it('with provisioned concurrency has no init in any report', slow, async (t) => {
    const started = start(t, { initializationType: 'provisioned-concurrency' });
    assert.equal((await (await started.invoke(get('/'))).report)!.initMs, null);
  });

  it('takes requests one after the other, in their order', slow, async (t) => {
    const started = start(t);
    const answers = await Promise.all(['/burn?ms=50', '/missing', '/text'].map((path) => started.invoke(get(path))));
    assert.deepEqual(answers.map((each) => each.status), [200, 404, 200]);
    await answers[2]!.report;
    assert.equal(started.reports.length, 3);
  });

  it('turns an event down that is over 6 MB, and never calls the function', slow, async (t) => {
    const started = start(t);
    const answer = await started.invoke(get('/', { method: 'POST', body: Buffer.alloc(5 << 20) }));
    assert.deepEqual([answer.status, answer.report, started.reports.length], [413, null, 0]);
  });
});

describe('the shutdown of an environment', () => {
  it('lets the app end by itself', slow, async (t) => {
    const started = start(t);
    await started.ready;
    await started.close();
    assert.deepEqual(started.printed, ['boot', 'bye']);
  });

  it('kills an app that does not within its 600 ms', slow, async (t) => {
    const started = start(t, { env: { IGNORE_SIGTERM: '1' } });
    await started.ready;
    const begun = performance.now();
    await started.close();
    const tookMs = performance.now() - begun;
    assert.deepEqual(started.printed, ['boot', 'not now']);
    assert.ok(tookMs > 550 && tookMs < 1500, `${tookMs} ms`);
  });

  it('ends what is being answered', slow, async (t) => {
    const started = start(t);
    await started.ready;
    const hanging = started.invoke(get('/hang'));
    await pause(100);
    await started.close();
    assert.deepEqual([(await hanging).status, (await hanging).errorType], [502, 'Sandbox.Closed']);
    assert.equal((await started.invoke(get('/'))).status, 502);
  });
});
