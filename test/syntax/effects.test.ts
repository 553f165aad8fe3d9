import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { effectsOf } from '../../src/syntax/effects.ts';

/** `kind on`, with the specifier behind it and the condition where there is one. */
function effects(source: string, module: 'cjs' | 'esm' = 'cjs', language: 'js' | 'ts' = 'js'): string[] {
  return effectsOf(source, { module, language }, 'm').map(({ kind, on, specifier, when }) => [kind, on, specifier && `<${specifier}>`, when === 'always' ? null : `(${when})`].filter(Boolean).join(' '));
}

const none: [what: string, source: string, module?: 'cjs' | 'esm', language?: 'js' | 'ts'][] = [
  ['exports', 'exports.a = 1; module.exports.b = function () { globalThis.x = 1; }; module.exports = { ...exports }'],
  ['declarations of every kind', 'class A { static x = new Map(); #y = 1; m() { process.exit() } } const f = () => setTimeout(f); var g = function () { g.x = 1 };'],
  ['a class of its own with statics and prototypes', 'function A() {} A.prototype.b = 1; A.c = 2; Object.defineProperty(A, "d", { value: 1 }); Object.freeze(A.prototype)'],
  ['inheritance from an import', 'const { EventEmitter } = require("events"); class A extends EventEmitter {} function B() {} require("util").inherits(B, EventEmitter); B.prototype.on2 = 1'],
  ['an extended class of another module', 'import { Base } from "./base"; export class A extends Base { static x = [1].map((n) => n + 1) }', 'esm'],
  ['collections filled by its own functions', 'const table = new Map(); function add(k, v) { table.set(k, v); list.push(v) } const list = []; for (const k of ["a", "b"]) add(k, {})'],
  ['regular expressions, symbols, frozen objects', 'const a = /x/g, b = Symbol.for("b"), c = Object.freeze({ a }); a.lastIndex = 0'],
  ['what compilers emit around imports', '"use strict"; var __importDefault = (this && this.__importDefault) || function (m) { return (m && m.__esModule) ? m : { "default": m } }; var __createBinding = (this && this.__createBinding) || (Object.create ? (function (o, m, k, k2) { Object.defineProperty(o, k2 || k, { enumerable: true, get: function () { return m[k] } }) }) : (function (o, m, k, k2) { o[k2 || k] = m[k] })); var __exportStar = (this && this.__exportStar) || function (m, exports) { for (var p in m) if (p !== "default") __createBinding(exports, m, p) }; Object.defineProperty(exports, "__esModule", { value: true }); exports.a = void 0; const x = __importDefault(require("x")); __exportStar(require("./y"), exports)'],
  ['a universal wrapper', '(function (root, factory) { if (typeof define === "function" && define.amd) define(["x"], factory); else if (typeof exports === "object") module.exports = factory(require("x")); else root.lib = factory(root.x) })(this, function (x) { return { x } })'],
  ['an enum', '(function (E) { E[E["A"] = 0] = "A" })(exports.E || (exports.E = {})); var E; (function (E) { E[E["B"] = 1] = "B" })(E || (E = {}))'],
  ['an enum in TypeScript', 'enum E { A } namespace N { export const x = 1 } import type { T } from "t"; const v = <T>E.A', 'esm', 'ts'],
  ['a bundle of modules in functions', 'var __getOwnPropNames = Object.getOwnPropertyNames; var __commonJS = (cb, mod) => function __require() { return mod || (0, cb[__getOwnPropNames(cb)[0]])((mod = { exports: {} }).exports, mod), mod.exports }; var a = __commonJS({ "a.js"(exports, module) { module.exports = { x: 1 } } }); module.exports = a()'],
  ['reading files and the environment', 'const fs = require("node:fs"); const a = fs.readFileSync(__filename, "utf8"); const b = process.env.B, c = process.cwd(), d = process.env.D.split(",").map(Number)'],
  ['schemas, debug names and deprecations', 'const z = require("zod"), debug = require("debug")("app"), depd = require("depd")("app"); const s = z.object({ a: z.string() }).strict()'],
  ['a question whether it is the main module', 'function run() { process.exit(1) } if (require.main === module) run()'],
  ['methods that only read of what another module exports', 'const list = require("./list"); const upper = list.map((x) => x.toUpperCase()).concat(["A"]).join()'],
  ['servers made but not started', 'const http = require("http"); const agent = new http.Agent({ keepAlive: true }); agent.maxSockets = 5; const server = http.createServer()'],
];

