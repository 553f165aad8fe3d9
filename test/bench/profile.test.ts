import assert from 'node:assert/strict';
import { it } from 'node:test';
import { shares } from './profile.ts';

it('books the busy time of all processes on packages, and on what Node does for them', () => {
  const node = (id: number, functionName: string, url: string): { id: number; callFrame: { functionName: string; url: string } } => ({ id, callFrame: { functionName, url } });
  const nodes = [node(1, '(idle)', ''), node(2, '(garbage collector)', ''), node(3, 'Script', 'node:vm'), node(4, 'parse', '/app/node_modules/a/node_modules/@b/c/index.js'), node(5, 'main', 'file:///app/server.js')];
  const first = { nodes, samples: [1, 2, 3, 4, 4], timeDeltas: [1000, 10, 20, 30, 10] };
  const second = { nodes, samples: [5, 1], timeDeltas: [30, 1000] };
  assert.deepEqual(shares([first, second]), [['@b/c', 0.4], ["the app's own files", 0.3], ['taking compiled code', 0.2], ['garbage collection', 0.1]]);
});
