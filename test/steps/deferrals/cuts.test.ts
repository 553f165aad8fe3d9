import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Costs } from '../../../src/model/costs.ts';
import type { ModuleGraph } from '../../../src/model/graph.ts';
import { cutsOf } from '../../../src/steps/deferrals/cuts.ts';
import { aGraph } from '../../helpers/a-graph.ts';

describe('cutsOf', () => {
  it('parts what pays by itself from what pays only when that is gone', () => {
    const graph = aGraph('app -> pdf mail', 'pdf -> font', 'mail -> font');
    assert.deepEqual(cuts(graph, ['app pdf', 'app mail'], { pdf: 50, mail: 1, font: 20 }), ['pdf saves 50', 'mail saves 21 with pdf']);
  });

  it('joins imports of which neither pays alone', () => {
    const graph = aGraph('app -> a b', 'a -> heavy', 'b -> heavy');
    assert.deepEqual(cuts(graph, ['app a', 'app b'], { a: 1, b: 1, heavy: 50 }), ['a b saves 52']);
  });

  it('does not join those that share only trifles', () => {
    const graph = aGraph('app -> pdf zip', 'pdf -> tiny', 'zip -> tiny');
    assert.deepEqual(cuts(graph, ['app pdf', 'app zip'], { pdf: 50, zip: 20, tiny: 0.1 }), ['pdf saves 50', 'zip saves 20']);
  });

  it('keeps all imports of one module together', () => {
    const graph = aGraph('app -> a b', 'a -> pdf', 'b -> pdf');
    assert.deepEqual(cuts(graph, ['a pdf', 'b pdf'], { pdf: 50 }), ['pdf saves 50']);
  });

  it('leaves a trifle alone', () => {
    assert.deepEqual(cuts(aGraph('app -> tiny'), ['app tiny'], { tiny: 1 }), ['tiny saves 1']);
  });
});

function cuts(graph: ModuleGraph, cut: string[], ms: Record<string, number>): string[] {
  const edges = graph.edges.filter(({ from, to }) => cut.includes(`${from} ${to}`));
  const gone = graph.modules.map(({ id }) => id).filter((id) => id in ms);
  const sample = (id: string) => ({ medianMs: ms[id] ?? 0, madMs: 0, runs: 3 });
  const costs: Costs = { kind: 'costs', version: 1, account: null, slowExports: [], modules: graph.modules.map(({ id }) => ({ id, self: sample(id), inclusive: sample(id), retained: sample(id) })) };
  return cutsOf(graph, { edges, gone, costs }).map(({ edges: own, savesMs, needs }) => `${[...new Set(own.map(({ to }) => to))].join(' ')} saves ${savesMs}${needs.length > 0 ? ` with ${needs.join(' ')}` : ''}`);
}
