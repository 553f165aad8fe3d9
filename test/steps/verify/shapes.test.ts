import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { answerFrom, cookieWithoutValue } from '../../../src/steps/verify/answer.ts';
import { jsonDifferences, jsonNature, jsonShape } from '../../../src/steps/verify/json-shape.ts';
import { fits, lineShape, showShape } from '../../../src/steps/verify/line-shape.ts';
import { textDifferences, textNature, textShape } from '../../../src/steps/verify/text-shape.ts';
import { lateLoadsIn } from '../../../src/steps/verify/late-loads.ts';
import { presentable } from '../../../src/steps/verify/presentable.ts';

describe('the shape of a line', () => {
  it('is the line itself when all samples are equal', () => {
    assert.deepEqual(lineShape(['up 1 s', 'up 1 s']), ['up 1 s']);
  });

  it('has holes where samples differ, of the kind they agree on', () => {
    assert.equal(showShape(lineShape(['up 1.5 s, id 3f1c2a9b-0000-4000-8000-000000000001', 'up 22 s, id 3f1c2a9b-0000-4000-8000-000000000002'])), 'up ‹number› s, id ‹uuid›');
    assert.equal(showShape(lineShape(['at 2026-01-02T03:04:05.006Z.', 'at 2026-01-02T03:04:06.007Z.'])), 'at ‹date›.');
    assert.equal(showShape(lineShape(['at Sun Nov 22 2026 18:13:55 GMT+0000 (Coordinated Universal Time)', 'at Sun Nov 22 2026 18:13:57 GMT+0000 (Coordinated Universal Time)'])), 'at ‹date›');
    assert.equal(showShape(lineShape(['nonce="aB3+x/9=="', 'nonce="Zk1/q+7=="'])), 'nonce="‹text›=="');
    assert.equal(showShape(lineShape(['pid -3', 'pid 4'])), 'pid ‹text›');
  });

  it('fits what differs in the same places by the same kind', () => {
    const shape = lineShape(['up 1.5 s', 'up 22 s']);
    assert.deepEqual(['up 3 s', 'up -0.001 s', 'up long s', 'up 3 ms', 'up 3 s!', 'down 3 s'].map((line) => fits(shape, line)), [true, true, false, false, false, false]);
    assert.deepEqual(['id=f00', 'id=a+b/9', 'id=', 'id=two words'].map((line) => fits(lineShape(['id=abc', 'id=def']), line)), [true, true, false, false]);
  });

  it('fits each of its samples, also long ones that have nothing in common but their ends', () => {
    const noise = (seed: number) => Array.from({ length: 2000 }, (_, i) => `w${(i * seed) % 9973}`).join(' ');
    const samples = [`<a>${noise(7)}</a>`, `<a>${noise(11)}</a>`];
    const shape = lineShape(samples);
    assert.deepEqual(samples.map((sample) => fits(shape, sample)), [true, true]);
    assert.equal(fits(shape, `<b>${noise(13)}</b>`), false);
  });
});

describe('the shape of a JSON value', () => {
  it('takes objects by name and lists by position', () => {
    const shape = jsonShape([{ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 }]);
    assert.deepEqual(jsonDifferences(shape, { b: [1, 2], a: 1 }), []);
    assert.deepEqual(jsonDifferences(shape, { a: 2, b: [2, 1], 'c d': null }), [
      { path: '$.a', expected: '1', actual: '2' },
      { path: '$.b[0]', expected: '1', actual: '2' },
      { path: '$.b[1]', expected: '2', actual: '1' },
      { path: '$["c d"]', expected: null, actual: 'null' },
    ]);
    assert.deepEqual(jsonDifferences(shape, { b: [1] }), [
      { path: '$.a', expected: '1', actual: null },
      { path: '$.b[1]', expected: '2', actual: null },
    ]);
  });

  it('learns types, presence, order and length from samples', () => {
    const shape = jsonShape([
      { n: 1, maybe: null, set: ['a', 'b'], list: [1], extra: 1, same: true },
      { n: 2, maybe: 'x', set: ['b', 'a'], list: [1, 2], same: true },
    ]);
    assert.deepEqual(jsonNature(shape), [
      { path: '$.list', as: 'any list' },
      { path: '$.maybe', as: 'null or string' },
      { path: '$.n', as: 'number' },
      { path: '$.set', as: 'order' },
      { path: '$.extra', as: 'presence' },
    ]);
    assert.deepEqual(jsonDifferences(shape, { n: 3, maybe: null, set: ['b', 'a'], list: [], extra: 'y', same: true }), []);
    assert.deepEqual(jsonDifferences(shape, { n: '3', maybe: 4, set: ['b', 'c'], list: {}, same: false }), [
      { path: '$.list', expected: '‹any list›', actual: '{}' },
      { path: '$.maybe', expected: '‹null or string›', actual: '4' },
      { path: '$.n', expected: '‹number›', actual: '"3"' },
      { path: '$.same', expected: 'true', actual: 'false' },
      { path: '$.set[*]', expected: '"a"', actual: null },
      { path: '$.set[*]', expected: null, actual: '"c"' },
    ]);
  });

  it('knows a field called __proto__', () => {
    const shape = jsonShape([JSON.parse('{"__proto__":1}'), JSON.parse('{"__proto__":1}')]);
    assert.deepEqual(jsonDifferences(shape, JSON.parse('{"__proto__":2}')), [{ path: '$.__proto__', expected: '1', actual: '2' }]);
  });
});