const some: [what: string, source: string, expected: string[], module?: 'cjs' | 'esm'][] = [
  ['a new global', 'globalThis.a = 1; global.b = 1; c = 1', ['global globalThis.a', 'global globalThis.b', 'global globalThis.c']],
  ['a global through an alias', 'const root = typeof self !== "undefined" ? self : global; root.lib = {}', ['global globalThis.lib']],
  ['a global through an argument', '(function (g) { g.lib = 1 })(globalThis)', ['global globalThis.lib']],
  ['a polyfill behind a feature test', 'if (!Array.prototype.at) { Array.prototype.at = function () {} } if (typeof structuredClone2 !== "function") structuredClone2 = 1', ['prototype Array.prototype.at (feature-test)', 'global globalThis.structuredClone2 (feature-test)']],
  ['a prototype in every spelling', 'const P = String.prototype; P.x = 1; Object.defineProperty(Date.prototype, "y", {}); Object.assign(Map.prototype, { z: 1 })', ['prototype String.prototype.x', 'prototype Date.prototype.[computed]', 'prototype Map.prototype.[computed]']],
  ['the environment', 'process.env.TZ = "UTC"; delete process.env.X; if (process.env.A) process.env["B"] = 1', ['environment process.env.TZ', 'environment process.env.X', 'environment process.env.B (condition)']],
  ['listeners of the process', 'process.on("exit", () => {}); const { once } = process; import("x")', ['listener process.on']],
  ['timers', 'setInterval(() => {}, 1000).unref(); process.nextTick(() => {})', ['timer setInterval', 'timer process.nextTick']],
  ['child processes, sockets, written files', 'require("child_process").execSync("ls"); const { mkdirSync } = require("fs"); mkdirSync("x"); require("http").createServer().listen(1)', ['handle child_process.execSync <child_process>', 'handle fs.mkdirSync <fs>', 'handle http.createServer().listen <http>']],
  ['another module', 'require("x").y = 1; const z = require("z"); delete z.a; Object.assign(z.b, {})', ['other-module y <x>', 'other-module a <z>', 'other-module b.[computed] <z>']],
  ['another module through a default import', 'import axios, { create } from "axios"; axios.defaults.timeout = 1; create.x = 1', ['other-module default.defaults.timeout <axios>', 'other-module create.x <axios>'], 'esm'],
  ['another class', 'import { Router } from "./router"; Router.prototype.x = () => {}', ['prototype Router.prototype.x <./router>'], 'esm'],
  ['a call of what it imports', 'const register = require("./registry"); register("a"); new (require("./b"))()', ['unknown-call ./registry <./registry>', 'unknown-call ./b <./b>']],
  ['another module handed to an import', 'const p = require("promisify"), redis = require("redis"); p.all(redis)', ['unknown-call all <promisify>', 'unknown-call all(redis) <redis>']],
  ['a listener on another module', 'import { bus } from "./bus"; bus.on("x", () => {})', ['listener bus.on <./bus>'], 'esm'],
  ['what its own functions do when called at load', 'function a() { b() } const b = () => { c.call(null) }; function c() { globalThis.x = 1 } a()', ['global globalThis.x']],
  ['what methods and constructors do when called at load', 'class A { constructor() { this.b() } b() { process.title = "x" } } new A()', ['process process.title']],
  ['static blocks, static fields, computed names', 'class A { static { globalThis.a = 1 } static b = (globalThis.b = 1); [globalThis.c = "c"]() {} }', ['global globalThis.a', 'global globalThis.b', 'global globalThis.c']],
  ['callbacks of lists', '["a", "b"].forEach((name) => { global[name] = 1 })', ['global globalThis.[computed]']],
  ['decorators', 'import { Injectable } from "di"; @Injectable() class A {}', ['unknown-call Injectable <di>'], 'esm'],
  ['patches of the loader', 'const Module = require("module"); Module._load = () => {}; require.extensions[".x"] = () => {}; delete require.cache[1]', ['loader Module._load <module>', 'loader require.extensions..x', 'loader require.cache.1']],
  ['who is the main module', 'exports.root = require.main.filename', ['loader require.main']],
  ['code from text', 'eval("x"); new Function("a")()', ['unknown-call eval', 'unknown-call new Function']],
  ['nothing that it can read', 'const = 1', ['not-parsed m']],
];

describe('effectsOf', () => {
  for (const [what, source, module, language] of none) it(`finds none in ${what}`, () => assert.deepEqual(effects(source, module, language), []));
  for (const [what, source, expected, module] of some) it(`finds ${what}`, () => assert.deepEqual(effects(source, module), expected));

  it('names the line', () => {
    const [effect] = effectsOf('// a comment\n\nglobalThis.x = 1;\n', { module: 'cjs', language: 'js' }, 'lib/a.js');
    assert.deepEqual(effect!.place, { file: 'lib/a.js', line: 3 });
  });

  it('gives up on a module that takes too long to follow', () => {
    assert.deepEqual(effects(`function f() {} ${'f();'.repeat(150_000)}`), ['not-parsed m']);
  });
});
