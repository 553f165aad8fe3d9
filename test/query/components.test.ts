import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { cyclesAmong } from '../../src/query/components.ts';

describe('cyclesAmong', () => {
  it('finds exactly the nodes that reach themselves', () => {
    const edges = fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { maxLength: 20 });
    fc.assert(
      fc.property(edges, (pairs) => {
        const nodes = ['0', '1', '2', '3', '4', '5', '6', '7'];
        const next = (node: string): string[] => pairs.filter(([from]) => String(from) === node).map(([, to]) => String(to));
        const reachesItself = (node: string): boolean => {
          const seen = new Set<string>();
          const open = next(node);
          for (let at = open.pop(); at !== undefined; at = open.pop()) {
            if (seen.has(at)) continue;
            seen.add(at);
            open.push(...next(at));
          }
          return seen.has(node);
        };
        assert.deepEqual([...cyclesAmong(nodes, next)].sort(), nodes.filter(reachesItself));
      }),
    );
  });
});
