import type { ImportEdge, ModuleGraph } from '../model/graph.ts';
import { indexGraph, markReached, type LoadIndex } from './load-index.ts';
import { addPipe, emptyNetwork, fill, levelsOf } from './max-flow.ts';

export interface ClosureInput {
  graph: ModuleGraph;
  /** What not loading the module at the start is worth, milliseconds; negative where it costs more than it saves. */
  weightMs: (id: string) => number;
  /** Whether the import may be deferred. Asked only where it matters: not about imports of what stays anyway. */
  cuttable: (edge: ImportEdge) => boolean;
  /** What deferring one import must at least bring, milliseconds: keeps trifles out. 0 unless given. */
  priceMs?: (edge: ImportEdge) => number;
}

export interface Closure {
  /** Imports to defer, sorted by (from, to). */
  edges: ImportEdge[];
  /** Modules that the start no longer loads, in load order. */
  gone: string[];
  /** Modules that only deferred ones import, and that had better be loaded at the start all the same. */
  preload: string[];
  /** Weights of `gone` less the prices of `edges`: no other choice has more. */
  worthMs: number;
  /** What no choice could exceed even if every import could be deferred: all positive weights below the roots. */
  upperBoundMs: number;
}

/** Capacities are whole numbers, so that the flow ends and equal choices are told apart the same way everywhere. */
const unitsPerMs = 10_000;

/**
 * The best set of imports to defer. A module can go when each import of it made at the start is deferred or stands in
 * a module that goes too; roots stay. Of all such sets the one of the greatest worth, the smallest of those: a
 * maximum-weight closure, found as a minimum cut (Picard 1976), where a deferred import is a constraint bought off.
 */
export function bestDeferrals({ graph, weightMs, cuttable, priceMs = () => 0 }: ClosureInput): Closure {
  const index = indexGraph({ ...graph, edges: graph.edges.filter((edge) => edge.whileLoading) });
  const weight = index.ids.map((id) => Math.round(weightMs(id) * unitsPerMs));
  const price = index.arcs.map(({ edge }) => Math.round(priceMs(edge) * unitsPerMs));
  const isStart = new Uint8Array(index.ids.length);
  for (const start of index.starts) isStart[start] = 1;
  const chosen = choose(index, { cuttable, weight, price });
  const cut = new Set(index.arcs.flatMap(({ from, to }, arc) => (chosen[to] && !chosen[from] ? [arc] : [])));
  const { gone, preload } = consequences(index, chosen, cut, weight);
  const edges = [...cut].filter((arc) => !gone[index.arcs[arc]!.from]);
  const idsOf = (marks: ArrayLike<number>): string[] => index.ids.filter((_, i) => marks[i]);
  const worth = sum(weight.filter((_, i) => gone[i])) - sum(edges.map((arc) => price[arc]!));
  return {
    edges: edges.map((arc) => index.arcs[arc]!.edge).sort(byEnds),
    gone: idsOf(gone),
    preload: idsOf(preload),
    worthMs: worth / unitsPerMs,
    upperBoundMs: sum(weight.filter((each, i) => each > 0 && !isStart[i])) / unitsPerMs,
  };
}

/** Marks the modules of the smallest best closure. */
function choose(index: LoadIndex, { cuttable, weight, price }: { cuttable: (edge: ImportEdge) => boolean; weight: number[]; price: number[] }): Uint8Array {
  const count = index.ids.length;
  const { stays, mayGo } = whatStays(index, cuttable);
  const network = emptyNetwork(count);
  const always = sum(weight.filter((each) => each > 0)) + 1;
  for (let module = 0; module < count; module++) {
    if (stays[module]) continue;
    if (weight[module]! > 0) addPipe(network, network.source, module, weight[module]!);
    else if (weight[module]! < 0) addPipe(network, module, network.sink, -weight[module]!);
    let toSink = 0;
    for (const arc of index.into[module]!) {
      const { from } = index.arcs[arc]!;
      const room = mayGo(arc) ? price[arc]! : always;
      if (stays[from]) toSink += room;
      else if (room > 0) addPipe(network, module, from, room);
    }
    if (toSink > 0) addPipe(network, module, network.sink, toSink);
  }
  fill(network);
  return Uint8Array.from(levelsOf(network).subarray(0, count), (level) => (level === -1 ? 0 : 1));
}

/** Marks what no choice can keep from loading: whatever imports that may not be deferred lead to. */
function whatStays(index: LoadIndex, cuttable: (edge: ImportEdge) => boolean): { stays: Uint8Array; mayGo: (arc: number) => boolean } {
  const answers = new Map<number, boolean>();
  const mayGo = (arc: number): boolean => {
    const known = answers.get(arc) ?? cuttable(index.arcs[arc]!.edge);
    answers.set(arc, known);
    return known;
  };
  const stays = new Uint8Array(index.ids.length);
  const todo = [...index.starts];
  for (const start of todo) stays[start] = 1;
  for (let module = todo.pop(); module !== undefined; module = todo.pop()) {
    for (const arc of index.out[module]!) {
      const { to } = index.arcs[arc]!;
      if (stays[to] || mayGo(arc)) continue;
      stays[to] = 1;
      todo.push(to);
    }
  }
  return { stays, mayGo };
}

/**
 * What else no longer loads when the chosen modules do not: it goes too, unless its weight says that it is better
 * loaded at the start; then that is for the preload list.
 */
function consequences(index: LoadIndex, chosen: Uint8Array, cut: ReadonlySet<number>, weight: number[]): { gone: Uint8Array; preload: Uint8Array } {
  const loaded = new Uint8Array(index.ids.length);
  markReached(index, index.starts, loaded, cut);
  const preload = Uint8Array.from(loaded, (is, i) => (!is && !chosen[i] && weight[i]! < 0 ? 1 : 0));
  markReached(index, [...preload.keys()].filter((i) => preload[i]), loaded, cut);
  return { gone: loaded.map((is) => (is ? 0 : 1)), preload };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

function byEnds(a: ImportEdge, b: ImportEdge): number {
  return order(a.from, b.from) || order(a.to, b.to) || order(a.specifier, b.specifier);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
