import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { describe, it } from 'node:test';
import { answerOf, eventOf, readPrelude, type UrlRequest } from '../../src/lambda/function-url.ts';

const place = { domain: 'abc.lambda-url.eu-west-1.on.aws', requestId: 'id-1', traceId: 'Root=1-2-3', epochMs: Date.UTC(2026, 10, 22, 20, 10, 5, 250) };

function event(request: Partial<UrlRequest>): Record<string, unknown> {
  return eventOf({ method: 'GET', path: '/', headers: [], body: null, ...request }, place);
}

describe('the event of a function URL', () => {
  it('has payload format 2.0', () => {
    const request = { method: 'POST', path: '/a%20b?x=1&x=2&y=%26', headers: [['Accept', 'text/html'], ['accept', '*/*'], ['Cookie', 'k=v; l=m'], ['Connection', 'close'], ['Content-Type', 'application/json'], ['User-Agent', 'me']] as [string, string][], body: Buffer.from('{"é":1}'), sourceIp: '10.0.0.1' };
    assert.deepEqual(event(request), {
      version: '2.0',
      routeKey: '$default',
      rawPath: '/a%20b',
      rawQueryString: 'x=1&x=2&y=%26',
      cookies: ['k=v', 'l=m'],
      headers: {
        accept: 'text/html,*/*',
        'content-type': 'application/json',
        'user-agent': 'me',
        host: 'abc.lambda-url.eu-west-1.on.aws',
        'x-forwarded-for': '10.0.0.1',
        'x-forwarded-port': '443',
        'x-forwarded-proto': 'https',
        'x-amzn-trace-id': 'Root=1-2-3',
        'content-length': '8',
      },
      queryStringParameters: { x: '1,2', y: '&' },
      requestContext: {
        accountId: 'anonymous',
        apiId: 'abc',
        domainName: 'abc.lambda-url.eu-west-1.on.aws',
        domainPrefix: 'abc',
        http: { method: 'POST', path: '/a%20b', protocol: 'HTTP/1.1', sourceIp: '10.0.0.1', userAgent: 'me' },
        requestId: 'id-1',
        routeKey: '$default',
        stage: '$default',
        time: '22/Nov/2026:20:10:05 +0000',
        timeEpoch: 1795378205250,
      },
      body: '{"é":1}',
      isBase64Encoded: false,
    });
  });

  it('carries forms, binary bodies and compressed text as base64', () => {
    const of = (type: string, body: Buffer, more: [string, string][] = []): unknown => event({ method: 'POST', headers: [['content-type', type], ...more], body })['isBase64Encoded'];
    assert.equal(of('application/x-www-form-urlencoded', Buffer.from('a=1')), true);
    assert.equal(of('image/png', Buffer.from([1, 2])), true);
    assert.equal(of('text/plain', Buffer.from([0xff])), true);
    assert.equal(of('text/plain', Buffer.from('a'), [['content-encoding', 'gzip']]), true);
    assert.equal(of('application/vnd.api+json', Buffer.from('{}')), false);
  });

  it('has neither body nor parameters nor cookies where the request has none', () => {
    const bare = event({});
    assert.deepEqual([bare['body'], bare['queryStringParameters'], bare['cookies'], bare['isBase64Encoded']], [undefined, undefined, undefined, false]);
  });
});

describe('the answer of a function URL', () => {
  const of = (value: unknown): unknown => {
    const { body, ...head } = answerOf(Buffer.from(JSON.stringify(value)));
    return { ...head, body: body.toString() };
  };

  it('has the status, headers, cookies and decoded body that the function returned', () => {
    assert.deepEqual(of({ statusCode: 201, headers: { 'X-A': 1, connection: 'close', 'content-type': 'text/html' }, cookies: ['a=1', 'b=2'], body: 'aGk=', isBase64Encoded: true }), {
      status: 201,
      headers: [['x-a', '1'], ['content-type', 'text/html'], ['set-cookie', 'a=1'], ['set-cookie', 'b=2']],
      body: 'hi',
    });
  });

  it('is JSON with status 200 when the function returned something without a status', () => {
    assert.deepEqual(of({ a: 1 }), { status: 200, headers: [['content-type', 'application/json']], body: '{"a":1}' });
    assert.deepEqual(of('text'), { status: 200, headers: [['content-type', 'application/json']], body: 'text' });
  });
});

describe('the prelude of a streamed answer', () => {
  const type = 'application/vnd.awslambda.http-integration-response';
  const prelude = '{"statusCode":206,"headers":{"x-a":["1","2"],"content-type":"text/plain"},"cookies":["c=1"]}';

  it('is read wherever the pieces are cut, and leaves the body', async () => {
    const whole = Buffer.concat([Buffer.from(prelude), Buffer.alloc(8), Buffer.from('body')]);
    for (let cut = 1; cut < whole.length; cut += 1) {
      const stream = new PassThrough();
      stream.write(whole.subarray(0, cut));
      setImmediate(() => stream.end(whole.subarray(cut)));
      assert.deepEqual(await readPrelude(stream, type), { status: 206, headers: [['x-a', '1'], ['x-a', '2'], ['content-type', 'text/plain'], ['set-cookie', 'c=1']] });
      assert.equal((await stream.toArray()).join(''), 'body');
    }
  });

  it('is not expected of another media type', async () => {
    const stream = new PassThrough();
    stream.end('as it is');
    assert.deepEqual(await readPrelude(stream, 'text/csv'), { status: 200, headers: [['content-type', 'text/csv']] });
    assert.equal((await stream.toArray()).join(''), 'as it is');
  });

  it('that never ends or is no JSON is an error', async () => {
    for (const [text, message] of [[prelude, /ended before/], ['x'.repeat(70_000), /64 KiB/], [`nonsense${'\0'.repeat(8)}`, /not a JSON object/]] as const) {
      const stream = new PassThrough();
      stream.end(text);
      await assert.rejects(readPrelude(stream, type), message);
    }
  });
});
