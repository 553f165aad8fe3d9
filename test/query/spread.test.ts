import assert from 'node:assert/strict';
import { it } from 'node:test';
import { spread } from '../../src/query/spread.ts';

it('a few of many items are taken from all over the list, both ends among them', () => {
  assert.deepEqual(spread([1, 2, 3, 4, 5, 6, 7], 3), [1, 4, 7]);
  assert.deepEqual(spread([1, 2], 3), [1, 2]);
  assert.deepEqual(spread([1, 2, 3], 1), [1]);
});
