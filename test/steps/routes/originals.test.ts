import assert from 'node:assert/strict';
import test from 'node:test';
import { originalPlaces } from '../../../src/steps/routes/originals.ts';
import { importPlaces } from '../../../src/steps/routes/places.ts';
import { projectFiles } from '../../helpers/project-files.ts';

// Line 1 of the compiled file comes from line 5 of the source, line 2 from line 7.
const map = (source: string): string => JSON.stringify({ version: 3, sources: [source], names: [], mappings: 'AAIA;AAEA' });
const code = 'const a = require("a");\nexports.a = a;\n';
const inline = `//# sourceMappingURL=data:application/json;base64,${Buffer.from(map('../src/a.ts')).toString('base64')}`;

function original(contents: Record<string, string>, line = 2): string {
  const files = projectFiles(contents);
  const place = originalPlaces(files)({ file: `${files.root}/dist/a.js`, line, column: 1 });
  return `${place.file.slice(files.root.length + 1)}:${place.line}`;
}

test('a source map beside the file leads to the source', () => {
  assert.equal(original({ 'dist/a.js': `${code}//# sourceMappingURL=a.js.map\n`, 'dist/a.js.map': map('../src/a.ts'), 'src/a.ts': '' }), 'src/a.ts:7');
});

test('a source map inside the file leads to the source', () => {
  assert.equal(original({ 'dist/a.js': code + inline, 'src/a.ts': '' }, 1), 'src/a.ts:5');
});

test('a map that the file does not mention is found by its name', () => {
  assert.equal(original({ 'dist/a.js': code, 'dist/a.js.map': map('../src/a.ts'), 'src/a.ts': '' }), 'src/a.ts:7');
});

test("a bundler's own URL is looked up from the folders above", () => {
  assert.equal(original({ 'dist/a.js': code, 'dist/a.js.map': map('webpack://shop/./src/a.ts'), 'src/a.ts': '' }), 'src/a.ts:7');
});

test('a source that is not on disk, a broken map and no map leave the place as it ran', () => {
  assert.equal(original({ 'dist/a.js': code, 'dist/a.js.map': map('../src/a.ts') }), 'dist/a.js:2');
  assert.equal(original({ 'dist/a.js': code, 'dist/a.js.map': '{', 'src/a.ts': '' }), 'dist/a.js:2');
  assert.equal(original({ 'dist/a.js': code, 'src/a.ts': '' }), 'dist/a.js:2');
});

test('an import stands where the importer loads the specifier', () => {
  const files = projectFiles({ 'app.js': 'const note = "pdfkit";\nconst pdf = require("pdfkit");\n', 'app.mjs': "\nimport {\n  a,\n} from './a.mjs';\n" });
  const ids = { idOf: (file: string) => file.slice(files.root.length + 1), fileOf: (id: string) => `${files.root}/${id}` };
  const placeOf = importPlaces(ids, files);
  assert.deepEqual(placeOf({ from: 'app.js', specifier: 'pdfkit' }), { file: 'app.js', line: 2, specifier: 'pdfkit' });
  assert.deepEqual(placeOf({ from: 'app.mjs', specifier: './a.mjs' }), { file: 'app.mjs', line: 4, specifier: './a.mjs' });
  assert.deepEqual(placeOf({ from: 'app.js', specifier: './plugins/x.js' }), { file: 'app.js', line: 1, specifier: './plugins/x.js' });
});

test('an import of a compiled file stands in its source', () => {
  const files = projectFiles({ 'dist/a.js': code + inline, 'src/a.ts': '' });
  const ids = { idOf: (file: string) => file.slice(files.root.length + 1), fileOf: (id: string) => `${files.root}/${id}` };
  assert.deepEqual(importPlaces(ids, files)({ from: 'dist/a.js', specifier: 'a' }), { file: 'src/a.ts', line: 5, specifier: 'a' });
});

test('an import whose alias was resolved after compiling has the specifier of its source', () => {
  const files = projectFiles({ 'dist/a.js': code + inline, 'src/a.ts': "\n\n\n\nimport {\n  a,\n} from '@lib/a';\nimport { b } from 'b';\n" });
  const ids = { idOf: (file: string) => file.slice(files.root.length + 1), fileOf: (id: string) => `${files.root}/${id}` };
  assert.deepEqual(importPlaces(ids, files)({ from: 'dist/a.js', specifier: 'a' }), { file: 'src/a.ts', line: 5, specifier: '@lib/a' });
});
