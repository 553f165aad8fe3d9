import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchesGlob } from '../../../src/steps/lazy/only.ts';

const paths = ['server.js', 'src/a.ts', 'src/b.js', 'src/deep/c.ts', 'src.d/x.ts'];
const matching = (glob: string): string[] => paths.filter(matchesGlob(glob));

test('a glob names files from the root of the app', () => {
  assert.deepEqual(matching('src/*.ts'), ['src/a.ts']);
  assert.deepEqual(matching('./src/**/*.ts'), ['src/a.ts', 'src/deep/c.ts']);
  assert.deepEqual(matching('src/{a,deep/c}.ts'), ['src/a.ts', 'src/deep/c.ts']);
  assert.deepEqual(matching('*.js'), ['server.js']);
  assert.deepEqual(matching('**/*.js'), ['server.js', 'src/b.js']);
  assert.deepEqual(matching('src/?.js'), ['src/b.js']);
});

test('a folder stands for all that is in it', () => {
  assert.deepEqual(matching('src'), ['src/a.ts', 'src/b.js', 'src/deep/c.ts']);
  assert.deepEqual(matching('src/'), ['src/a.ts', 'src/b.js', 'src/deep/c.ts']);
});
