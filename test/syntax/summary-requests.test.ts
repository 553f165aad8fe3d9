import assert from 'node:assert/strict';
import { test } from 'node:test';
import { specifiersIn } from '../../src/syntax/summary-requests.ts';

test('every literal request of a text is found, however compilers write it', () => {
  const found = specifiersIn(`
    import a from 'a'; import 'b'; export * from "c"; export { d } from './d.js';
    const e = require('e'), f = __require("f"), g = tslib.__importStar(require( 'g' ));
    const h = await import('h'), i = () => import(/* webpackChunkName: "i" */ './i.js');`);
  assert.deepEqual(
    found.map(({ kind, specifier }) => `${kind} ${specifier}`),
    ['import a', 'import b', 'import c', 'import ./d.js', 'require e', 'require f', 'require g', 'dynamic-import h', 'dynamic-import ./i.js'],
  );
});

test('computed requests and those with a placeholder are none of them', () => {
  assert.deepEqual(specifiersIn('require(name); import(`./${name}.js`); const from = "x y";'), []);
});
