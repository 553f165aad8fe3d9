import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstRequestNeeds } from '../../src/query/first-request.ts';
import { aGraph } from '../helpers/a-graph.ts';

const shop = aGraph('app.js -> a.js b.js log.js', 'a.js -> pdf.js log.js app.js', 'b.js -> log.js');

test('what one of four routes can need is needed by a quarter of the first requests', () => {
  const needs = firstRequestNeeds(shop, ['a.js', 'b.js', 'c.js', 'd.js']);
  assert.deepEqual(['pdf.js', 'log.js', 'a.js'].map(needs), [0.25, 0.5, 0.25]);
});

test('of several routes in one file one is taken to need each of its imports', () => {
  assert.equal(firstRequestNeeds(shop, ['a.js', 'a.js', 'a.js', 'a.js'])('pdf.js'), 0.25);
});

test('the app above a handler, and what no handler reaches, are needed by none', () => {
  const needs = firstRequestNeeds(shop, ['a.js']);
  assert.deepEqual(['app.js', 'b.js', 'not-there.js'].map(needs), [0, 0, 0]);
});
