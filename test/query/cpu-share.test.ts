import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { timeFrom, timeUnderQuota, type Share, type Step } from '../../src/query/cpu-share.ts';

/** An eighth of a CPU, in spans of 16 ms: 2 ms of each. */
const eighth: Share = { quotaMs: 2, periodMs: 16, parallel: 1 };

test('work within the quota is not slowed down', () => {
  assert.equal(timeFrom(0, [{ cpuMs: 2 }], eighth), 2);
  assert.equal(timeFrom(5, [{ cpuMs: 1.5 }], eighth), 1.5);
});

test('work beyond the quota waits for the next period, from wherever it began', () => {
  assert.equal(timeFrom(0, [{ cpuMs: 3 }], eighth), 17);
  assert.equal(timeFrom(10, [{ cpuMs: 3 }], eighth), 7);
  assert.equal(timeFrom(0, [{ cpuMs: 6 }], eighth), 34);
});

test('a period that ends early gives only what is left of it', () => {
  // 1 ms until the next period, then 2 of its own, and the rest in the one after.
  assert.equal(timeFrom(15, [{ cpuMs: 4 }], eighth), 18);
});

test('whoever sleeps over the end of a period finds a full quota', () => {
  assert.equal(timeFrom(0, [{ cpuMs: 2 }, { sleepMs: 14 }, { cpuMs: 2 }], eighth), 18);
  assert.equal(timeFrom(0, [{ cpuMs: 2 }, { sleepMs: 5 }, { cpuMs: 2 }], eighth), 18);
});

test('two threads use the quota up in half the time', () => {
  assert.equal(timeFrom(0, [{ cpuMs: 2 }], { ...eighth, parallel: 2 }), 1);
  assert.equal(timeFrom(0, [{ cpuMs: 3 }], { ...eighth, parallel: 2 }), 16.5);
});

test('a whole CPU slows nothing down', () => {
  assert.deepEqual(timeUnderQuota([{ cpuMs: 130 }], { quotaMs: 20, periodMs: 20, parallel: 1 }), { low: 130, typical: 130, high: 130 });
});

test('long work takes its CPU time through the share, give or take two periods', () => {
  const { typical } = timeUnderQuota([{ cpuMs: 500 }], eighth);
  assert.ok(Math.abs(typical - 4000) < 32, String(typical));
});

test('no time is shorter than the work and its sleep, none longer than with a period lost at each step', () => {
  const step: fc.Arbitrary<Step> = fc.oneof(fc.record({ cpuMs: fc.double({ min: 0, max: 60, noNaN: true }) }), fc.record({ sleepMs: fc.double({ min: 0, max: 60, noNaN: true }) }));
  const share = fc.record({ quotaMs: fc.double({ min: 0.5, max: 20, noNaN: true }), periodMs: fc.constant(20), parallel: fc.constant(1) });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 5 }), share, fc.double({ min: 0, max: 19.9, noNaN: true }), (steps, given, phaseMs) => {
      const took = timeFrom(phaseMs, steps, given);
      const cpu = steps.reduce((sum, one) => sum + ('cpuMs' in one ? one.cpuMs : 0), 0);
      const asleep = steps.reduce((sum, one) => sum + ('sleepMs' in one ? one.sleepMs : 0), 0);
      assert.ok(took >= cpu + asleep - 1e-6);
      assert.ok(took <= asleep + (Math.ceil(cpu / given.quotaMs) + steps.length + 1) * given.periodMs + 1e-6);
    }),
  );
});
