import assert from 'node:assert/strict';
import test from 'node:test';
import type { ModuleGraph } from '../../src/model/graph.ts';
import { naturalCut } from '../../src/query/natural-cut.ts';
import { ownCode } from '../../src/query/own.ts';
import { retainedTimes } from '../../src/query/retained.ts';
import { aGraph } from '../helpers/a-graph.ts';

const pdf = 'node_modules/pdfkit/index.js';

test('the cut is the line where a package enters the app', () => {
  const graph = aGraph('bin.js -> app.js', 'app.js -> routes.js', 'routes.js -> pdf.js', `pdf.js -> ${pdf}`, `${pdf} -> node_modules/fontkit/index.js`);
  assert.deepEqual(cutOf(graph, { 'node_modules/fontkit/index.js': 50 }), [`pdf.js -> ${pdf}`]);
});

test('the import that brings in the app itself is no answer, though it is the only one', () => {
  const graph = aGraph('bin.js -> app.js', 'app.js -> node:http a.js b.js', `a.js -> ${pdf}`, `b.js -> ${pdf}`);
  assert.deepEqual(cutOf(graph, { 'app.js': 60, [pdf]: 40 }, pdf), [`a.js -> ${pdf}`, `b.js -> ${pdf}`]);
});

test('a heavy library of the app that nothing serves by is cut like any other', () => {
  const graph = aGraph('app.js -> node:http library-x.js', 'library-x.js -> work.js');
  assert.deepEqual(cutOf(graph, { 'library-x.js': 900, 'app.js': 10 }, 'work.js'), ['library-x.js -> work.js']);
});

test('one import in a dependency goes before two in the app', () => {
  const graph = aGraph('app.js -> node_modules/a/index.js node_modules/b/index.js', 'node_modules/a/index.js -> node_modules/c/index.js', 'node_modules/b/index.js -> node_modules/c/index.js', `node_modules/c/index.js -> ${pdf}`);
  assert.deepEqual(cutOf(graph, { [pdf]: 40 }, pdf), [`node_modules/c/index.js -> ${pdf}`]);
});

test('what must be kept is never cut off', () => {
  const graph = aGraph('app.js -> node_modules/express/index.js', 'node_modules/express/index.js -> node_modules/qs/index.js');
  const cut = naturalCut(graph, 'node_modules/qs/index.js', { ...input(graph, {}), keep: (id) => id.includes('/express/') });
  assert.deepEqual(cut?.edges.map(({ from }) => from), ['node_modules/express/index.js']);
});

test('the entry cannot be cut off', () => {
  assert.equal(cutOf(aGraph('app.js -> a.js'), {}, 'app.js'), null);
});

test('a server installed from npm is the app, its dependencies are not', () => {
  const own = ownCode(aGraph('node_modules/server/bin.js -> node_modules/server/lib.js lib/mine.js node:fs', 'lib/mine.js -> node_modules/express/index.js'));
  assert.deepEqual(
    ['node_modules/server/lib.js', 'lib/mine.js', 'node:fs', 'node_modules/express/index.js'].map(own),
    [true, true, false, false],
  );
});

function input(graph: ModuleGraph, selfMs: Record<string, number>) {
  return { selfMs, retainedMs: retainedTimes(graph, selfMs), own: ownCode(graph) };
}

function cutOf(graph: ModuleGraph, selfMs: Record<string, number>, target = Object.keys(selfMs)[0]!): string[] | null {
  return naturalCut(graph, target, input(graph, selfMs))?.edges.map(({ from, to }) => `${from} -> ${to}`) ?? null;
}
