import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { cacheFolder, contentHash, envFile, exists, readJson, systemCacheFolder, writeFileAtomic } from '../../src/system/files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lwa-split-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a file is written whole, into folders made on the way, and nothing is left beside it', () => {
  writeFileAtomic(join(folder, 'a/b.json'), '{"x":1}');
  writeFileAtomic(join(folder, 'a/b.json'), '{"x":2}');
  assert.deepEqual(readJson(join(folder, 'a/b.json')), { x: 2 });
  assert.deepEqual(readdirSync(join(folder, 'a')), ['b.json']);
});

test('a write that fails leaves the old content and no temporary file', () => {
  mkdirSync(join(folder, 'taken'));
  writeFileSync(join(folder, 'taken/inside'), 'kept');
  assert.throws(() => writeFileAtomic(join(folder, 'taken'), 'text'));
  assert.deepEqual(readdirSync(folder), ['taken']);
  assert.equal(readFileSync(join(folder, 'taken/inside'), 'utf8'), 'kept');
});

test('JSON that is missing or broken is an error of the user', () => {
  assert.throws(() => readJson(join(folder, 'none.json')), { name: 'UserError', code: 'no-file' });
  writeFileSync(join(folder, 'broken.json'), '{"x":');
  assert.throws(() => readJson(join(folder, 'broken.json')), { name: 'UserError', code: 'bad-json' });
});

test('an environment file is read as dotenv, a missing one is an error of the user', () => {
  writeFileSync(join(folder, '.env'), '# comment\nPORT=3000\nexport NAME="two words" # why\nMULTI="a\nb"\nEMPTY=\n');
  assert.deepEqual(envFile(join(folder, '.env')), { PORT: '3000', NAME: 'two words', MULTI: 'a\nb', EMPTY: '' });
  assert.throws(() => envFile(join(folder, 'none.env')), { name: 'UserError', code: 'no-env-file' });
});

test('the cache is in node_modules where there is one, else in the folder of the system', () => {
  const environment = { XDG_CACHE_HOME: join(folder, 'cache') };
  mkdirSync(join(folder, 'app/node_modules'), { recursive: true });
  assert.equal(cacheFolder(join(folder, 'app'), environment), join(folder, 'app/node_modules/.cache/lwa-split'));
  mkdirSync(join(folder, 'bare'));
  const outside = cacheFolder(join(folder, 'bare'), environment);
  assert.match(outside.slice(folder.length), /^\/cache\/lwa-split\/bare-[0-9a-f]{12}$/);
  assert.deepEqual([exists(outside), exists(join(folder, 'bare/node_modules'))], [true, false]);
});

test('what is kept in the folder of the system goes some time after the app has gone', () => {
  const environment = { XDG_CACHE_HOME: join(folder, 'caches') };
  const caches = ['gone', 'stays'].map((name) => {
    mkdirSync(join(folder, name));
    return cacheFolder(join(folder, name), environment);
  });
  rmSync(join(folder, 'gone'), { recursive: true });
  const others = systemCacheFolder('node', environment);
  cacheFolder(join(folder, 'stays'), environment);
  assert.deepEqual(caches.map(exists), [true, true], 'nobody looks where nothing is new');
  mkdirSync(join(folder, 'new'));
  cacheFolder(join(folder, 'new'), environment);
  assert.deepEqual([...caches, others].map(exists), [false, true, true]);
});

test('an app on a read-only disk has its cache in the folder of the system', (context) => {
  if (process.getuid?.() === 0) return context.skip('root may write everywhere');
  mkdirSync(join(folder, 'app/node_modules'), { recursive: true });
  chmodSync(join(folder, 'app/node_modules'), 0o555);
  assert.match(cacheFolder(join(folder, 'app'), { XDG_CACHE_HOME: join(folder, 'cache') }), /\/cache\/lwa-split\/app-/);
});

test('a content hash is 32 digits and the same for the same bytes', () => {
  assert.equal(contentHash('abc'), 'ba7816bf8f01cfea414140de5dae2223');
  assert.equal(contentHash(Buffer.from('abc')), 'ba7816bf8f01cfea414140de5dae2223');
});
