import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Boot } from '../../../src/model/boot.ts';
import { costs } from '../../../src/steps/costs/index.ts';
import { aGraph } from '../../helpers/a-graph.ts';

const account = { initMs: 0, bootstrapMs: 0, launcherMs: 0, resolveMs: 0, readMs: 0, evaluateMs: 0, ownWorkMs: 0, waitingMs: 0, unattributedMs: 0 };

/** A boot of which only the graph and the times of each run matter. */
function aBoot(graph: Boot['evidence']['graph'], runs: Record<string, number>[], resolveMs: Record<string, number> = {}): Boot {
  const timing = runs.map((times, i) => ({
    account: { ...account, initMs: 100 + i },
    firstAnswerMs: null,
    modules: Object.entries(times).map(([id, evaluateMs]) => ({ id, resolveMs: resolveMs[id] ?? 0, readMs: 0, evaluateMs, startMs: 0 })),
  }));
  return { timing, evidence: { graph } } as unknown as Boot;
}

test('self, inclusive and retained times are medians over the runs, with their noise', () => {
  const graph = aGraph('app.js -> a.js b.js', 'a.js -> shared.js only-a.js', 'b.js -> shared.js');
  const made = costs(
    aBoot(graph, [
      { 'app.js': 1, 'a.js': 2, 'shared.js': 10, 'only-a.js': 5, 'b.js': 3 },
      { 'app.js': 1, 'a.js': 2, 'shared.js': 12, 'only-a.js': 7, 'b.js': 3 },
      { 'app.js': 1, 'a.js': 2, 'shared.js': 20, 'only-a.js': 8, 'b.js': 3 },
    ]),
    () => 0,
  );
  const of = (id: string): object => made.modules.find((module) => module.id === id)!;
  assert.deepEqual(of('only-a.js'), {
    id: 'only-a.js',
    self: { medianMs: 7, madMs: 1, runs: 3 },
    inclusive: { medianMs: 7, madMs: 1, runs: 3 },
    retained: { medianMs: 7, madMs: 1, runs: 3 },
  });
  assert.deepEqual(of('a.js'), {
    id: 'a.js',
    self: { medianMs: 2, madMs: 0, runs: 3 },
    inclusive: { medianMs: 21, madMs: 4, runs: 3 },
    retained: { medianMs: 9, madMs: 1, runs: 3 },
  });
});

test('the account is that of the median run, so that it still adds up', () => {
  assert.equal(costs(aBoot(aGraph('app.js -> a.js'), [{}, {}, {}]), () => 0).account?.initMs, 101);
  assert.equal(costs(aBoot(aGraph('app.js -> a.js'), []), () => 0).account, null);
});

test('a package is named when finding its files is slow and its exports map is large', () => {
  const files = Array.from({ length: 20 }, (_, i) => `node_modules/big/${i}.js`);
  const graph = aGraph(`app.js -> ${files.join(' ')} node_modules/small/index.js node_modules/tiny/index.js`);
  for (const module of graph.modules) module.package = /node_modules\/(\w+)/.exec(module.id)?.[1] ?? null;
  for (const edge of graph.edges) edge.kind = 'import';
  const everything = Object.fromEntries(graph.modules.map((module) => [module.id, 1]));
  const slow = Object.fromEntries([...files.map((id) => [id, 2]), ['node_modules/small/index.js', 30], ['node_modules/tiny/index.js', 0.1]]);
  const made = costs(aBoot(graph, [everything], slow), (module) => (module.includes('/big/') ? 50_000 : 100));
  assert.deepEqual(made.slowExports, [{ package: 'big', resolveMs: 40, files: 20, exportsBytes: 50_000 }]);
});
