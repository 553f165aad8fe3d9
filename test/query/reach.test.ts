import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { goneWithout, reachableFrom, weigher } from '../../src/query/reach.ts';
import { retainedTimes } from '../../src/query/retained.ts';
import { aGraph } from '../helpers/a-graph.ts';
import { loadedWithout, reachedPart, smallGraphs } from '../helpers/generated-graph.ts';

const shop = aGraph(
  'app.js -> routes/pdf.js routes/home.js',
  'routes/pdf.js -> node_modules/pdfkit/index.js lib/dates.js',
  'node_modules/pdfkit/index.js -> node_modules/fontkit/index.js',
  'routes/home.js -> lib/dates.js',
  'lib/dates.js -> node_modules/moment/index.js',
);
const selfMs = {
  'app.js': 1,
  'routes/pdf.js': 2,
  'routes/home.js': 3,
  'node_modules/pdfkit/index.js': 40,
  'node_modules/fontkit/index.js': 60,
  'lib/dates.js': 4,
  'node_modules/moment/index.js': 30,
};
const costs = { selfMs, retainedMs: retainedTimes(shop, selfMs) };
const own = (id: string) => !id.startsWith('node_modules/');

test('a reach is the starts and all below them', () => {
  assert.deepEqual([...reachableFrom(shop, ['routes/home.js', 'not-loaded.js'])].sort(), [
    'lib/dates.js',
    'node_modules/moment/index.js',
    'routes/home.js',
  ]);
});

test('what goes without a module is what only it brings in', () => {
  assert.deepEqual(goneWithout(shop, { modules: ['routes/pdf.js'] }), [
    'routes/pdf.js',
    'node_modules/pdfkit/index.js',
    'node_modules/fontkit/index.js',
  ]);
});

test('what goes without two modules includes what they share', () => {
  assert.deepEqual(goneWithout(shop, { modules: ['routes/pdf.js', 'routes/home.js'] }).includes('node_modules/moment/index.js'), true);
});

test('the heaviest below a route name dependencies by what they retain, and no cost twice', () => {
  assert.deepEqual(weigher(shop, costs, { own, top: 5 })(['routes/pdf.js']).heaviest, [
    { module: 'node_modules/pdfkit/index.js', ms: 100 },
    { module: 'node_modules/moment/index.js', ms: 30 },
    { module: 'lib/dates.js', ms: 4 },
    { module: 'routes/pdf.js', ms: 2 },
  ]);
});

test('the app above a route is not below it, even where the route imports the app', () => {
  const cyclic = aGraph('app.js -> routes/a.js routes/b.js', 'routes/a.js -> app.js', 'routes/b.js -> node_modules/big/index.js');
  const times = { 'app.js': 50, 'routes/a.js': 1, 'routes/b.js': 2, 'node_modules/big/index.js': 9 };
  const found = weigher(cyclic, { selfMs: times, retainedMs: retainedTimes(cyclic, times) }, { own, top: 5, leastMs: 2 })(['routes/a.js']);
  assert.equal(found.modules, 4);
  assert.deepEqual(found.heaviest, [
    { module: 'node_modules/big/index.js', ms: 9 },
    { module: 'routes/b.js', ms: 2 },
  ]);
});

test('on any graph, what goes is what no longer loads', () => {
  fc.assert(
    fc.property(smallGraphs.map(reachedPart), fc.nat(9), fc.nat(13), (graph, m, e) => {
      const module = graph.modules[m % graph.modules.length]!.id;
      const edges = graph.edges.length > 0 ? [e % graph.edges.length] : [];
      const left = loadedWithout(graph, { modules: [module], edges });
      assert.deepEqual(
        goneWithout(graph, { modules: [module], edges: edges.map((i) => graph.edges[i]!) }),
        graph.modules.map(({ id }) => id).filter((id) => !left.has(id)),
      );
    }),
  );
});
