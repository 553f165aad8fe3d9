import assert from 'node:assert/strict';
import { test } from 'node:test';
import { demandsOf, type Demands } from '../../src/syntax/demands.ts';
import { commonJsHost, moduleHost } from '../../src/syntax/hosts.ts';
import type { SourceFormat } from '../../src/syntax/parse.ts';
import { readModule } from '../../src/syntax/scopes.ts';
import { sitesOf } from '../../src/syntax/sites.ts';

test('uses inside functions are told by their offsets', () => {
  const text = "const a = require('a');\nfunction f() { return a.b; }\n";
  assert.deepEqual(demands(text), { usedAt: [text.indexOf('a.b')], maybeAtLoad: false, exportedAs: [], calls: [] });
});

test('what is made from an import is put off with it, so its uses count too', () => {
  const text = "var _a = require('a');\nvar _a2 = _interopRequireDefault(_a);\nfunction create() { return _a2['default']; }\n";
  assert.deepEqual(demands(text), { usedAt: [text.indexOf("_a2['default']")], maybeAtLoad: false, exportedAs: [], calls: [] });
});

test('so do values, where only they make the import one that can be put off', () => {
  const text = "const A = require('a');\nconst client = new A();\nfunction f() { return client.ask(); }\n";
  assert.deepEqual(demands(text), { usedAt: [text.indexOf('client.ask')], maybeAtLoad: false, exportedAs: [], calls: [''] });
});

test('exports that become getters are told by name, also those of a variable that is assigned', () => {
  const text = "(function () {\n  var builder;\n  builder = require('a');\n  exports.Builder = builder.Builder;\n}).call(this);\n";
  assert.deepEqual(demands(text), { usedAt: [], maybeAtLoad: false, exportedAs: ['Builder'], calls: [] });
});

test('a branch that is reached at load may use the import', () => {
  assert.equal(demands("const a = require('a');\nexports.format = process.env.JSON ? null : { log: a.format() };\n")?.maybeAtLoad, true);
});

test('a callback that is called at load may use the import', () => {
  assert.equal(demands("const a = require('a');\nexports.all = [1, 2].map((one) => a.of(one));\n")?.maybeAtLoad, true);
});

test('an import that cannot be put off demands nothing', () => {
  assert.equal(demands("const a = require('a');\nexports.Own = class extends a.Base {};\n"), null);
});

/** Of the specifier `a`. */

const calls: [text: string, calls: string[] | null][] = [
  ["const a = require('a')('name');", ['']],
  ["const { create } = require('a'); const one = create({ key: process.env.KEY, log: () => {} }).use('x');", ['create', 'create().use']],
  ["const a = require('a'); const one = a(), two = one.use();", ['', '().use']],
  ["const a = require('a'); const size = 3; const one = new a.Client({ size });", ['Client']],
  ["const a = require('a'); const api = __importDefault(require('./api.json')); const one = a.make(api.default);", ['make']],
  ["const a = require('a'); const { paths } = require('./api.json'); const one = a.make(paths);", ['make']],
  ["const a = require('a'); const api = require('./api.json'); const one = a.make(api); exports.add = (path) => { api.paths[path] = {}; };", null],
  ["const a = require('a'); const one = a.make(Date.now());", null],
  ["const a = require('a'); let size = 3; const one = a.make({ size }); exports.grow = () => { size += 1; };", null],
  ["const a = require('a'); const fs = require('fs'); const one = a.wrap(fs);", null],
  ["const a = require('a'); const one = require('b')(a);", null],
  ["const { b } = require('b'); const a = require('a'); const window = new a.Dom('').window; const clean = b(window);", ['Dom', 'b b']],
  ["const a = require('a'); const window = new a.Dom('<script>', { runScripts: 'dangerously' }).window;", null],
  ["import clean from 'b'; import { Dom } from 'a'; const one = clean(new Dom('').window);", ['Dom', 'b ']],
  ["let b = require('b'); const a = require('a'); const one = b(a); exports.set = (other) => { b = other; };", null],
];

for (const [text, expected] of calls) {
  test(`initializers run ${expected === null ? 'more than what is put off' : `only what is put off: ${expected.map((path) => `a${path && `.${path}`}()`).join(', ')}`}: ${text}`, () => {
    assert.deepEqual(demands(text)?.calls ?? null, expected);
  });
}

function demands(source: string): Demands | null {
  const format: SourceFormat = { module: source.startsWith('import ') ? 'esm' : 'cjs', language: 'js' };
  const module = readModule(source, format)!;
  const host = format.module === 'esm' ? moduleHost('lazy') : { ...commonJsHost('lazy'), getters: true };
  return demandsOf(module, sitesOf(module).filter(({ specifier }) => specifier === 'a'), { format, host });
}
