import { js, type PackCase } from '../case.ts';

/** CommonJS and ES modules that load each other, and modules that wait. */
export const interop: PackCase[] = [
  {
    name: 'an ES module sees of a CommonJS module its exports as default and the names Node finds in its text',
    files: {
      'main.mjs': js`
        for (const name of ['plain', 'defined', 'esm', 'esmOnly', 'reexport', 'fn', 'nul', 'getter', 'late', 'bracket', 'object', 'keyed', 'ts-star', 'umd', 'babel']) {
          const ns = await import('./kinds/' + name + '.cjs');
          console.log(name, JSON.stringify(Object.keys(ns)), typeof ns.default, ns.__esModule ?? '-', JSON.stringify(ns.a ?? null), ns.default === ns['module.exports']);
        }`,
      'kinds/plain.cjs': 'exports.a = 1; module.exports.b = 2; exports["c-d"] = 3;',
      'kinds/defined.cjs': 'Object.defineProperty(exports, "a", { enumerable: true, get: function () { return 1; } }); Object.defineProperty(exports, "hidden", { value: 1 });',
      'kinds/esm.cjs': 'Object.defineProperty(exports, "__esModule", { value: true }); exports.default = "the default"; exports.a = 1;',
      'kinds/esmOnly.cjs': 'exports.__esModule = true; exports.a = exports.b = void 0; exports.a = 2;',
      'kinds/reexport.cjs': 'module.exports = require("./plain.cjs");',
      'kinds/fn.cjs': 'module.exports = function named() {}; module.exports.a = 1;',
      'kinds/nul.cjs': 'module.exports = null;',
      'kinds/getter.cjs': 'Object.defineProperty(exports, "a", { enumerable: true, get() { return "own getter"; } });',
      'kinds/late.cjs': 'exports.a = 1; setImmediate(() => { exports.a = 2; });',
      'kinds/bracket.cjs': 'const k = "a"; exports[k] = 1;',
      'kinds/object.cjs': 'const b = 2; module.exports = { a: 1, b, "c": 3, ...{ d: 4 }, e() {} };',
      'kinds/keyed.cjs': 'Object.keys(require("./plain.cjs")).forEach(function (k) { if (k !== "default" && !(k in exports)) exports[k] = require("./plain.cjs")[k]; });',
      'kinds/ts-star.cjs': '"use strict"; var __exportStar = (m, e) => { for (const p in m) e[p] = m[p]; }; Object.defineProperty(exports, "__esModule", { value: true }); __exportStar(require("./plain.cjs"), exports);',
      'kinds/umd.cjs': '(function (root, factory) { if (typeof exports === "object" && typeof module !== "undefined") factory(exports); })(this, function (exports) { exports.a = 1; });',
      'kinds/babel.cjs': 'Object.defineProperty(exports, "__esModule", { value: true }); var _plain = require("./plain.cjs"); Object.keys(_plain).forEach(function (key) { if (key === "default" || key === "__esModule") return; Object.defineProperty(exports, key, { enumerable: true, get: function () { return _plain[key]; } }); });',
    },
  },
  {
    name: 'default interop differs between import and compiled require, as in Node',
    files: {
      'main.mjs': js`
        import lib, { named } from './lib.cjs'; import * as ns from './lib.cjs'; import { default as same } from './lib.cjs';
        console.log(typeof lib, lib.default, named, ns.default === lib, same === lib, Object.keys(ns).join(), (await import('./compiled.cjs')).default.result);`,
      'lib.cjs': 'Object.defineProperty(exports, "__esModule", { value: true }); exports.default = "D"; exports.named = "N";',
      'compiled.cjs': 'var __importDefault = (m) => (m && m.__esModule) ? m : { default: m }; const a = __importDefault(require("./lib.cjs")); const b = __importDefault(require("./plain.cjs")); exports.result = [a.default, b.default];',
      'plain.cjs': 'module.exports = "plain";',
    },
  },
  {
    name: 'names of a CommonJS module are taken when it has run, and not again',
    files: {
      'main.mjs': js`
        import lib, { n } from './lib.cjs'; import * as ns from './lib.cjs';
        lib.bump(); console.log(n, ns.n, lib.n, ns.bump === lib.bump); lib.added = 1; console.log(ns.added, lib.added);`,
      'lib.cjs': 'exports.n = 1; exports.bump = () => { exports.n++; };',
    },
  },
  {
    name: 'a CommonJS module that was required is the one that is imported',
    files: {
      'main.cjs': js`
        const dep = require('./dep.cjs');
        (async () => {
          console.log((await import('./dep.cjs')).default === dep, dep.loads);
          delete require.cache[require.resolve('./dep.cjs')];
          console.log((await import('./dep.cjs')).default === dep, require('./dep.cjs') === dep, globalThis.loads);
          require.cache[require.resolve('./mocked.cjs')] = { exports: { mocked: true }, loaded: true, id: 'x', filename: 'x' };
          console.log((await import('./mocked.cjs')).default);
          await import('./user.mjs');
        })();`,
      'dep.cjs': 'globalThis.loads = (globalThis.loads ?? 0) + 1; module.exports = { loads };',
      'mocked.cjs': 'module.exports = { mocked: false };',
      'user.mjs': 'import dep from "./dep.cjs"; import { createRequire } from "node:module"; const require = createRequire(import.meta.url); console.log(dep.loads, require("./dep.cjs").loads, module === undefined); var module;',
    },
  },
  {
    name: 'require gives the namespace of an ES module, or what it exports as "module.exports"',
    files: {
      'main.cjs': js`
        const ns = require('./dep.mjs'); const util = require('util');
        console.log(Object.keys(ns), ns.default, ns.__esModule, require('./dep.mjs') === ns, util.types.isModuleNamespaceObject(ns), require('./fn.mjs').name, require('./named.mjs').__esModule, require.cache[require.resolve('./dep.mjs')].exports === ns);
        import('./dep.mjs').then((same) => console.log(same === ns, same.default === ns.default, globalThis.n));
        console.log(require('esm-lib').hello());`,
      'dep.mjs': 'globalThis.n = (globalThis.n ?? 0) + 1; export default "D"; export let x = 1;',
      'fn.mjs': 'export default 1; export { out as "module.exports" }; function out() {}',
      'named.mjs': 'export const a = 1;',
      'node_modules/esm-lib/package.json': '{"type":"module","exports":"./i.js"}',
      'node_modules/esm-lib/i.js': 'import { word } from "./w.js"; export const hello = () => word;',
      'node_modules/esm-lib/w.js': 'export const word = "hello";',
    },
    nodes: [22, 24, 26],
  },
  {
    name: 'require of a module that waits is refused, import of it is not',
    files: {
      'main.cjs': js`
        for (const file of ['./waits.mjs', './imports-waits.mjs']) try { console.log(require(file)); } catch (error) { console.log(error.code); }
        import('./waits.mjs').then((ns) => { console.log(ns.value); try { console.log(require('./waits.mjs').value); } catch (error) { console.log(error.code); } });`,
      'waits.mjs': 'console.log("runs"); export const value = await Promise.resolve(7);',
      'imports-waits.mjs': 'export { value } from "./waits.mjs"; console.log("not before");',
    },
    nodes: [22, 24, 26],
    anyStderr: true,
  },
  {
    name: 'cycles of CommonJS and ES modules',
    files: {
      'main.mjs': js`import { a } from './a.mjs'; import mixed from './m.cjs'; console.log(a, mixed);`,
      'a.mjs': 'import b from "./b.cjs"; export const a = "a saw " + b.value; export function early() { return "early"; }',
      'b.cjs': 'exports.value = "b"; import("./a.mjs").then((ns) => console.log("late", ns.a)); let cycle; try { cycle = require("./a.mjs"); } catch (error) { console.log(error.code); }',
      'm.cjs': 'exports.first = 1; exports.n = require("./n.cjs").sawFirst; ',
      'n.cjs': 'exports.sawFirst = require("./m.cjs").first;',
    },
    nodes: [22, 24, 26],
  },
  {
    name: 'a CommonJS package and an ES one with hidden names',
    files: { 'main.mjs': 'import { hidden } from "./lib.cjs"; console.log(hidden);', 'lib.cjs': 'const make = () => ({ hidden: 1 }); module.exports = make();' },
    exit: 1,
  },
  {
    name: 'top-level await in dependencies runs siblings in turn and parents after all',
    files: {
      'main.mjs': js`
        import './sync.mjs'; import { a } from './a.mjs'; import { b } from './b.mjs'; import './c.cjs'; import './sync2.mjs';
        console.log('main', a, b); const later = await import('./later.mjs'); console.log(later.default); for await (const x of [1, Promise.resolve(2)]) console.log(x);
        console.log(await (async () => { await null; return 'inner'; })());`,
      'sync.mjs': 'console.log("sync");',
      'sync2.mjs': 'console.log("sync2");',
      'a.mjs': 'console.log("a start"); await new Promise((done) => setTimeout(done, 30)); console.log("a end"); export const a = "A";',
      'b.mjs': 'console.log("b start"); import "./b2.mjs"; await null; console.log("b end"); export const b = "B";',
      'b2.mjs': 'console.log("b2 start"); await null; await null; console.log("b2 end");',
      'c.cjs': 'console.log("c");',
      'later.mjs': 'export default await Promise.resolve("later");',
    },
  },
  {
    name: 'top-level await in a cycle',
    files: {
      'main.mjs': 'import { a } from "./a.mjs"; import { b } from "./b.mjs"; console.log("main", a, b());',
      'a.mjs': 'import { b } from "./b.mjs"; console.log("a", typeof b); await null; export const a = "A";',
      'b.mjs': 'import { a } from "./a.mjs"; console.log("b"); await 0; export function b() { return "B of " + a; }',
    },
  },
  {
    name: 'a rejected top-level await fails its importers, and is told once',
    files: {
      'main.mjs': js`
        const results = await Promise.allSettled([import('./bad.mjs'), import('./uses-bad.mjs'), import('./bad.mjs')]);
        console.log(results.map((one) => one.reason?.message), results[0].reason === results[1].reason);`,
      'bad.mjs': 'await null; throw new Error("rejected at top");',
      'uses-bad.mjs': 'import "./bad.mjs"; console.log("never");',
    },
  },
  { name: 'a rejected top-level await of the entry ends the process', files: { 'main.mjs': 'console.log("before"); await Promise.reject(new RangeError("no")); console.log("never");' }, exit: 1 },
  { name: 'an entry that waits for ever ends with code 13', files: { 'main.mjs': 'process.on("exit", (code) => console.log("code", code)); console.log("waits"); await new Promise(() => {});' }, exit: 13, anyStderr: true },
  {
    name: 'ticks, promises and timers come in the order of the entry\'s kind, in CommonJS',
    files: {
      'main.cjs': js`
        setImmediate(() => console.log('immediate')); setTimeout(() => { console.log('timeout'); }, 0); process.nextTick(() => console.log('tick')); Promise.resolve().then(() => console.log('promise')); queueMicrotask(() => console.log('microtask'));
        require('./dep.cjs'); console.log('sync');`,
      'dep.cjs': 'process.nextTick(() => console.log("tick of dep")); Promise.resolve().then(() => console.log("promise of dep"));',
    },
  },
  {
    name: 'ticks, promises and timers come in the order of the entry\'s kind, in ES modules',
    files: {
      'main.mjs': js`
        import './dep.mjs'; import './dep.cjs';
        process.nextTick(() => console.log('tick')); Promise.resolve().then(() => console.log('promise')).then(() => console.log('promise 2')); queueMicrotask(() => console.log('microtask')); console.log('sync');`,
      'dep.mjs': 'process.nextTick(() => console.log("tick of dep")); Promise.resolve().then(() => console.log("promise of dep"));',
      'dep.cjs': 'process.nextTick(() => console.log("tick of cjs")); Promise.resolve().then(() => console.log("promise of cjs"));',
    },
  },
  {
    name: 'AsyncLocalStorage is seen by what is loaded inside and goes with promises across modules',
    files: {
      'main.mjs': js`
        import { AsyncLocalStorage } from 'node:async_hooks'; import { get, set } from './store.mjs';
        const als = new AsyncLocalStorage(); set(als);
        await als.run('request', async () => { const { seen, later } = await import('./late.mjs'); console.log(seen, await later, get()); });
        als.enterWith('top'); console.log(get(), (await import('./late2.mjs')).seen);`,
      'store.mjs': 'let als; export const set = (one) => { als = one; }; export const get = () => als.getStore();',
      'late.mjs': 'import { get } from "./store.mjs"; export const seen = get() ?? "none"; export const later = Promise.resolve().then(get);',
      'late2.mjs': 'import { get } from "./store.mjs"; export const seen = get() ?? "none";',
    },
  },
];
