import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ReplayRequest } from '../../../src/model/verification.ts';
import { requestName, requestSecrets } from '../../../src/steps/verify/presentable.ts';
import { fromRoutes } from '../../../src/steps/verify/requests-routes.ts';
import { mayWrite, requestsFrom } from '../../../src/steps/verify/requests.ts';

/** Requests with their bodies as text. */
function read(requests: readonly ReplayRequest[]) {
  return requests.map(({ method, path, headers, body }) => [`${method} ${path}`, headers, body === null ? null : Buffer.from(body, 'base64').toString('utf8')]);
}

function har(...requests: object[]): string {
  return JSON.stringify({ log: { version: '1.2', creator: { name: 'browser', version: '1' }, entries: requests.map((request) => ({ request })) } });
}

describe('a HAR', () => {
  it('gives the requests to the first server, without what belongs to the connection', () => {
    const text = har(
      { method: 'GET', url: 'https://shop.test/items?page=2#top', headers: [{ name: ':authority', value: 'shop.test' }, { name: 'Host', value: 'shop.test' }, { name: 'Accept', value: 'text/html' }, { name: 'If-None-Match', value: '"abc"' }] },
      { method: 'GET', url: 'https://fonts.test/a.woff2', headers: [] },
      { method: 'POST', url: 'https://shop.test/orders', headers: [{ name: 'Content-Type', value: 'application/json' }], postData: { mimeType: 'application/json', text: '{"item":1}' } },
      { method: 'POST', url: 'https://shop.test/form', headers: [], postData: { mimeType: 'application/x-www-form-urlencoded', params: [{ name: 'a', value: 'x y' }] } },
    );
    assert.deepEqual(read(requestsFrom(text, 'shop.har')), [
      ['GET /items?page=2', { accept: 'text/html' }, null],
      ['POST /orders', { 'content-type': 'application/json' }, '{"item":1}'],
      ['POST /form', {}, 'a=x+y'],
    ]);
  });

  it('must be one', () => {
    assert.throws(() => requestsFrom('{"log":{}}', 'shop.har'), { code: 'bad-requests', message: 'shop.har is no HAR that can be read.' });
  });
});

describe('a JSON list', () => {
  it('gives method, path, headers and body, of which only the path is needed', () => {
    const text = JSON.stringify([{ path: '/a' }, { method: 'put', path: 'http://localhost:3000/b c', body: { x: 1 } }, { method: 'POST', path: '/d', headers: { 'Content-Type': 'text/plain' }, body: 'hello' }]);
    assert.deepEqual(read(requestsFrom(text, 'r.json')), [
      ['GET /a', {}, null],
      ['PUT /b%20c', { 'content-type': 'application/json' }, '{"x":1}'],
      ['POST /d', { 'content-type': 'text/plain' }, 'hello'],
    ]);
  });

  it('names the place of a mistake, not its value', () => {
    assert.throws(() => requestsFrom('[{"path":"/a"},{"path":"/b","headers":{"authorization":17}}]', 'r.json'), {
      code: 'bad-requests',
      message: 'r.json is no list of requests at [1].headers.authorization.',
    });
    assert.throws(() => requestsFrom('[{"path":', 'r.json'), { code: 'bad-json' });
    assert.throws(() => requestsFrom('[]', 'r.json'), { code: 'no-requests' });
  });
});

it('a request must be one that HTTP allows', () => {
  assert.deepEqual(read(requestsFrom('[{"path":"/ä?q=ö","headers":{"x-name":"日"}}]', 'r.json')), [['GET /%C3%A4?q=%C3%B6', { 'x-name': 'æ\u0097¥' }, null]]);
  assert.throws(() => requestsFrom('[{"path":"/","headers":{"x-name":"a\\nb"}}]', 'r.json'), { code: 'bad-requests', message: 'A request has a header "x-name" that HTTP does not allow.' });
  assert.throws(() => requestsFrom(har({ method: 'GET IT', url: 'http://a.test/' }), 'r.har'), { code: 'bad-requests', message: 'A request has a method that HTTP does not allow.' });
});

