import assert from 'node:assert/strict';
import test from 'node:test';
import { normalPath, routeId } from '../../src/model/routes.ts';

const spellings: [framework: string, given: string, expected: string][] = [
  ['every framework', '/users/:id', '/users/:id'],
  ['every framework', '', '/'],
  ['every framework', 'users//list/', '/users/list'],
  ['Express 4', '/users/:id(\\d+)', '/users/:id'],
  ['Express 4', '/users/:id?/:page?', '/users/:id/:page'],
  ['Express 4', '/files/:path(.*)', '/files/*'],
  ['Express 4', '/files/*', '/files/*'],
  ['Express 4', '*', '/*'],
  ['Express 4', '/(api|v1)/users', '/*/users'],
  ['Express 4', '/:a-:b.:format?', '/:a-:b.:format'],
  ['Express 4', '/about/?', '/about'],
  ['Express 5', '/files/*rest', '/files/*'],
  ['Express 5', '/{*splat}', '/*'],
  ['Express 5', '{/:lang}/about', '/:lang/about'],
  ['Express 5', '/:file{.:ext}', '/:file.:ext'],
  ['Express 5', '/:id{.json}', '/:id.json'],
  ['Express 5', '/a\\*b', '/a*b'],
  ['Koa', '/:path*', '/*'],
  ['Koa', '/:path+', '/*'],
  ['Koa', '/api/(.*)', '/api/*'],
  ['Fastify', '/at/:hour(^\\d{2})h:minute(^\\d{2})m', '/at/:hourh:minutem'],
  ['Hono', '/post/:date{[0-9]+}/:title{[a-z]+}', '/post/:date/:title'],
  ['Hono', '/files/:path{.+}', '/files/*'],
  ['Hono', '/:year{[0-9]{4}}', '/:year'],
];

for (const [framework, given, expected] of spellings) {
  test(`${framework}: ${given || 'an empty path'} is ${expected}`, () => {
    assert.equal(normalPath(given), expected);
  });
}

test('a handler for all methods has the method ANY', () => {
  assert.equal(routeId('all', '/x'), 'ANY /x');
  assert.equal(routeId('_ALL', '/x'), 'ANY /x');
  assert.equal(routeId('*', '/x'), 'ANY /x');
  assert.equal(routeId('delete', '/x'), 'DELETE /x');
});
