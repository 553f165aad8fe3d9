import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fixture } from '../helpers/booting.ts';
import { repository, temporaryFolder } from '../helpers/installed.ts';
import { interruptAtTenPoints } from '../helpers/processes.ts';

for (const signal of ['SIGINT', 'SIGKILL'] as const) {
  test(`analyze that gets ${signal} at ten points of its life leaves no process`, { timeout: 180_000 }, async () => {
    const temporary = temporaryFolder(after);
    const args = [join(repository, 'dist/bin.js'), 'analyze', fixture('boot/esm'), '--start', 'sh -c "node main.js"', '--runs', '2'];
    const interruptions = await interruptAtTenPoints({
      spawnTool: (env) => spawn(process.execPath, args, { env: { ...env, TMPDIR: temporary, XDG_CACHE_HOME: join(temporary, 'cache') }, stdio: 'pipe' }),
      signal,
      lifeMs: 4000,
    });
    assert.deepEqual(interruptions.map((each) => each.leftovers), Array.from({ length: 10 }, () => []));
    // Nobody can tidy up after SIGKILL: what remains then is in the system's folder for temporary files.
    if (signal === 'SIGINT') assert.deepEqual(readdirSync(temporary).filter((name) => name !== 'cache'), []);
  });
}
