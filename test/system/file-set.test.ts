import assert from 'node:assert/strict';
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { changeFiles } from '../../src/system/file-set.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lwa-split-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

test('all files change, keep their permissions, and nothing is left beside them', () => {
  const [a, b] = [file('a.js', 'a1'), file('b.js', 'b1')];
  chmodSync(a, 0o750);
  changeFiles([{ file: a, from: 'a1', to: 'a2' }, { file: b, from: 'b1', to: 'b2' }]);
  assert.deepEqual([readFileSync(a, 'utf8'), readFileSync(b, 'utf8'), statSync(a).mode & 0o777], ['a2', 'b2', 0o750]);
  assert.deepEqual(readdirSync(folder), ['a.js', 'b.js']);
});

test('none changes when one is not what it was', () => {
  const [a, b] = [file('a.js', 'a1'), file('b.js', 'somebody was here')];
  assert.throws(() => changeFiles([{ file: a, from: 'a1', to: 'a2' }, { file: b, from: 'b1', to: 'b2' }]), { name: 'UserError', code: 'changed-meanwhile' });
  assert.deepEqual([readFileSync(a, 'utf8'), readFileSync(b, 'utf8'), readdirSync(folder)], ['a1', 'somebody was here', ['a.js', 'b.js']]);
});

test('what was changed is put back when a later one cannot be', () => {
  const a = file('a.js', 'a1');
  const b = file('b.js', 'b1');
  // A folder that comes in the way between looking and writing, as a disk that fails would.
  const inTheWay = { file: b, from: 'b1', get to(): string {
    rmSync(b);
    mkdirSync(b);
    return 'b2';
  } };
  assert.throws(() => changeFiles([{ file: a, from: 'a1', to: 'a2' }, inTheWay]));
  assert.deepEqual([readFileSync(a, 'utf8'), readdirSync(folder)], ['a1', ['a.js', 'b.js']]);
});

test('a link stays one', () => {
  const a = file('a.js', 'a1');
  symlinkSync(a, join(folder, 'link.js'));
  changeFiles([{ file: join(folder, 'link.js'), from: 'a1', to: 'a2' }]);
  assert.deepEqual([readFileSync(a, 'utf8'), lstatSync(join(folder, 'link.js')).isSymbolicLink()], ['a2', true]);
});
