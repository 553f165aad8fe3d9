import assert from 'node:assert/strict';
import { brotliDecompressSync } from 'node:zlib';
import { test, type TestContext } from 'node:test';
import { bodyOf, echoOf, get, start, textOf } from './lambda.ts';

/** What an implementation does not do, by case, with the reason. */
export type Gaps = Partial<Record<'error-text' | 'base-path', string>>;

/** What must be true of the adapter, the real one and the one that stands in for it alike. `adapter` is a path, undefined for ours, null when the test was skipped. */
export function adapterCases(name: string, adapter: (t: TestContext) => string | undefined | null, gaps: Gaps = {}): void {
  const given = (t: TestContext, env: Record<string, string> = {}): ReturnType<typeof start> | null => {
    const path = adapter(t);
    return path === null ? null : start(t, { adapter: path, env });
  };

  test(`${name}: init ends when the app answers on the readiness path, and not before`, { timeout: 20_000 }, async (t) => {
    const started = given(t, { BOOT_MS: '400', AWS_LWA_READINESS_CHECK_PATH: '/missing' });
    if (started === null) return;
    const init = await started.ready;
    assert.equal(init.status, 'success');
    assert.ok(init.ms >= 400 && init.ms < 3000, `${init.ms} ms`);
  });

  test(`${name}: a readiness status outside of the healthy ones is waited for`, { timeout: 20_000 }, async (t) => {
    const path = adapter(t);
    if (path === null) return;
    const started = start(t, { adapter: path, env: { AWS_LWA_READINESS_CHECK_PATH: '/missing', AWS_LWA_READINESS_CHECK_HEALTHY_STATUS: '200-399' }, initLimitMs: 1000 });
    assert.equal((await started.ready).status, 'timeout');
  });

  test(`${name}: a port that accepts connections is enough with tcp readiness`, { timeout: 20_000 }, async (t) => {
    const started = given(t, { AWS_LWA_READINESS_CHECK_PATH: '/broken', AWS_LWA_READINESS_CHECK_PROTOCOL: 'tcp' });
    if (started === null) return;
    assert.equal((await started.ready).status, 'success');
  });

  test(`${name}: the app sees the request, the contexts of Lambda and one Cookie header`, { timeout: 20_000 }, async (t) => {
    const started = given(t);
    if (started === null) return;
    const answer = await started.invoke({ method: 'PUT', path: '/echo/a%20b?x=1&x=2', headers: [['X-Amzn-Request-Context', 'forged'], ['Cookie', 'k=v; l=m'], ['Content-Type', 'image/png']], body: Buffer.from([0xff, 0]) });
    const seen = await echoOf(answer);
    assert.deepEqual([answer.status, seen.method, seen.url, seen.body, seen.headers['cookie']], [200, 'PUT', '/echo/a%20b?x=1&x=2', '/wA=', 'k=v;l=m']);
    assert.equal(JSON.parse(seen.headers['x-amzn-request-context']!).http.method, 'PUT');
    assert.equal(JSON.parse(seen.headers['x-amzn-lambda-context']!).env_config.memory, 1769);
    assert.equal(seen.headers['host'], 'local.lambda-url.us-east-1.on.aws');
  });

  test(`${name}: statuses, cookies and binary bodies come back`, { timeout: 20_000 }, async (t) => {
    const started = given(t);
    if (started === null) return;
    const redirect = await started.invoke(get('/cookies'));
    assert.equal(redirect.status, 302);
    assert.deepEqual(redirect.headers.filter(([name]) => name === 'set-cookie' || name === 'location'), [['location', '/'], ['set-cookie', 'a=1; Path=/'], ['set-cookie', 'b=2']]);
    assert.deepEqual(await bodyOf(await started.invoke(get('/image'))), Buffer.from([0x89, 0x50, 0xff, 0x00]));
    assert.equal((await started.invoke(get('/broken'))).status, 503);
  });

  test(`${name}: the authorization source takes the place of Authorization and is gone`, { timeout: 20_000 }, async (t) => {
    const started = given(t, { AWS_LWA_AUTHORIZATION_SOURCE: 'X-Original-Authorization' });
    if (started === null) return;
    const moved = await echoOf(await started.invoke(get('/', { headers: [['authorization', 'AWS4 edge'], ['x-original-authorization', 'Bearer user']] })));
    assert.deepEqual([moved.headers['authorization'], moved.headers['x-original-authorization']], ['Bearer user', undefined]);
    const absent = await echoOf(await started.invoke(get('/', { headers: [['authorization', 'AWS4 edge']] })));
    assert.equal(absent.headers['authorization'], 'AWS4 edge');
  });

  test(`${name}: a listed status makes the invocation fail, another one does not`, { timeout: 20_000 }, async (t) => {
    const started = given(t, { AWS_LWA_ERROR_STATUS_CODES: '500,502-504' });
    if (started === null) return;
    const failed = await started.invoke(get('/broken'));
    assert.deepEqual([failed.status, await textOf(failed), (await failed.report)?.status], [502, 'Internal Server Error', 'error']);
    assert.equal((await started.invoke(get('/missing'))).status, 404);
    if (gaps['error-text'] !== undefined) return t.diagnostic(`not checked: ${gaps['error-text']}`);
    assert.match(failed.errorMessage ?? '', /"statusCode":503,"body":"out of order"/);
  });

  test(`${name}: with the invoke mode response_stream a body arrives in pieces, else at once`, { timeout: 20_000 }, async (t) => {
    const streaming = given(t, { AWS_LWA_INVOKE_MODE: 'response_stream' });
    if (streaming === null) return;
    const gapsBetween = async (started: typeof streaming): Promise<{ text: string; spreadMs: number }> => {
      const answer = await started.invoke(get('/pieces'));
      assert.deepEqual([answer.status, answer.headers.find(([name]) => name === 'set-cookie')?.[1]], [200, 'piece=1']);
      const times: number[] = [];
      let text = '';
      for await (const chunk of answer.body as AsyncIterable<Buffer>) {
        times.push(performance.now());
        text += chunk.toString();
      }
      return { text, spreadMs: times.at(-1)! - times[0]! };
    };
    const pieces = await gapsBetween(streaming);
    assert.equal(pieces.text, 'piece 1\npiece 2\npiece 3\npiece 4\n');
    assert.ok(pieces.spreadMs > 200, `${pieces.spreadMs} ms`);
    const whole = await gapsBetween(given(t)!);
    assert.equal(whole.text, pieces.text);
    assert.ok(whole.spreadMs < 100, `${whole.spreadMs} ms`);
  });

  test(`${name}: an answer is compressed only when told to, and when the client takes it`, { timeout: 20_000 }, async (t) => {
    const started = given(t, { AWS_LWA_ENABLE_COMPRESSION: 'true' });
    if (started === null) return;
    const small = await started.invoke(get('/text', { headers: [['accept-encoding', 'br']] }));
    assert.equal(small.headers.find(([name]) => name === 'content-encoding')?.[1], 'br');
    assert.equal(brotliDecompressSync(await bodyOf(small)).toString(), 'compress me, '.repeat(50));
    const plain = await started.invoke(get('/text'));
    assert.equal(await textOf(plain), 'compress me, '.repeat(50));
    const image = await started.invoke(get('/image', { headers: [['accept-encoding', 'br']] }));
    assert.equal(image.headers.find(([name]) => name === 'content-encoding'), undefined);
  });

  test(`${name}: the base path is taken off once, at the end of a segment`, { timeout: 20_000 }, async (t) => {
    const started = given(t, { AWS_LWA_REMOVE_BASE_PATH: '/api' });
    if (started === null) return;
    assert.equal((await echoOf(await started.invoke(get('/api/x?y=1')))).url, '/x?y=1');
    if (gaps['base-path'] !== undefined) return t.diagnostic(`not checked: ${gaps['base-path']}`);
    assert.equal((await echoOf(await started.invoke(get('/api/api/x')))).url, '/api/x');
    assert.equal((await echoOf(await started.invoke(get('/apiorders')))).url, '/apiorders');
  });
}
