import type { ImportEdge, ModuleGraph } from '../model/graph.ts';

/** A loaded graph by numbers, so that walks over thousands of modules stay cheap. Module i is `graph.modules[i]`. */
export interface LoadIndex {
  ids: string[];
  at: Map<string, number>;
  /** Edges between two different modules of the graph, as numbers; `edge` is the original. */
  arcs: { from: number; to: number; edge: ImportEdge }[];
  /** Numbers of the arcs that leave, or enter, module i. */
  out: number[][];
  into: number[][];
  /** Modules that load without any import, the roots first. */
  starts: number[];
}

/**
 * Numbers the modules and arcs of a graph. Late edges (a `require` inside a function that the start called) count like
 * the others: what they brought in was loaded by this start too, and many servers load most of themselves that way.
 */
export function indexGraph(graph: ModuleGraph): LoadIndex {
  const ids = graph.modules.map((module) => module.id);
  const at = new Map(ids.map((id, i) => [id, i]));
  const arcs: LoadIndex['arcs'] = [];
  const out: number[][] = ids.map(() => []);
  const into: number[][] = ids.map(() => []);
  for (const edge of graph.edges) {
    const from = at.get(edge.from);
    const to = at.get(edge.to);
    if (from === undefined || to === undefined || from === to) continue;
    out[from]!.push(arcs.length);
    into[to]!.push(arcs.length);
    arcs.push({ from, to, edge });
  }
  const index = { ids, at, arcs, out, into, starts: [] };
  return { ...index, starts: startsOf(graph, index) };
}

/** The roots, and in load order whatever no chain of recorded imports explains, so that no measured time is lost. */
function startsOf(graph: ModuleGraph, index: LoadIndex): number[] {
  const starts: number[] = [];
  const seen = new Uint8Array(index.ids.length);
  const start = (module: number | undefined) => {
    if (module === undefined || seen[module]) return;
    starts.push(module);
    markReached(index, [module], seen);
  };
  for (const root of graph.roots) {
    const module = index.at.get(root);
    // A root that another root imports stays a root: it was preloaded, or named on the command line.
    if (module !== undefined && seen[module] && !starts.includes(module)) starts.push(module);
    start(module);
  }
  const byOrder = graph.modules.map((module, i) => ({ i, order: module.order })).sort((a, b) => a.order - b.order);
  for (const { i } of byOrder) start(i);
  return starts;
}

/** Marks in `seen` whatever the given modules reach, not passing modules marked before, nor arcs in `without`. */
export function markReached(index: LoadIndex, from: readonly number[], seen: Uint8Array, without?: ReadonlySet<number>): void {
  const todo = [];
  for (const module of from) {
    if (seen[module]) continue;
    seen[module] = 1;
    todo.push(module);
  }
  for (let module = todo.pop(); module !== undefined; module = todo.pop()) {
    for (const arc of index.out[module]!) {
      const { to } = index.arcs[arc]!;
      if (seen[to] || without?.has(arc)) continue;
      seen[to] = 1;
      todo.push(to);
    }
  }
}
