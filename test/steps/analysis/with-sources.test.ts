import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StaticRoute } from '../../../src/model/routes.ts';
import { findings } from '../../../src/model/trouble.ts';
import { withSources } from '../../../src/steps/analysis/with-sources.ts';
import { anAnalysis, anAnalyzedRoute } from '../../helpers/an-analysis.ts';

const needs = { streams: true, readsAuthorization: false, takesBody: false, boundBy: 'io' } as const;

function inSources(path: string): StaticRoute {
  return { method: 'GET', path, framework: 'express', handler: { file: 'src/a.js', line: 3, column: 1, name: null }, middleware: [], registeredAt: { file: 'src/a.js', line: 3 }, needs };
}

test('routes that a start and the sources have are one, with what the code needs', () => {
  const joined = withSources(anAnalysis({ routes: [anAnalyzedRoute('GET /a')] }), { routes: [inSources('/a')], findings: [] });
  assert.deepEqual(joined.routes.map(({ id, seenBy, streams, boundBy }) => [id, seenBy, streams, boundBy]), [['GET /a', 'both', true, 'io']]);
});

test('a route of one side alone stays, and says which', () => {
  const joined = withSources(anAnalysis({ routes: [anAnalyzedRoute('GET /b')] }), { routes: [inSources('/a')], findings: [] });
  assert.deepEqual(joined.routes.map(({ id, seenBy, declaredAt }) => [id, seenBy, declaredAt?.line]), [['GET /a', 'static', 3], ['GET /b', 'runtime', joined.routes[1]!.declaredAt?.line]]);
});

test('what could not be read is told only where the start showed no route', () => {
  const unread = findings['route-unreadable']({ what: 'the path of a route' });
  const codes = (routes: ReturnType<typeof anAnalyzedRoute>[]): string[] => withSources(anAnalysis({ routes, findings: [] }), { routes: [], findings: [unread] }).findings.map(({ code }) => code);
  assert.deepEqual(codes([anAnalyzedRoute('GET /a')]), []);
  assert.deepEqual(codes([]), ['route-unreadable']);
});
