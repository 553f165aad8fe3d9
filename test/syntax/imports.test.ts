import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { importsOf, type ImportSite } from '../../src/syntax/imports.ts';
import type { SourceFormat } from '../../src/syntax/parse.ts';

const js: SourceFormat = { module: 'cjs', language: 'js' };
const esm: SourceFormat = { module: 'esm', language: 'js' };
const ts: SourceFormat = { module: 'esm', language: 'ts' };

function sites(source: string, format: SourceFormat): ImportSite[] {
  const found = importsOf(source, format);
  assert.ok(found !== null, 'not valid');
  return found;
}

/** `specifier kind where` of every site. */
const kinds = (source: string, format: SourceFormat = js): string[] => sites(source, format).map(({ specifier, kind, where }) => `${specifier} ${kind} ${where}`);

/** `local: at how` of every use of the names that the first import makes. */
const uses = (source: string, format: SourceFormat = js): string[] =>
  sites(source, format)[0]!.bindings.flatMap(({ local, uses }) => uses.map(({ at, conditional, how, initializes }) => [`${local}: ${at}`, ...(conditional ? ['maybe'] : []), how, ...initializes].join(' ')));

const sumOf = (terms: number): string => Array.from({ length: terms }, () => '1').join(' + ');

describe('importsOf', () => {
  it('names the forms of require by what is done with the result', () => {
    const source = `
      const a = require('a'), { b, c: [d] } = require('b'), e = require('e').default;
      const stripe = require('stripe')(key);
      const made = new (require('m').Made)();
      require('bare');
      require('dotenv').config();
      exports.x = require('x');
      module.exports = { y: require('y') };
      use(require('argument'));
      if (cond) require('branch');
      const f = () => require('inner');
      require(computed);`;
    assert.deepEqual(kinds(source), [
      'a require top-level',
      'b destructured-require top-level',
      'e member-require top-level',
      'stripe called-require top-level',
      'm called-require top-level',
      'bare bare-require top-level',
      'dotenv called-require top-level',
      'x exported-require top-level',
      'y exported-require nested',
      'argument require-in-expression nested',
      'branch bare-require nested',
      'inner require-in-expression function',
      'null computed top-level',
    ]);
  });

  it('sees through the helpers of TypeScript, tslib, Babel, SWC and esbuild', () => {
    const source = `
      const a_1 = __importDefault(require("a"));
      const b = tslib_1.__importStar(require("b"));
      var _c = _interopRequireDefault(require("c"));
      var _d = /*#__PURE__*/ _interop_require_wildcard(require("d"));
      var import_e = __toESM(require("e"), 1);
      var f__default = /*#__PURE__*/ _interopDefaultLegacy(require('f'));
      var _g = (0, _interopRequireDefault2.default)(require("g"));
      __exportStar(require("h"), exports);
      tslib_1.__exportStar(require("i"), exports);
      __reExport(src_exports, require("j"), module.exports);`;
    assert.deepEqual(
      sites(source, js).map(({ specifier, kind, helper }) => `${specifier} ${kind} ${helper}`),
      [
        'a require __importDefault',
        'b require __importStar',
        'c require _interopRequireDefault',
        'd require _interop_require_wildcard',
        'e require __toESM',
        'f require _interopDefaultLegacy',
        'g require _interopRequireDefault2',
        'h export-star-helper null',
        'i export-star-helper null',
        'j export-star-helper null',
      ],
    );
  });

  it('names the forms of import', () => {
    const source = `
      import a from 'a';
      import './effect';
      export { b } from 'b';
      export * as c from 'c';
      export * from 'd';
      await import('e');
      const later = () => import('f');`;
    assert.deepEqual(kinds(source, esm), [
      'a import top-level',
      './effect side-effect-import top-level',
      'b export-from top-level',
      'c export-from top-level',
      'd export-star top-level',
      'e dynamic-import nested',
      'f dynamic-import function',
    ]);
  });

  it('takes a require that createRequire made for one, and a parameter of that name for none', () => {
    assert.deepEqual(kinds(`import { createRequire } from 'node:module'; const load = createRequire(import.meta.url); const a = load('a');`, esm), ['node:module import top-level', 'a require top-level']);
    assert.deepEqual(kinds(`define(function (require) { const a = require('a'); });`), []);
  });

  it('knows what each name imports', () => {
    const [site] = sites(`import a, { b as c, "d-e" as f } from 'x';`, esm);
    assert.deepEqual(site!.bindings.map(({ local, imported }) => [local, imported]), [['a', 'default'], ['c', 'b'], ['f', 'd-e']]);
    assert.deepEqual(sites(`const { a, b: c = 1, d: { e }, ...f } = require('x');`, js)[0]!.bindings.map(({ local, imported }) => [local, imported]), [['a', 'a'], ['c', 'b'], ['e', null], ['f', null]]);
  });

  it('leaves out what the TypeScript compiler leaves out', () => {
    const source = `import type { A } from 'a'; import { type B } from 'b'; import { C } from 'c'; import { D, d } from 'd'; import E = require('e');
      let x: B & C & D & E & typeof import('y'); type T = typeof C; d();`;
    assert.deepEqual(kinds(source, ts), ['d import top-level']);
    assert.deepEqual(sites(source, ts)[0]!.bindings.map(({ local }) => local), ['d']);
    assert.deepEqual(kinds(source, { ...ts, compiler: { verbatimModuleSyntax: true } }), ['b side-effect-import top-level', 'c import top-level', 'd import top-level']);
    assert.deepEqual(kinds(source, { ...ts, compiler: { importsNotUsedAsValues: 'preserve' } }), ['b side-effect-import top-level', 'c side-effect-import top-level', 'd import top-level']);
  });

  it('keeps imports of JavaScript that nothing uses', () => {
    assert.deepEqual(kinds(`import { a } from 'a';`, esm), ['a import top-level']);
  });

  it('counts types beside decorators as used with emitDecoratorMetadata', () => {
    const source = `import { Service } from 'service'; @injectable() class Users { constructor(service: Service) {} }`;
    assert.deepEqual(kinds(source, ts), []);
    assert.deepEqual(uses(source, { ...ts, compiler: { emitDecoratorMetadata: true } }), ['Service: load metadata']);
    assert.deepEqual(kinds(`import { S } from 's'; @injectable() class Users { run() { let s: S; } }`, { ...ts, compiler: { emitDecoratorMetadata: true } }), []);
  });

  it('reads comments that opt out or in', () => {
    const source = `
      // lwa-split: eager
      const a = require('a');
      const b = require('b'); // lwa-split: lazy
      /* lwa-split: eager */ const c = require('c');
      const d = require('d'), // lwa-split: eager
        e = require('e');`;
    assert.deepEqual(sites(source, js).map(({ specifier, choice }) => `${specifier} ${choice}`), ['a eager', 'b lazy', 'c eager', 'd eager', 'e null']);
  });

  it('says null for text that is not valid', () => {
    assert.equal(importsOf('const = 1', js), null);
    assert.equal(importsOf('export default', esm), null);
  });

  it('reads scripts wrapped in one function, as CoffeeScript writes them', () => {
    assert.deepEqual(kinds(`(function () { var a; a = require('a'); var b = require('b'); }).call(this);`), ['a assigned-require top-level', 'b require top-level']);
  });

  it('reads long lines, byte-order marks, and JSX in .js files', () => {
    assert.deepEqual(kinds('\uFEFFconst a=require("a");module.exports=()=>a'), ['a require top-level']);
    assert.deepEqual(kinds(`const a = require('a'); module.exports = () => <a.B c="d" />;`), ['a require top-level']);
    assert.deepEqual(kinds(`${'f();'.repeat(20_000)}const a = require('a'); const b = ${sumOf(500)};`), ['a require top-level']);
  });

  it('gives up on what is nested too deeply to follow', () => {
    assert.equal(importsOf(`const a = require('a'); const b = ${sumOf(20_000)};`, js), null);
  });
});

