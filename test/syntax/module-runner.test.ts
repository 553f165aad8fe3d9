import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runInThisContext } from 'node:vm';
import { asFunction, asWrapper, contextName, type Binding } from '../../src/syntax/module-runner.ts';
import { modulePiecesOf } from '../../src/syntax/module-shape.ts';

const marks = { wrapper: '(function (exports, require, module) { ', mark: '/*:*/' };

/** The text of a module whose exports are all its own, alone or in a cycle, with names of other modules that stay live. */
function packed(source: string, given: Partial<Binding> & { liveNames?: string[] } = {}): string {
  const pieces = modulePiecesOf(source, 'lwa$');
  assert.ok(pieces !== null);
  const { requests, exports } = pieces.shape;
  const live = requests.map(({ names }) => new Set(names.filter((name) => given.liveNames?.includes(name) === true)));
  const own = exports.map((one) => ({ name: one.name, value: 'from' in one ? { from: one.from, imported: one.imported } : { local: one.local }, live: 'constant' in one && !one.constant }));
  return asFunction(source, 'lwa$', pieces, { cyclic: false, live, exports: own, ...given }, marks);
}

describe('an ES module as a function', () => {
  it('takes constant imports once, before its first line, and returns its exports', () => {
    assert.equal(
      packed('import { a } from "x";\nexport const b = a + 1;'),
      '(function (lwa$, lwa$m) { "use strict"; const { a: a } = lwa$m[0]; /*:*/;                     \n       const b = a + 1;\nreturn { __proto__: null, b: b }; })',
    );
  });

  it('reads imports that may change where they are used, never as methods', () => {
    assert.equal(
      packed('import { n, run } from "x";\nlet other = n\nrun({ n })', { liveNames: ['n', 'run'] }).split('\n').slice(1, 3).join('\n'),
      'let other = lwa$m[0].n\n;(0, lwa$m[0].run)({ n: lwa$m[0].n })',
    );
  });

  it('gives exports that may change as getters', () => {
    assert.match(packed('export let n = 0;\nexport const add = () => { n += 1; };'), /return \{ __proto__: null, get n\(\) \{ return n; \}, add: add \}/);
    assert.match(packed('export var kind;\n(function (k) { k.a = 1; })(kind || (kind = {}));'), /return \{ __proto__: null, kind: kind \}/);
  });

  it('hands over its exports before it runs where it is in a cycle', () => {
    assert.equal(
      packed('import { a } from "x";\nexport function f() { return a; }', { cyclic: true }),
      '(function* (lwa$, lwa$m) { "use strict"; lwa$.x({ __proto__: null, get f() { return f; } }); yield; /*:*/;                     \n       function f() { return lwa$m[0].a; }\n})',
    );
  });

  it('waits where it awaits at top level only', () => {
    assert.match(packed('export const a = await 1;'), /^\(async function \(/);
    assert.match(packed('export const a = async () => { await 1; };'), /^\(function \(/);
  });

  it('keeps lines and columns of what is exported', () => {
    const text = packed('import a,\n  { b } from "x";\nexport const c = 1; export class D {}').split('\n');
    assert.deepEqual(text.slice(2, 3), ['       const c = 1;        class D {}']);
  });

  it('gives a default export without a name the name "default"', () => {
    for (const [source, name] of [['export default () => 1', 'default'], ['export default function () {}', 'default'], ['export default class {}', 'default'], ['export default class Own {}', 'Own']] as const) {
      const made = runInThisContext(packed(source)) as (context: object, given: unknown[]) => { default: { name: string } };
      assert.equal(made({}, []).default.name, name, source);
    }
  });

  it('leaves alone what only the loader of Node can give', () => {
    for (const source of ['import source x from "x.wasm"', 'import defer * as x from "x"', 'import x from "x" with { type: "css" }', 'const x = import.defer("x")']) assert.equal(modulePiecesOf(source, 'lwa$'), null, source);
  });
});

describe('a CommonJS module as a function', () => {
  it('gets the wrapper that Node gives it, and around it what it needs besides', () => {
    assert.equal(asWrapper('#!/usr/bin/env node\nmain()', null, marks), '(function (exports, require, module) { ///usr/bin/env node\nmain()\n})');
    assert.equal(asWrapper('lwa$.import("x")', 'lwa$', marks), '(function (lwa$) { return (function (exports, require, module) { /*:*/lwa$.import("x")\n}); })');
  });

  it('gets a context with a name that it does not hold', () => {
    assert.equal(contextName('const lwa$ = 1'), 'lwa2$');
  });
});
