import assert from 'node:assert/strict';
import { it } from 'node:test';
import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import { defer } from '../../src/syntax/defer.ts';
import { applyEdits } from '../../src/syntax/edits.ts';
import { commonJsHost } from '../../src/syntax/hosts.ts';

it('applies insertions at one place in the order given', () => {
  assert.equal(applyEdits('ab', [{ start: 1, end: 1, text: '1' }, { start: 1, end: 1, text: '2' }, { start: 1, end: 2, text: 'B' }], 'x.js').code, 'a12B');
});

it('maps every place of a rewritten module to where it was', () => {
  const source = `const a = require('a'), b = 1;\nexports.run = () => {\n  return new a.Thing(b).fail();\n};\n`;
  const { edits } = defer(source, [{ specifier: 'a' }], { format: { module: 'cjs', language: 'js' }, host: commonJsHost('runtime') });
  const { code, map } = applyEdits(source, edits, 'run.js');
  const trace = new TraceMap(map().toString());
  const lines = code.split('\n');
  for (const [line, text] of [[3, 'fail'], [3, 'return'], [2, 'run'], [1, 'b = 1']] as const) {
    const original = originalPositionFor(trace, { line, column: lines[line - 1]!.indexOf(text) });
    assert.deepEqual(original, { source: 'run.js', line, column: source.split('\n')[line - 1]!.indexOf(text), name: null }, text);
  }
  assert.deepEqual(map().sourcesContent, [source]);
});
