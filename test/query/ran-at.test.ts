import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ranAt } from '../../src/query/ran-at.ts';

const functions = [10, 50, 1, 0, 20, 30, 0, 1, 32, 40, 0, 0];

describe('ranAt', () => {
  it('goes by the innermost function around an offset', () => {
    assert.deepEqual([12, 25, 35, 45].map((offset) => ranAt({ functions }, offset)), ['starting', 'answering', 'never', 'starting']);
  });

  it('knows nothing of the top level', () => {
    assert.deepEqual([5, 50].map((offset) => ranAt({ functions }, offset)), [null, null]);
  });
});
