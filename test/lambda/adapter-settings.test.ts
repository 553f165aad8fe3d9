import assert from 'node:assert/strict';
import { it } from 'node:test';
import { adapterSettings, statusCodes, withoutBase } from '../../src/lambda/adapter-settings.ts';

it('without settings the adapter waits for / on port 8080 and answers in one piece', () => {
  const { readiness, errorStatusCodes, ...rest } = adapterSettings({});
  assert.deepEqual(rest, { host: '127.0.0.1', port: 8080, asyncInit: false, basePath: null, passThroughPath: '/events', compression: false, invokeMode: 'buffered', authorizationSource: null });
  assert.deepEqual({ ...readiness, healthy: [readiness.healthy.has(99), readiness.healthy.has(404), readiness.healthy.has(500)] }, { port: 8080, path: '/', protocol: 'http', healthy: [false, true, false], timeoutMs: null });
  assert.equal(errorStatusCodes.size, 0);
});

it('a name with the prefix wins over one without, where that still counts', () => {
  const settings = adapterSettings({ PORT: '3000', AWS_LWA_PORT: '4000', READINESS_CHECK_PATH: '/up', INVOKE_MODE: 'response_stream' });
  assert.deepEqual([settings.port, settings.readiness.port, settings.readiness.path, settings.invokeMode], [4000, 4000, '/up', 'buffered']);
});

it('only the exact word true switches something on', () => {
  for (const value of ['1', 'True', 'TRUE', 'yes', 'false', '']) assert.equal(adapterSettings({ AWS_LWA_ASYNC_INIT: value }).asyncInit, false, value);
  assert.equal(adapterSettings({ AWS_LWA_ASYNC_INIT: 'true' }).asyncInit, true);
  assert.equal(adapterSettings({ LWA_ASYNC_INIT: 'true' }).asyncInit, false);
});

it('async init is left out under provisioned concurrency, compression when streaming', () => {
  assert.equal(adapterSettings({ AWS_LWA_ASYNC_INIT: 'true', AWS_LAMBDA_INITIALIZATION_TYPE: 'provisioned-concurrency' }).asyncInit, false);
  assert.equal(adapterSettings({ AWS_LWA_ENABLE_COMPRESSION: 'true' }).compression, true);
  assert.equal(adapterSettings({ AWS_LWA_ENABLE_COMPRESSION: 'true', AWS_LWA_INVOKE_MODE: 'RESPONSE_STREAM' }).compression, false);
});

it('status codes are single ones and ranges; other parts are left out', () => {
  assert.deepEqual([...statusCodes('500, 502-504,5xx,422')], [500, 502, 503, 504, 422]);
  assert.deepEqual([...statusCodes('none')], []);
});

it('a base path is taken off once, at the end of a segment', () => {
  const { basePath } = adapterSettings({ AWS_LWA_REMOVE_BASE_PATH: '/api/' });
  assert.deepEqual(['/api/x', '/api', '/api/api/x', '/apiorders', '/x'].map((path) => withoutBase(path, basePath)), ['/x', '/', '/api/x', '/apiorders', '/x']);
});
