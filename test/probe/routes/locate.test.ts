import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import { after, test } from 'node:test';
import { openInspector } from '../../../src/probe/routes/inspect.ts';
import { locateHandlers } from '../../../src/probe/routes/locate.ts';
import { ownFiles } from '../../../src/probe/routes/own.ts';
import type { RawPlace } from '../../../src/probe/routes/types.ts';

const app = createRequire(import.meta.url)('../../fixtures/routes/handlers/app.cjs') as Record<string, unknown> & { looped: unknown[]; wrappedTwice: unknown[]; actions: unknown[]; sameForAll: unknown[] };
const inspector = openInspector();
after(() => inspector.close());

/** `file:line` of each handler, all registered by the app itself (or by the file given). */
function located(handlers: unknown[], registeredIn = '/shop/app.js'): (string | null)[] {
  const problems: string[] = [];
  const routes = handlers.map((handler, index) => ({ method: 'get', path: `/${index}`, framework: 'express', handler, registeredAt: [{ file: registeredIn, line: 1, column: 1 }] }));
  const places = locateHandlers(routes, { inspector, isOwn: (file) => !file.includes('/dependency/'), frameworks: new Set(['express']), report: (problem) => problems.push(problem) });
  assert.deepEqual(problems, []);
  return places.map(spelled);
}

function spelled(place: RawPlace | null): string | null {
  return place === null ? null : `${basename(place.file)}:${place.line}`;
}

test('a function of the app stands where it is written', () => {
  assert.deepEqual(located([app.plain]), ['app.cjs:6']);
});

test('a bound function and a proxy stand where the function behind them is written', () => {
  assert.deepEqual(located([app.bound]), ['app.cjs:7']);
  assert.deepEqual(located([app.proxied]), ['app.cjs:7']);
  assert.deepEqual(located([app.method]), ['app.cjs:11']);
});

test("a dependency's wrapper is looked through to the app's function", () => {
  assert.deepEqual(located([app.wrapped]), ['app.cjs:6']);
});

test('wrappers around wrappers are looked through', () => {
  assert.deepEqual(located([app.twice]), ['app.cjs:7']);
});

test('of a list of steps the last is the handler', () => {
  assert.deepEqual(located([app.chained]), ['app.cjs:7']);
});

test('a wrapper with nothing of the app inside stays the handler', () => {
  assert.deepEqual(located([app.unwrappable]), ['async-handler.cjs:4']);
});

test('products of one loop stand where the function that differs between them is written', () => {
  assert.deepEqual(located(app.looped), ['songs.cjs:1', 'albums.cjs:1']);
});

test("products of the app's own wrapper stand where the wrapped function is written", () => {
  assert.deepEqual(located([app.guardedList, app.guardedShow]), ['app.cjs:6', 'app.cjs:7']);
});

test('a wrapper applied twice is looked through twice', () => {
  assert.deepEqual(located(app.wrappedTwice), ['app.cjs:6', 'app.cjs:7']);
});

test('a class and the name of its method, handed on together, are that method', () => {
  assert.deepEqual(located(app.actions), ['app.cjs:11', 'app.cjs:15']);
});

test('products of one loop that call the same function stay where they are written', () => {
  assert.deepEqual(located(app.sameForAll), ['app.cjs:41', 'app.cjs:41']);
});

test('one function on many routes stays where it is written', () => {
  assert.deepEqual(located([app.plain, app.plain, app.plain]), ['app.cjs:6', 'app.cjs:6', 'app.cjs:6']);
});

test('a native function and a missing handler have no place', () => {
  assert.deepEqual(located([Math.max, undefined]), [null, null]);
});

test('the answer is the same each time', () => {
  const all = [...app.looped, app.wrapped, app.twice, app.chained, app.guardedList, app.guardedShow];
  assert.deepEqual(located(all), located(all));
});

test("an app that is installed itself counts as its own, its dependencies do not", () => {
  const isOwn = ownFiles('/srv/node_modules/shop/bin/start.js');
  assert.equal(isOwn('/srv/node_modules/shop/lib/users.js'), true);
  assert.equal(isOwn('/srv/node_modules/shop/node_modules/express/index.js'), false);
  assert.equal(isOwn('/srv/node_modules/express/index.js'), false);
  assert.equal(isOwn('/srv/main.js'), true);
});
