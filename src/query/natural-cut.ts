import type { ImportEdge, ModuleGraph } from '../model/graph.ts';
import { cutIn, type Cut } from './cut.ts';
import { indexGraph } from './load-index.ts';
import { totalMs } from './reach.ts';
import { timeGone } from './retained.ts';

export interface NaturalCutInput {
  selfMs: Readonly<Record<string, number>>;
  /** Milliseconds that go with each module: see `retainedTimes`. */
  retainedMs: Readonly<Record<string, number>>;
  own: (id: string) => boolean;
}

/** An own module that retains this share of a start is not an import of the app: it is the app. */
const appShare = 0.5;

/**
 * The smallest cut that a person would make: of all sets of imports whose absence keeps the targets from loading, the
 * one with the fewest imports, then with the fewest that stand in dependencies (nobody edits those), then with the
 * fewest between two own files (the line where a package enters is the one to change), then nearest the targets.
 * Imports that bring in the app itself (an own module that retains half of the start) are never cut, or one import in
 * the entry file would be everybody's answer; nor is the app's framework when `keep` names it. Null: no such cut.
 */
export function naturalCut(
  graph: ModuleGraph,
  target: string | readonly string[],
  input: NaturalCutInput & { keep?: (id: string) => boolean },
): Cut | null {
  const { selfMs, own, keep } = input;
  const targets = new Set(typeof target === 'string' ? [target] : target);
  const isApp = appItself(graph, input);
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

/** Whether deferring a module would defer the app: roots, and own modules that retain half of the start. */
export function appItself(graph: ModuleGraph, { selfMs, retainedMs, own }: NaturalCutInput): (id: string) => boolean {
  const wholeMs = totalMs(selfMs, graph.modules.map((module) => module.id));
  const roots = new Set(graph.roots);
  return (id) => roots.has(id) || (own(id) && (retainedMs[id] ?? 0) >= wholeMs * appShare);
}
