import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { changeOf, geometricMean, seeded } from './statistics.ts';

const rounded = (value: number): number => Math.round(value * 1000) / 1000;

describe('statistics of the bench', () => {
  it('a change that is always the same has no spread', () => {
    const { low, middle, high } = changeOf([0.5, 0.5, 0.5]);
    assert.deepEqual([low, middle, high].map(rounded), [-0.5, -0.5, -0.5]);
  });

  it('of two measurements alone next to nothing is known', () => {
    const { low, middle, high } = changeOf([0.5, 2]);
    assert.deepEqual([low, middle].map(rounded), [-1, 0]);
    assert.ok(high > 1000);
  });

  it('a geometric mean takes twice as fast and half as fast for no change', () => {
    assert.equal(rounded(geometricMean([2, 0.5])), 1);
    assert.equal(rounded(geometricMean([4, 1])), 2);
  });

  it('a seed gives one order', () => {
    const items = [1, 2, 3, 4, 5, 6, 7, 8];
    assert.deepEqual(seeded(7).shuffled(items), seeded(7).shuffled(items));
    assert.notDeepEqual(seeded(7).shuffled(items), seeded(8).shuffled(items));
    assert.deepEqual(seeded(7).shuffled(items).sort(), items);
  });
});
