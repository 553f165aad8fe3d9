import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lambdaLines } from '../../src/render/lambda.ts';
import { anAnalysis } from '../helpers/an-analysis.ts';

const predicted = anAnalysis({
  lambda: [
    { memoryMb: 128, initMs: 812.4, firstRequestMs: 1210, totalMs: 2022.4, lowMs: 1500, highMs: 2700 },
    { memoryMb: 512, initMs: 812.4, firstRequestMs: 90, totalMs: 902.4, lowMs: 700, highMs: 1200 },
  ],
  lambdaBasis: {
    constants: 'AWS Lambda',
    date: '2026-08-22',
    memoryMb: 512,
    packaging: 'zip',
    architecture: 'x64',
    provisioned: false,
    codeSavesMs: 301,
    parts: [
      { name: 'platform', of: 'init', ms: 16, lowMs: 14, highMs: 22 },
      { name: 'app on the CPU', of: 'init', ms: 796.4, lowMs: 700, highMs: 900 },
      { name: 'app waiting', of: 'init', ms: 0, lowMs: 0, highMs: 0 },
      { name: 'request, at its CPU share', of: 'request', ms: 90, lowMs: 80, highMs: 100 },
    ],
  },
});

const plain = (_: string, text: string): string => text;

test('the prediction is a table of memory sizes with its interval, and says what it rests on', () => {
  assert.deepEqual(lambdaLines(predicted, 100, plain), [
    'On Lambda, predicted (zip, x64, constants of AWS Lambda, 2026-08-22)',
    '  memory  init  first request  together  likely, ms',
    '  128 MB   812          1,210     2,022  1,500 to 2,700',
    '  512 MB   812             90       902  700 to 1,200    ◂ this function',
    '  Init: platform 16, app on the CPU 796 ms. Memory changes the first request only: init has a burst',
    '  of CPU at every size. Deferring imports could take at most 301 ms off it.',
  ]);
});

test('an app that never answered has no prediction', () => {
  assert.deepEqual(lambdaLines(anAnalysis(), 80, plain), []);
});
