import { js, type PackCase } from '../case.ts';

/** What CommonJS code can do with its loader and its scope. */
export const commonjs: PackCase[] = [
  {
    name: 'deleting from require.cache loads anew, as import-fresh and clear-module do',
    files: {
      'main.js': js`
        const first = require('./state');
        first.n = 5;
        const file = require.resolve('./state');
        const children = module.children.length;
        delete require.cache[file];
        const second = require('./state');
        console.log(first === second, second.n, file in require.cache, module.children.length - children, second.parent === first.parent);
        for (const key of Object.keys(require.cache)) if (key !== __filename) delete require.cache[key];
        console.log(require('./state').n, Object.keys(require.cache).length);`,
      'state.js': 'module.exports = { n: 0, parent: module.parent.id, dep: require("./dep") };',
      'dep.js': 'exports.x = {};',
    },
  },
  {
    name: 'what is put into require.cache is what everybody gets, as mocks do',
    files: {
      'main.js': js`
        const file = require.resolve('./mailer');
        require.cache[file] = { id: file, filename: file, loaded: true, exports: { send: () => 'mocked' } };
        console.log(require('./user').run(), require('mail-lib'));
        require.cache[require.resolve('mail-lib')].exports = 'replaced';
        console.log(require('mail-lib'), require('./user').lib());`,
      'mailer.js': 'exports.send = () => "real";',
      'user.js': 'const mailer = require("./mailer"); exports.run = () => mailer.send(); exports.lib = () => require("mail-lib");',
      'node_modules/mail-lib/index.js': 'module.exports = "lib";',
    },
  },
  {
    name: 'exports can be replaced, primitive, frozen, lazy or a proxy',
    files: {
      'main.js': js`
        const all = ['null', 'undefined', 'string', 'frozen', 'getter', 'proxy', 'fn', 'early'].map((name) => require('./kinds/' + name + '.js'));
        console.log(all[0], all[1], all[2], Object.isFrozen(all[3]), all[4].lazy, all[4].lazy, all[5].anything, all[6](), all[7]);
        console.log(require('./kinds/getter.js') === all[4], require.cache[require.resolve('./kinds/null.js')].exports);`,
      'kinds/null.js': 'module.exports = null;',
      'kinds/undefined.js': 'module.exports = undefined;',
      'kinds/string.js': 'module.exports = "text";',
      'kinds/frozen.js': 'module.exports = Object.freeze({});',
      'kinds/getter.js': 'let n = 0; Object.defineProperty(exports, "lazy", { enumerable: true, get: () => ++n });',
      'kinds/proxy.js': 'module.exports = new Proxy({}, { get: (_, key) => typeof key === "string" ? "got " + key : undefined });',
      'kinds/fn.js': 'module.exports = function () { return typeof this; };',
      'kinds/early.js': 'exports.before = 1; if (true) return; exports.after = 2;',
    },
  },
  {
    name: 'modules in a cycle see what there is so far, and are warned of what there is not',
    files: {
      'main.js': js`console.log(JSON.stringify(require('./a')));`,
      'a.js': 'exports.early = 1; const b = require("./b"); exports.late = 2; exports.sawOfB = b.sawOfA; exports.loaded = b.loadedOfA;',
      'b.js': 'const a = require("./a"); exports.sawOfA = Object.keys(a); exports.missing = a.nothing; exports.loadedOfA = require.cache[require.resolve("./a")].loaded;',
    },
  },
  {
    name: 'a module that throws is not kept and runs again',
    files: {
      'main.js': js`
        for (let i = 0; i < 3; i++) try { console.log(require('./flaky')); } catch (error) { console.log(error.message, require.resolve('./flaky') in require.cache, module.children.length); }
        try { require('./deep'); } catch (error) { console.log(error.message, Object.keys(require.cache).length); }`,
      'flaky.js': 'globalThis.tries = (globalThis.tries ?? 0) + 1; if (tries < 3) throw new Error("try " + tries); module.exports = "fine after " + tries;',
      'deep.js': 'require("./ok"); require("./boom");',
      'ok.js': '',
      'boom.js': 'throw new TypeError("boom");',
    },
  },
  {
    name: 'JSON is parsed once, may be changed in place, and is told when it is broken',
    files: {
      'main.js': js`
        const a = require('./data.json'); a.n++;
        console.log(JSON.stringify(require('./data')), require('./bom.json').ok, require('./data.json') === a);
        try { require('./broken.json'); } catch (error) { console.log(error.name, error.message); }
        try { require('./empty.json'); } catch (error) { console.log(error.name, error.message); }
        delete require.cache[require.resolve('./data.json')];
        console.log(require('./data.json').n, module.children.map((one) => one.id), JSON.stringify(require('./proto.json')), Object.getPrototypeOf(require('./proto.json')) === Object.prototype);`,
      'data.json': '{"n":1,"text":"ü\\u0000\u2028"}',
      'bom.json': '\uFEFF{"ok":true}',
      'broken.json': '{"a":1,\n}',
      'empty.json': '',
      'proto.json': '{"__proto__":{"x":1},"constructor":2}',
    },
  },
  {
    name: 'the scope is sloppy and a function, with all that this allows',
    files: {
      'main.js': js`
        const require2 = require; var require = require2; var module = module;
        with ({ inside: 'with' }) console.log(inside);
        undeclared = 010 + 1; console.log(undeclared, typeof arguments, arguments[2] === module, delete arguments[9]);
        var await = 'await', yield = 'yield', let_ = 'let', async = 'async', of = 'of', get = 'get'; console.log(await, yield, async, of, get);
        <!-- an old comment
        console.log(typeof hoisted, (function () { return this === globalThis; })(), (() => this === exports)());
        --> another
        { function hoisted() {} } console.log(typeof hoisted);
        console.log(require('./strict'), new.target === undefined);
        if (undeclared) return console.log('returned');
        console.log('never');`,
      'strict.js': '"use strict"; module.exports = [(function () { return this; })() === undefined, (() => { try { nope = 1; } catch (error) { return error.message; } })()];',
    },
  },
  {
    name: 'hashbangs, byte order marks, odd line ends and texts of all scripts are read as they are',
    files: {
      'main.js': '#!/usr/bin/env node\nconsole.log(require("./bom"), require("./crlf").line, require("./latin"), require("./emoji"), require("./nul"), require("./invalid").length, require("./bom-hash"));',
      'bom.js': '\uFEFFmodule.exports = "bom";',
      'bom-hash.js': '#!x\r\nmodule.exports = "hash";',
      'crlf.js': 'exports.a = 1;\r\nexports.line = new Error().stack.split("\\n")[1].match(/:(\\d+:\\d+)/)[1];\r\n',
      'latin.js': 'const größe = "naïve ÿ"; module.exports = größe + größe.length;',
      'emoji.js': 'const 名前 = "😀\u2028\u00e9e\u0301"; module.exports = 名前 + [...名前].length + 名前.length;',
      'nul.js': 'module.exports = "a\0b".length;',
      'invalid.js': new Uint8Array([...Buffer.from('module.exports = "'), 0xff, 0xc3, 0x28, 0xe2, 0x82, ...Buffer.from('";')]),
    },
  },
  {
    name: 'functions give back their own text',
    files: {
      'main.js': js`
        const dep = require('./dep');
        function /* kept */ own ( a,b ) { /* also */ return a+b }
        console.log(own.toString(), dep.method.toString(), String(dep.Class), String(dep.arrow), require('fs').readFileSync(__filename, 'utf8').includes(own.toString()));
        console.log(eval('(' + dep.arrow + ')')(2));`,
      'dep.js': 'exports.method = { m ( x ) { return  x } }.m; exports.Class = class  A{ static  b = 1 }; exports.arrow = x=>x*2;',
    },
  },
  {
    name: 'code made from text can require, and import from where it was made',
    files: {
      'main.js': js`
        const vm = require('vm'); const Module = require('module');
        const made = new Module('/virtual/' + 'made.js', module); made.filename = __dirname + '/made.js'; made.paths = module.paths;
        made._compile('module.exports = [__filename, require("./dep"), module.parent === undefined]', made.filename);
        console.log(JSON.stringify(made.exports), eval('require("./dep")'), typeof globalThis.require);
        try { (0, eval)('require("./dep")'); } catch (error) { console.log(error.message); }
        console.log(new Function('return typeof require')(), vm.runInThisContext('typeof require + typeof globalThis.process'), vm.runInNewContext('x + 1', { x: 1 }));
        new Function('return 1');
        eval('import("./dep.js")').then((ns) => console.log('eval', ns.default)).then(() => new Function('s', 'return import(s)')('./dep.js')).then((ns) => console.log('Function', ns.default), (error) => console.log('Function', error.code))
          .then(() => new vm.Script('import("./dep.js")', { filename: __filename, importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER }).runInThisContext()).then((ns) => console.log('Script', ns.default), (error) => console.log('Script', error.code));`,
      'dep.js': 'module.exports = "dep";',
    },
    nodes: [22, 24, 26],
  },
  {
    name: 'new Function imports by the rules of this Node',
    files: {
      'main.js': js`
        const load = new Function('s', 'return import(s)');
        const { pathToFileURL } = require('url');
        load(pathToFileURL(__dirname + '/esm.mjs').href).then((ns) => console.log(ns.default, ns.default === globalThis.made), (error) => console.log(error.code)).then(() => import('./esm.mjs')).then((ns) => console.log(ns.default === globalThis.made, globalThis.times));`,
      'esm.mjs': 'export default globalThis.made = { id: 1 }; globalThis.times = (globalThis.times ?? 0) + 1;',
    },
  },
  {
    name: 'working folder and require have nothing to do with each other',
    files: {
      'main.js': js`
        process.chdir(require('os').tmpdir());
        console.log(require('./lib/x'), require('path').resolve('y') === require('path').join(process.cwd(), 'y'), require.resolve('./lib/x'));
        try { require(process.cwd() + '/surely-not-there'); } catch (error) { console.log(error.code); }`,
      'lib/x.js': 'module.exports = "x";',
    },
  },
  {
    name: 'a module written while running is loaded, and shares the modules of the app',
    files: {
      'main.js': js`
        const fs = require('fs'); const os = require('os'); const path = require('path');
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plugin-'));
        fs.writeFileSync(path.join(folder, 'plugin.js'), 'module.exports = require(' + JSON.stringify(path.join(__dirname, 'shared.js')) + ');');
        fs.writeFileSync(path.join(folder, 'plugin.mjs'), 'export { default } from ' + JSON.stringify(require('url').pathToFileURL(path.join(__dirname, 'shared.js')).href) + '; export { made } from ' + JSON.stringify(require('url').pathToFileURL(path.join(__dirname, 'esm.mjs')).href));
        const shared = require('./shared');
        console.log(require(path.join(folder, 'plugin.js')) === shared);
        (async () => {
          const { made } = await import('./esm.mjs');
          const plugin = await import(require('url').pathToFileURL(path.join(folder, 'plugin.mjs')).href);
          console.log(plugin.default === shared, plugin.made === made);
          fs.rmSync(folder, { recursive: true });
        })();`,
      'shared.js': 'module.exports = { shared: true };',
      'esm.mjs': 'export const made = { esm: true };',
    },
  },
  {
    name: 'many modules and a very large one',
    files: {
      'main.js': js`let sum = 0; for (let i = 0; i < 300; i++) sum += require('./m/' + i); console.log(sum, Object.keys(require.cache).length, require('./large').length, require('./large')[4999]);`,
      ...Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`m/${i}.js`, `module.exports = ${i}${i > 0 ? ` + 0 * require("./${i - 1}")` : ''};`])),
      'large.js': `module.exports = [\n${Array.from({ length: 5000 }, (_, i) => `function f${i}(a, b) { return a + b + ${i} + "${'x'.repeat(100)}"; },`).join('\n')}\n].map((f, i) => f(i, 1).length);`,
    },
  },
];
