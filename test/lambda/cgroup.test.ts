import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { after, it } from 'node:test';
import { openCgroup, parentsFor } from '../../src/lambda/cgroup.ts';
import { temporaryFolder } from '../helpers/installed.ts';

const v1 = {
  mounts: 'cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,relatime,cpu,cpuacct 0 0\ncgroup /sys/fs/cgroup/memory cgroup rw,relatime,memory 0 0\ncgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0\n',
  own: '4:memory:/docker/a:b\n2:cpu,cpuacct:/\n0::/\n',
};
const v2 = { mounts: 'cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid 0 0\n', own: '0::/user.slice/user-1000.slice/session.scope\n' };

it('a group of v1 is made in ours, then at the top of its controller', () => {
  assert.deepEqual(parentsFor('cpu', v1), ['/sys/fs/cgroup/cpu,cpuacct']);
  assert.deepEqual(parentsFor('memory', v1), ['/sys/fs/cgroup/memory/docker/a:b', '/sys/fs/cgroup/memory']);
  assert.deepEqual(parentsFor('cpu', v2), []);
});

it('a group of v2 is made in the nearest group above us that lets us', () => {
  assert.deepEqual(parentsFor('v2', v2), ['/sys/fs/cgroup/user.slice/user-1000.slice/session.scope', '/sys/fs/cgroup/user.slice/user-1000.slice', '/sys/fs/cgroup/user.slice', '/sys/fs/cgroup']);
  assert.deepEqual(parentsFor('v2', { ...v2, own: '0::/../../other\n' }), ['/sys/fs/cgroup/other', '/sys/fs/cgroup']);
});

it('where the kernel limits nothing there is no group, and nothing is left of the attempt', () => {
  const folder = temporaryFolder(after);
  assert.equal(openCgroup(128, { mounts: `cgroup2 ${folder} cgroup2 rw 0 0\n`, own: '0::/\n' }), null);
  assert.equal(openCgroup(128, { mounts: `cgroup ${folder} cgroup rw,cpu 0 0\n`, own: '2:cpu:/\n' }), null);
  assert.deepEqual(readdirSync(folder), []);
  assert.equal(openCgroup(128, { mounts: '', own: '' }), null);
  assert.equal(openCgroup(128, null), null);
});
