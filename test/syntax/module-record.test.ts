import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { moduleRecord } from '../../src/syntax/module-record.ts';

describe('the record of a module', () => {
  it('holds what is imported and exported from, without types', () => {
    const source = `import a, { type B } from 'a'; import type { C } from 'c'; import { type D } from 'd'; import 'e'; export * from 'f'; export { g } from 'g'; export type { H } from 'h'; import('i'); export const j = 1;`;
    assert.deepEqual(moduleRecord(source, 'x.ts'), { isModule: true, imports: ['a', 'e', 'f', 'g'], topLevelAwait: false });
  });

  it('tells waiting at the top level from waiting in functions', () => {
    const waits = (text: string): boolean | undefined => moduleRecord(`export {}; ${text}`, 'x.ts')?.topLevelAwait;
    const top = [`await 1;`, `if (a) { await b; }`, `for await (const a of b) c(a);`, `const a = { b: await c };`, `class A extends (await b) {}`, `await using a = b();`];
    const inside = [`async () => await 1;`, `async function a() { for await (const b of c) await b; }`, `class A { async b() { await c; } }`, `const a = 'await';`, `// await`];
    assert.deepEqual([top.map(waits), inside.map(waits)], [top.map(() => true), inside.map(() => false)]);
  });

  it('knows CommonJS, JSX in .js files, and texts that are neither', () => {
    assert.deepEqual(moduleRecord(`const a = require('a'); module.exports = a;`, 'x.js'), { isModule: false, imports: [], topLevelAwait: false });
    assert.deepEqual(moduleRecord(`import h from 'h'; export default () => <a />;`, 'x.js')?.imports, ['h']);
    assert.equal(moduleRecord(`import {`, 'x.js'), null);
  });
});
