import { js, type PackCase } from '../case.ts';

/** What the semantics of ES modules promise. */
export const modules: PackCase[] = [
  {
    name: 'bindings are live, in every way they can be read',
    files: {
      'main.mjs': js`
        import def, { n, up, obj, Class, fn as alias, "odd name" as odd } from './counter.mjs';
        import * as ns from './counter.mjs';
        import { n as through, renamed } from './barrel.mjs';
        const short = () => ({ n, through });
        console.log(n, ns.n, through, renamed, odd, def);
        up(); up();
        console.log(n, ns.n, through, renamed, JSON.stringify(short()), typeof n, -n, [n, ...[n]], n === ns.n);
        const { n: taken } = ns; up(); console.log(taken, n);
        console.log(alias(), alias?.(), new Class().v, new Class.Inner().i, obj.method(), alias${'`'}a${'${'}n${'}'}b${'`'}, Class?.name);
        for (const k of [n]) console.log(k, ((x = n) => x)(), (({ y = n }) => y)({}), [1].map(() => n));
        class Sub extends Class { [String(n)] = n; static s = n; static { Sub.t = n; } get p() { return n; } }
        console.log(new Sub()['3'], Sub.s, Sub.t, new Sub().p);
        try { n = 5; } catch (error) { console.log(error.name, error.message); }
        try { n++; } catch (error) { console.log(error.message); }
        try { ns.n = 1; } catch (error) { console.log(error.name, error.message); }
        try { [n] = [1]; } catch (error) { console.log(error.message); }
        label: for (;;) { break label; }
        switch (n) { case n: console.log('case', n); }`,
      'counter.mjs': js`
        export let n = 0; export function up() { n += 1; }
        export const obj = { v: 1, method() { return this === obj; } };
        export class Class { v = 7; static Inner = class { i = 8; }; }
        export function fn(strings, ...values) { return [this === undefined, strings?.raw?.length, values.length].join(); }
        const secret = 'odd'; export { secret as "odd name" };
        export default n;`,
      'barrel.mjs': 'export * from "./counter.mjs"; export { n as renamed } from "./counter.mjs";',
    },
  },
  {
    name: 'inner names hide imports',
    files: {
      'main.mjs': js`
        import { x, y } from './dep.mjs';
        function a(x) { return x; }
        function b() { var y = 'var y'; { let x = 'let x'; return [x, y]; } }
        function c() { try { throw 'caught'; } catch (x) { return x; } }
        function d() { for (let x = 0; x < 1; x++) return x; }
        const e = function x() { return typeof x; };
        const f = class y { static n = y.name; };
        function g() { return x; function x() {} }
        const h = ({ x, y: { z: y } }) => [x, y];
        function i() { if (true) { var y = 'hoisted'; } return y; }
        const j = (x = y) => x; const k = { x: 1, y() { return y; }, [x]: 2, get x2() { return x; } };
        function l({ x } = { x: y }) { return x; }
        console.log(a(1), b(), c(), d(), e(), f.n, typeof g(), h({ x: 1, y: { z: 2 } }), i(), j(), Object.keys(k), k.y(), k.x2, l());
        x: for (const y of [1]) { console.log(y); continue x; }
        console.log((() => { const o = { x, y }; return o.x + o.y; })(), ((...x) => x.length)(1, 2), new (class { x = x; #y = y; get() { return this.#y; } })().get());`,
      'dep.mjs': 'export const x = "X"; export const y = "Y";',
    },
  },
  {
    name: 'a namespace is sealed, sorted, tagged and one',
    files: {
      'main.mjs': js`
        import util from 'node:util';
        import * as ns from './dep.mjs';
        const again = await import('./dep.mjs');
        const attempt = (f) => { try { return f(); } catch (error) { return error.name + ': ' + error.message; } };
        console.log(ns === again, Object.keys(ns), Reflect.ownKeys(ns), Object.prototype.toString.call(ns), ns[Symbol.toStringTag], Object.getPrototypeOf(ns));
        console.log(Object.isExtensible(ns), Object.isSealed(ns), Object.isFrozen(ns), JSON.stringify(Object.getOwnPropertyDescriptor(ns, 'a')), 'a' in ns, 'zz' in ns, ns.zz, delete ns.nothing);
        console.log(attempt(() => { delete ns.a; }), attempt(() => { ns.fresh = 1; }), attempt(() => Object.defineProperty(ns, 'a', { value: 2 })), Reflect.set(ns, 'a', 2), Reflect.has(ns, 'default'), attempt(() => Object.setPrototypeOf(ns, {})), attempt(() => Object.setPrototypeOf(ns, null) === ns));
        console.log(util.inspect(ns), util.types.isModuleNamespaceObject(ns), JSON.stringify(ns), { ...ns }, Object.entries(ns).length, String(attempt(() => ns + '')));
        for (const key in ns) console.log(key);`,
      'dep.mjs': 'export const b = 2; export const a = 1; export default "d"; export const Z = 0; export { a as "1", b as "ü" };',
    },
  },
  {
    name: 'a module that reads a name of a cycle too early ends the start',
    files: {
      'main.mjs': js`import { log } from './a.mjs'; console.log(log.join(' | '));`,
      'a.mjs': js`
        import { fromB, log as more } from './b.mjs';
        export const log = ['a: ' + fromB()].concat(more);
        export function hoisted() { return 'hoisted'; }
        export async function* gen() {}
        export default function () { return 'default hoisted'; }
        export let later = 'later'; export class Late {} export var asVar = 'set';`,
      'b.mjs': js`
        import def, { hoisted, gen, later, Late, asVar } from './a.mjs';
        import * as ns from './a.mjs';
        const attempt = (f) => { try { return String(f()); } catch (error) { return error.name + ' ' + error.message; } };
        export const log = [hoisted(), def(), def.name, typeof gen, attempt(() => later), attempt(() => Late), attempt(() => asVar), attempt(() => ns.later), attempt(() => typeof ns.Late), Object.keys(ns).join(), attempt(() => ns.asVar)];
        export function fromB() { return later === undefined; }`,
    },
    exit: 1,
  },
  {
    name: 'a cycle of modules may read what is not there yet only as an error',
    files: {
      'main.mjs': js`import { log } from './a.mjs'; console.log(log.join(' | '));`,
      'a.mjs': js`
        import { log as more } from './b.mjs';
        export const log = more;
        export function hoisted() { return 'hoisted'; }
        export default function () { return 'default hoisted'; }
        export let later = 'later'; export class Late {} export var asVar = 'set'; const inner = 1; export { inner as renamed };`,
      'b.mjs': js`
        import def, { hoisted, later, Late, asVar, renamed } from './a.mjs';
        import * as ns from './a.mjs';
        const attempt = (f) => { try { return String(f()); } catch (error) { return error.name + ' ' + error.message; } };
        export const log = [hoisted(), def(), def.name, attempt(() => later), attempt(() => Late), attempt(() => asVar), attempt(() => ns.later), attempt(() => typeof ns.Late), attempt(() => Object.keys(ns)), attempt(() => ns.asVar), attempt(() => 'later' in ns), attempt(() => renamed), attempt(() => Object.entries(ns))];`,
    },
  },
  {
    name: 'what two stars export is nobody\'s, what is exported by name wins',
    files: {
      'main.mjs': js`
        import * as ns from './barrel.mjs';
        console.log(Object.keys(ns), ns.own, ns.named.x, ns.same);
        await import('./asks.mjs').catch((error) => console.log(error.name, error.message));
        await import('./asks-default.mjs').catch((error) => console.log(error.name, error.message));
        console.log(Object.keys(await import('./loop-a.mjs')));`,
      'barrel.mjs': 'export * from "./one.mjs"; export * from "./two.mjs"; export const own = "own"; export * as named from "./one.mjs";',
      'one.mjs': 'export const clash = 1; export const own = "one"; export const x = "x"; export default 1; export { same } from "./shared.mjs";',
      'two.mjs': 'export const clash = 2; export const y = "y"; export { same } from "./shared.mjs";',
      'shared.mjs': 'export const same = "same";',
      'asks.mjs': 'import { clash } from "./barrel.mjs"; console.log(clash);',
      'asks-default.mjs': 'import nothing from "./barrel.mjs"; console.log(nothing);',
      'loop-a.mjs': 'export * from "./loop-b.mjs"; export const a = 1;',
      'loop-b.mjs': 'export * from "./loop-a.mjs"; export const b = 1;',
    },
  },
  {
    name: 'a missing export is a SyntaxError before anything runs',
    files: { 'main.mjs': 'import "./first.mjs"; import { nothing } from "./dep.mjs"; console.log("never", nothing);', 'first.mjs': 'console.log("never");', 'dep.mjs': 'export const a = 1;' },
    exit: 1,
  },
  {
    name: 'a missing export is caught where a module is loaded late',
    files: {
      'main.mjs': js`
        const say = (error) => console.log(error.name, error.message, globalThis.ran);
        await import('./bad.mjs').catch(say); await import('./bad.mjs').catch(say); await import('./bad-star.mjs').catch(say); await import('./bad-reexport.mjs').catch(say); await import('./bad-cjs.mjs').catch(say); await import('./bad-builtin.mjs').catch(say);`,
      'bad.mjs': 'import { nothing } from "./dep.mjs"; console.log(nothing);',
      'bad-star.mjs': 'export * from "./dep.mjs"; import { nope } from "./bad-star.mjs"; nope();',
      'bad-reexport.mjs': 'export { gone as here } from "./dep.mjs";',
      'bad-cjs.mjs': 'import { hidden } from "./dep.cjs"; console.log(hidden);',
      'bad-builtin.mjs': 'import { nothingLikeThis } from "node:fs"; console.log(nothingLikeThis);',
      'dep.mjs': 'globalThis.ran = true; export const a = 1;',
      'dep.cjs': 'const key = "hid" + "den"; exports[key] = 1;',
    },
  },
  {
    name: 'a module that throws fails for good, with the very same error',
    files: {
      'main.mjs': js`
        const errors = [];
        for (let i = 0; i < 2; i++) await import('./boom.mjs').catch((error) => errors.push(error));
        await import('./through.mjs').catch((error) => errors.push(error));
        console.log(errors[0] === errors[1], errors[0] === errors[2], errors[0].message, globalThis.times);
        await import('./throws-null.mjs').catch((error) => console.log(error));
        await import('./syntax.mjs').catch((error) => console.log(error.name, error.message));`,
      'boom.mjs': 'globalThis.times = (globalThis.times ?? 0) + 1; throw new Error("boom " + globalThis.times);',
      'through.mjs': 'import "./boom.mjs"; console.log("never");',
      'throws-null.mjs': 'throw null;',
      'syntax.mjs': 'export const = 1;',
    },
  },
  {
    name: 'modules run after their imports, each once, imports first whatever their place',
    files: {
      'main.mjs': js`
        console.log('main');
        import './a.mjs'; import b from './b.cjs'; export { c } from './c.mjs'; export * from './d.mjs'; import './a.mjs?again'; import 'data:text/javascript,console.log("data")';
        console.log(b);
        import './e.mjs';`,
      'a.mjs': 'import "./e.mjs"; console.log("a", import.meta.url.split("/").pop());',
      'b.cjs': 'console.log("b"); require("./b2.cjs"); module.exports = "b done";',
      'b2.cjs': 'console.log("b2");',
      'c.mjs': 'import "./d.mjs"; console.log("c"); export const c = 1;',
      'd.mjs': 'import "./c.mjs"; console.log("d"); export const d = 1;',
      'e.mjs': 'console.log("e");',
    },
  },
  {
    name: 'the scope is strict and its own, and names of loaders are free',
    files: {
      'main.mjs': js`
        import './other.mjs';
        import { createRequire } from 'node:module';
        import { fileURLToPath } from 'node:url';
        const require = createRequire(import.meta.url); const __filename = fileURLToPath(import.meta.url); const module = 1, exports = 2, __import = 3, __vite_ssr_import_0__ = 4, __dirname = 5;
        const attempt = (f) => { try { return f(); } catch (error) { return error.message; } };
        console.log(typeof this, (function () { return this; })(), attempt(() => { undeclaredName = 1; }), attempt(() => arguments), typeof topLevel, globalThis.topLevel, require('./c.cjs'), module + exports + __import + __vite_ssr_import_0__ + __dirname, __filename);
        var topLevel = 1; function declared() {} console.log('topLevel' in globalThis, 'declared' in globalThis, (() => this)());`,
      'other.mjs': 'var topLevel = "of other"; let $ = 1, _ = 2, __exports = 3, meta = 4, ns = 5; export default function exports() {} console.log(exports.name, topLevel, $ + _ + __exports + meta + ns);',
      'c.cjs': 'module.exports = "cjs";',
    },
  },
  {
    name: 'default exports are named and hoisted by their form',
    files: {
      'main.mjs': js`
        const names = [];
        for (const one of ['fn', 'named', 'arrow', 'cls', 'expr', 'paren', 'async', 'call', 'value', 'as']) names.push(((d) => one + '=' + (typeof d === 'function' ? d.name : String(d)))((await import('./' + one + '.mjs')).default));
        console.log(names.join(' '));`,
      'fn.mjs': 'export default function () {}',
      'named.mjs': 'export default function given() {} given.x = 1;',
      'arrow.mjs': 'export default () => {};',
      'cls.mjs': 'export default class {}',
      'expr.mjs': 'export default (class Inner {});',
      'paren.mjs': 'export default (function () {});',
      'async.mjs': 'export default async function* () {}',
      'call.mjs': 'export default [1, 2].map(String);',
      'value.mjs': 'let v = 1; export default v; v = 2;',
      'as.mjs': 'let v = 1; export { v as default }; v = 2;',
    },
  },
  {
    name: 'imports by URL: queries are other instances, data and built-ins are modules',
    files: {
      'main.mjs': js`
        import { id } from './dep.mjs'; import { id as q } from './dep.mjs?v=1'; import { id as h } from './dep.mjs#h';
        import fs, { readFileSync } from 'fs'; import * as path from 'node:path'; import { json } from 'data:text/javascript,export const json = 1';
        const url = new URL('./dep.mjs', import.meta.url);
        console.log(id, q, h, (await import(url)).id, (await import(url.href)).id, (await import('./dep.mjs?v=1')).id, (await import('./dep.mjs?v=2')).id, fs.readFileSync === readFileSync, path.default.join === path.join, json);
        console.log((await import('./cjs.cjs?x')).default === (await import('./cjs.cjs')).default, (await import('data:application/json,{"a":1}', { with: { type: 'json' } })).default.a, (await import('node:fs')).default === fs, q.length);
        await import('https://example.com/x.mjs').catch((error) => console.log(error.code));`,
      'dep.mjs': 'globalThis.n = (globalThis.n ?? 0) + 1; export const id = globalThis.n + import.meta.url.split("dep.mjs")[1];',
      'cjs.cjs': 'module.exports = {};',
    },
  },
  {
    name: 'JSON and wasm are imported with what Node asks for',
    files: {
      'main.mjs': js`
        import { createRequire } from 'node:module'; import fs from 'node:fs';
        import data from './data.json' with { type: 'json' };
        import * as ns from './data.json' with { type: 'json' };
        const require = createRequire(import.meta.url);
        console.log(data, Object.keys(ns), ns.default === data, data === (await import('./data.json', { with: { type: 'json' } })).default, require('./data.json') === data);
        await import('./data.json').catch((error) => console.log(error.code));
        await import('./broken.json', { with: { type: 'json' } }).catch((error) => console.log(error.name));
        const { instance } = await WebAssembly.instantiate(fs.readFileSync(new URL('./add.wasm', import.meta.url)));
        console.log(instance.exports.add(2, 3));`,
      'data.json': '{"a":[1,{"b":2}]}',
      'broken.json': '{',
      'add.wasm': new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 7, 1, 96, 2, 127, 127, 1, 127, 3, 2, 1, 0, 7, 7, 1, 3, 97, 100, 100, 0, 0, 10, 9, 1, 7, 0, 32, 0, 32, 1, 106, 11]),
    },
    anyStderr: true,
  },
  {
    name: 'direct eval sees the imports of its module',
    files: {
      'main.mjs': js`import { x } from './dep.mjs'; const local = 'local'; console.log(eval('local'), eval('typeof x'), eval('x + 1'), eval('() => x')()); function f() { return eval('x'); } console.log(f());`,
      'dep.mjs': 'export const x = 41;',
    },
  },
  {
    name: 'functions of modules give back their own text',
    files: {
      'main.mjs': js`
        import { x } from './dep.mjs';
        function uses ( a ) { return x + a; }
        export class  Shape { area ( ) { return  x } }
        console.log(uses.toString(), String(Shape), String(Shape.prototype.area), (() => x).toString(), uses(1));`,
      'dep.mjs': 'export const x = 41; export const own = ( a ) => own  && a;',
    },
  },
];
