import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adapterCases } from '../helpers/adapter-cases.ts';
import { adapterVersion, realAdapter } from '../helpers/lambda-binaries.ts';
import { get, start, textOf } from '../helpers/lambda.ts';

adapterCases(`Lambda Web Adapter ${adapterVersion}`, realAdapter, {
  'error-text': `${adapterVersion} says only which status it was; from 1.0.0 on the error holds the body`,
  'base-path': `${adapterVersion} takes the base path off repeatedly and inside of segments; from 1.1.0 on once`,
});

test('an app that is ready after 12 s has one init of 9.8 s with async init, and its first request waits for it', { timeout: 60_000 }, async (t) => {
  const real = realAdapter(t);
  const adapters = real === null ? [undefined] : [real, undefined];
  await Promise.all(
    adapters.map(async (adapter) => {
      const started = start(t, { adapter, env: { BOOT_MS: '12000', AWS_LWA_ASYNC_INIT: 'true' } });
      const answer = await started.invoke(get('/missing'));
      const [init, report] = [await started.ready, await answer.report];
      assert.deepEqual([init.status, answer.status, await textOf(answer), started.printed.filter((line) => line === 'boot')], ['success', 404, 'nothing here', ['boot']]);
      assert.ok(init.ms >= 9750 && init.ms < 10_000, `init took ${init.ms} ms`);
      assert.ok(report!.durationMs > 1500 && report!.durationMs < 5000, `the request took ${report!.durationMs} ms`);
      assert.equal(report!.initMs, init.ms);
    }),
  );
});
