import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import autoload from '@fastify/autoload';
import fastify4 from 'fastify-4';
import fastify5 from 'fastify-5';
import { fastifyWatcher } from '../../../src/probe/routes/fastify.ts';
import type { FoundRoute } from '../../../src/probe/routes/types.ts';

/** What the tests need of both versions' instances, whose full types differ. */
interface Plugin {
  (instance: Instance): Promise<void>;
}
interface Instance {
  get(url: string, ...rest: unknown[]): unknown;
  post(url: string, ...rest: unknown[]): unknown;
  all(url: string, ...rest: unknown[]): unknown;
  route(options: object): unknown;
  register(plugin: Plugin, options?: object): unknown;
  addHook(name: string, hook: (options: { handler: unknown }) => void): unknown;
  ready(): Promise<unknown>;
  close(): Promise<unknown>;
  listen(options: object): Promise<unknown>;
}

const versions: [string, (options?: object) => Instance][] = [
  ['Fastify 4', (options) => fastify4(options) as unknown as Instance],
  ['Fastify 5', (options) => fastify5(options) as unknown as Instance],
];

const handler = async (): Promise<string> => 'ok';

function ids(routes: FoundRoute[]): string[] {
  return routes.map(({ method, path }) => `${method} ${path}`);
}

for (const [name, fastify] of versions) {
  test(`${name}: a route carries its full url, the user's function and the place of its registration`, async () => {
    const watcher = fastifyWatcher();
    const app = fastify();
    app.register(
      async (users) => {
        users.get('/:id', handler);
      },
      { prefix: '/users' },
    );
    await app.ready();
    const [route] = watcher.collect();
    assert.deepEqual(ids(watcher.collect()), ['GET /users/:id']);
    assert.equal(route?.handler, handler);
    const own = route?.registeredAt.filter(({ file }) => !file.includes('node_modules')) ?? [];
    assert.equal(basename(own[0]?.file ?? ''), 'fastify.test.ts');
  });

  test(`${name}: the HEAD routes it adds to GET are left out, those the user wrote are not`, async () => {
    const watcher = fastifyWatcher();
    const app = fastify({ exposeHeadRoutes: true });
    app.get('/added', handler);
    app.route({ method: ['GET', 'HEAD'], url: '/both', handler });
    app.get('/written', { exposeHeadRoute: false }, handler);
    app.route({ method: 'HEAD', url: '/written', handler });
    await app.ready();
    assert.deepEqual(ids(watcher.collect()), ['GET /added', 'GET /both', 'HEAD /both', 'GET /written', 'HEAD /written']);
  });

  test(`${name}: a route for all methods is one route`, async () => {
    const watcher = fastifyWatcher();
    const app = fastify();
    app.all('/any', handler);
    await app.ready();
    assert.deepEqual(ids(watcher.collect()), ['ALL /any']);
  });

  test(`${name}: routes that differ in a constraint only are all listed`, async () => {
    const watcher = fastifyWatcher();
    const app = fastify({ exposeHeadRoutes: false });
    app.get('/', { constraints: { host: 'a.example' } }, handler);
    app.get('/', { constraints: { host: 'b.example' } }, async () => 'b');
    await app.ready();
    assert.deepEqual(ids(watcher.collect()), ['GET /', 'GET /']);
  });

  test(`${name}: the handler is the user's also where another hook replaces it`, async () => {
    const watcher = fastifyWatcher();
    const app = fastify();
    app.addHook('onRoute', (options) => {
      options.handler = () => 'wrapped';
    });
    app.post('/', handler);
    await app.ready();
    assert.equal(watcher.collect()[0]?.handler, handler);
  });

  test(`${name}: of several instances those that listen count`, async () => {
    const watcher = fastifyWatcher();
    const idle = fastify();
    idle.get('/idle', handler);
    await idle.ready();
    const up = fastify();
    up.get('/up', handler);
    await up.listen({ port: 0, host: '127.0.0.1' });
    const found = ids(watcher.collect());
    await up.close();
    assert.deepEqual(found, ['GET /up']);
  });
}

test('routes that @fastify/autoload found are attributed to the files they stand in', async () => {
  const watcher = fastifyWatcher();
  const app = fastify5() as unknown as Instance;
  const dir = fileURLToPath(new URL('../../fixtures/routes/autoload', import.meta.url));
  app.register(autoload as unknown as Plugin, { dir });
  await app.ready();
  const places = watcher.collect().map(({ method, path, registeredAt }) => {
    const own = registeredAt.find(({ file }) => !file.includes('node_modules'));
    return `${method} ${path} ${own?.file.split('/').slice(-2).join('/')}:${own?.line}`;
  });
  assert.deepEqual(places.sort(), [
    'GET /users/:id users/index.cjs:2',
    'POST /orders orders/index.cjs:2',
  ]);
});
