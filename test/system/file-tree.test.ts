import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readlinkSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { copyTree, listTree, stateOf } from '../../src/system/file-tree.ts';
import { temporaryFolder } from '../helpers/installed.ts';

function folders(t: TestContext): { from: string; to: string; outside: string } {
  const folder = temporaryFolder((clean) => t.after(clean));
  const [from, to, outside] = ['from', 'to', 'outside'].map((name) => join(folder, name)) as [string, string, string];
  mkdirSync(join(from, 'lib'), { recursive: true });
  mkdirSync(outside);
  writeFileSync(join(from, 'lib/a.js'), 'a');
  writeFileSync(join(from, 'run.sh'), '#!/bin/sh', { mode: 0o755 });
  return { from, to, outside };
}

describe('copyTree', () => {
  it('makes a folder hold exactly what was listed, with modes and links', (t) => {
    const { from, to } = folders(t);
    symlinkSync('lib/a.js', join(from, 'link.js'));
    mkdirSync(to);
    writeFileSync(join(to, 'old.js'), 'old');
    const hashes = copyTree(listTree(from, () => false), to, new Map());
    assert.deepEqual([...hashes.keys()], ['lib/a.js', 'run.sh']);
    assert.equal(readFileSync(join(to, 'link.js'), 'utf8'), 'a');
    assert.equal(readlinkSync(join(to, 'link.js')), 'lib/a.js');
    assert.equal(statSync(join(to, 'run.sh')).mode & 0o777, 0o755);
    assert.equal(statSync(join(to, 'old.js'), { throwIfNoEntry: false }), undefined);
  });

  it('puts what links lead to outside in their place', (t) => {
    const { from, to, outside } = folders(t);
    writeFileSync(join(outside, 'b.js'), 'b');
    symlinkSync(outside, join(from, 'linked'));
    copyTree(listTree(from, () => false), to, new Map());
    rmSync(outside, { recursive: true });
    assert.equal(readFileSync(join(to, 'linked/b.js'), 'utf8'), 'b');
  });

  it('does not write again what is as it was', (t) => {
    const { from, to } = folders(t);
    const tree = listTree(from, (path) => path === 'run.sh');
    const first = copyTree(tree, to, new Map());
    const kept = new Map(tree.entries.flatMap((entry) => ('from' in entry ? [[stateOf(entry), first.get(entry.path)!]] : [])));
    const { ino } = statSync(join(to, 'lib/a.js'));
    assert.deepEqual(copyTree(listTree(from, (path) => path === 'run.sh'), to, kept), first);
    assert.equal(statSync(join(to, 'lib/a.js')).ino, ino);
    writeFileSync(join(from, 'lib/a.js'), 'b');
    utimesSync(join(from, 'lib/a.js'), 1, 1);
    copyTree(listTree(from, (path) => path === 'run.sh'), to, kept);
    assert.equal(readFileSync(join(to, 'lib/a.js'), 'utf8'), 'b');
  });
});
