import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FileSummary } from '../../src/model/summary.ts';
import { summaryOf } from '../../src/syntax/summary.ts';

const js = { module: 'cjs', language: 'js' } as const;
const ts = { module: 'esm', language: 'ts' } as const;

function summary(source: string, format: Parameters<typeof summaryOf>[1] = js): FileSummary {
  return summaryOf(source, format)!;
}

test('a text that is not valid has no summary', () => {
  assert.equal(summaryOf('const = 1', js), null);
});

test('equal texts have equal summaries, as JSON keeps them', () => {
  const text = 'const a = require("a"); class B extends a.C { constructor() { super(); } toString() { return a.x(); } }';
  assert.deepEqual(JSON.parse(JSON.stringify(summary(text))), summary(text));
});

test('requests are named with their lines, and those that nothing is made of are bare', () => {
  const { imports } = summary(`require('./effect');\nconst { x } = require('x');\nmodule.exports = () => require('./late/' + x);`);
  assert.deepEqual(
    imports.map(({ specifier, line, bare = false, folder = null }) => ({ specifier, line, bare, folder })),
    [
      { specifier: './effect', line: 1, bare: true, folder: null },
      { specifier: 'x', line: 2, bare: false, folder: null },
      { specifier: null, line: 3, bare: false, folder: './late/' },
    ],
  );
});

test('imports of types are no requests at run time', () => {
  const { regions } = summary(`import type { A } from './a.ts'; import { type B } from './b.ts'; import { c } from './c.ts'; c();`, ts);
  assert.deepEqual(regions[0]!.imports.length, 1);
});

test('compiled helpers around a require are looked through', () => {
  const { names, regions, exports } = summary(`
    const a_1 = __importDefault(require("./a"));
    __exportStar(require("./b"), exports);
    Object.defineProperty(exports, "c", { enumerable: true, get: function () { return a_1.c; } });`);
  const a = names.findIndex(({ values }) => values.some(({ request, as }) => request === 0 && as === undefined));
  const exported = regions[names[exports['=']![0]!.name!]!.container!]!;
  assert.deepEqual(exported.extends, [{ request: 1, path: [] }]);
  assert.deepEqual(exported.members!['c']!.filter(({ name }) => name === a), [{ name: a, path: ['c'] }]);
});

test('members that every object inherits are told from own ones', () => {
  const { regions } = summary('exports.o = { a() {} }; class P {}');
  const found = regions.filter(({ members }) => members !== undefined && Object.hasOwn(members, 'constructor'));
  assert.deepEqual(found, []);
});

test('a list of a hundred thousand elements is read in a moment', () => {
  const begun = performance.now();
  summary(`module.exports = [${'[1, "a"],'.repeat(50_000)}];`);
  assert.ok(performance.now() - begun < 10_000);
});
