import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Analysis, AnalyzedRoute } from '../../src/model/analysis.ts';
import { type Check, checkOutcome, type Outcome } from './checks.ts';

test('an analysis within all limits passes every check', () => {
  assert.deepEqual(failing(anOutcome()), []);
});

test('more than 5 % of the init that nobody accounts for fails a CommonJS app, not an ES module app', () => {
  const outcome = anOutcome({ unattributedMs: 70 });
  assert.deepEqual(failing(outcome), [{ name: 'account', ok: false, found: '7 %' }]);
  assert.deepEqual(checkOutcome({ format: 'esm', routes: 2 }, outcome).filter((check) => !check.ok), []);
});

test('an account that claims more than the init took fails too', () => {
  assert.deepEqual(failing(anOutcome({ unattributedMs: -70 })), [{ name: 'account', ok: false, found: '7 %' }]);
});

test('a probe that slows the start by 15 % fails', () => {
  assert.deepEqual(failing(anOutcome({ probeOverhead: 0.15 })), [{ name: 'overhead', ok: false, found: '15 %' }]);
});

test('missing and made-up routes are named', () => {
  assert.deepEqual(failing(anOutcome({ routes: ['GET /', 'GET /b'] })), [
    { name: 'routes', ok: false, found: '50 %/50 % -GET /a +GET /b' },
  ]);
});

test('an empty listing does not agree with an empty analysis', () => {
  const outcome = { ...anOutcome({ routes: [] }), listing: [] };
  assert.deepEqual(failing(outcome), [{ name: 'listing', ok: false, found: '0' }]);
});

test('without an analysis only the exit is judged', () => {
  assert.deepEqual(failing({ ...anOutcome(), exitCode: 3, analysis: null }), [{ name: 'exit', ok: false, found: '3' }]);
});

test('time beyond the starts is limited to 5 s, and to 1 s when nothing changed', () => {
  assert.deepEqual(failing({ ...anOutcome(), beyondMs: 5001, againMs: 1001 }), [
    { name: 'beyond', ok: false, found: '5001 ms' },
    { name: 'again', ok: false, found: '1001 ms' },
  ]);
});

function failing(outcome: Outcome): Check[] {
  return checkOutcome({ format: 'cjs', routes: 2 }, outcome).filter((check) => !check.ok);
}

/** An app that takes a second to start and has two routes; all is well unless said otherwise. */
function anOutcome({ unattributedMs = 10, probeOverhead = 0.05, routes = ['GET /', 'GET /a'] } = {}): Outcome {
  const sample = { medianMs: 1000, madMs: 1, runs: 5 };
  const account = { initMs: 1000, bootstrapMs: 40, launcherMs: 0, resolveMs: 100, readMs: 50, evaluateMs: 700, ownWorkMs: 50, waitingMs: 50, unattributedMs };
  const analysis: Analysis = {
    kind: 'analysis',
    version: 1,
    app: { name: 'shop', entry: 'main.js', framework: null, format: 'cjs', node: '24.x', form: 'source' },
    machine: { node: '24.0.0', arch: 'x64', cpu: 'a CPU', speed: 1 },
    coldStart: { now: sample, floor: sample, init: sample, appInit: sample, probeOverhead, account },
    lambda: [],
    routes: routes.map(aRoute),
    modules: [],
    heavyImports: [],
    deferrals: [],
    findings: [],
  };
  return { exitCode: 0, analysis, notes: '', listing: ['GET /', 'GET /a'], beyondMs: 800, againMs: 200 };
}

function aRoute(id: string): AnalyzedRoute {
  const [method, path] = id.split(' ') as [string, string];
  return {
    id,
    method,
    path,
    seenBy: 'runtime',
    declaredAt: null,
    registeredAt: [],
    modules: 1,
    coldStartMs: null,
    afterMs: null,
    heaviest: [],
    streams: null,
    readsAuthorization: null,
    takesBody: null,
    boundBy: null,
  };
}
