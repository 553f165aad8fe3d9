import type { ImportEdge, ModuleGraph } from '../model/graph.ts';
import { indexGraph, markReached, type LoadIndex } from './load-index.ts';
import { dominatorsOf } from './retained.ts';

/** Ids of the given modules (unknown ones are passed over) and of all that they import, directly or not. */
export function reachableFrom(graph: ModuleGraph, starts: readonly string[]): Set<string> {
  const index = indexGraph(graph);
  const seen = new Uint8Array(index.ids.length);
  const from = starts.map((id) => index.at.get(id)).filter((i) => i !== undefined);
  markReached(index, from, seen);
  return new Set(index.ids.filter((_, i) => seen[i]));
}

/** What would no longer load at the start if these modules, or these imports, were not there: ids in load order. */
export function goneWithout(graph: ModuleGraph, absent: { modules?: Iterable<string>; edges?: Iterable<ImportEdge> }): string[] {
  return goneFrom(indexGraph(graph), absent);
}

/** The same on an index that is there already, for callers that ask many times. */
export function goneFrom(index: LoadIndex, absent: { modules?: Iterable<string>; edges?: Iterable<ImportEdge> }): string[] {
  const blocked = new Uint8Array(index.ids.length);
  const removed: number[] = [];
  for (const id of absent.modules ?? []) {
    const module = index.at.get(id);
    if (module === undefined || blocked[module]) continue;
    blocked[module] = 1;
    removed.push(module);
  }
  const cut = new Set(absent.edges);
  const arcs = new Set<number>();
  if (cut.size > 0) index.arcs.forEach(({ edge }, i) => cut.has(edge) && arcs.add(i));
  markReached(index, index.starts, blocked, arcs);
  for (const module of removed) blocked[module] = 0;
  return index.ids.filter((_, i) => !blocked[i]);
}

/** Sum of the modules' times, milliseconds; a module without a time counts as zero. */
export function totalMs(selfMs: Readonly<Record<string, number>>, modules: Iterable<string>): number {
  let sum = 0;
  for (const id of modules) sum += selfMs[id] ?? 0;
  return sum;
}

/** The part of the graph that the given modules reach, with them as its roots and the first of them as its entry. */
export function reachedGraph(graph: ModuleGraph, starts: readonly string[]): ModuleGraph {
  const reached = reachableFrom(graph, starts);
  return {
    entry: starts[0] ?? graph.entry,
    roots: [...starts],
    modules: graph.modules.filter((module) => reached.has(module.id)).map((module) => (module.importer === null || reached.has(module.importer) ? module : { ...module, importer: null })),
    edges: graph.edges.filter((edge) => reached.has(edge.from) && reached.has(edge.to)),
  };
}

export interface Reached {
  /** How many modules can be reached, the given ones included. */
  modules: number;
  heaviest: { module: string; ms: number }[];
}

interface Weighing {
  own: (id: string) => boolean;
  top: number;
  leastMs?: number;
}

type Weights = { selfMs: Readonly<Record<string, number>>; retainedMs: Readonly<Record<string, number>> };

/**
 * Answers, for any modules, how many they reach and what weighs most below them, as `heaviestAmong` does. Left out is
 * what stands above a start: that is the app, met through a cycle. The graph is indexed once for all questions.
 */
export function weigher(graph: ModuleGraph, costs: Weights, options: Weighing): (starts: readonly string[]) => Reached {
  const index = indexGraph(graph);
  const idom = dominatorsOf(index);
  const heaviest = heaviestIn(index, idom, costs, options);
  return (starts) => {
    const from = starts.map((id) => index.at.get(id)).filter((i) => i !== undefined);
    const seen = new Uint8Array(index.ids.length);
    markReached(index, from, seen);
    const modules = seen.reduce((sum, one) => sum + one, 0);
    for (const start of from) for (let i = idom[start]!; i >= 0; i = idom[i]!) seen[i] = 0;
    return { modules, heaviest: heaviest(seen) };
  };
}

/**
 * What weighs most among any modules: dependencies by what they retain, files of the app by their own time alone (what
 * they import is named itself); milliseconds, largest first. Left out is what a listed one retains already, so that no
 * cost is named twice. The graph is indexed once for all questions.
 */
export function heaviestAmong(graph: ModuleGraph, costs: Weights, options: Weighing): (ids: Iterable<string>) => Reached['heaviest'] {
  const index = indexGraph(graph);
  const heaviest = heaviestIn(index, dominatorsOf(index), costs, options);
  return (ids) => {
    const wanted = new Uint8Array(index.ids.length);
    for (const id of ids) if (index.at.has(id)) wanted[index.at.get(id)!] = 1;
    return heaviest(wanted);
  };
}

function heaviestIn(index: LoadIndex, idom: Int32Array, costs: Weights, options: Weighing): (wanted: Uint8Array) => Reached['heaviest'] {
  const candidates = index.ids
    .map((id, i) => ({ id, i, ms: (options.own(id) ? costs.selfMs : costs.retainedMs)[id] ?? 0 }))
    .filter(({ ms }) => ms > 0 && ms >= (options.leastMs ?? 0))
    .sort((a, b) => b.ms - a.ms || (a.id < b.id ? -1 : 1));
  return (wanted) => {
    const listed = new Set<number>();
    const heaviest: Reached['heaviest'] = [];
    for (const { id, i, ms } of candidates) {
      if (heaviest.length >= options.top) break;
      if (wanted[i] === 0) continue;
      let up = idom[i]!;
      while (up >= 0 && !listed.has(up)) up = idom[up]!;
      if (up >= 0) continue;
      // What a file of the app retains is not in its number here, so it stays open to be named.
      if (!options.own(id)) listed.add(i);
      heaviest.push({ module: id, ms });
    }
    return heaviest;
  };
}
