import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outputTail } from '../../src/system/output-tail.ts';

test('a short output is kept whole', () => {
  const tail = outputTail(16);
  tail.add(Buffer.from('one\n'));
  tail.add(Buffer.from('two'));
  assert.equal(tail.text(), 'one\ntwo');
});

test('of a long output the last whole lines are kept', () => {
  const tail = outputTail(16);
  for (const line of ['first line\n', 'second line\n', 'third line\n', 'end\n']) tail.add(Buffer.from(line));
  assert.equal(tail.text(), 'third line\nend\n');
});

test('of a line longer than what is kept nothing is shown, because a secret could be cut in two', () => {
  const tail = outputTail(16);
  tail.add(Buffer.from('x'.repeat(40)));
  assert.equal(tail.text(), '');
});
