import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { get, start, textOf } from '../helpers/lambda.ts';

const extension = join(import.meta.dirname, '../fixtures/lambda/app/extension.js');

test('an extension starts before the app, is told of invocations and of the end, and init and requests last as long as it does', { timeout: 30_000 }, async (t) => {
  const started = start(t, { name: 'shop', extensions: [extension], env: { EXTENSION_MS: '300' } });
  const init = await started.ready;
  assert.equal(init.status, 'success');
  assert.ok(init.ms > 300, `${init.ms} ms`);
  const begun = performance.now();
  const answer = await started.invoke(get('/missing'));
  assert.equal(await textOf(answer), 'nothing here');
  const answeredMs = performance.now() - begun;
  const report = await answer.report;
  assert.ok(answeredMs < 250 && report!.durationMs >= 290, `answered after ${answeredMs} ms, done after ${report!.durationMs} ms`);
  await started.close();
  assert.deepEqual(started.printed, ['registered with shop, _HANDLER is undefined', 'boot', `INVOKE ${report!.requestId}`, 'bye', 'SHUTDOWN spindown']);
});

test('an extension that is gone breaks the environment', { timeout: 30_000 }, async (t) => {
  const started = start(t, { extensions: ['/bin/false'] });
  assert.equal((await started.ready).errorType, 'Extension.Crash');
});
