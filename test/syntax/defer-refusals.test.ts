import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { defer } from '../../src/syntax/defer.ts';
import { moduleHost } from '../../src/syntax/hosts.ts';
import { deferText } from './running.ts';

/** The reason why `x` stays as it is; `deferred` when it does not. */
function verdictOn(source: string, { file = 'main.cjs', values = true, getters = false } = {}): string {
  const { refused, deferred, edits } = deferText(file, source, ['x'], { values, host: { getters } });
  if (deferred.length > 0) return 'deferred';
  assert.deepEqual(edits, []);
  return refused[0]?.reason ?? 'absent';
}

const table: Record<string, Record<string, string[]>> = {
  SIDE_EFFECT_IMPORT: {
    'main.mjs': [`import 'x';`, `import {} from 'x';`],
    'main.cjs': [`require('x');`, `const {} = require('x');`],
  },
  REEXPORT: {
    'main.mjs': [`export { a } from 'x';`, `export * from 'x';`, `export * as x from 'x';`, `import { a } from 'x'; export { a };`, `import a from 'x'; export default a;`],
    'main.cjs': [`exports.x = require('x');`, `module.exports = require('x');`, `module.exports = { x: require('x') };`, `const x = require('x'); module.exports = { x };`, `const x = require('x'); module.exports = x;`, `const x = require('x'); exports.y = x.y;`, `__exportStar(require('x'), exports);`],
    'main.mts': [`export const x = require('x');`, `import { x } from 'x'; export const y = x;`],
  },
  TOP_LEVEL_USE: {
    'main.mjs': [`import { a } from 'x'; a();`, `import { a } from 'x'; const b = 1; b + a.c;`, `import a from 'x'; export default { a };`],
    'main.cjs': [`const x = require('x'); x.start();`, `use(require('x'));`, `const app = require('x')(); app.use(1);`, `const x = require('x'); class A { static a = x.a; }`, `const x = require('x'); class A { [x.key]() {} }`, `const x = require('x'); (() => x.a)();`, `function load() { const x = require('x'); } load();`],
  },
  EXTENDS: {
    'main.mjs': [`import { A } from 'x'; class B extends A {}`, `import * as x from 'x'; export class B extends x.A {}`, `import { mixin } from 'x'; const B = class extends mixin(Object) {};`],
    'main.cjs': [`const { A } = require('x'); module.exports = class B extends A {};`],
  },
  DECORATOR: {
    'main.mts': [`import { a } from 'x'; @a class B {}`, `import { a } from 'x'; class B { @a() c() {} }`, `import { a } from 'x'; class B { constructor(@a() c) {} }`, `import { a } from 'x'; const f = () => { @a class B {} return B; };`],
  },
  TOP_LEVEL_AWAIT: {
    'main.mjs': [`const x = await import('x');`, `import { a } from 'x'; const b = await a(); export const f = () => b;`],
  },
  NAMESPACE_ESCAPES: {
    'main.mjs': [`import * as x from 'x'; use(x);`, `import * as x from 'x'; export const f = () => use(x);`, `import * as x from 'x'; export const f = () => { const { a, ...rest } = x; };`],
  },
  LIVE_BINDING_WRITTEN: {
    'main.cjs': [`let x = require('x'); exports.f = () => { x = 1; };`, `var x = require('x'); var x = 2;`, `let { a } = require('x'); exports.f = () => a++;`, `var x; x = require('x'); x = 2;`, `let x = require('x'); exports.f = () => { [x] = [1]; };`],
  },
  CANNOT_REWRITE: {
    'main.cjs': [`const x = require('x'); exports.f = (code) => eval(code);`, `const x = require('x'); with (x) { a(); }`, `try { var x = require('x'); } catch {}`, `if (a) { var x = require('x'); }`, `const x = require('x'); exports.f = () => delete x;`, `const a = this, x = require('x').call(this); exports.f = () => x;`, `let key = 1; const x = require('x')(key); key = 2; exports.f = () => x;`, `const x = require('x')(arguments); exports.f = () => x;`],
    'main.mjs': [`import x from 'x' with { type: 'json' };`],
    'main.tsx': [`import React from 'x'; export const f = () => <p />;`],
  },
  OPT_OUT: {
    'main.cjs': [`const x = require('x'); // lwa-split: eager`],
    'main.mjs': [`// lwa-split: eager\nimport x from 'x';`, `import x from 'x';\n/* lwa-split: eager */\nimport { y } from 'x';`],
  },
  NOT_PARSED: {
    'main.cjs': [`const x = require('x'`],
  },
  absent: {
    'main.cjs': [`exports.f = () => require('x');`, `const f = () => 'x';`, `0 && require('x');`],
    'main.mjs': [`export const f = () => import('x');`],
    'main.mts': [`import type { A } from 'x'; let a: A;`, `import { A } from 'x'; let a: A;`],
  },
  deferred: {
    'main.cjs': [`const x = require('x'); if (process.env.X) x.start();`, `const x = require('x'); 0 && (module.exports = { x });`, `const x = require('x'); class A { a = x.a; static b() { return x; } }`, `const x = require('x'); function f(a = x.b) {}`],
    'main.mjs': [`import * as x from 'x'; export const f = () => { const { a } = x; return a; };`],
  },
};

describe('defer refuses', () => {
  for (const [reason, files] of Object.entries(table)) {
    for (const [file, sources] of Object.entries(files)) {
      for (const source of sources) {
        it(`${reason}: ${source.replaceAll('\n', ' ')}`, () => assert.equal(verdictOn(source, { file }), reason));
      }
    }
  }

  it('a module as a whole: one import that must stay keeps the others', () => {
    const { refused, edits } = deferText('main.mjs', `import a from 'x'; import { b } from 'x'; b(); export const f = () => a;`, ['x']);
    assert.deepEqual([refused, edits], [[{ specifier: 'x', reason: 'TOP_LEVEL_USE' }], []]);
  });

  it('one specifier without keeping others from being deferred', () => {
    const { refused, deferred } = deferText('main.cjs', `const a = require('a'), b = require('b'), c = require('c'); b(); exports.f = () => [a, c];`, ['a', 'b', 'c', 'd']);
    assert.deepEqual([refused, deferred], [[{ specifier: 'b', reason: 'TOP_LEVEL_USE' }], ['a', 'c']]);
  });

  it('what values that are made from it stand in the way of, asked for or not', () => {
    const source = `const { createApp } = require('x'); const app = createApp(); app.listen(1);`;
    const reasons = [false, true].map((values) => verdictOn(source, { values }));
    assert.deepEqual([...reasons, verdictOn(`const { createApp } = require('x'); const app = createApp(); exports.get = () => app;`, { values: false })], ['TOP_LEVEL_USE', 'TOP_LEVEL_USE', 'VALUE_INITIALIZER']);
  });

  it('types that decorators name, with emitDecoratorMetadata', () => {
    const source = `import { Db } from 'x'; @injectable() export class Users { constructor(private db: Db) {} get() { return new Db(); } }`;
    const options = { host: moduleHost('runtime') };
    const verdict = (emitDecoratorMetadata: boolean) => defer(source, [{ specifier: 'x' }], { ...options, format: { module: 'esm', language: 'ts', compiler: { emitDecoratorMetadata } } });
    assert.deepEqual(verdict(true).refused, [{ specifier: 'x', reason: 'DECORATOR' }]);
    assert.deepEqual(verdict(false).deferred, ['x']);
  });
});
