import assert from 'node:assert/strict';
import { test } from 'node:test';
import { table } from './table.ts';

test('a table is Markdown and aligned, short rows filled up', () => {
  assert.equal(
    table(['app', 'ms'], [['netease', '400'], ['wiki']]),
    ['| app     | ms  |', '| ------- | --- |', '| netease | 400 |', '| wiki    |     |'].join('\n'),
  );
});
