import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { boot, bootForRoutes, type Setup } from '../../../src/steps/boot/index.ts';
import { anApp } from '../../helpers/booting.ts';
import { repository, temporaryFolder } from '../../helpers/installed.ts';

const setup = (folder: string, start: string): Setup => ({ app: anApp({ start, readinessPath: '/health' }), root: join(repository, folder), env: {}, runs: 0, timeoutMs: 20_000 });

for (const [folder, start] of [['examples/express', 'node src/server.js'], ['examples/hono', 'node src/server.ts'], ['examples/koa', 'node src/server.js']] as const) {
  test(`a start for routes alone sees those that a whole one sees: ${folder}`, async () => {
    const whole = await boot(setup(folder, start), () => {});
    const alone = await bootForRoutes(setup(folder, start));
    const named = (routes: typeof alone.routes): string[] => routes.map(({ method, path }) => `${method} ${path}`).sort();
    assert.deepEqual(named(alone.routes), named(whole.routes));
    assert.ok(alone.routes.length >= 12);
    assert.equal(alone.failure, null);
  });
}

test('a start for routes alone says why the app did not come up', async (t) => {
  const root = temporaryFolder((clean) => t.after(clean));
  writeFileSync(join(root, 'part.js'), 'exports.part = 1;');
  writeFileSync(join(root, 'server.js'), "require('./part.js'); throw new Error('no database');");
  const { failure, routes } = await bootForRoutes({ ...setup('', 'node server.js'), root, timeoutMs: 5000 });
  assert.match(failure?.message ?? '', /no database/);
  assert.deepEqual(routes, []);
});
