import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pathFilter } from '../../../plugins/esbuild/filter.ts';
import { matcher } from '../../../plugins/esbuild/globs.ts';

describe('the filter of paths', () => {
  it('takes all outside of node_modules', () => {
    const filter = pathFilter([]);
    const own = ['/app/src/a.ts', '/home/anna/nn/node/n.js', '/node_module/x.js', 'C:\\code\\node-app\\main.js', '/nnode_moduless'.replace('node_modules', 'node_modul'), '/n', 'nnnode_n', '/node_modulenode_module'];
    assert.deepEqual(own.filter((path) => !filter.test(path)), []);
    const others = ['/app/node_modules/a/b.js', 'node_modules', '/nnode_modules/a', '/node_node_modules', 'C:\\app\\node_modules\\a.js', '/a/node_modules/b/n.js'];
    assert.deepEqual(others.filter((path) => filter.test(path)), []);
  });

  it('takes the named files in it', () => {
    const filter = pathFilter(['node_modules/@a/b.c/lib/x.js']);
    const paths = ['/app/node_modules/@a/b.c/lib/x.js', 'C:\\app\\node_modules\\@a\\b.c\\lib\\x.js', '/app/node_modules/@a/bxc/lib/x.js', '/app/node_modules/@a/b.c/lib/x.js.map', '/app/other_node_modules/@a/b.c/lib/x.js'];
    assert.deepEqual(paths.map((path) => filter.test(path)), [true, true, false, false, false]);
  });
});

describe('globs', () => {
  it('match files and specifiers', () => {
    const globs: [string, string[], string[]][] = [
      ['src/**', ['src/a.js', 'src/b/c.ts'], ['lib/src/a.js', 'src']],
      ['**/*.test.ts', ['a.test.ts', 'x/y/a.test.ts'], ['a.ts', 'a.test.tsx']],
      ['@aws-sdk/*', ['@aws-sdk/client-s3'], ['@aws-sdk/client-s3/dist', '@aws-sdkx']],
      ['*.{js,m?s}', ['a.js', 'a.mjs', 'a.mts'], ['a.cjs.map', 'a/b.js']],
      ['pg', ['pg'], ['pg-pool', 'apg']],
    ];
    for (const [glob, yes, no] of globs) assert.deepEqual([...yes, ...no].filter(matcher([glob])), yes, glob);
  });
});
