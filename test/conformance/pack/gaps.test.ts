import assert from 'node:assert/strict';
import { it } from 'node:test';
import { gapsWithoutCase } from './suite.ts';

it('every known gap of the pack names a case', () => {
  assert.deepEqual(gapsWithoutCase(), []);
});
