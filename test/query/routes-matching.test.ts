import assert from 'node:assert/strict';
import { it } from 'node:test';
import { routesMatching } from '../../src/query/routes-matching.ts';

it('a pattern names routes by id or path, with * for anything', () => {
  const routes = ['GET /', 'GET /users', 'POST /users', 'GET /users/:id', 'GET /a.b'].map((id) => ({ id, path: id.split(' ')[1]! }));
  const ids = (pattern: string): string[] => routesMatching(routes, pattern).map((route) => route.id);
  assert.deepEqual(ids('/users'), ['GET /users', 'POST /users']);
  assert.deepEqual(ids('post /users'), ['POST /users']);
  assert.deepEqual(ids('/users/*'), ['GET /users/:id']);
  assert.deepEqual(ids('GET /users*'), ['GET /users', 'GET /users/:id']);
  assert.deepEqual(ids('/axb'), []);
});
