import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import { test } from 'node:test';
import { VersioningType, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { fastifyWatcher } from '../../../src/probe/routes/fastify.ts';
import { mergeNest, nestWatcher } from '../../../src/probe/routes/nest.ts';
import type { FoundRoute } from '../../../src/probe/routes/types.ts';

const require = createRequire(import.meta.url);

const nest = nestWatcher();
nest.loaded('Reflect.js', { exports: require('reflect-metadata') });
nest.loaded('router/router-explorer.js', { exports: require('@nestjs/core/router/router-explorer.js') });
nest.loaded('adapters/express-adapter.js', { exports: require('@nestjs/platform-express/adapters/express-adapter.js') });
const fastify = fastifyWatcher();

interface Shop {
  ShopModule: new () => object;
  UsersController: { prototype: Record<string, unknown> };
}
const { ShopModule, UsersController } = require('../../fixtures/routes/nest-shop.cjs') as Shop;

/** Starts the shop on a free port of the loopback interface while `ask` looks at it. */
async function whileUp(app: INestApplication, ask: () => void): Promise<void> {
  await app.listen(0, '127.0.0.1');
  try {
    ask();
  } finally {
    await app.close();
  }
}

function ids(routes: FoundRoute[]): string[] {
  return routes.map(({ method, path }) => `${method} ${path}`);
}

/** What a walk of Express's stack gives: middleware bound to one method and path looks like a route there. */
function walkExpress(app: INestApplication): FoundRoute[] {
  interface Layer {
    route?: { path: string; stack: { handle: unknown; method?: string }[] };
  }
  const { router } = app.getHttpAdapter().getInstance() as { router: { stack: Layer[] } };
  return router.stack.flatMap(({ route }) =>
    (route?.stack ?? []).map(({ handle, method }) => ({
      method: method ?? 'ALL',
      path: route?.path ?? '',
      framework: 'express',
      handler: handle,
      registeredAt: [],
    })),
  );
}

const shopUnderApi = [
  'get /api/users',
  'get /api/users/:id',
  'post /api/users/new',
  'post /api/users/add',
  'all /api/users/anything/{*path}',
  'get /api/v1/events',
  'get /api/v2/events',
  'get /api/events/stream',
];

async function shop(adapter?: FastifyAdapter): Promise<INestApplication> {
  const options = { logger: false } as const;
  const app = adapter ? await NestFactory.create(ShopModule, adapter, options) : await NestFactory.create(ShopModule, options);
  app.setGlobalPrefix('api');
  app.enableVersioning({ type: VersioningType.URI });
  return app;
}

test('on Express, routes carry prefix and version, the controller\'s method and the line of its decorator', async () => {
  await whileUp(await shop(), () => {
    const routes = nest.collect();
    assert.deepEqual(ids(routes), shopUnderApi);
    assert.equal(routes[1]?.handler, UsersController.prototype.byId);
    const [place] = routes[1]?.registeredAt ?? [];
    assert.equal(`${basename(place?.file ?? '')}:${place?.line}`, 'nest-shop.cjs:27');
  });
});

test('on Fastify, the same routes are found', async () => {
  await whileUp(await shop(new FastifyAdapter()), () => {
    const routes = nest.collect();
    assert.deepEqual(
      ids(routes),
      shopUnderApi.map((id) => id.replace('{*path}', '*')),
    );
    assert.equal(routes[0]?.handler, UsersController.prototype.list);
  });
});

test('merged with Express\'s view, each route stands once and path-bound middleware not at all', async () => {
  const app = await shop();
  const own = () => 'own';
  app.getHttpAdapter().get('/health', own);
  await whileUp(app, () => {
    const all = [...walkExpress(app), ...nest.collect()];
    assert.ok(ids(all).some((id) => id.includes('users/checked')));
    const merged = mergeNest(all);
    assert.deepEqual(ids(merged), ['get /health', ...shopUnderApi]);
    assert.equal(merged[0]?.handler, own);
  });
});

test('merged with Fastify\'s view, each route stands once and routes of the bare instance stay', async () => {
  const app = await shop(new FastifyAdapter());
  app.getHttpAdapter().get('/health', () => 'own');
  await whileUp(app, () => {
    const merged = mergeNest([...nest.collect(), ...fastify.collect()]);
    const ofNest = merged.filter(({ framework }) => framework === 'nest');
    const rest = merged.filter(({ framework }) => framework !== 'nest');
    assert.equal(ofNest.length, shopUnderApi.length);
    assert.deepEqual(ids(rest), ['GET /health']);
  });
});

test('the function that answers 404 below a prefix, a route on Express since Nest 12, is left out', () => {
  const stack: unknown[] = [];
  class ExpressAdapter {
    setNotFoundHandler(handler: unknown, prefix: string): void {
      stack.push(prefix, handler);
    }
  }
  nestWatcher().loaded('adapters/express-adapter.js', { exports: { ExpressAdapter } });
  const notFound = () => null;
  new ExpressAdapter().setNotFoundHandler(notFound, '/api');
  assert.deepEqual(stack, ['/api', notFound]);
  const route: FoundRoute = { method: 'all', path: '/api/*path', framework: 'express', handler: notFound, registeredAt: [] };
  assert.deepEqual(mergeNest([route]), []);
});

test('without Nest the merge changes nothing', () => {
  const route: FoundRoute = { method: 'GET', path: '/', framework: 'express', handler: null, registeredAt: [] };
  assert.deepEqual(mergeNest([route, route]), [route, route]);
});
