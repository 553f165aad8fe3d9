import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { cpuTimeOf } from '../../src/system/cpu-time.ts';

test('CPU of children counts, sleep does not', async (t) => {
  if (process.platform !== 'linux') return t.skip('only Linux tells the CPU time of threads');
  const busy = 'const { cpuUsage } = process; while (cpuUsage().user < 200_000); console.log(cpuUsage().user + cpuUsage().system); setTimeout(() => {}, 60_000)';
  const shell = spawn('/bin/sh', ['-c', `"$NODE" -e '${busy}'; true`], { env: { ...process.env, NODE: process.execPath }, stdio: ['ignore', 'pipe', 'ignore'], detached: true });
  try {
    const [said] = (await once(shell.stdout!, 'data')) as [Buffer];
    const itself = Number(said.toString()) / 1000;
    await new Promise((resolve) => setTimeout(resolve, 100));
    const seen = cpuTimeOf(shell.pid!)!;
    assert.ok(seen >= itself * 0.9 && seen < itself + 150, `${seen} for ${itself}`);
  } finally {
    process.kill(-shell.pid!, 'SIGKILL');
  }
});

test('of a process that is not there nothing is known', () => {
  assert.equal(cpuTimeOf(2 ** 30), null);
});