describe('the shape of a text', () => {
  const shape = textShape([['head', 'up 1 s', 'tip: tea', 'a', 'b', 'end'], ['head', 'up 2 s', 'tip: milk', 'and sugar', 'a', 'b', 'end']]);

  it('allows other lines where samples had other lines', () => {
    assert.deepEqual(textDifferences(shape, ['head', 'nothing at all', 'a', 'b', 'end']), []);
    assert.deepEqual(textNature(shape), [{ line: 2, as: 'any lines' }]);
  });

  it('shows what differs elsewhere, with two lines around it', () => {
    assert.deepEqual(textDifferences(shape, ['head', 'up 3 s', 'a', 'c', 'end']), [' head', ' a', '-b', '+c', ' end']);
  });

  it('pairs changed lines of the same number', () => {
    const pairs = textShape([['x', 'up 1 s', 'y'], ['x', 'up 2 s', 'y']]);
    assert.deepEqual(textNature(pairs), [{ line: 2, as: 'number' }]);
    assert.deepEqual(textDifferences(pairs, ['x', 'up 3 s', 'y']), []);
    assert.deepEqual(textDifferences(pairs, ['x', 'down', 'y']), [' x', '-up ‹number› s', '+down', ' y']);
  });
});

describe('an answer', () => {
  const place = { port: 41234, roots: ['/srv/shop'] };
  const answer = (type: string, body: string, headers: [string, string][] = []) => answerFrom({ outcome: 'answered', status: 200, headers: [['content-type', type], ...headers], body: Buffer.from(body) }, place);

  it('keeps of a cookie its name and attributes', () => {
    assert.equal(cookieWithoutValue('sid=canary; Path=/; Expires=Wed, 21 Oct 2026 07:28:00 GMT; HttpOnly'), 'sid; expires; httponly; path=/');
  });

  it('names the own address, port and folder by what they are', () => {
    assert.deepEqual(answer('application/json', '{"url":"http://127.0.0.1:41234/x","port":41234,"at":"/srv/shop/a.js","other":"141234"}').body, {
      kind: 'json',
      value: { url: 'http://<host>/x', port: '<port>', at: '<root>/a.js', other: '141234' },
    });
    assert.deepEqual(answer('text/plain', '', [['location', 'http://localhost:41234/in']]).headers['location'], ['http://<host>/in']);
  });

  it('has one line for the frames of a stack, in text, JSON and HTML', () => {
    const frames = '\n    at f (/srv/shop/a.js:1:2)\n    at async Promise.all (index 0)\n    at node:internal/main:5:6';
    assert.deepEqual(answer('text/plain', `Error: x${frames}\nend`).body, { kind: 'text', lines: ['Error: x', '    at <stack>', 'end'] });
    assert.deepEqual(answer('application/json', JSON.stringify({ stack: `Error: x${frames}` })).body, { kind: 'json', value: { stack: 'Error: x\n    at <stack>' } });
    assert.deepEqual(answer('application/json', JSON.stringify({ stacktrace: ['Error: x', '    at f (/a.js:1:2)', '    at async file:///b.js:3:4', 'looks at 3:4 pm'] })).body, { kind: 'json', value: { stacktrace: ['Error: x', '    at <stack>', 'looks at 3:4 pm'] } });
    assert.deepEqual(answer('text/html', '<pre>Error: x<br> &nbsp; &nbsp;at f (/a.js:1:2)<br> &nbsp; &nbsp;at /b.js:3:4</pre>').body, { kind: 'text', lines: ['<pre>Error: x', '    at <stack></pre>'] });
    assert.deepEqual(answer('text/plain', 'we meet\n    at noon').body, { kind: 'text', lines: ['we meet', '    at noon'] });
  });

  it('leaves out what belongs to one moment or one connection', () => {
    assert.deepEqual(answer('text/plain', 'x', [['date', 'now'], ['etag', '"1"'], ['x-request-id', '7'], ['vary', 'accept']]).headers, { 'content-type': ['text/plain'], etag: ['present'], vary: ['accept'] });
  });

  it('reads the events of a stream, without the last one when it was cut', () => {
    const exchange = { status: 200, headers: [['content-type', 'text/event-stream']] as [string, string][], body: Buffer.from(': hi\n\nevent: tick\ndata: {"n":1}\n\ndata: a\ndata: b\n\ndata: {"n"') };
    assert.deepEqual(answerFrom({ outcome: 'cut', ...exchange }, place).body, { kind: 'events', events: [{ event: 'tick', data: { n: 1 } }, { data: 'a\nb' }], whole: false });
  });
});

it('late loads are read out of all that an app prints', () => {
  const output = 'listening\n{"event":"ready"}\n{"event":"late-load","module":"sharp","ms":12.5,"route":"GET /x"}\n[1] {"event":"late-load","module":"pdfkit","ms":1,"error":"gone"}\n{"event":"late-load"}\n{"late-load"';
  assert.deepEqual(lateLoadsIn(output), [{ module: 'sharp', ms: 12.5, error: null }, { module: 'pdfkit', ms: 1, error: 'gone' }]);
});

it('a long line of a diff is cut to the place where it differs', () => {
  const line = (middle: string) => `${'x'.repeat(500)}${middle}${'y'.repeat(500)}`;
  const [minus, plus] = presentable([`-${line('tea')}`, `+${line('milk')}`], (text) => text);
  assert.match(minus!, /^-…x{59,61}teay+…$/);
  assert.match(plus!, /^\+…x{59,61}milky+…$/);
  assert.equal(presentable(Array.from({ length: 100 }, (_, i) => `+${i}`), (text) => text).at(-1), ' … and 40 more lines');
});
