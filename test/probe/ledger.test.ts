import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EVALUATE, inLoader, Ledger, READ, RESOLVE } from '../../src/probe/ledger.ts';

/** A ledger on clocks that only move when told to. */
function aLedger(): { ledger: Ledger; pass(ms: number): void; sleep(ms: number): void; times(): Record<string, number[]> } {
  let time = 0;
  let idle = 0;
  const ledger = new Ledger({ now: () => time, idle: () => idle });
  return {
    ledger,
    pass: (ms) => void (time += ms),
    sleep: (ms) => void ((time += ms), (idle += ms)),
    times: () => Object.fromEntries(ledger.modules.slice(1).map((module) => [module.file, module.times])),
  };
}

test('time goes to the innermost frame only', () => {
  const { ledger, pass, times } = aLedger();
  const outer = ledger.enter(ledger.moduleOf('/a.js', 'cjs', null), EVALUATE);
  pass(3);
  const inner = ledger.enter(ledger.moduleOf('/b.js', 'cjs', '/a.js'), READ);
  pass(5);
  ledger.become(EVALUATE);
  pass(7);
  ledger.leave(inner);
  pass(11);
  ledger.leave(outer);
  pass(13);
  assert.deepEqual(times(), { '/a.js': [0, 0, 14], '/b.js': [0, 5, 7] });
  assert.deepEqual(ledger.mark(), { atMs: 39, loaderMs: [0, 5, 21], idleMs: 0, apartMs: 0 });
});

test("the probe's own work is booked nowhere, whatever goes on meanwhile", () => {
  const { ledger, pass, times } = aLedger();
  const outer = ledger.enter(ledger.moduleOf('/a.js', 'cjs', null), EVALUATE);
  pass(3);
  assert.equal(ledger.apart(() => (pass(50), 'seen')), 'seen');
  pass(5);
  const loads = (): void => {
    pass(20);
    const inner = ledger.enter(ledger.moduleOf('/b.js', 'cjs', '/a.js'), READ);
    pass(7);
    ledger.leave(inner);
    pass(20);
  };
  ledger.apart(loads);
  pass(11);
  ledger.leave(outer);
  assert.deepEqual(times()['/a.js'], [0, 0, 3 + 5 + 20 + 11], 'where something loads meanwhile, what passed before it is not known to be apart');
  assert.deepEqual(times()['/b.js'], [0, 7, 0]);
  assert.equal(ledger.mark().apartMs, 50 + 47);
});

test('what linking took is shared without the work of the probe in between', () => {
  const { ledger, pass, times } = aLedger();
  const [a, b] = ['/a.mjs', '/b.mjs'].map((file) => ledger.moduleOf(file, 'esm', null)) as [number, number];
  for (const module of [a, b]) {
    const hook = ledger.enter(module, READ);
    pass(1);
    ledger.leaveIntoLinking(hook, module);
  }
  pass(4);
  ledger.apart(() => pass(100));
  pass(6);
  ledger.moduleStarts(b);
  pass(9);
  ledger.apart(() => pass(100));
  ledger.moduleEnds(b);
  ledger.apart(() => pass(100));
  ledger.moduleStarts(a);
  ledger.moduleEnds(a);
  assert.deepEqual(times(), { '/a.mjs': [0, 1, 5], '/b.mjs': [0, 1, 14] });
});

test('frames that an exception left open are closed with the frame below', () => {
  const { ledger, pass, times } = aLedger();
  const outer = ledger.enter(ledger.moduleOf('/a.js', 'cjs', null), EVALUATE);
  ledger.enter(ledger.moduleOf('/throws.mjs', 'esm', '/a.js'), EVALUATE, true);
  pass(2);
  ledger.leave(outer);
  pass(4);
  assert.deepEqual(times(), { '/a.js': [0, 0, 0], '/throws.mjs': [0, 0, 2] });
});

test('what passes after the hooks of an ES module is shared by all modules that are linked together', () => {
  const { ledger, pass, times } = aLedger();
  const a = ledger.moduleOf('/a.mjs', 'esm', null);
  const b = ledger.moduleOf('/b.mjs', 'esm', '/a.mjs');
  let depth = ledger.enter(a, READ);
  pass(1);
  ledger.leaveIntoLinking(depth, a);
  pass(2); // compiles a
  depth = ledger.enter(b, READ);
  pass(1);
  ledger.leaveIntoLinking(depth, b);
  pass(6); // compiles b, links both
  ledger.moduleStarts(b);
  pass(4);
  ledger.moduleEnds(b);
  pass(0.5); // the engine goes on to a
  ledger.moduleStarts(a);
  pass(8);
  ledger.moduleEnds(a);
  assert.deepEqual(times(), { '/a.mjs': [0, 1, 2 + 3 + 0.5 + 8], '/b.mjs': [0, 1, 3 + 4] });
  assert.equal(inLoader(ledger.mark()), 22.5);
});

test('a module at a top-level await gets what is neither sleep nor loading while it is pending', () => {
  const { ledger, pass, sleep, times } = aLedger();
  const waits = ledger.moduleOf('/waits.mjs', 'esm', null);
  const next = ledger.moduleOf('/next.mjs', 'esm', null);
  ledger.moduleStarts(waits);
  pass(10);
  ledger.moduleStarts(next); // begins while the other is open: that one has suspended
  pass(5);
  ledger.moduleEnds(next);
  sleep(100);
  pass(7);
  ledger.moduleEnds(waits);
  assert.deepEqual(times(), { '/waits.mjs': [0, 0, 17], '/next.mjs': [0, 0, 5] });
  assert.equal(ledger.modules[waits]!.awaits, true);
});

test('two modules that wait at the same time do not get the same time twice', () => {
  const { ledger, pass, times } = aLedger();
  const [one, two] = ['/one.mjs', '/two.mjs'].map((file) => ledger.moduleOf(file, 'esm', null)) as [number, number];
  ledger.moduleStarts(one);
  ledger.moduleStarts(two);
  const third = ledger.moduleOf('/third.mjs', 'esm', null);
  ledger.moduleStarts(third);
  ledger.moduleEnds(third);
  pass(9);
  ledger.moduleEnds(one);
  pass(4);
  ledger.moduleEnds(two);
  assert.deepEqual(times(), { '/one.mjs': [0, 0, 9], '/two.mjs': [0, 0, 4], '/third.mjs': [0, 0, 0] });
});

test('the entry is done at its end, or when it first suspends; what follows is the work of the app', () => {
  const { ledger, pass } = aLedger();
  const entry = ledger.moduleOf('/main.mjs', 'esm', null);
  ledger.entry = entry;
  ledger.moduleStarts(entry);
  pass(3);
  ledger.moduleStarts(ledger.moduleOf('/late.mjs', 'esm', '/main.mjs'));
  assert.equal(ledger.entryDone?.atMs, 3);
  pass(20);
  ledger.moduleEnds(ledger.find('/late.mjs')!);
  pass(30);
  ledger.moduleEnds(entry);
  assert.deepEqual(ledger.modules[entry]!.times, [0, 0, 3]);
});

test('moving time between modules keeps the totals', () => {
  const { ledger, pass, times } = aLedger();
  const depth = ledger.enter(0, RESOLVE);
  pass(6);
  ledger.leave(depth);
  const found = ledger.moduleOf('/found.js', 'cjs', null);
  ledger.move(0, RESOLVE, found, RESOLVE);
  assert.deepEqual(times(), { '/found.js': [6, 0, 0] });
  assert.deepEqual(ledger.mark().loaderMs, [6, 0, 0]);
});
