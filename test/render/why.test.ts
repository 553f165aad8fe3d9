import assert from 'node:assert/strict';
import test from 'node:test';
import { renderWhy } from '../../src/render/why.ts';
import { aWhy } from '../helpers/an-analysis.ts';

const plain = { columns: 80, color: false };

test('why tells the cost, the cut and the chain, with the line that leads on in each file', () => {
  assert.equal(
    renderWhy(aWhy(), plain),
    `\
node_modules/pdfkit/index.js
Without it a start would save 130 ms (± 3). It takes 12 ms itself, 140 ms with
all that it is the first to load.

To stop it from loading, take away 1 import; a start saves 130 ms:
  src/orders.js:2  pdfkit

How it is loaded (1 chain)
  ms: each with all that it is the first to load
  200  src/app.js:4
  150    src/orders.js:2
  140      node_modules/pdfkit/index.js
`,
  );
});

test('of many chains the shortest are shown', () => {
  const [chain] = aWhy().chains;
  const text = renderWhy(aWhy({ chains: Array.from({ length: 20 }, () => chain!), chainsInAll: 2_500_000_000, chainsCounted: 'at-least' }), plain);
  assert.match(text, /^How it is loaded \(at least 2\.5 billion chains, the shortest 5\)$/m);
  assert.match(text, /^ {2}and 2\.5 billion more: --json lists 20$/m);
});

test('the entry has no imports to take away', () => {
  const text = renderWhy(aWhy({ chains: [[{ module: 'src/app.js', ms: 200, line: null, specifier: null }]], cut: [] }), plain);
  assert.match(text, /^Nothing imports it: it is the entry, or preloaded\.$/m);
});

test('a deep chain keeps within the terminal', () => {
  const deep = Array.from({ length: 40 }, (_, i) => ({ module: `node_modules/some-package/lib/deep/folder/number-${i}.js`, ms: 1000 - i, line: i, specifier: 'x' }));
  const lines = renderWhy(aWhy({ chains: [deep] }), plain).split('\n');
  assert.deepEqual(lines.filter((line) => line.length > 80), []);
});
