import { js, type PackCase } from '../case.ts';

/** What is told when something goes wrong, and how the process ends. */
export const errors: PackCase[] = [
  {
    name: 'stacks name file, line, column and function of CommonJS modules',
    files: {
      'main.js': js`
        const { deep, Class, lines } = require('./lib/deep');
        const own = (stack) => stack.split('\n').filter((line) => line.includes(process.env.ROOT_OF_TEST) || line.includes('<anonymous>')).slice(0, 4).join('\n');
        console.log(own(deep()));
        console.log(own(new Class().method()));
        console.log(own(new Error('here').stack));
        lines().then((stack) => console.log(own(stack)));
        [1].map(function inMap() { console.log(own(new Error().stack)); });`,
      'lib/deep.js': js`'use strict';
        exports.deep = function deep() { return inner(); };
        const inner = () => {
          return new Error('x').stack; };
        exports.Class = class Shape { method() { return this.#p(); } #p() { return eval('new Error().stack'); } };
        exports.lines = async () => { await null; return new Error().stack; };`,
    },
  },
  {
    name: 'stacks name URL, line and column of ES modules',
    files: {
      'main.mjs': js`
        import { deep, Shape } from './lib/deep.mjs'; import   def from './lib/default.mjs';
        const own = (stack) => stack.split('\n').filter((line) => line.includes(process.env.ROOT_OF_TEST) || line.includes('<anonymous>')).slice(0, 3).join('\n');
        console.log(own(deep())); console.log(own(new Shape().method())); console.log(own(def())); console.log(own(new Error().stack)); const at = await (async () => { await null; return new Error().stack; })();
        console.log(own(at));`,
      'lib/deep.mjs': js`import { inner } from './inner.mjs';
        export const deep = () => inner(); export class Shape { method() { return inner(); } }
        export const after = 1, more = inner();`,
      'lib/inner.mjs': js`

        export function inner() { return new Error('x').stack; }`,
      'lib/default.mjs': 'import { inner } from "./inner.mjs"; export default function named() { return inner(); }',
    },
  },
  {
    name: 'call sites tell who called, as depd, callsites and bindings ask',
    files: {
      'main.js': js`
        const caller = require('caller');
        console.log(JSON.stringify(caller()), JSON.stringify(require('./lib/uses').where()), require('./lib/uses').loadedFrom);
        import('./lib/esm.mjs').then((ns) => console.log(JSON.stringify(ns.default)));`,
      'lib/uses.js': 'const caller = require("caller"); exports.where = function where() { return caller(); }; exports.loadedFrom = caller().file;',
      'lib/esm.mjs': 'import caller from "caller"; export default caller();',
      'node_modules/caller/index.js': js`
        module.exports = function caller() {
          const { prepareStackTrace } = Error; Error.prepareStackTrace = (_, sites) => sites; const holder = {}; Error.captureStackTrace(holder, caller); const [site] = holder.stack; Error.prepareStackTrace = prepareStackTrace;
          return { file: site.getFileName(), line: site.getLineNumber(), column: site.getColumnNumber(), fn: site.getFunctionName(), top: site.isToplevel(), script: site.getScriptNameOrSourceURL(), isEval: site.isEval() };
        };`,
    },
  },
  { name: 'an error of the entry ends the process, with its place', files: { 'main.js': 'console.log("begins");\nfunction fail() {\n  throw new TypeError("of the entry");\n}\nfail();' }, exit: 1 },
  { name: 'an error of a dependency ends the process, with its place', files: { 'main.js': 'console.log("begins");\nrequire("./dep");', 'dep.js': '// one\n// two\n  throw new Error("of dep");' }, exit: 1 },
  { name: 'an error of an ES module ends the process, with its place', files: { 'main.mjs': 'import "./dep.mjs";\nconsole.log("never");', 'dep.mjs': 'import "./deeper.mjs"; // one\nconsole.log("dep");\n  throw Object.assign(new Error("of dep"), { code: "OWN" });', 'deeper.mjs': 'console.log("deeper");' }, exit: 1 },
  { name: 'a syntax error in the entry', files: { 'main.js': 'console.log("never");\nconst = 1;' }, exit: 1 },
  {
    name: 'a syntax error in a late module can be caught and tells its place',
    files: {
      'main.js': js`
        try { require('./broken'); } catch (error) { console.log(error.name, error.message, error.stack.split('\n').slice(0, 3).join('|')); }
        try { require('./redeclares'); } catch (error) { console.log(error.name, error.message); }
        import('./broken.mjs').catch((error) => console.log(error.name, error.message));`,
      'broken.js': 'let a;\nfunction (',
      'redeclares.js': 'let module = 1;',
      'broken.mjs': 'export default\n}',
    },
  },
  { name: 'a thrown value that is no error', files: { 'main.js': 'console.log("begins");\nthrow { odd: true };' }, exit: 1 },
  { name: 'an unhandled rejection ends the process', files: { 'main.js': 'console.log("begins"); require("./dep");', 'dep.js': 'Promise.reject(new Error("nobody cares"));' }, exit: 1 },
  {
    name: 'handlers of last resort are called with what they should be',
    files: {
      'main.js': js`
        process.on('uncaughtException', (error, origin) => { console.log(error.message, origin); if (error.message === 'third') process.exit(7); });
        process.on('uncaughtExceptionMonitor', (error) => console.log('monitor', error.message)); process.on('exit', (code) => console.log('exit', code));
        setTimeout(() => { throw new Error('second'); }, 5); setTimeout(() => import('./third.mjs'), 30); require('./first');`,
      'first.js': 'throw new Error("first");',
      'third.mjs': 'throw new Error("third");',
    },
    exit: 7,
  },
  { name: 'process.exit while loading', files: { 'main.js': 'process.on("exit", (code) => console.log("exit", code)); require("./dep"); console.log("never");', 'dep.js': 'process.exit(3);' }, exit: 3 },
  { name: 'process.exit while loading ES modules', files: { 'main.mjs': 'import "./dep.mjs"; console.log("never");', 'dep.mjs': 'process.on("exit", (code) => console.log("exit", code)); process.exit(4);' }, exit: 4 },
  { name: 'process.exitCode and an emptied loop', files: { 'main.mjs': 'process.exitCode = 5; process.on("beforeExit", (code) => console.log("beforeExit", code)); console.log("runs");' }, exit: 5 },
  {
    name: 'warnings and deprecations are told',
    files: { 'main.js': js`process.emitWarning('careful', { code: 'OWN1' }); require('util').deprecate(() => {}, 'old', 'OWN2')(); require('./dep'); console.log('done');`, 'dep.js': 'process.emitWarning("of dep", "CustomWarning");' },
  },
  {
    name: 'source maps lead to the source that a person edits',
    files: {
      'dist/main.js': js`"use strict";
console.log(require('./dep').fail().split('\n')[1].trim().replace(/^.*\(|\)$/g, ''));
//# sourceMappingURL=main.js.map`,
      'dist/main.js.map': '{"version":3,"file":"main.js","sources":["../src/main.ts"],"names":[],"mappings":";AAAA"}',
      'dist/dep.js': js`"use strict";
exports.fail = fail;
function fail() { return new Error('mapped').stack; }
//# sourceMappingURL=data:application/json;base64,${Buffer.from('{"version":3,"file":"dep.js","sources":["../src/dep.ts"],"sourcesContent":["// a\\n// b\\n// c\\nexport function fail(): string { return new Error(\'mapped\').stack!; }"],"names":[],"mappings":";;AAGA,SAAgB,IAAI,CAAqB,OAAO,IAAI,KAAK"}').toString('base64')}`,
    },
    execArgv: ['--enable-source-maps'],
  },
];
