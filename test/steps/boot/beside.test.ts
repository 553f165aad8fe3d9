import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { boot, type Setup } from '../../../src/steps/boot/index.ts';
import { anApp } from '../../helpers/booting.ts';
import { nodeBinary } from '../../helpers/nodes.ts';
import { repository } from '../../helpers/installed.ts';

const setup = (folder: string, start: string, node?: string): Setup => ({ app: anApp({ start, readinessPath: '/health' }), root: join(repository, folder), env: {}, node, runs: 1, timeoutMs: 20_000 });

for (const [folder, start, kind, majors] of [['examples/express', 'node src/server.js', 'cjs', [20, 24]], ['examples/fastify', 'node src/server.js', 'esm', [24]]] as const) {
  for (const major of majors) {
    test(`who works beside the evidence run hears of modules while it goes on, and is waited for before anything is timed: ${folder} on Node ${major}`, async () => {
      const heard: string[] = [];
      const order: string[] = [];
      const { files, boot: document } = await boot(setup(folder, start, await nodeBinary(major)), (text) => void order.push(text), {
        beside: {
          loaded: (modules) => void heard.push(...modules.flatMap((one) => (one.kind === kind ? [one.file] : []))),
          async settled() {
            await new Promise((resolve) => setTimeout(resolve, 20));
            order.push('settled');
          },
        },
      });
      assert.ok(heard.length > 50, `${heard.length} heard of`);
      assert.equal(new Set(heard).size, heard.length);
      assert.deepEqual(heard.filter((file) => !files.includes(file)), []);
      assert.deepEqual(order.map((text) => text.replace(/:.*/, '')), ['starting the app to see what it loads', 'settled', 'timing starts']);
      assert.equal(document.timing.length, 1);
    });
  }
}
