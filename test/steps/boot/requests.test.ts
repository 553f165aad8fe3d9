import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bootFixture } from '../../helpers/booting.ts';

test('a start without a probe is asked twice, and the second request is measured', async () => {
  const { boot } = await bootFixture('boot/requests', 'node main.js');
  const [first, ...others] = boot.requests!;
  assert.equal(others.length, 0);
  // Other work on the machine makes all of it longer, so only the least is known.
  assert.ok(first!.wallMs >= 155, `${first!.wallMs} ms`);
  if (process.platform !== 'linux') return assert.equal(first!.cpuMs, null);
  assert.ok(first!.cpuMs! >= 55 && first!.cpuMs! < first!.wallMs, `${first!.cpuMs} ms of ${first!.wallMs}`);
  // Node itself, and the request for readiness.
  assert.ok(first!.initCpuMs! >= 60, `${first!.initCpuMs} ms`);
});
