import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Verification } from '../../src/model/verification.ts';
import { checkDeferred, predictionCheck } from './deferred-checks.ts';
import type { DeferredOutcome } from './deferred.ts';

test('an app that starts without what was deferred, and answers as before, passes', () => {
  assert.deepEqual(failing(anOutcome()), []);
});

test('a module that is loaded all the same fails, by its name', () => {
  assert.deepEqual(failing(anOutcome({ stillThere: ['b.js'] })), [{ name: 'absent', ok: false, found: '1/2\n    b.js' }]);
});

test('a module that cannot be loaded, or is not, fails', () => {
  const loaded = aVerification({ failedToLoad: [{ variant: 'deferred', module: './a', message: 'no such file' }] });
  assert.deepEqual(failing(anOutcome({ loaded, neverThere: ['a.js'] })), [{ name: 'loads', ok: false, found: '1/2\n    ./a: no such file\n    a.js' }]);
});

test('a different answer fails', () => {
  const asked = aVerification({ differences: [{ request: 'GET /', variant: 'deferred', aspect: 'status', name: null, diff: ['-200', '+500'] }] });
  assert.deepEqual(failing(anOutcome({ asked })), [{ name: 'same', ok: false, found: '3 asked, 1 differ\n    GET / (deferred): status -200 | +500' }]);
});

test('an app that does not answer any more fails', () => {
  assert.deepEqual(failing(anOutcome({ answers: false })), [{ name: 'answer', ok: false, found: 'none' }]);
});

test('predictions are judged by their median, over savings of 50 ms and more', () => {
  const saved = (savedMs: number, predictedMs: number) => ({ savedMs, predictedMs });
  assert.deepEqual(predictionCheck([saved(100, 105), saved(200, 180), saved(400, 800), saved(10, 30)]), {
    ok: true,
    line: 'Predictions of savings of 50 ms and more are off by 10 % in the median (limit 10 %).',
  });
  assert.equal(predictionCheck([saved(100, 150)]).ok, false);
  assert.equal(predictionCheck([saved(10, 30)]).ok, true);
});

function failing(outcome: DeferredOutcome): ReturnType<typeof checkDeferred> {
  return checkDeferred(outcome).filter(({ ok }) => !ok);
}

function anOutcome(given: Partial<DeferredOutcome> = {}): DeferredOutcome {
  const verification = aVerification();
  return { imports: 2, files: 1, refused: [], gone: ['a.js', 'b.js'], stillThere: [], neverThere: [], answers: true, loaded: verification, asked: verification, plainMs: 900, unchangedMs: 910, deferredMs: 700, savedMs: 210, predictedMs: 200, ...given };
}

function aVerification(given: Partial<Verification> = {}): Verification {
  return { kind: 'verification', version: 1, variants: ['deferred'], requests: 3, writesSkipped: 0, statuses: { 200: 3 }, differences: [], byNature: [], deferredModulesLoaded: 2, failedToLoad: [], ...given };
}
