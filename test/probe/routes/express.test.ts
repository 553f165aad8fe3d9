import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import { test } from 'node:test';
import { expressWatcher } from '../../../src/probe/routes/express.ts';
import type { FrameworkWatcher } from '../../../src/probe/routes/types.ts';

const require = createRequire(import.meta.url);

/** What the tests need of both versions' applications and routers. */
interface Routing {
  get(path: unknown, ...handlers: unknown[]): Routing;
  post(path: unknown, ...handlers: unknown[]): Routing;
  all(path: unknown, ...handlers: unknown[]): Routing;
  use(...args: unknown[]): Routing;
  route(path: string): { get(...handlers: unknown[]): { put(...handlers: unknown[]): unknown } };
}
type Express = { (): Routing; Router(): Routing };

const respond = (_req: unknown, res: { end(): void }): void => res.end();
const pass = (_req: unknown, _res: unknown, next: () => void): void => next();

/** A copy of Express that a new watcher saw from its first file on. */
function watched(files: string[]): { app: Express; Router: Express['Router']; watcher: FrameworkWatcher } {
  const watcher = expressWatcher();
  for (const loaded of Object.keys(require.cache)) if (/node_modules\/(express-[45]|router)\//.test(loaded)) delete require.cache[loaded];
  for (const file of files) {
    const module = { exports: require(file) as unknown };
    watcher.loaded(file.slice(file.indexOf('/') + 1), module);
  }
  const express = require(files[0]!.split('/')[0] === 'router' ? 'express-5' : 'express-4') as Express;
  return { app: express, Router: express.Router, watcher };
}

const versions: [string, () => ReturnType<typeof watched>][] = [
  ['Express 4', () => watched(['express-4/lib/router/route.js', 'express-4/lib/router/index.js', 'express-4/lib/application.js', 'express-4/index.js'])],
  ['Express 5', () => watched(['router/lib/route.js', 'router/index.js', 'express-5/lib/application.js', 'express-5/index.js'])],
];

function ids(watcher: FrameworkWatcher): string[] {
  return watcher.collect().map(({ method, path }) => `${method} ${path}`);
}

for (const [name, load] of versions) {
  test(`${name}: a route has the path as written, its last function as handler and the place of its registration`, () => {
    const { app, watcher } = load();
    app().get('/users/:id', pass, respond);
    const [route] = watcher.collect();
    assert.deepEqual(ids(watcher), ['get /users/:id']);
    assert.equal(route?.handler, respond);
    assert.equal(basename(route?.registeredAt.find(({ file }) => !file.includes('/node_modules/'))?.file ?? ''), 'express.test.ts');
  });

  test(`${name}: a router has its mount path in front, once for each mount`, () => {
    const { app, Router, watcher } = load();
    const main = app();
    const users = Router();
    users.get('/', respond).post('/:id', respond);
    const api = Router();
    api.use('/users/:tenant', pass, users);
    main.use(['/v1', '/v2'], api);
    assert.deepEqual(ids(watcher), ['get /v1/users/:tenant/', 'post /v1/users/:tenant/:id', 'get /v2/users/:tenant/', 'post /v2/users/:tenant/:id']);
  });

  test(`${name}: a mounted application is found where it is mounted, not by itself`, () => {
    const { app, watcher } = load();
    const admin = app();
    admin.get('/stats', respond);
    const main = app();
    main.use('/admin', pass, admin);
    assert.deepEqual(ids(watcher), ['get /admin/stats']);
  });

  test(`${name}: an application mounted on a bare router is not listed a second time`, () => {
    const { app, Router, watcher } = load();
    const admin = app();
    admin.get('/stats', respond);
    app().use('/api', Router().use('/admin', admin));
    assert.deepEqual(ids(watcher), ['get /api/admin/stats']);
  });

  test(`${name}: all is one route for every method, on an application, a router and a chain`, () => {
    const { app, Router, watcher } = load();
    const main = app();
    main.all('/one', respond);
    main.use('/sub', Router().all('/two', respond));
    main.route('/three').get(respond).put(pass, respond);
    assert.deepEqual(ids(watcher), ['all /one', 'all /sub/two', 'get /three', 'put /three']);
  });

  test(`${name}: lists of paths and regular expressions become patterns`, () => {
    const { app, watcher } = load();
    const main = app();
    main.get(['/a', '/b'], respond);
    main.get(/^\/commits\/(\w+)$/, respond);
    main.get(/^\/pages\/([a-z-]+)\.html$/, respond);
    assert.deepEqual(ids(watcher), ['get /a', 'get /b', 'get /commits/:0', 'get /pages/*.html']);
  });

  test(`${name}: a function that is used at a path and takes no next is a route for every method`, () => {
    const { app, watcher } = load();
    const main = app();
    main.use(respond);
    main.use('/album', respond);
    main.use('/guarded', pass);
    main.use('/wrapped', ((...args: [unknown, unknown, () => void]) => pass(...args)));
    main.use('/failed', ((_error: unknown, _req: unknown, _res: unknown, next: () => void) => next()));
    main.use('/timed', Object.defineProperty((...args: Parameters<typeof respond>) => respond(...args), 'length', { value: 2 }));
    assert.deepEqual(ids(watcher), ['all /album', 'all /timed']);
  });

  test(`${name}: an application that only has middleware answers everything with the last of it`, () => {
    const { app, watcher } = load();
    app().use(pass, respond);
    assert.deepEqual(ids(watcher), ['all /*']);
    assert.equal(watcher.collect()[0]?.handler, respond);
  });

  test(`${name}: an application without anything has no routes`, () => {
    const { app, watcher } = load();
    app();
    assert.deepEqual(ids(watcher), []);
  });

  test(`${name}: a router that mounts itself ends the walk`, () => {
    const { app, Router, watcher } = load();
    const loop = Router();
    loop.get('/x', respond).use('/again', loop);
    app().use('/loop', loop);
    assert.deepEqual(ids(watcher), ['get /loop/x']);
  });

  test(`${name}: functions for errors are no handlers`, () => {
    const { app, watcher } = load();
    const failed = (_error: unknown, _req: unknown, _res: unknown, next: () => void): void => next();
    app().get('/x', respond, failed);
    assert.equal(watcher.collect()[0]?.handler, respond);
  });
}
