import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { bootFixture } from '../../helpers/booting.ts';
import { temporaryFolder } from '../../helpers/installed.ts';

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

const writesItsHeap = `
const { heap_size_limit } = require('node:v8').getHeapStatistics();
require('node:fs').appendFileSync('heaps.txt', Math.round(heap_size_limit / 2 ** 20) + '\\n');
require('node:http').createServer((_, response) => response.end()).listen(process.env.PORT);
`;

test('some starts have the heap of a small function, but not of an app that sets its own', async (t) => {
  const root = temporaryFolder((clean) => t.after(clean));
  writeFileSync(join(root, 'main.js'), writesItsHeap);
  const heapsWith = async (start: string, env: Record<string, string>) => {
    writeFileSync(join(root, 'heaps.txt'), '');
    const { boot } = await bootFixture('', start, { root, env });
    return { smallHeap: boot.smallHeap, heaps: readFileSync(join(root, 'heaps.txt'), 'utf8').trim().split('\n').map(Number) };
  };
  const usual = await heapsWith('node main.js', { NODE_OPTIONS: '--no-warnings' });
  assert.equal(usual.smallHeap!.plainMs.length, 1);
  assert.equal(usual.smallHeap!.requests.length, 1);
  // 256 MB and a few for the young generation: what Node takes in a container with 128 to 512 MB.
  assert.deepEqual(usual.heaps.map((mb) => mb >= 256 && mb < 270), [false, false, false, true]);
  assert.equal((await heapsWith('node main.js', { NODE_OPTIONS: '--max-old-space-size=400' })).smallHeap, undefined);
  assert.equal((await heapsWith('node --max_semi_space_size=4 main.js', {})).smallHeap, undefined);
});

test('an app that needs a larger heap is told so, and tried so once', async (t) => {
  const root = temporaryFolder((clean) => t.after(clean));
  const needsMore = "if (require('node:v8').getHeapStatistics().heap_size_limit < 2 ** 29) process.exit(1);";
  writeFileSync(join(root, 'main.js'), `require('node:fs').appendFileSync('starts.txt', '.'); ${needsMore} ${writesItsHeap}`);
  const { boot } = await bootFixture('', 'node main.js', { root, runs: 2 });
  assert.deepEqual(boot.smallHeap, { plainMs: [], requests: [] });
  assert.ok(boot.findings.some(({ code }) => code === 'small-heap-fails'));
  // One for evidence, two under the probe, two plain.
  assert.equal(readFileSync(join(root, 'starts.txt'), 'utf8').length, 6);
});
