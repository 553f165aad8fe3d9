import { js, type PackCase } from '../case.ts';

/** Tools that stand between an app and Node's loader: aliases, transpilers, tracers, mocks. */
export const hooks: PackCase[] = [
  {
    name: 'an alias in Module._resolveFilename is asked first, as module-alias does',
    files: {
      'main.js': js`
        const Module = require('module'); const path = require('path'); const before = Module._resolveFilename; const asked = [];
        Module._resolveFilename = function (request, parent, isMain, options) { asked.push(request); return before.call(this, request.startsWith('@/') ? path.join(__dirname, 'src', request.slice(2)) : request === 'old' ? 'new' : request, parent, isMain, options); };
        console.log(require('@/a'), require('old'), require.resolve('old'), JSON.stringify(asked));`,
      'src/a.js': 'module.exports = "a with " + require("@/b");',
      'src/b.js': 'module.exports = "b";',
      'node_modules/new/index.js': 'module.exports = "new";',
    },
  },
  {
    name: 'a patched Module._load sees every request, as tracers do',
    files: {
      'main.js': js`
        const Module = require('module'); const before = Module._load; const seen = [];
        Module._load = function (request, parent, isMain) { const result = before.apply(this, arguments); seen.push(request + ' from ' + parent.filename.split('/').pop()); return request === 'lib' ? { ...result, wrapped: true } : result; };
        console.log(JSON.stringify([require('./user'), require('lib').wrapped, seen]));`,
      'user.js': 'require("fs"); module.exports = require("lib").wrapped;',
      'node_modules/lib/index.js': 'require("./inner"); exports.a = 1;',
      'node_modules/lib/inner.js': '',
    },
  },
  {
    name: 'a patched Module.prototype.require sees every request, as require-in-the-middle does',
    files: {
      'main.js': js`
        const Module = require('module'); const before = Module.prototype.require; const seen = [];
        Module.prototype.require = function (id) { const exports = before.apply(this, arguments); seen.push(id); if (id === 'http') return Object.create(exports, { traced: { value: true } }); if (id === 'pg' && !exports.patched) exports.patched = seen.length; return exports; };
        console.log(JSON.stringify([require('./app'), seen]));`,
      'app.js': 'module.exports = [require("http").traced, require("pg").patched, require("./more")];',
      'more.js': 'module.exports = require("pg").patched;',
      'node_modules/pg/index.js': 'require("./lib"); exports.query = 1;',
      'node_modules/pg/lib.js': '',
    },
  },
  {
    name: 'a handler for an extension compiles what it is given, as pirates does',
    files: {
      'main.js': js`
        const fs = require('fs'); const before = require.extensions['.js'];
        require.extensions['.js'] = function (module, filename) { const compile = module._compile; module._compile = function (code, name) { module._compile = compile; return module._compile(code.replace('__NAME__', '"hooked"'), name); }; before(module, filename); };
        require.extensions['.txt'] = (module, filename) => { module.exports = fs.readFileSync(filename, 'utf8').toUpperCase(); };
        require.extensions['.coffee'] = (module, filename) => module._compile('module.exports = "coffee"', filename);
        console.log(require('./dep'), require('./words.txt'), require('./words'), require('./drink'), require('./drink.coffee'), require('lib'));`,
      'dep.js': 'module.exports = __NAME__;',
      'words.txt': 'quiet',
      'drink.coffee': 'x = 1',
      'node_modules/lib/index.js': 'module.exports = __NAME__;',
    },
  },
  {
    name: 'a patched _compile and wrapper see the text',
    files: {
      'main.js': js`
        const Module = require('module'); const seen = []; const { _compile } = Module.prototype;
        Module.prototype._compile = function (content, filename) { seen.push([filename.split('/').pop(), content.length]); return _compile.call(this, content + '\nexports.added = 1;', filename); };
        console.log(JSON.stringify([require('./dep'), require('lib').added, seen]));
        Module.prototype._compile = _compile; require('module').wrapper[0] = '(function (exports, require, module, __filename, __dirname) { const injected = 1;'; console.log(require('./late'));`,
      'dep.js': 'exports.own = 1;',
      'late.js': 'module.exports = typeof injected;',
      'node_modules/lib/index.js': 'exports.lib = 1;',
    },
    anyStderr: true,
  },
  {
    name: 'a preload by --require patches what the app then loads',
    files: {
      'main.js': 'console.log(require("lib"), globalThis.preloaded, module.parent, require.main === module, Object.keys(require.cache).length, JSON.stringify(process.execArgv));',
      'apm.js': 'globalThis.preloaded = true; const Module = require("module"); const before = Module._load; Module._load = function (request) { return request === "lib" ? "patched" : before.apply(this, arguments); };',
      'node_modules/lib/index.js': 'module.exports = "plain";',
    },
    execArgv: ['--require', '<root>/apm.js'],
  },
  {
    name: 'a preload by --import patches built-ins and counts what comes after',
    files: {
      'main.mjs': 'import fs, { existsSync } from "node:fs"; import { dep } from "./dep.mjs"; console.log(existsSync("x"), fs.existsSync("x"), dep, globalThis.preloaded);',
      'dep.mjs': 'export const dep = globalThis.preloaded;',
      'apm.mjs': 'import fs from "node:fs"; import { syncBuiltinESMExports } from "node:module"; fs.existsSync = () => "patched"; syncBuiltinESMExports(); globalThis.preloaded = "yes";',
    },
    execArgv: ['--import', '<root>/apm.mjs'],
  },
  {
    name: 'hooks that the app registers change what is loaded after them',
    files: {
      'main.mjs': js`
        import { registerHooks } from 'node:module';
        const seen = [];
        registerHooks({
          resolve(specifier, context, next) { seen.push(specifier); return specifier === 'virtual:x' ? { url: 'virtual:x', format: 'module', shortCircuit: true } : next(specifier === 'old' ? 'new' : specifier, context); },
          load(url, context, next) { if (url === 'virtual:x') return { format: 'module', source: 'export default "virtual"', shortCircuit: true }; const loaded = next(url, context); return url.endsWith('dep.mjs') ? { ...loaded, source: String(loaded.source).replace('plain', 'changed') } : loaded; },
        });
        console.log((await import('./dep.mjs')).default, (await import('virtual:x')).default, (await import('old')).default, JSON.stringify(seen));`,
      'dep.mjs': 'import "./inner.mjs"; export default "plain";',
      'inner.mjs': '',
      'node_modules/new/index.js': 'module.exports = "new";',
    },
    nodes: [22, 24, 26],
    anyStderr: true,
  },
  {
    name: 'hooks in a thread of their own change what is loaded after them',
    files: {
      'main.mjs': 'import { register } from "node:module"; register("./hooks.mjs", import.meta.url); console.log((await import("./dep.mjs")).default, (await import("virtual:x")).default);',
      'hooks.mjs': js`
        export const resolve = async (specifier, context, next) => specifier.startsWith('virtual:') ? { url: specifier, shortCircuit: true } : next(specifier, context);
        export const load = async (url, context, next) => { if (url.startsWith('virtual:')) return { format: 'module', source: 'export default "virtual"', shortCircuit: true }; const loaded = await next(url, context); return url.endsWith('dep.mjs') ? { ...loaded, source: String(loaded.source).replace('plain', 'changed') } : loaded; };`,
      'dep.mjs': 'export default "plain";',
    },
    nodes: [22, 24],
    anyStderr: true,
  },
  {
    name: 'built-ins can be replaced for those who come later',
    files: {
      'main.js': js`
        const os = require('os'); const { syncBuiltinESMExports, builtinModules, isBuiltin } = require('module');
        os.hostname = () => 'patched'; syncBuiltinESMExports();
        console.log(require('./dep').read(), require('node:os') === os, process.binding === undefined, builtinModules.includes('fs'), isBuiltin('node:sqlite'), require('process') === process);
        import('./esm.mjs').then((ns) => console.log(ns.read()));`,
      'dep.js': 'const { hostname } = require("node:os"); exports.read = () => hostname();',
      'esm.mjs': 'import { hostname } from "os"; export const read = () => hostname();',
    },
  },
  {
    name: 'a loader that finds its app by the main module, as app-root-path and require-main-filename do',
    files: {
      'bin/main.js': 'console.log(require("app-home")(), require("app-home/cwd"));',
      'node_modules/app-home/index.js': 'const path = require("path"); module.exports = () => [path.dirname(require.main.filename), path.dirname(process.argv[1]), module.parent && module.parent.filename, __dirname.split(path.sep + "node_modules")[0]].join();',
      'node_modules/app-home/cwd.js': 'module.exports = require("path").relative(process.cwd(), __dirname).length > 0;',
    },
  },
];
