import { js, type PackCase } from '../case.ts';

/** Which file a specifier means. */
export const resolution: PackCase[] = [
  {
    name: 'require finds files, folders, extensions and mains in the order of Node',
    files: {
      'main.js': js`
        console.log(JSON.stringify(['./a', './a/', './b', './c', './c.json', './d', './e', './f.x', './g', './h', './cjs'].map((one) => { try { return require(one); } catch (error) { return [error.code, error.message.split('\n')[0]]; } })));`,
      'a.js': 'module.exports = "a.js";',
      'a/index.js': 'module.exports = "a/index.js";',
      'b.json': '"b.json"',
      'b/index.js': 'module.exports = "b/index.js";',
      'c.js': 'module.exports = "c.js";',
      'c.json': '"c.json"',
      'd/package.json': '{"main":"lib"}',
      'd/lib/index.js': 'module.exports = "d/lib/index.js";',
      'e/package.json': '{"main":"./missing"}',
      'e/index.js': 'module.exports = "e/index.js";',
      'f.x': 'module.exports = "f.x";',
      'g/package.json': '{"main":""}',
      'g/index.json': '"g/index.json"',
      'h/package.json': '{"main":"../a"}',
      'cjs.cjs': 'module.exports = 1;',
    },
  },
  {
    name: 'exports maps, subpaths, patterns and what they hide',
    files: {
      'main.js': js`
        const ask = (one) => { try { return require(one); } catch (error) { return [error.code, error.message]; } };
        console.log(JSON.stringify(['p', 'p/sub', 'p/dir/x', 'p/dir/x.js', 'p/private', 'p/package.json', 'p/null/x', 'p/arr', 'p/bad', 'sugar', 'sugar/x', 'none', './node_modules/p/private.js'].map(ask)));`,
      'node_modules/p/package.json': JSON.stringify({ exports: { '.': [{ never: './no.js' }, './main.js'], './sub': { node: './sub.node.js', default: './sub.js' }, './dir/*': './dir/*.js', './dir/*.js': './dir/*.js', './null/*': null, './arr': ['./missing/../bad', './sub.js'], './bad': 'not-relative' } }),
      'node_modules/p/main.js': 'module.exports = "main";',
      'node_modules/p/sub.node.js': 'module.exports = "sub.node";',
      'node_modules/p/sub.js': 'module.exports = "sub";',
      'node_modules/p/dir/x.js': 'module.exports = "dir/x";',
      'node_modules/p/private.js': 'module.exports = "private";',
      'node_modules/sugar/package.json': '{"exports":"./s.js"}',
      'node_modules/sugar/s.js': 'module.exports = "sugar";',
      'node_modules/none/package.json': '{"exports":{"./only":"./x.js"}}',
    },
  },
  {
    name: 'a package imports itself and its own #names, each by its own conditions',
    files: {
      'main.mjs': js`
        import { createRequire } from 'node:module';
        import viaSelf from 'shop/lib';
        import inner, { kind } from '#inner';
        import dep from '#dep';
        const require = createRequire(import.meta.url);
        console.log(JSON.stringify([viaSelf, inner, kind, require('#inner'), require('shop/lib'), dep, require('./lib/use.cjs')]));
        await import('#unknown').catch((error) => console.log(error.code));
        await import('#deep/x').then((ns) => console.log(ns.default));`,
      'package.json': JSON.stringify({ name: 'shop', exports: { './lib': { import: './lib/i.mjs', require: './lib/r.cjs' } }, imports: { '#inner': { import: './inner.mjs', default: './inner.cjs' }, '#dep': 'dep', '#deep/*': './deep/*.mjs' } }),
      'lib/i.mjs': 'export default "self by import";',
      'lib/r.cjs': 'module.exports = "self by require";',
      'lib/use.cjs': 'module.exports = [require("#inner"), require("shop/lib"), require.resolve("#dep")];',
      'inner.mjs': 'export default "inner.mjs"; export const kind = "esm";',
      'inner.cjs': 'module.exports = "inner.cjs";',
      'deep/x.mjs': 'export default "deep x";',
      'node_modules/dep/index.js': 'module.exports = "dep";',
    },
  },
  {
    name: 'a dual package is two instances, one for each way in, however often it is asked',
    files: {
      'main.mjs': js`
        import { createRequire } from 'node:module';
        import { make, counter } from 'dual';
        import * as again from './other.mjs';
        const require = createRequire(import.meta.url);
        const viaRequire = require('dual');
        console.log(make === again.make, viaRequire.make === make, viaRequire === require('./third.cjs'), counter, viaRequire.counter, (await import('dual')).make === make);`,
      'other.mjs': 'export { make } from "dual";',
      'third.cjs': 'module.exports = require("dual");',
      'node_modules/dual/package.json': '{"exports":{"import":"./i.mjs","require":"./r.cjs"}}',
      'node_modules/dual/i.mjs': 'export const make = () => 1; export const counter = (globalThis.n = (globalThis.n ?? 0) + 1);',
      'node_modules/dual/r.cjs': 'exports.make = () => 2; exports.counter = (globalThis.n = (globalThis.n ?? 0) + 1);',
    },
  },
  {
    name: 'conditions given to Node at run time are honored',
    files: {
      'main.js': js`console.log(require('p')); import('p').then((ns) => console.log(ns.default));`,
      'node_modules/p/package.json': '{"exports":{"special":"./special.js","default":"./plain.js"}}',
      'node_modules/p/special.js': 'module.exports = "special";',
      'node_modules/p/plain.js': 'module.exports = "plain";',
    },
    execArgv: ['--conditions=special'],
  },
  {
    name: 'require.resolve takes paths and tells where it would look',
    files: {
      'main.js': js`
        const path = require('path');
        const ask = (...args) => { try { return require.resolve(...args); } catch (error) { return [error.code, error.message, error.requireStack]; } };
        console.log(JSON.stringify([ask('dep'), ask('dep', { paths: [path.join(__dirname, 'other')] }), ask('./x', { paths: [path.join(__dirname, 'other')] }), ask('fs'), ask('node:fs'), ask('absent'), ask('./absent'), ask('dep', { paths: [] }), require.resolve.paths('dep').filter((one) => one.startsWith(process.env.ROOT_OF_TEST)), require.resolve.paths('./x'), require.resolve.paths('fs')]));
        try { require.resolve(''); } catch (error) { console.log(error.code); }
        try { require(5); } catch (error) { console.log(error.code, error.message); }`,
      'other/x.js': '',
      'other/node_modules/dep/index.js': '',
      'node_modules/dep/index.js': '',
    },
  },
  {
    name: 'names that are only known while running are found',
    files: {
      'main.js': js`
        const fs = require('fs'); const path = require('path');
        const all = fs.readdirSync(path.join(__dirname, 'routes')).sort().map((file) => require('./routes/' + file));
        const driver = process.env.DRIVER ?? 'sqlite';
        console.log(JSON.stringify([all, require('driver-' + driver), require(path.join(__dirname, 'routes', ['o', 'n', 'e'].join('')))]));
        import('./routes/' + 'two.mjs').then((ns) => console.log(ns.default));`,
      'routes/one.js': 'module.exports = "one " + require("../shared").n++;',
      'routes/two.mjs': 'export default "two";',
      'routes/three.json': '{"three":3}',
      'shared.js': 'exports.n = 0;',
      'node_modules/driver-sqlite/index.js': 'module.exports = require("../driver-base");',
      'node_modules/driver-base/index.js': 'module.exports = "base";',
    },
    nodes: [22, 24, 26],
  },
  {
    name: 'a missing module is told with the stack of its requirers',
    files: {
      'main.js': js`
        try { require('./a'); } catch (error) { console.log(error.code, error.message, JSON.stringify(error.requireStack)); }
        import('./b.mjs').catch((error) => { console.log(error.code, error.message, error.url); return import('absent'); }).catch((error) => { console.log(error.code, error.message); return import('./lib'); }).catch((error) => { console.log(error.code, error.message, error.url); return import('./c'); }).catch((error) => console.log(error.code, error.message));`,
      'a.js': 'require("./b.js");',
      'b.js': 'require("not-there/at/all");',
      'b.mjs': 'import "./nowhere.mjs";',
      'c.mjs': '',
      'lib/index.js': '',
    },
  },
  {
    name: 'paths can be added for one module and for all',
    files: {
      'main.js': js`
        const path = require('path');
        module.paths.push(path.join(__dirname, 'plugins'));
        console.log(require('plug'), require('elsewhere'));
        try { require('./child'); } catch (error) { console.log(error.code); }
        const Module = require('module');
        const own = Module.createRequire(path.join(__dirname, 'plugins/x.js'));
        console.log(own('plug-dep'), own.resolve('plug-dep'));`,
      'child.js': 'require("plug");',
      'plugins/plug/index.js': 'module.exports = "plugged";',
      'plugins/node_modules/plug-dep/index.js': 'module.exports = "dep of plugins";',
      'global/elsewhere/index.js': 'module.exports = "by NODE_PATH";',
    },
    env: { NODE_PATH: '<root>/global' },
  },
  {
    name: 'what kind a file is follows its name and the nearest package.json',
    files: {
      'main.mjs': js`
        import a from './cjs/a.js'; import b from './cjs/b.mjs'; import c from './esm/c.js'; import d from './esm/d.cjs'; import e from './esm/inner/e.js'; import f from 'typed/f.js'; import g from 'untyped/g.js';
        console.log(a, b, c, d, e, f, g);`,
      'package.json': '{"type":"module"}',
      'cjs/package.json': '{"type":"commonjs"}',
      'cjs/a.js': 'module.exports = "cjs " + typeof require;',
      'cjs/b.mjs': 'export default "esm " + typeof require;',
      'esm/c.js': 'export default "esm " + typeof require;',
      'esm/d.cjs': 'module.exports = "cjs " + typeof require;',
      'esm/inner/package.json': '{}',
      'esm/inner/e.js': 'module.exports = "cjs " + typeof require;',
      'node_modules/typed/package.json': '{"type":"module"}',
      'node_modules/typed/f.js': 'export default "esm " + typeof require;',
      'node_modules/untyped/package.json': '{}',
      'node_modules/untyped/g.js': 'module.exports = "cjs " + typeof require;',
    },
  },
  {
    name: 'a file without a type is taken for what its syntax says',
    files: {
      'main.js': js`import dep from './dep.js'; import cjs from './cjs.js'; console.log(dep, cjs, typeof require, import.meta.url.slice(-7));`,
      'package.json': '{"name":"untyped"}',
      'dep.js': 'const require = 1; export default "by syntax " + require;',
      'cjs.js': 'module.exports = "common";',
    },
    nodes: [22, 24, 26],
    anyStderr: true,
  },
];
