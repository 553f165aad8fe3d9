import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readTexts } from '../../helpers/read-app.ts';

const app = `const app = require('express')();\nconst end = (request, response) => response.end();\n`;

function ids(text: string, others: Record<string, string> = {}): string[] {
  return readTexts({ 'server.js': app + text, ...others }).ids;
}

describe('the reader', () => {
  test('takes both ways where a condition is not known, and one where it is', () => {
    assert.deepEqual(ids(`if (Math.random() > 0.5) app.get('/a', end); else app.get('/b', end); if (1 + 1 === 2) app.get('/c', end); else app.get('/d', end);`), ['GET /a', 'GET /b', 'GET /c']);
  });

  test('takes the text that stands in for a variable of the environment', () => {
    assert.deepEqual(ids(`app.get(process.env.A || '/a', end); app.get(process.env.B ?? '/b', end); const { C = '/c' } = process.env; app.get(C, end);`), ['GET /a', 'GET /b', 'GET /c']);
  });

  test('does not run handlers', () => {
    assert.deepEqual(ids(`app.get('/a', () => { app.get('/inside', end); });`), ['GET /a']);
  });

  test('runs what is given to timers, promises and events once', () => {
    assert.deepEqual(ids(`setTimeout(() => app.get('/a', end)); new Promise((resolve) => resolve('/b')).then((path) => app.get(path, end)); require('events').once('x', () => app.get('/c', end));`), ['GET /a', 'GET /b', 'GET /c']);
  });

  test('names a handler by its function, also where it is wrapped', () => {
    const { routes } = readTexts({ 'server.js': `${app}const wrap = (fn) => (request, response, next) => fn(request, response).catch(next);\napp.get('/a', wrap(async function list(request, response) { response.end(); }));` });
    assert.deepEqual(routes[0]!.handler, { file: 'server.js', line: 4, column: 20, name: 'list' });
  });

  test('names middleware in the order a request passes it', () => {
    const { routes } = readTexts({ 'server.js': `${app}function first(q, s, next) { next(); }\nfunction second(q, s, next) { next(); }\nfunction late(q, s, next) { next(); }\napp.use(first); app.get('/a', second, end); app.use(late);` });
    assert.deepEqual(routes[0]!.middleware.map(({ name }) => name), ['first', 'second']);
  });

  test('reads a cycle of modules', () => {
    assert.deepEqual(ids(`exports.app = app; require('./a').add();`, { 'a.js': `const server = require('./server'); exports.add = () => server.app.get('/a', (q, s) => s.end());` }), ['GET /a']);
  });

  test('ends where the app would not', () => {
    assert.deepEqual(ids(`function again(n) { again(n + 1); again(n + 2); } again(0); while (true) { app.get('/a', end); } for (;;) { break; }`), ['GET /a']);
  });

  test('survives texts that are not valid and expressions that are nested deeply', () => {
    const deep = `const text = ${Array.from({ length: 4000 }, () => `'a'`).join(' + ')};`;
    assert.deepEqual(ids(`require('./broken'); require('./deep'); app.get('/a', end);`, { 'broken.js': 'const = ;;; function (', 'deep.js': deep }), ['GET /a']);
  });

  test('tells where a router is mounted by means it cannot follow', () => {
    const { ids: found, findings } = readTexts({ 'server.js': `${app}const router = require('express').Router();\nrouter.get('/hidden', end);\napp.get('/a', end);\nsomewhere[process.env.X](router);` });
    assert.deepEqual(found, ['GET /a']);
    assert.ok(findings.some(({ code, line }) => code === 'route-unreadable' && (line === 3 || line === 6)));
  });
});
