import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { shellWord } from '../../src/model/shell-word.ts';
import { bar, counted, oneLine, paintFor, percent, shorten, table, wholeMs, wrap } from '../../src/render/text.ts';

const plain = paintFor({ columns: 80, color: false });

test('milliseconds are whole, and what rounds to nothing is still shown to be there', () => {
  assert.deepEqual([0, 0.2, 0.5, 1.4, 1234.5, -0.2, -3].map(wholeMs), ['0', '<1', '1', '1', '1,235', '0', '-3']);
});

test('one is not plural', () => {
  assert.deepEqual([counted(0, 'module'), counted(1, 'module'), counted(2345, 'module'), counted(2, 'entry', 'entries')], ['0 modules', '1 module', '2,345 modules', '2 entries']);
});

test('a share of nothing has no percentage', () => {
  assert.deepEqual([percent(1, 0), percent(0, 10), percent(0.01, 10), percent(5, 10)], ['', '0 %', '<1 %', '50 %']);
});

test('a bar is exact to an eighth of a column, and the smallest share shows', () => {
  assert.deepEqual([bar(0, 8), bar(0.001, 8), bar(0.5, 3), bar(1, 3), bar(7, 3), bar(-1, 3)], ['', '▏', '█▌', '███', '███', '']);
});

test('a path that is too long loses its middle', () => {
  assert.equal(shorten('src/some/very/long/path/file.js', 16), 'src/s…th/file.js');
});

test('a number stays with its unit where a line breaks', () => {
  assert.deepEqual(wrap('loading takes 1,362 ms (± 12, 97 %) of all', 21), ['loading takes', '1,362 ms (± 12, 97 %)', 'of all']);
});

test('what an app says cannot steer the terminal', () => {
  assert.equal(oneLine('\u001b[31mred\u001b[0m\r\nand\u0007 more\t'), 'red and more');
});

test('a table shortens the widest of the columns that may be shortened', () => {
  const lines = table([{ title: 'ms', align: 'right' }, { title: 'file', least: 8 }, { title: 'by', least: 4 }], [['12', 'src/a/long/name.js', 'b.js'], ['7', 'c.js', '']], 24, plain);
  assert.deepEqual(lines, ['ms  file            by', '12  src/…g/name.js  b.js', ' 7  c.js']);
});

test('an argument with blanks or quotes is quoted for the shell', () => {
  assert.deepEqual(['@scope/pkg', 'my shop', "it's"].map(shellWord), ['@scope/pkg', "'my shop'", "'it'\\''s'"]);
});

test('color codes are there only when asked for', () => {
  assert.equal(paintFor({ columns: 80, color: true })('bold', 'x'), '\u001b[1mx\u001b[22m');
  assert.equal(plain('bold', 'x'), 'x');
});

test('wrapped lines keep within the width and lose no word', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z,.%0-9]{1,30}$/)), fc.integer({ min: 10, max: 60 }), (words, width) => {
      const lines = wrap(words.join(' '), width);
      assert.ok(lines.every((line) => line.length <= width));
      assert.equal(lines.join('').replaceAll(' ', ''), words.join(''));
    }),
  );
});