describe('uses', () => {
  it('tell what runs at load from what runs when called', () => {
    const source = `const a = require('a');
      a.one(); a(); new a.Two();
      function later() { a.three(); }
      const other = () => a;
      class C { method() { return a; } field = a; static made = a.four; static { a.five(); } [a.key]() {} }`;
    assert.deepEqual(uses(source), ['a: load member', 'a: load call', 'a: load member', 'a: function member', 'a: function value', 'a: function value', 'a: function value', 'a: load member', 'a: load member', 'a: load member']);
  });

  it('follow functions that the module calls as it loads', () => {
    const source = `const a = require('a');
      (() => a.one())();
      (function () { a.two(); }).call(this);
      start(); function start() { inner(); } const inner = () => { a.three(); };
      class Made { constructor() { a.four(); } field = a.five; method() { a.six(); } } new Made();
      [1].forEach(() => a.seven());
      app.get('/', () => a.eight());`;
    assert.deepEqual(uses(source), ['a: load member', 'a: load member', 'a: called-at-load member', 'a: called-at-load member', 'a: called-at-load member', 'a: function member', 'a: load maybe member', 'a: function member']);
  });

  it('end where functions call each other', () => {
    assert.deepEqual(uses(`const a = require('a'); function f() { g(); } function g() { f(); a(); }`), ['a: function call']);
    assert.deepEqual(uses(`const a = require('a'); function f() { g(); } function g() { f(); a(); } f();`), ['a: called-at-load call']);
  });

  it('mark what only a branch reaches, and what nothing reaches', () => {
    const source = `const a = require('a');
      if (x) a.one(); x ? a.two() : 0; x && a.three(); for (;;) a.four(); try { a.five(); } catch { a.six(); }
      0 && (module.exports = { a });`;
    assert.deepEqual(uses(source), ['a: load maybe member', 'a: load maybe member', 'a: load maybe member', 'a: load maybe member', 'a: load member', 'a: load maybe member', 'a: never maybe reexport']);
  });

  it('name parents of classes, decorators and what is exported again', () => {
    assert.deepEqual(uses(`import * as a from 'a'; class B extends a.C {} class D extends mixin(a.E) {} const f = () => class extends a.G {};`, esm), ['a: load extends', 'a: load extends', 'a: function member']);
    assert.deepEqual(uses(`import { a } from 'a'; @a() class B { @a c; constructor(@a('x') y) {} }`, ts), ['a: load decorator', 'a: load decorator', 'a: load decorator']);
    assert.deepEqual(uses(`import { a } from 'a'; export { a }; export default a;`, esm), ['a: load reexport', 'a: load reexport']);
    assert.deepEqual(uses(`const a = require('a'); exports.a = a; module.exports = { a, b: a.b, c: a.c() }; module.exports = a;`), ['a: load reexport', 'a: load reexport', 'a: load reexport', 'a: load member', 'a: load reexport']);
    assert.deepEqual(uses(`export const a = require('a');`, ts), ['a: load reexport']);
  });

  it('name the variables whose initializer needs the value', () => {
    assert.deepEqual(uses(`import { S3 } from 's3'; const client = new S3({}), { x, y } = pick(S3); let z = () => S3;`, esm), ['S3: load new client', 'S3: load value x y', 'S3: function value']);
  });

  it('tell writes from reads', () => {
    const source = `let a = require('a'); a = 1; a++; [a] = []; ({ a } = {}); ({ b: a = 2 } = {}); for (a of []); a.b = 1; delete a.b; typeof a; x instanceof a; a\`t\`;`;
    assert.deepEqual(uses(source), ['a: load write', 'a: load write', 'a: load write', 'a: load write', 'a: load write', 'a: load write', 'a: load member', 'a: load member', 'a: load typeof', 'a: load instanceof', 'a: load tag']);
  });

  it('do not follow other variables of the same name', () => {
    assert.deepEqual(uses(`const a = require('a'); function f(a) { a(); { let a = 1; a; } } const g = ({ a }) => a;`), []);
  });

  it('count what JSX is compiled to', () => {
    assert.deepEqual(uses(`import React from 'react'; export const f = () => <p />;`, { module: 'esm', language: 'tsx' }), ['React: function pragma']);
    assert.deepEqual(uses(`import * as Ui from 'ui'; export const f = () => <Ui.Box>{Ui.x}</Ui.Box>;`, { module: 'esm', language: 'tsx' }), ['Ui: function jsx', 'Ui: function member', 'Ui: function jsx']);
  });
});
