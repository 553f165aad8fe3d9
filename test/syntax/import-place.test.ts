import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeOfImport, specifierAtLine } from '../../src/syntax/import-place.ts';

const source = [
  "// import a from 'commented';",
  "import a from 'static';",
  "export * from \"star\";",
  'const b = require(`template`), c = tslib_1.__importStar(require("helped"));',
  "const d = () => import( 'late' );",
  "/* require('blocked') */ const url = 'http://x'; // require('behind')",
  "import './only-effects.js';",
].join('\n');

const places: [specifier: string, place: [number, number] | null][] = [
  ['static', [2, 15]],
  ['star', [3, 15]],
  ['template', [4, 19]],
  ['helped', [4, 65]],
  ['late', [5, 25]],
  ['./only-effects.js', [7, 8]],
  ['commented', null],
  ['blocked', null],
  ['behind', null],
  ['stat', null],
];

for (const [specifier, place] of places) {
  test(`${specifier} is ${place === null ? 'not found' : `at ${place.join(':')}`}`, () => {
    const found = placeOfImport(source, specifier);
    assert.deepEqual(found && [found.line, found.column], place);
  });
}

test('the specifier on a line is that of the import which stands there or begins there, where no other does', () => {
  const text = "import { a } from '@lib/a';\nimport {\n  b,\n} from '@lib/b';\nimport c from 'c'; import d from 'd';\nconst e = 1;\nimport f from 'f';\n";
  assert.deepEqual([1, 2, 4, 5, 6, 7].map((line) => specifierAtLine(text, line)), ['@lib/a', '@lib/b', '@lib/b', null, null, 'f']);
});
