import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readlinkSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { beginCopy, copyTree, listTree, stateOf } from '../../src/system/file-tree.ts';
import { contentHash } from '../../src/system/files.ts';
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
  it('makes a folder hold exactly what was listed, with modes and links', async (t) => {
    const { from, to } = folders(t);
    symlinkSync('lib/a.js', join(from, 'link.js'));
    mkdirSync(to);
    writeFileSync(join(to, 'old.js'), 'old');
    const hashes = await copyTree(listTree(from, () => false), to, new Map());
    assert.deepEqual([...hashes.keys()], ['lib/a.js', 'run.sh']);
    assert.equal(readFileSync(join(to, 'link.js'), 'utf8'), 'a');
    assert.equal(readlinkSync(join(to, 'link.js')), 'lib/a.js');
    assert.equal(statSync(join(to, 'run.sh')).mode & 0o777, 0o755);
    assert.equal(statSync(join(to, 'old.js'), { throwIfNoEntry: false }), undefined);
  });

  it('puts what links lead to outside in their place', async (t) => {
    const { from, to, outside } = folders(t);
    writeFileSync(join(outside, 'b.js'), 'b');
    symlinkSync(outside, join(from, 'linked'));
    await copyTree(listTree(from, () => false), to, new Map());
    rmSync(outside, { recursive: true });
    assert.equal(readFileSync(join(to, 'linked/b.js'), 'utf8'), 'b');
  });

  it('does not write again what is as it was', async (t) => {
    const { from, to } = folders(t);
    const tree = listTree(from, (path) => path === 'run.sh');
    const first = await copyTree(tree, to, new Map());
    const kept = new Map(tree.entries.flatMap((entry) => ('from' in entry ? [[stateOf(entry), first.get(entry.path)!]] : [])));
    const { ino } = statSync(join(to, 'lib/a.js'));
    assert.deepEqual(await copyTree(listTree(from, (path) => path === 'run.sh'), to, kept), first);
    assert.equal(statSync(join(to, 'lib/a.js')).ino, ino);
    writeFileSync(join(from, 'lib/a.js'), 'b');
    utimesSync(join(from, 'lib/a.js'), 1, 1);
    await copyTree(listTree(from, (path) => path === 'run.sh'), to, kept);
    assert.equal(readFileSync(join(to, 'lib/a.js'), 'utf8'), 'b');
  });

  it('copies many files as it copies few, whatever thread does it', async (t) => {
    const { from, to } = folders(t);
    const names = Array.from({ length: 1200 }, (_, i) => `many/${String(i).padStart(4, '0')}.txt`);
    mkdirSync(join(from, 'many'));
    for (const name of names) writeFileSync(join(from, name), name);
    const tree = listTree(from, () => false);
    const hashes = await copyTree(tree, to, new Map());
    assert.deepEqual([...hashes.keys()], tree.entries.map(({ path }) => path));
    for (const name of names) assert.deepEqual([readFileSync(join(to, name), 'utf8'), hashes.get(name)], [name, contentHash(name)]);
    assert.equal(statSync(join(to, 'run.sh')).mode & 0o777, 0o755);
    assert.equal(Math.trunc(statSync(join(to, names[7]!)).mtimeMs), Math.trunc(statSync(join(from, names[7]!)).mtimeMs));
  });

  it('goes on with a copy that was begun for fewer files, and does no file twice', async (t) => {
    const { from, to } = folders(t);
    for (let i = 0; i < 4; i++) writeFileSync(join(from, `lib/${i}.js`), String(i));
    mkdirSync(to);
    writeFileSync(join(to, 'old.js'), 'old');
    const tree = listTree(from, () => false);
    let looks = 0;
    const begun = beginCopy({ ...tree, entries: tree.entries.filter(({ path }) => path !== 'lib/a.js') }, to, new Map(), () => ++looks > 2);
    assert.deepEqual([...begun.hashes.keys()], ['lib/0.js', 'lib/1.js']);
    assert.equal(readFileSync(join(to, 'old.js'), 'utf8'), 'old');
    writeFileSync(join(to, 'lib/0.js'), 'not again');
    const hashes = await copyTree(tree, to, new Map(), begun);
    assert.deepEqual([...hashes.keys()], tree.entries.map(({ path }) => path));
    assert.deepEqual(['lib/0.js', 'lib/1.js', 'lib/3.js', 'lib/a.js'].map((path) => readFileSync(join(to, path), 'utf8')), ['not again', '1', '3', 'a']);
    assert.equal(hashes.get('lib/3.js'), contentHash('3'));
    assert.equal(statSync(join(to, 'old.js'), { throwIfNoEntry: false }), undefined);
  });

  it('says what cannot be copied, be there many files', async (t) => {
    const { from, to } = folders(t);
    mkdirSync(join(from, 'many'));
    for (let i = 0; i < 1200; i++) writeFileSync(join(from, `many/${i}.txt`), '');
    const tree = listTree(from, () => false);
    rmSync(join(from, 'many/700.txt'));
    await assert.rejects(copyTree(tree, to, new Map()), /ENOENT.*700\.txt/);
  });
});
