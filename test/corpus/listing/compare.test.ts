import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareRoutes } from './compare.ts';

test('equal lists agree fully, whatever their order and repetitions', () => {
  assert.deepEqual(compareRoutes(['GET /a', 'POST /a', 'GET /a'], ['POST /a', 'GET /a']), {
    recall: 1,
    precision: 1,
    missing: [],
    extra: [],
  });
});

test('a route only the framework has costs recall, one only we have costs precision', () => {
  assert.deepEqual(compareRoutes(['GET /a', 'GET /x', 'GET /b'], ['GET /a', 'GET /b', 'GET /c', 'GET /d']), {
    recall: 0.5,
    precision: 2 / 3,
    missing: ['GET /c', 'GET /d'],
    extra: ['GET /x'],
  });
});

test('an app without routes agrees with an empty list', () => {
  assert.deepEqual(compareRoutes([], []), { recall: 1, precision: 1, missing: [], extra: [] });
});

test('a regular expression of the listing is met by a pattern with the same method and literal beginning', () => {
  const listing = ['GET ~^\\/theme\\/(\\w+\\.\\w+)$', 'PUT ~^\\/page\\/([a-z]+)\\/action$', 'GET ~^((\\/\\w+)+)$'];
  assert.deepEqual(compareRoutes(['GET /theme/*', 'PUT /page/:0/action', 'GET /*', 'DELETE /theme/*'], listing), {
    recall: 1,
    precision: 0.75,
    missing: [],
    extra: ['DELETE /theme/*'],
  });
});