describe('an .http file', () => {
  const text = `\
@item = 7
@token = abc
# all items
GET {{host}}/items?page=1
    &size=20
Accept: application/json
Authorization: Bearer {{token}}

### one item
// the first one
GET http://localhost:3000/items/{{item}} HTTP/1.1

> {%
  client.test("x", () => {});
%}

###
# @name create
POST {{baseUrl}}/items
Content-Type: application/json

{
  "id": "{{$uuid}}",
  "name": "tea"
}

###
/plain
`;

  it('gives its requests with variables filled in', () => {
    assert.deepEqual(read(requestsFrom(text, 'shop.http')), [
      ['GET /items?page=1&size=20', { accept: 'application/json', authorization: 'Bearer abc' }, null],
      ['GET /items/7', {}, null],
      ['POST /items', { 'content-type': 'application/json' }, '{\n  "id": "00000000-0000-4000-8000-000000000001",\n  "name": "tea"\n}'],
      ['GET /plain', {}, null],
    ]);
  });

  it('may have lines that end as on Windows', () => {
    assert.deepEqual(read(requestsFrom(text.replaceAll('\n', '\r\n'), 'shop.http')).map(([name]) => name), ['GET /items?page=1&size=20', 'GET /items/7', 'POST /items', 'GET /plain']);
  });

  it('names a variable that has no value', () => {
    assert.throws(() => requestsFrom('GET {{host}}/items/{{id}}', 'shop.http'), { code: 'unknown-variable', message: 'shop.http uses the variable id, which has no value.' });
  });

  it('cannot take a body from another file', () => {
    assert.throws(() => requestsFrom('POST /items\n\n< ./body.json', 'shop.http'), { code: 'body-from-file' });
  });

  it('must hold requests', () => {
    assert.throws(() => requestsFrom('what is this', 'shop.http'), { code: 'bad-requests' });
    assert.throws(() => requestsFrom('# nothing\n', 'shop.http'), { code: 'no-requests' });
  });
});

describe('requests made from routes', () => {
  it('fill parameters with plausible values that are always the same', () => {
    const routes = [
      { method: 'GET', path: '/users/:userId/orders/:uuid' },
      { method: 'ANY', path: '/files/*' },
      { method: 'GET', path: '/on/:date/:name' },
      { method: 'POST', path: '/users' },
    ];
    assert.deepEqual(read(fromRoutes(routes)), [
      ['GET /users/1/orders/00000000-0000-4000-8000-000000000001', {}, null],
      ['GET /files/test', {}, null],
      ['GET /on/2024-01-15/test', {}, null],
      ['POST /users', { 'content-type': 'application/json' }, '{}'],
      ['GET /lwa-split-no-such-path', {}, null],
    ]);
  });

  it('ask each method and path once', () => {
    assert.deepEqual(
      fromRoutes([{ method: 'GET', path: '/a/:id' }, { method: 'ANY', path: '/a/:no' }, { method: 'HEAD', path: '/a/:id' }]).map(({ method, path }) => `${method} ${path}`),
      ['GET /a/1', 'HEAD /a/1', 'GET /lwa-split-no-such-path'],
    );
  });
});

it('only GET and HEAD do not write', () => {
  const methods = ['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS', 'TRACE'];
  assert.deepEqual(methods.filter((method) => !mayWrite({ method, path: '/', headers: {}, body: null })), ['GET', 'HEAD']);
});

it('the name of a request shows no secret parameter', () => {
  assert.equal(requestName({ method: 'GET', path: '/in?page=1&access_token=canary', headers: {}, body: null }), 'GET /in?page=1&access_token=…');
});

it('values of headers, secret parameters and bodies are secrets, those every client sends are not', () => {
  const body = Buffer.from('{"card":"4111-1111-1111","n":1}').toString('base64');
  assert.deepEqual(requestSecrets([{ method: 'POST', path: '/pay?api_key=qwerty', headers: { accept: 'text/html', authorization: 'Bearer abcdefgh' }, body }]), {
    authorization: 'Bearer abcdefgh',
    'authorization 2': 'abcdefgh',
    api_key: 'qwerty',
    'body card': '4111-1111-1111',
  });
});
