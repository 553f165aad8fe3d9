import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { openFront, type Environment } from '../../src/lambda/index.ts';
import { start } from '../helpers/lambda.ts';

async function frontOf(t: TestContext, started: Environment): Promise<string> {
  const front = await openFront(started.invoke);
  t.after(() => front.close());
  return `http://127.0.0.1:${front.port}`;
}

test('a local request becomes an invocation, and its answer the response', { timeout: 30_000 }, async (t) => {
  const url = await frontOf(t, start(t));
  const answer = await fetch(`${url}/a?b=c`, { method: 'POST', body: 'hello', headers: { cookie: 'k=v' } });
  const seen = (await answer.json()) as { method: string; url: string; headers: Record<string, string>; body: string };
  assert.deepEqual([answer.status, seen.method, seen.url, seen.headers['cookie'], Buffer.from(seen.body, 'base64').toString()], [200, 'POST', '/a?b=c', 'k=v', 'hello']);
  assert.equal((await fetch(`${url}/x`, { method: 'HEAD' })).status, 200);
  assert.deepEqual((await fetch(`${url}/cookies`, { redirect: 'manual' })).headers.getSetCookie(), ['a=1; Path=/', 'b=2']);
  assert.equal((await fetch(url, { method: 'POST', body: Buffer.alloc(7 << 20) })).status, 413);
});

test('a streamed answer reaches the client in pieces, and breaks off where the app does', { timeout: 30_000 }, async (t) => {
  const url = await frontOf(t, start(t, { env: { AWS_LWA_INVOKE_MODE: 'response_stream' } }));
  const times: number[] = [];
  for await (const _ of (await fetch(`${url}/pieces`)).body!) times.push(performance.now());
  assert.ok(times.at(-1)! - times[0]! > 200, times.join());
  const cut = await fetch(`${url}/cut`);
  assert.equal(cut.status, 200);
  await assert.rejects(cut.text());
  assert.equal((await fetch(`${url}/missing`)).status, 404);
});

test('a client that goes away leaves the function running to its end', { timeout: 30_000 }, async (t) => {
  const started = start(t, { env: { AWS_LWA_INVOKE_MODE: 'response_stream' } });
  const url = await frontOf(t, started);
  const leaving = new AbortController();
  const answer = await fetch(`${url}/pieces`, { signal: leaving.signal });
  leaving.abort();
  await assert.rejects(answer.text());
  assert.equal((await fetch(`${url}/missing`)).status, 404);
  assert.equal(started.reports[0]!.status, 'success');
  assert.ok(started.reports[0]!.durationMs > 350, `${started.reports[0]!.durationMs} ms`);
});
