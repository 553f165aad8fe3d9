import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { OpenAPIHono, createRoute } from '@hono/zod-openapi';
import { Hono } from 'hono';
import { createFactory } from 'hono/factory';
import { Hono as TinyHono } from 'hono/tiny';
import type { FoundRoute, FrameworkWatcher } from '../../../src/probe/routes/types.ts';
import { honoWatcher } from '../../../src/probe/routes/hono.ts';

const cjs = createRequire(import.meta.url)('hono') as { Hono: typeof Hono };

/** A watcher that sees the apps made from now on. */
function watching(): FrameworkWatcher {
  const watcher = honoWatcher();
  watcher.loaded('dist/hono.js', { exports: { Hono } });
  watcher.loaded('dist/preset/tiny.js', { exports: { Hono: TinyHono } });
  watcher.loaded('dist/cjs/hono.js', { exports: cjs });
  return watcher;
}

function serve(app: { fetch: unknown }): void {
  assert.equal(typeof app.fetch, 'function');
}

function ids(routes: FoundRoute[]): string[] {
  return routes.map(({ method, path }) => `${method} ${path}`);
}

/** Lines of this file on a route's stack, innermost first. */
function lines(route: FoundRoute | undefined): number[] {
  return (route?.registeredAt ?? []).filter(({ file }) => file === import.meta.filename).map(({ line }) => line);
}

function lineHere(): number {
  return Number(/hono\.test\.ts:(\d+)/.exec(new Error().stack?.split('\n')[2] ?? '')?.[1]);
}

const handler = () => new Response('ok');

test('routes have the user\'s function and the line of their registration', () => {
  const watcher = watching();
  const app = new Hono();
  const line = lineHere() + 1;
  app.get('/users/:id', handler);
  serve(app);
  const [route] = watcher.collect();
  assert.deepEqual(ids(watcher.collect()), ['GET /users/:id']);
  assert.equal(route?.handler, handler);
  assert.equal(lines(route)[0], line);
});

test('the CommonJS copy and the presets are watched too', () => {
  const watcher = watching();
  const first = new cjs.Hono();
  first.post('/cjs', handler);
  serve(first);
  const second = new TinyHono();
  second.put('/tiny', handler);
  serve(second);
  assert.deepEqual(ids(watcher.collect()), ['POST /cjs', 'PUT /tiny']);
});

test('middleware is no route, a handler for every method is', () => {
  const watcher = watching();
  const app = new Hono();
  app.use(async (_c, next) => next());
  app.use('/api/*', async (_c, next) => next());
  app.all('*', handler);
  serve(app);
  assert.deepEqual(ids(watcher.collect()), ['ALL /*']);
});

test('of chained functions the last is the handler', () => {
  const watcher = watching();
  const app = new Hono();
  app.get('/a', async (_c, next) => next(), handler).post(handler);
  app.on(['PUT', 'PURGE'], ['/b', '/c'], async (_c, next) => next(), handler);
  serve(app);
  const routes = watcher.collect();
  assert.deepEqual(ids(routes), ['GET /a', 'POST /a', 'PUT /b', 'PURGE /b', 'PUT /c', 'PURGE /c']);
  assert.ok(routes.every((route) => route.handler === handler));
});

test('a merged app\'s routes are the outer app\'s, registered where the inner app\'s author did', () => {
  const watcher = watching();
  const inner = new Hono();
  inner.onError(() => new Response('failed', { status: 500 }));
  const line = lineHere() + 1;
  inner.get('/:id', handler);
  inner.use(async (_c, next) => next());
  const middle = new Hono().basePath('/v1');
  middle.route('/users', inner);
  const app = new Hono();
  app.route('/api', middle);
  serve(app);
  const [route] = watcher.collect();
  assert.deepEqual(ids(watcher.collect()), ['GET /api/v1/users/:id']);
  assert.equal(route?.handler, handler);
  assert.deepEqual(lines(route), [line]);
});

test('two handlers of one pattern stay two after a merge', () => {
  const watcher = watching();
  const inner = new Hono();
  inner.get('/', handler);
  inner.get('/', handler);
  const app = new Hono();
  app.route('/x', inner);
  serve(app);
  assert.deepEqual(ids(watcher.collect()), ['GET /x', 'GET /x']);
});

test('basePath keeps one list of routes', () => {
  const watcher = watching();
  const app = new Hono();
  const api = app.basePath('/api');
  api.use(async (_c, next) => next());
  api.delete('/users', handler);
  app.get('/', handler);
  serve(app);
  assert.deepEqual(ids(watcher.collect()), ['DELETE /api/users', 'GET /']);
});

test('an app behind mount is listed under its prefix, a foreign one as a catch-all with its own function', () => {
  const watcher = watching();
  const inner = new Hono();
  inner.get('/page', handler);
  const foreign = () => new Response('foreign');
  const app = new Hono();
  app.mount('/inner', inner.fetch);
  app.mount('/foreign', foreign);
  serve(app);
  const routes = watcher.collect();
  assert.deepEqual(ids(routes), ['GET /inner/page', 'ALL /foreign/*']);
  assert.equal(routes[1]?.handler, foreign);
});

test('apps that nobody serves do not count once one is served', () => {
  const watcher = watching();
  const idle = new Hono();
  idle.get('/idle', handler);
  const app = new Hono();
  app.get('/up', handler);
  assert.deepEqual(ids(watcher.collect()), ['GET /idle', 'GET /up']);
  serve(app);
  assert.deepEqual(ids(watcher.collect()), ['GET /up']);
});

test('zod-openapi\'s routes and factory handlers are found like any other', () => {
  const watcher = watching();
  const app = new OpenAPIHono();
  const route = createRoute({ method: 'get', path: '/pets/{id}', responses: { 200: { description: 'a pet' } } });
  app.openapi(route, handler);
  app.get('/made', ...createFactory().createHandlers(async (_c, next) => next(), handler));
  const outer = new OpenAPIHono().basePath('/v2');
  outer.route('/shop', app);
  serve(outer);
  const routes = watcher.collect();
  assert.deepEqual(ids(routes), ['GET /v2/shop/pets/:id', 'GET /v2/shop/made']);
  assert.ok(routes.every((found) => found.handler === handler));
});

test('a watched app answers as before', async () => {
  watching();
  const inner = new Hono();
  inner.get('/hello', (c) => c.text('hello'));
  const app = new Hono();
  app.use(async (c, next) => {
    await next();
    c.header('x-seen', 'yes');
  });
  app.route('/api', inner);
  const response = await app.request('/api/hello');
  assert.equal(await response.text(), 'hello');
  assert.equal(response.headers.get('x-seen'), 'yes');
});
