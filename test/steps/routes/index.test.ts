import assert from 'node:assert/strict';
import { relative } from 'node:path';
import test from 'node:test';
import type { RawPlace, RawRoute } from '../../../src/probe/routes/types.ts';
import { runtimeRoutes } from '../../../src/steps/routes/index.ts';

const at = (file: string, line = 1): RawPlace => ({ file: `/shop/${file}`, line, column: 1 });
const toId = (file: string): string => relative('/shop', file);
const asItRan = (place: RawPlace): RawPlace => place;

function aRoute(method: string, path: string, more: Partial<RawRoute> = {}): RawRoute {
  return { method, path, framework: 'express', handler: at('app.js', 3), registeredAt: [], ...more };
}

test('routes are spelled as the contract does and sorted by path, then method', () => {
  const routes = runtimeRoutes([aRoute('post', '/users/'), aRoute('get', '/users/:id(\\d+)'), aRoute('get', '/users'), aRoute('_all', '/')], toId, asItRan);
  assert.deepEqual(
    routes.map(({ method, path }) => `${method} ${path}`),
    ['ANY /', 'GET /users', 'POST /users', 'GET /users/:id'],
  );
});

test('of two routes with one id the first registered stays', () => {
  const routes = runtimeRoutes([aRoute('get', '/x', { handler: at('first.js') }), aRoute('GET', '/x/', { handler: at('second.js') })], toId, asItRan);
  assert.deepEqual(routes.map(({ handler }) => handler), [{ file: 'first.js', line: 1 }]);
});

test('places name the source, the module stays the file that ran, and where it ran is kept', () => {
  const compiled = aRoute('get', '/', { handler: at('dist/users.js', 90), registeredAt: [at('dist/app.js', 80)] });
  const originalOf = ({ file, line }: RawPlace): RawPlace => ({ file: file.replace('dist', 'src').replace('.js', '.ts'), line: line / 10, column: 1 });
  const [route] = runtimeRoutes([compiled], toId, originalOf);
  assert.deepEqual(route, {
    method: 'GET',
    path: '/',
    framework: 'express',
    handler: { file: 'src/users.ts', line: 9 },
    module: 'dist/users.js',
    registeredAt: [{ file: 'src/app.ts', line: 8 }],
    ran: { handler: { module: 'dist/users.js', line: 90, column: 1 }, registeredAt: [{ module: 'dist/app.js', line: 80, column: 1 }] },
  });
});

test('frames of the framework are no part of a registration, frames of other packages are', () => {
  const stack = [at('node_modules/express/lib/application.js'), at('node_modules/@nestjs/core@10.0.0/router.js'), at('node_modules/swagger-ui/index.js'), at('app.js', 12)];
  const [route] = runtimeRoutes([aRoute('get', '/', { registeredAt: stack })], toId, asItRan);
  assert.deepEqual(route?.registeredAt, [
    { file: 'node_modules/swagger-ui/index.js', line: 1 },
    { file: 'app.js', line: 12 },
  ]);
});

test('a route without a handler that can be found has no place', () => {
  const [route] = runtimeRoutes([aRoute('get', '/', { handler: null })], toId, asItRan);
  assert.equal(route?.handler, null);
  assert.equal(route?.module, null);
});
