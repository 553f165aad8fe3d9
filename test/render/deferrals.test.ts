import assert from 'node:assert/strict';
import test from 'node:test';
import type { Analysis } from '../../src/model/analysis.ts';
import { ReasonCode } from '../../src/model/deferrals.ts';
import { reasons } from '../../src/model/reasons.ts';
import { deferralLines } from '../../src/render/deferrals.ts';
import { anAnalysis } from '../helpers/an-analysis.ts';

type Judged = Analysis['deferrals'][number];

function judged(specifier: string, given: Partial<Judged>): Judged {
  return { import: { file: 'src/app.js', line: 1, specifier }, verdict: 'no-win', reasons: ['TOP_LEVEL_USE'], savesMs: 10, noiseMs: 1, neededByFirstRequest: 0, cut: specifier, ...given };
}

function lines(deferrals: Judged[]): string[] {
  return deferralLines(anAnalysis({ deferrals }), { width: 80, paint: (_, text) => text });
}

test('imports that pay together are one row, their milliseconds counted once, and what needs a look says why', () => {
  const found = lines([
    judged('mathjs', { verdict: 'defer', reasons: ['SAFE'], savesMs: 477, cut: 'mathjs' }),
    judged('mathjs/number', { verdict: 'defer', reasons: ['SAFE'], savesMs: 477, cut: 'mathjs' }),
    judged('zod', { verdict: 'review', reasons: ['VALUE_INITIALIZER'], savesMs: 45.4, import: { file: 'src/orders.js', line: 4, specifier: 'zod' } }),
    judged('express', { verdict: 'no-win', savesMs: 90 }),
    judged('dotenv', { verdict: 'keep', reasons: ['SHARED_STATE'] }),
  ]);
  assert.equal(
    found.join('\n'),
    `\
What can be deferred (saves 477 ms safely, 45 ms more after a look)
  saves ms       verdict  import  imported at
       477  ± 1  defer    mathjs  src/app.js:1 and 1 more
        45  ± 1  review   zod     src/orders.js:4
            a value is made from it as its importer loads
  defer: loading it only makes its exports, and nothing needs them before the
  first answer. review: a person must look first. Of the others judged, 1 import
  must stay, and 1 would bring nothing.`,
  );
});

test('where nothing pays, the heaviest imports say why they stay', () => {
  assert.equal(
    lines([judged('express', { savesMs: 90 }), judged('dotenv', { verdict: 'keep', reasons: ['SHARED_STATE'], savesMs: 12 })]).join('\n'),
    `\
What can be deferred
  Nothing of what was judged can be deferred and pays. The heaviest:
    90 ms  express at src/app.js:1
      no-win: its importer uses it while loading
    12 ms  dotenv at src/app.js:1
      keep: the whole process shares its state from the start on`,
  );
});

test('what was not judged is not told about', () => {
  assert.deepEqual(lines([]), []);
});

test('every reason code has words of its own', () => {
  assert.deepEqual(Object.keys(reasons).sort(), [...ReasonCode.options].sort());
  assert.equal(new Set(Object.values(reasons)).size, ReasonCode.options.length);
});
