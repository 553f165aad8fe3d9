import type { ImportEdge, ModuleGraph } from '../model/graph.ts';
import { indexGraph, type LoadIndex } from './load-index.ts';
import { addPipe, emptyNetwork, fill, levelsOf, type Network } from './max-flow.ts';
import { goneFrom, totalMs } from './reach.ts';

export interface Cut {
  /** Imports to take away, sorted by (from, to). */
  edges: ImportEdge[];
  /** Modules that no longer load then, in load order. */
  gone: string[];
  /** Their own times together. */
  savesMs: number;
}

export interface CutOptions {
  selfMs?: Readonly<Record<string, number>>;
  /** Price of taking an import away: a whole number, or Infinity where it cannot be; 1 for each unless given. */
  weight?: (edge: ImportEdge) => number;
  /** Which one where several are equally small; `target` unless given. */
  nearest?: 'target' | 'root';
}

/**
 * The cheapest set of imports without which none of the targets loads; null where there is none, because a target is
 * a root or some chain to it cannot be cut. Minimum cut by Dinic's algorithm.
 *
 * Of several equally cheap cuts the one nearest the targets is taken, which loses least besides. The one nearest the
 * root saves the most of all of them: whatever stays loaded after any minimum cut includes what stays after this one.
 * But it often means not loading the app.
 */
export function smallestCut(graph: ModuleGraph, target: string | readonly string[], options: CutOptions = {}): Cut | null {
  return cutIn(indexGraph(graph), typeof target === 'string' ? [target] : target, options);
}

/** The same on an index that is there already, for callers that ask many times. */
export function cutIn(index: LoadIndex, target: readonly string[], options: CutOptions = {}): Cut | null {
  const targets = target.map((id) => index.at.get(id)).filter((i) => i !== undefined);
  const arcs = arcsToward(index, targets);
  const network = networkOf(index, arcs, targets, options.weight ?? (() => 1));
  if (!fill(network)) return null;
  const near = options.nearest ?? 'target';
  const side = near === 'root' ? residualFrom(network) : residualTo(network);
  const edges = arcs
    .filter(({ from, to }) => (near === 'root' ? side[from]! && !side[to]! : !side[from]! && side[to]!))
    .map(({ edge }) => edge)
    .sort(byEnds);
  const gone = goneFrom(index, { edges });
  return { edges, gone, savesMs: totalMs(options.selfMs ?? {}, gone) };
}

function byEnds(a: ImportEdge, b: ImportEdge): number {
  return order(a.from, b.from) || order(a.to, b.to) || order(a.specifier, b.specifier);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The arcs on some way to a target: usually few of all. */
function arcsToward(index: LoadIndex, targets: readonly number[]): LoadIndex['arcs'] {
  const seen = new Set(targets);
  const todo = [...seen];
  const arcs: LoadIndex['arcs'] = [];
  for (let module = todo.pop(); module !== undefined; module = todo.pop()) {
    for (const i of index.into[module]!) {
      const arc = index.arcs[i]!;
      arcs.push(arc);
      if (seen.has(arc.from)) continue;
      seen.add(arc.from);
      todo.push(arc.from);
    }
  }
  return arcs;
}

function networkOf(index: LoadIndex, arcs: LoadIndex['arcs'], targets: readonly number[], weight: (edge: ImportEdge) => number): Network {
  const network = emptyNetwork(index.ids.length);
  for (const { from, to, edge } of arcs) addPipe(network, from, to, weight(edge));
  for (const start of index.starts) addPipe(network, network.source, start, Infinity);
  for (const target of new Set(targets)) addPipe(network, target, network.sink, Infinity);
  return network;
}

/** Nodes that the source still reaches. */
function residualFrom(network: Network): boolean[] {
  return Array.from(levelsOf(network), (level) => level !== -1);
}

/** Nodes that still reach the sink. */
function residualTo({ sink, to, room, pipes }: Network): boolean[] {
  const reaches = pipes.map(() => false);
  reaches[sink] = true;
  const queue = [sink];
  for (let i = 0; i < queue.length; i++) {
    for (const pipe of pipes[queue[i]!]!) {
      const from = to[pipe]!;
      if (reaches[from] || room[pipe ^ 1]! <= 0) continue;
      reaches[from] = true;
      queue.push(from);
    }
  }
  return reaches;
}
