import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openCgroup } from '../../src/lambda/cgroup.ts';
import { RUN_VARIABLE } from '../../src/system/environment.ts';
import { leftoverProcesses, leftoversAfter } from '../helpers/processes.ts';

const holder = join(import.meta.dirname, '../helpers/hold-environment.ts');

for (const signal of ['SIGINT', 'SIGKILL'] as const) {
  test(`a frozen environment is gone after its tool got ${signal}`, { timeout: 30_000 }, async () => {
    const marker = `${process.pid.toString(16)}d${Date.now().toString(16)}`;
    const tool = spawn(process.execPath, [holder], { env: { ...process.env, [RUN_VARIABLE]: marker, NODE_TEST_CONTEXT: undefined }, stdio: ['ignore', 'pipe', 'inherit'] });
    const [said] = (await once(tool.stdout, 'data')) as [Buffer];
    assert.equal(said.toString().trim(), 'success');
    assert.ok(leftoverProcesses(marker).length >= 2);
    tool.kill(signal);
    await once(tool, 'exit');
    assert.deepEqual(await leftoversAfter(marker, 6000), []);
    // After SIGKILL nobody removes the empty control groups but the next one who makes some.
    openCgroup(128)?.remove();
    assert.deepEqual(globSync(`/sys/fs/cgroup/**/lwa-split-${tool.pid}-*`), []);
  });
}
