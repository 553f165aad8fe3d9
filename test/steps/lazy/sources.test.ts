import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textWith } from '../../../src/steps/lazy/index.ts';

function changed(text: string): string {
  return textWith({ id: 'a.js', file: '/a.js', text, format: { module: 'cjs', language: 'js' }, moves: [{ specifier: 'x', cut: 'x' }, { specifier: 'y', cut: 'x' }] }, new Set(['x']));
}

const use = `exports.f = () => {\n  return 1;\n};\nexports.g = function () {\n  return [x, y];\n};\n`;
const used = use.replace('function () {\n', `function () {\n  const x = require('x');\n  const y = require('y');\n`);
const both = `const x = require('x');\nconst y = require('y');\n`;

test('no gap is left where imports were', () => {
  assert.equal(changed(`${both}\n${use}`), used);
  assert.equal(changed(`'use strict';\n\n${both}\n\n${use}`), `'use strict';\n\n${used}`);
  assert.equal(changed(`// A shop.\n${both}\n${use}`), `// A shop.\n\n${used}`);
  assert.equal(changed(`const a = require('a');\n${both}const b = require('b');\n\n${use}`), `const a = require('a');\nconst b = require('b');\n\n${used}`);
});

test('a byte order mark stays, and so do carriage returns', () => {
  assert.equal(changed(`\uFEFF${both}\n${use}`), `\uFEFF${used}`);
  assert.equal(changed(`'use strict';\r\n\r\nconst x = require('x');\r\n\r\nexports.g = function () {\r\n  return x;\r\n};\r\n`), `'use strict';\r\n\r\nexports.g = function () {\r\n  const x = require('x');\r\n  return x;\r\n};\r\n`);
});
