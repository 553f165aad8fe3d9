import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sourceResolver } from '../../src/system/source-resolver.ts';

function resolverOf(files: Record<string, string>): (specifier: string, importer: string) => string | null {
  return sourceResolver({ read: (file) => files[file] ?? null, isFile: (file) => file in files });
}

test('a relative specifier finds the TypeScript file that it means', () => {
  const find = resolverOf({ '/app/src/a.ts': '', '/app/src/b/index.ts': '', '/app/src/c.mts': '' });
  assert.equal(find('./a', '/app/src/main.ts'), '/app/src/a.ts');
  assert.equal(find('./a.js', '/app/src/main.ts'), '/app/src/a.ts');
  assert.equal(find('./b', '/app/src/main.ts'), '/app/src/b/index.ts');
  assert.equal(find('./c.mjs', '/app/src/main.ts'), '/app/src/c.mts');
  assert.equal(find('./d', '/app/src/main.ts'), null);
});

test('paths of the tsconfig are followed from the folder of the config that has them', () => {
  const find = resolverOf({
    '/app/tsconfig.base.json': '{ "compilerOptions": { "paths": { "@/*": ["./src/*"], "@/lib/*": ["./other/*", "./lib/*"], "config": ["./src/config.ts"] } } }',
    '/app/api/tsconfig.json': '{ "extends": "../tsconfig.base.json" }',
    '/app/src/db.ts': '',
    '/app/src/config.ts': '',
    '/app/lib/aws.ts': '',
  });
  assert.equal(find('@/db', '/app/api/main.ts'), '/app/src/db.ts');
  assert.equal(find('@/lib/aws.js', '/app/api/main.ts'), '/app/lib/aws.ts');
  assert.equal(find('config', '/app/api/main.ts'), '/app/src/config.ts');
  assert.equal(find('express', '/app/api/main.ts'), null);
});

test('paths of a config below start at the baseUrl of the one that it extends', () => {
  const find = resolverOf({
    '/app/base.json': '{ "compilerOptions": { "baseUrl": "." } }',
    '/app/api/tsconfig.json': '{ "extends": "../base.json", "compilerOptions": { "paths": { "~/*": ["src/*"] } } }',
    '/app/src/db.ts': '',
  });
  assert.equal(find('~/db', '/app/api/main.ts'), '/app/src/db.ts');
  assert.equal(find('src/db', '/app/api/main.ts'), '/app/src/db.ts');
});
