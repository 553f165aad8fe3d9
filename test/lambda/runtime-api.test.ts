import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { serveRuntimeApi, type Invocation, type RuntimeApi } from '../../src/lambda/runtime-api.ts';

const invocation: Invocation = { requestId: 'id-1', deadlineMs: 1234, functionArn: 'arn:x', traceId: 'Root=1', event: '{"a":1}' };

async function api(t: TestContext, externalNames: string[] = []): Promise<RuntimeApi & { call: (method: string, path: string, body?: string, headers?: Record<string, string>) => Promise<Response> }> {
  const served = await serveRuntimeApi({ functionName: 'f', handler: 'run.sh', externalNames });
  t.after(() => served.close());
  return { ...served, call: (method, path, body, headers = {}) => fetch(`http://${served.address}${path}`, { ...(body === undefined ? {} : { body }), method, headers }) };
}

/** Whether a promise is settled once everything that is under way has had its turn. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  return Promise.race([promise.then(() => true), new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 50))]);
}

test('an invocation goes to the runtime that waits, and its response comes back', async (t) => {
  const { call, invoke, idle } = await api(t);
  const response = invoke(invocation);
  const next = await call('GET', '/2018-06-01/runtime/invocation/next');
  assert.deepEqual(
    ['aws-request-id', 'deadline-ms', 'invoked-function-arn', 'trace-id'].map((name) => next.headers.get(`lambda-runtime-${name}`)),
    ['id-1', '1234', 'arn:x', 'Root=1'],
  );
  assert.deepEqual(await next.json(), { a: 1 });
  assert.equal((await call('POST', '/2018-06-01/runtime/invocation/other/response', '{}')).status, 400);
  assert.equal((await call('POST', '/2018-06-01/runtime/invocation/id-1/response', '{"b":2}')).status, 202);
  assert.deepEqual(await response, { kind: 'payload', body: Buffer.from('{"b":2}') });
  assert.equal((await call('POST', '/2018-06-01/runtime/invocation/id-1/response', '{}')).status, 400);
  assert.equal(await settled(idle()), false);
  call('GET', '/2018-06-01/runtime/invocation/next').catch(() => undefined);
  assert.equal(await settled(idle()), true);
});

test('an error that the runtime reports has a type and a message', async (t) => {
  const { call, invoke } = await api(t);
  const response = invoke(invocation);
  await call('GET', '/2018-06-01/runtime/invocation/next');
  await call('POST', '/2018-06-01/runtime/invocation/id-1/error', '{"errorType":"Bad","errorMessage":"no"}', { 'lambda-runtime-function-error-type': 'unhandled' });
  assert.deepEqual(await response, { kind: 'error', errorType: 'Bad', message: 'no' });
});

test('a buffered response over 6 MB is an error for both sides', async (t) => {
  const { call, invoke } = await api(t);
  const response = invoke(invocation);
  await call('GET', '/2018-06-01/runtime/invocation/next');
  assert.equal((await call('POST', '/2018-06-01/runtime/invocation/id-1/response', 'x'.repeat((6 << 20) + 1))).status, 413);
  assert.equal((await response).kind, 'error');
});

test('extensions register once under their file name, and an unknown one gets no events', async (t) => {
  const { call, registered, externalExtensions } = await api(t, ['monitor']);
  const register = (name: string): Promise<Response> => call('POST', '/2020-01-01/extension/register', '{"events":["INVOKE"]}', name === '' ? {} : { 'lambda-extension-name': name });
  assert.equal((await register('')).status, 403);
  assert.equal((await register('inside')).status, 200);
  assert.deepEqual([await settled(registered()), externalExtensions()], [false, 0]);
  const answer = await register('monitor');
  assert.deepEqual([answer.status, await answer.json()], [200, { functionName: 'f', functionVersion: '$LATEST', handler: 'run.sh' }]);
  assert.match(answer.headers.get('lambda-extension-identifier')!, /^[0-9a-f-]{36}$/);
  assert.deepEqual([await settled(registered()), externalExtensions()], [true, 1]);
  assert.equal((await register('monitor')).status, 403);
  assert.equal((await call('GET', '/2020-01-01/extension/event/next', undefined, { 'lambda-extension-identifier': 'nobody' })).status, 403);
  assert.equal((await call('GET', '/2020-01-01/logs')).status, 404);
});

test('a failure of the runtime or of an extension outside of an invocation is told', async (t) => {
  for (const path of ['/2018-06-01/runtime/init/error', '/2020-01-01/extension/exit/error']) {
    const { call, failed } = await api(t);
    assert.equal((await call('POST', path, '{"errorType":"Some.Error"}')).status, 202);
    assert.equal(await failed, 'Some.Error');
  }
});
