import assert from 'node:assert/strict';
import { test } from 'node:test';
import { machine, machineSpeed } from '../../src/system/machine.ts';
import { referenceJob } from '../../src/system/reference-job.ts';

test('a machine is described by Node, architecture and processor', () => {
  const described = machine();
  assert.deepEqual([described.node, described.arch], [process.versions.node, process.arch]);
  assert.ok(described.cpu.length > 0);
});

test('the reference job always does the same work', () => {
  assert.equal(referenceJob(), 83_930);
});

test('the speed of this machine is a plausible factor of the reference machine', async () => {
  const speed = await machineSpeed(process.execPath);
  assert.ok(speed > 0.05 && speed < 20, `speed is ${speed}`);
});
