import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import { test } from 'node:test';
import { koaWatcher } from '../../../src/probe/routes/koa.ts';
import type { FrameworkWatcher } from '../../../src/probe/routes/types.ts';

const require = createRequire(import.meta.url);

type Middleware = (ctx: { body: unknown }, next: () => Promise<unknown>) => unknown;
interface App {
  use(middleware: unknown): App;
  callback(): unknown;
}
interface Router {
  get(...args: unknown[]): Router;
  post(...args: unknown[]): Router;
  head(...args: unknown[]): Router;
  all(...args: unknown[]): Router;
  use(...args: unknown[]): Router;
  prefix(path: string): Router;
  routes(): Middleware;
  allowedMethods(): Middleware;
  stack: unknown[];
}

interface World {
  watcher: FrameworkWatcher;
  Koa: new () => App;
  Router: new (options?: object) => Router;
  mount: (prefix: string, inside: unknown) => Middleware;
  compose: (list: unknown[]) => Middleware;
  route: Record<'get' | 'del' | 'all', (path: string, handler?: unknown) => Middleware>;
}

/** Copies of Koa and its helpers that a new watcher saw as they loaded. */
function watched(router: string): World {
  const watcher = koaWatcher();
  const fresh = (request: string): unknown => {
    const file = require.resolve(request);
    delete require.cache[file];
    const module = { exports: require(file) as unknown };
    watcher.loaded(file.slice(file.lastIndexOf('/node_modules/') + '/node_modules/'.length), module);
    return module.exports;
  };
  return {
    watcher,
    compose: fresh('koa-compose') as World['compose'],
    mount: fresh('koa-mount') as World['mount'],
    route: fresh('koa-route') as World['route'],
    Koa: fresh('koa') as World['Koa'],
    Router: constructorIn(fresh(router)),
  };
}

function constructorIn(exported: unknown): World['Router'] {
  return (typeof exported === 'function' ? exported : (exported as { default: unknown }).default) as World['Router'];
}

const answer: Middleware = (ctx) => (ctx.body = 'ok');
const pass: Middleware = (_ctx, next) => next();

function ids(watcher: FrameworkWatcher): string[] {
  return watcher.collect().map(({ method, path }) => `${method} ${path}`);
}

function serve({ Koa }: World, ...middleware: unknown[]): void {
  const app = new Koa();
  for (const one of middleware) app.use(one);
  app.callback();
}

for (const name of ['@koa/router', 'koa-router']) {
  test(`${name}: a route has its last function as handler and the place of its registration`, () => {
    const world = watched(name);
    const router = new world.Router();
    router.get('/users/:id', pass, answer);
    serve(world, router.routes(), router.allowedMethods());
    const [route] = world.watcher.collect();
    assert.deepEqual(ids(world.watcher), ['GET /users/:id']);
    assert.equal(route?.handler, answer);
    assert.equal(basename(route?.registeredAt.find(({ file }) => !file.includes('/node_modules/'))?.file ?? ''), 'koa.test.ts');
  });

  test(`${name}: HEAD is a route where it was asked for, not where it comes with GET`, () => {
    const world = watched(name);
    const router = new world.Router();
    router.get('/a', answer).head('/b', answer).all('/c', answer);
    serve(world, router.routes());
    assert.deepEqual(ids(world.watcher), ['GET /a', 'HEAD /b', 'all /c']);
  });

  test(`${name}: prefixes and nested routers are in the path, middleware is no route`, () => {
    const world = watched(name);
    const posts = new world.Router({ prefix: '/posts' });
    posts.use(pass).get('/:pid', answer);
    const forums = new world.Router();
    forums.use('/forums', posts.routes(), posts.allowedMethods());
    forums.prefix('/v1');
    serve(world, forums.routes());
    assert.deepEqual(ids(world.watcher), ['GET /v1/forums/posts/:pid']);
    assert.ok((world.watcher.collect()[0]?.registeredAt.length ?? 0) > 0);
  });

  test(`${name}: layers copied by hand belong to the router that has them`, () => {
    const world = watched(name);
    const news = new world.Router();
    news.get('/news/:topic', answer);
    const main = new world.Router();
    main.stack.push(...news.stack);
    serve(world, main.routes());
    assert.deepEqual(ids(world.watcher), ['GET /news/:topic']);
  });

  test(`${name}: mounted and composed routers are found with the mount's prefix`, () => {
    const world = watched(name);
    const router = new world.Router();
    router.post('/login', answer);
    const admin = new world.Koa();
    admin.use(world.compose([pass, router.routes(), router.allowedMethods()]));
    serve(world, world.mount('/', router.routes()), world.mount('/admin', admin), world.mount('/api', world.mount('/v2', router.routes())));
    assert.deepEqual(ids(world.watcher), ['POST /login', 'POST /admin/login', 'POST /api/v2/login']);
  });
}

test('koa-route makes routes, also when the handler comes later', () => {
  const world = watched('@koa/router');
  serve(world, world.route.get('/pets/:name', answer), world.route.del('/pets/:name', answer), (world.route.all('/late') as unknown as (handler: Middleware) => Middleware)(answer));
  assert.deepEqual(ids(world.watcher), ['get /pets/:name', 'delete /pets/:name', 'all /late']);
  assert.deepEqual(world.watcher.collect().map(({ handler }) => handler), [answer, answer, answer]);
});

test('a mounted function that takes no next is a route for every method', () => {
  const world = watched('@koa/router');
  serve(world, world.mount('/health', answer), world.mount('/static', pass));
  assert.deepEqual(ids(world.watcher), ['all /health']);
});

test('an application of middleware only answers everything with the last of it', () => {
  const world = watched('@koa/router');
  serve(world, pass, answer);
  assert.deepEqual(ids(world.watcher), ['all /*']);
  assert.equal(world.watcher.collect()[0]?.handler, answer);
});

test('before any application serves, those that are not mounted elsewhere count', () => {
  const world = watched('@koa/router');
  const inner = new world.Koa();
  inner.use(world.route.get('/x', answer));
  new world.Koa().use(world.mount('/in', inner));
  assert.deepEqual(ids(world.watcher), ['get /in/x']);
});
