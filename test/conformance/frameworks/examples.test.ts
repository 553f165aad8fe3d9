import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { frameworks } from '../../../plugins/frameworks/index.ts';
import { routeId } from '../../../src/model/routes.ts';
import { staticRoutes } from '../../../src/steps/static-routes/index.ts';
import { readSources } from '../../../src/steps/static-routes/read.ts';
import { diskFiles } from '../../../src/system/project-files.ts';
import { moduleResolver } from '../../../src/system/resolve-module.ts';

const examples = join(import.meta.dirname, '../../../examples');

const shop = [
  'GET /',
  'GET /docs/:page',
  'GET /events',
  'GET /feed.xml',
  'GET /orders/:id/invoice.pdf',
  'GET /products',
  'GET /products/:id',
  'GET /products/:id/label.svg',
  'GET /reports/sales.xlsx',
  'GET /search',
  'GET /shipping',
  'POST /orders',
];

const entries = { express: 'src/server.js', fastify: 'src/server.js', hono: 'src/server.ts', koa: 'src/server.js', nest: 'src/main.ts' };

function read(example: string, entry: string): ReturnType<typeof staticRoutes> {
  const root = join(examples, example);
  const reading = readSources({ root, entry: join(root, entry), frameworks, files: diskFiles, resolve: moduleResolver() });
  return staticRoutes(reading, frameworks, { idOf: (file) => file.slice(root.length + 1), originalOf: (place) => place });
}

describe('the example shops, read without being started', () => {
  for (const [example, entry] of Object.entries(entries)) {
    test(`${example}: all twelve routes, each with its handler in the sources`, () => {
      const { routes, findings } = read(example, entry);
      assert.deepEqual(routes.map(({ method, path }) => routeId(method, path)).sort(), shop);
      assert.deepEqual(routes.filter(({ handler }) => handler === null || !handler.file.startsWith('src/')), []);
      assert.deepEqual(findings.filter(({ code }) => code === 'route-unreadable'), []);
    });

    test(`${example}: what the routes need is the same in every framework`, () => {
      const { routes } = read(example, entry);
      const those = (holds: (needs: (typeof routes)[number]['needs']) => boolean): string[] => routes.filter(({ needs }) => holds(needs)).map(({ method, path }) => routeId(method, path));
      assert.ok(those(({ streams }) => streams === true).includes('GET /events'));
      assert.deepEqual(those(({ takesBody }) => takesBody === true), ['POST /orders']);
      assert.deepEqual(those(({ readsAuthorization }) => readsAuthorization === true), []);
      assert.deepEqual(those(({ boundBy }) => boundBy === 'cpu'), ['GET /orders/:id/invoice.pdf', 'GET /reports/sales.xlsx', 'GET /shipping']);
    });
  }

  test('two plain routes of the talk', () => {
    const { routes } = read('talk', 'src/server.js');
    assert.ok(routes.length >= 2, JSON.stringify(routes.map(({ path }) => path)));
  });
});
