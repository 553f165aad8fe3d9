import { js, type PackCase } from '../case.ts';

/** Who a module thinks it is. */
export const identity: PackCase[] = [
  {
    name: 'the entry sees itself as the main CommonJS module',
    files: {
      'src/main.js': js`
        console.log(JSON.stringify({
          id: module.id, filename: module.filename, loaded: module.loaded, parent: module.parent, path: module.path,
          main: require.main === module, process: process.mainModule === module, self: this === module.exports,
          exports: exports === module.exports, children: module.children.length, paths: module.paths.filter((one) => one.startsWith(process.env.ROOT_OF_TEST)),
          dirname: __dirname, file: __filename, argv: process.argv.slice(1), args: arguments.length,
          filenameOfMain: require.main.filename, constructor: module.constructor === require('module'),
          cached: require.cache[__filename] === module, isPrototype: module instanceof require('module'),
        }));`,
    },
    args: ['--port', '8', 'two words'],
  },
  {
    name: 'a required module knows its parent, its children and the folders it is searched from',
    files: {
      'main.js': js`
        const a = require('./lib/a');
        const b = require('./lib/b');
        console.log(JSON.stringify({ a, b, loaded: require.cache[require.resolve('./lib/a')].loaded, children: module.children.map((one) => one.id) }));`,
      'lib/a.js': js`
        const leaf = require('leaf');
        module.exports = { id: module.id, loaded: module.loaded, parent: module.parent.id, paths: module.paths.filter((one) => one.startsWith(process.env.ROOT_OF_TEST)), main: require.main === module, leaf,
          children: module.children.map((one) => one.filename), dirname: __dirname, self: this === exports, path: module.path };`,
      'lib/b.js': js`exports.sameLeaf = require('leaf') === require('leaf'); exports.parent = module.parent.id; exports.children = module.children.map((one) => one.id);`,
      'node_modules/leaf/package.json': '{"main":"./dist/leaf.js"}',
      'node_modules/leaf/dist/leaf.js': js`exports.id = module.id; exports.paths = module.paths.filter((one) => one.startsWith(process.env.ROOT_OF_TEST)); exports.parent = module.parent.id;`,
    },
  },
  {
    name: 'import.meta tells file, folder and whether this is the main module',
    files: {
      'main.mjs': js`
        import { about as dep } from './lib/dep.mjs';
        const { url, dirname, filename, main } = import.meta;
        console.log(JSON.stringify({ url, dirname, filename, main, dep, keys: Object.keys(import.meta), proto: Object.getPrototypeOf(import.meta), resolve: typeof import.meta.resolve, extensible: Object.isExtensible(import.meta) }));
        import.meta.extra = 1;
        console.log(import.meta.extra, (() => import.meta)() === import.meta, typeof require, typeof module, typeof __filename, typeof exports, this);`,
      'lib/dep.mjs': js`
        const { url, dirname, filename, main } = import.meta;
        export const about = { url, dirname, filename, main };`,
    },
  },
  {
    name: 'import.meta.resolve answers as Node does',
    files: {
      'main.mjs': js`
        const ask = (specifier) => { try { return import.meta.resolve(specifier); } catch (error) { return error.code; } };
        console.log(JSON.stringify(['./lib/dep.mjs', './nowhere.mjs', 'two', 'two/sub', 'two/hidden', 'absent', 'fs', 'node:fs', '#inside', '/abs.js', 'data:text/javascript,1', 'https://example.com/x.js', './lib/', './lib/..'].map(ask)));`,
      'package.json': '{"type":"module","imports":{"#inside":"./lib/dep.mjs"}}',
      'lib/dep.mjs': '',
      'node_modules/two/package.json': '{"exports":{".":{"import":"./i.mjs","require":"./r.cjs"},"./sub":"./sub.js"}}',
      'node_modules/two/i.mjs': '',
      'node_modules/two/r.cjs': '',
      'node_modules/two/sub.js': '',
    },
  },
  {
    name: 'arguments, options of Node and the paths of the process are those of the entry',
    files: {
      'main.js': js`
        const path = require('path');
        console.log(JSON.stringify({ argv: process.argv.slice(1), execArgv: process.execArgv, exec: process.execPath === process.argv[0], name: path.basename(process.argv0), cwd: process.cwd() === process.env.PWD_OF_TEST, title: process.title, options: process.env.NODE_OPTIONS ?? null }));`,
    },
    args: ['a', '--b=c', '--'],
    execArgv: ['--no-deprecation', '--max-old-space-size=300', '--title=shop'],
  },
  {
    name: 'the global scope and the environment hold nothing new',
    files: {
      'main.js': js`
        require('./dep');
        console.log(JSON.stringify({
          names: Object.getOwnPropertyNames(globalThis).sort(), symbols: Object.getOwnPropertySymbols(globalThis).map(String),
          env: Object.keys(process.env).filter((name) => /LWA|PACK|NODE/i.test(name)),
          listeners: process.eventNames().map(String).map((name) => [name, process.listenerCount(name)]).filter(([, n]) => n > 0),
          process: Object.keys(process).sort(), handles: process._getActiveHandles().length,
          prepare: typeof Error.prepareStackTrace, limit: Error.stackTraceLimit,
        }));`,
      'dep.js': 'exports.x = 1;',
    },
  },
  {
    name: 'the loader is as it is: no function of Module is foreign and the cache holds the app alone',
    files: {
      'main.js': js`
        require('./dep');
        const Module = require('module');
        console.log(JSON.stringify({
          cache: Object.keys(require.cache), same: require.cache === Module._cache, extensions: Object.keys(require.extensions), sameExtensions: require.extensions === Module._extensions,
          wrapper: Module.wrapper, wrap: Module.wrap('x'), lengths: ['_load', '_resolveFilename', '_findPath', '_nodeModulePaths', '_resolveLookupPaths'].map((name) => [name, Module[name].length]),
          builtin: Module.isBuiltin('fs'), require: Object.keys(require), proto: Object.keys(Module.prototype).sort(),
        }));`,
      'dep.js': '',
    },
  },
  {
    name: 'files may be named strangely',
    files: {
      'main.js': js`console.log(JSON.stringify([require('./a b/ü#1.js'), require('./a b/100%.js'), require('./a b/q?.js')])); import('./a b/%C3%BC%231.js').then((ns) => console.log(JSON.stringify(ns.default)));`,
      'a b/ü#1.js': 'module.exports = __filename;',
      'a b/100%.js': 'module.exports = __filename;',
      'a b/q?.js': 'module.exports = __filename;',
    },
  },
  {
    name: 'a module reached by two spellings is one',
    files: {
      'main.js': js`
        const all = [require('./lib'), require('./lib/'), require('./lib/index'), require('./lib/index.js'), require('./x/../lib'), require(__dirname + '/lib'), require(require('url').fileURLToPath('file://' + __dirname + '/lib/index.js')), require('../' + require('path').basename(__dirname) + '/lib')];
        console.log(new Set(all).size, all[0].count);`,
      'lib/index.js': 'globalThis.loads = (globalThis.loads ?? 0) + 1; exports.count = globalThis.loads;',
      'x/keep.txt': '',
    },
  },
  {
    name: 'packages behind symbolic links live where they really are',
    files: {
      'main.js': js`
        const a = require('linked');
        console.log(JSON.stringify({ a, direct: a === require('./packages/linked'), resolved: require.resolve('linked'), deep: require('store-a').b }));
        import('linked').then((ns) => console.log(ns.default === a));`,
      'packages/linked/package.json': '{"name":"linked","main":"lib.js"}',
      'packages/linked/lib.js': js`module.exports = { filename: __filename, paths: module.paths.filter((one) => one.startsWith(process.env.ROOT_OF_TEST)) };`,
      'node_modules/.store/a@1/node_modules/store-a/index.js': js`exports.b = require('store-b').file;`,
      'node_modules/.store/b@1/node_modules/store-b/index.js': js`exports.file = __filename;`,
    },
    links: {
      'node_modules/linked': 'packages/linked',
      'node_modules/store-a': 'node_modules/.store/a@1/node_modules/store-a',
      'node_modules/.store/a@1/node_modules/store-b': 'node_modules/.store/b@1/node_modules/store-b',
    },
  },
];
