import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkReach } from './reach-checks.ts';
import type { ReachOutcome } from './soundness.ts';

test('reach that foresees 99 % of what ran passes, however wide it is', () => {
  assert.deepEqual(failing(anOutcome({ ran: 1000, foreseen: 990, meanReach: 900 })), []);
});

test('reach that misses more fails, by the names of what it missed', () => {
  const missed = [{ module: 'a.js', routes: ['GET /', 'GET /b'] }];
  assert.deepEqual(failing(anOutcome({ ran: 1000, foreseen: 989, missed })), [{ name: 'sound', ok: false, found: '98.90 %\n    a.js (GET / and 1 more)' }]);
});

test('an app of which no route answers, or nothing is seen to run, proves nothing and fails', () => {
  assert.deepEqual(failing(anOutcome({ answered: 0, ran: 0, foreseen: 0 })).map(({ name }) => name), ['asked', 'sound']);
});

function failing(outcome: ReachOutcome): ReturnType<typeof checkReach> {
  return checkReach(outcome).filter(({ ok }) => !ok);
}

function anOutcome(given: Partial<ReachOutcome>): ReachOutcome {
  return { answered: 10, asked: 10, ran: 100, foreseen: 100, meanReach: 50, meanRan: 10, modules: 1000, open: 0, reachMs: 100, missed: [], ...given };
}
