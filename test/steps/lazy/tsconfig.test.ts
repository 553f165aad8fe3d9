import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compilerOptions } from '../../../src/steps/lazy/tsconfig.ts';
import { projectFiles } from '../../helpers/project-files.ts';

const files = projectFiles({
  'app/tsconfig.json': `{ // ours
    "extends": ["./base", "@tsconfig/node24/tsconfig.json"], /* two */
    "compilerOptions": { "emitDecoratorMetadata": true, "paths": { "@/*": ["./src/*"], }, },
  }`,
  'app/base.json': '{ "compilerOptions": { "verbatimModuleSyntax": true, "emitDecoratorMetadata": false } }',
  'node_modules/@tsconfig/node24/tsconfig.json': '{ "compilerOptions": { "importsNotUsedAsValues": "remove" } }',
  'broken/tsconfig.json': '{',
  'circle/tsconfig.json': '{ "extends": "./tsconfig.json", "compilerOptions": { "verbatimModuleSyntax": true } }',
});
const options = compilerOptions(files);

test('the nearest tsconfig counts, with what it extends', () => {
  assert.deepEqual(options('/home/me/shop/app/src/deep/a.ts'), { verbatimModuleSyntax: true, importsNotUsedAsValues: 'remove', emitDecoratorMetadata: true });
});

test('it counts for TypeScript only', () => {
  assert.equal(options('/home/me/shop/app/src/a.js'), undefined);
  assert.equal(options('/home/me/shop/elsewhere/a.ts'), undefined);
});

test('one that is broken or a circle does no harm', () => {
  assert.deepEqual([options('/home/me/shop/broken/a.ts'), options('/home/me/shop/circle/a.ts')], [{}, { verbatimModuleSyntax: true }]);
});
