import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { watchTimeBeyondStarts } from './starts-watch.ts';

test('time in which a child of the watched process runs is not counted', async () => {
  // Half a second with a child, half a second without; starting Node itself is without one too.
  const parent = spawn(process.execPath, ['-e', 'require("child_process").execFileSync("sleep", ["0.5"]); setTimeout(() => {}, 500)']);
  const begun = performance.now();
  const beyond = watchTimeBeyondStarts(parent.pid!);
  await once(parent, 'exit');
  const took = performance.now() - begun;
  const beyondMs = beyond();
  assert.ok(beyondMs === null || (beyondMs >= 450 && beyondMs <= took - 400), `${beyondMs} of ${took} ms`);
});

test('a process that starts nothing says nothing about starts', async () => {
  const parent = spawn(process.execPath, ['-e', '']);
  const beyond = watchTimeBeyondStarts(parent.pid!);
  await once(parent, 'exit');
  assert.equal(beyond(), null);
});
