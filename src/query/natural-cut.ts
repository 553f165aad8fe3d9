import type { ImportEdge, ModuleGraph } from '../model/graph.ts';
import { cutIn, type Cut } from './cut.ts';
import { indexGraph } from './load-index.ts';
import { dominatorsOf, timeGone } from './retained.ts';

export interface NaturalCutInput {
  selfMs: Readonly<Record<string, number>>;
  /** Milliseconds that go with each module: see `retainedTimes`. */
  retainedMs: Readonly<Record<string, number>>;
  own: (id: string) => boolean;
}

/**
 * The smallest cut that a person would make: of all sets of imports whose absence keeps the targets from loading, the
 * one with the fewest imports, then with the fewest that stand in dependencies (nobody edits those), then with the
 * fewest between two own files (the line where a package enters is the one to change), then nearest the targets.
 * Imports that bring in the app itself (see `appItself`) are never cut, or one import in the entry file would be
 * everybody's answer; nor is the app's framework when `keep` names it. Null: no such cut.
 */
export function naturalCut(
  graph: ModuleGraph,
  target: string | readonly string[],
  input: NaturalCutInput & { keep?: (id: string) => boolean },
): Cut | null {
  const { selfMs, own, keep } = input;
  const targets = new Set(typeof target === 'string' ? [target] : target);
  const isApp = appItself(graph, own, keep);
  const many = graph.edges.length + 1;
  const weight = (edge: ImportEdge): number => {
    if (!targets.has(edge.to) && (isApp(edge.to) || keep?.(edge.to))) return Infinity;
    if (!own(edge.from)) return many * many + many;
    return many * many + (own(edge.to) ? 1 : 0);
  };
  const index = indexGraph(graph);
  const cut = cutIn(index, [...targets], { selfMs, weight });
  return cut && { ...cut, savesMs: timeGone(index, new Set(cut.gone), input.retainedMs) };
}

/**
 * Whether deferring a module would defer the app itself: roots, and own modules without which nothing would serve,
 * because all of the framework (`keep`), or of Node's network modules where there is no framework, comes in by them.
 */
export function appItself(graph: ModuleGraph, own: (id: string) => boolean, keep: (id: string) => boolean = () => false): (id: string) => boolean {
  const index = indexGraph(graph);
  const idom = dominatorsOf(index);
  const kept = index.ids.filter((id) => keep(id));
  const app = new Set(graph.roots);
  for (const id of kept.length > 0 ? kept : NETWORK) {
    for (let i = index.at.get(id) ?? -1; i >= 0; i = idom[i]!) if (own(index.ids[i]!)) app.add(index.ids[i]!);
  }
  return (id) => app.has(id);
}

const NETWORK = ['node:http', 'node:https', 'node:http2', 'node:net'];
