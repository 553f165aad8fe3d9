import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readingsOf } from '../../src/syntax/readings.ts';
import { readModule } from '../../src/syntax/scopes.ts';
import { sitesOf } from '../../src/syntax/sites.ts';

const reads: Record<string, string[]> = {
  "const a = require('a'); a.one(); f(a.two);": ['one', 'two'],
  "const { one, two: other } = require('a');": ['one', 'two'],
  "const { one, ...rest } = require('a');": ['one', 'any'],
  "const one = require('a').one;": ['one'],
  "module.exports = require('a')('name');": [],
  "const A = require('a'); new A(); A(); a instanceof A;": [],
  "Object.assign(all, require('a'));": ['any'],
  "const a = require('a'); for (const key in a) all[key] = a[key];": ['any', 'any'],
  "const a = require('a'); exports.all = { ...a };": ['any'],
  "const a = require('a'); exports.get = (key) => a[key];": ['any'],
  "const a = require('a'); const b = a; b.one;": ['one'],
  "var a; a = require('a'); a.one;": ['one'],
  "const a = cond ? require('a') : null;": ['any'],
  "const a = require('a'); a.own = 1;": [],
  "var a = _interopRequireDefault(require('a')); a.default.one;": ['default', 'one'],
  "var __importStar = function (mod) { for (var k in mod) result[k] = mod[k]; }; var a = __importStar(require('a')); a.one;": ['any'],
  "if (false) require('a').one;": [],
};

for (const [text, expected] of Object.entries(reads)) {
  test(`reads ${expected.join(', ') || 'nothing'}: ${text}`, () => {
    assert.deepEqual(readings(text).reads.map(({ name }) => name ?? 'any'), expected);
  });
}

const handsOn: Record<string, { name: string | null; as: string }[]> = {
  "module.exports = require('a');": [{ name: null, as: '' }],
  "exports.b = require('a');": [{ name: null, as: 'b' }],
  "const a = require('a'); module.exports = { b: a };": [{ name: null, as: 'b' }],
  "__exportStar(require('a'), exports);": [{ name: null, as: '' }],
  "const all = module.exports = require('a');": [{ name: null, as: '' }],
};

for (const [text, expected] of Object.entries(handsOn)) {
  test(`hands on unread: ${text}`, () => {
    assert.deepEqual(readings(text), { reads: [], handsOn: expected });
  });
}

test('says where it reads, so that coverage can tell whether that ran', () => {
  const text = "const a = require('a'); exports.get = () => a.one;";
  assert.deepEqual(readings(text).reads, [{ name: 'one', at: text.indexOf('a.one') }]);
});

function readings(text: string): ReturnType<typeof readingsOf> {
  const module = readModule(text, { module: 'cjs', language: 'js' });
  assert.ok(module);
  return readingsOf(module, sitesOf(module).filter(({ specifier }) => specifier === 'a'));
}
