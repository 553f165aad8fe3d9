import type { ModuleGraph } from '../model/graph.ts';
import { indexGraph, type LoadIndex } from './load-index.ts';

/**
 * What a start would save if a module were never imported, for every module: its own time and that of all it
 * dominates, milliseconds. Modules that something else also loads are not in it.
 */
export function retainedTimes(graph: ModuleGraph, selfMs: Readonly<Record<string, number>>): Record<string, number> {
  const index = indexGraph(graph);
  return sumsUpTree(index.ids, dominatorsOf(index), selfMs);
}

/**
 * What modules that go together save, milliseconds, from what each retains: the sum over those that none of the others
 * retains. `gone` must be complete (see `goneWithout`). Medians of subtrees are kept so, as sums of single medians
 * would not keep them.
 */
export function timeGone(index: LoadIndex, gone: ReadonlySet<string>, retainedMs: Readonly<Record<string, number>>, idom = dominatorsOf(index)): number {
  let sum = 0;
  for (const id of gone) {
    const above = idom[index.at.get(id) ?? -1] ?? -1;
    if (above < 0 || !gone.has(index.ids[above]!)) sum += retainedMs[id] ?? 0;
  }
  return sum;
}

/** How many modules go with each module, itself included. */
export function retainedCounts(graph: ModuleGraph): Record<string, number> {
  const index = indexGraph(graph);
  return sumsUpTree(index.ids, dominatorsOf(index), Object.fromEntries(index.ids.map((id) => [id, 1])));
}

/**
 * A module's own time and that of all that was loaded first while it loaded, milliseconds: the tree of first
 * importers. What two modules share is counted for the one that came first, so these times add up to the whole.
 */
export function inclusiveTimes(graph: ModuleGraph, selfMs: Readonly<Record<string, number>>): Record<string, number> {
  const at = new Map(graph.modules.map((module, i) => [module.id, i]));
  const parent = Int32Array.from(graph.modules, (module, i) => {
    const importer = module.importer === null ? undefined : at.get(module.importer);
    return importer === undefined || importer === i ? -1 : importer;
  });
  cutCycles(parent);
  return sumsUpTree(
    graph.modules.map((module) => module.id),
    parent,
    selfMs,
  );
}

/** The module without which each module would not load, the nearest such: null where it is none (see `dominatorsOf`). */
export function immediateDominators(graph: ModuleGraph): Record<string, string | null> {
  const index = indexGraph(graph);
  const idom = dominatorsOf(index);
  return Object.fromEntries(index.ids.map((id, i) => [id, idom[i]! < 0 ? null : index.ids[idom[i]!]!]));
}

/**
 * Immediate dominator of every module by number, -1 for those that only the virtual root above all starts dominates.
 * Cooper, Harvey, Kennedy: A Simple, Fast Dominance Algorithm (2001).
 */
export function dominatorsOf(index: LoadIndex): Int32Array {
  const count = index.ids.length;
  const root = count;
  const postorder = postorderOf(index);
  const rank = new Int32Array(count + 1);
  postorder.forEach((module, i) => (rank[module] = i));
  rank[root] = count;
  const idom = new Int32Array(count + 1).fill(-1);
  idom[root] = root;
  const isStart = new Uint8Array(count);
  for (const start of index.starts) isStart[start] = 1;

  const meet = (a: number, b: number): number => {
    while (a !== b) {
      while (rank[a]! < rank[b]!) a = idom[a]!;
      while (rank[b]! < rank[a]!) b = idom[b]!;
    }
    return a;
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (let i = postorder.length - 1; i >= 0; i--) {
      const module = postorder[i]!;
      let best = isStart[module] ? root : -1;
      for (const arc of index.into[module]!) {
        const from = index.arcs[arc]!.from;
        if (idom[from] === -1) continue;
        best = best === -1 ? from : meet(best, from);
      }
      if (idom[module] === best) continue;
      idom[module] = best;
      changed = true;
    }
  }
  return idom.subarray(0, count).map((up) => (up === root ? -1 : up));
}

function postorderOf(index: LoadIndex): number[] {
  const seen = new Uint8Array(index.ids.length);
  const next = new Int32Array(index.ids.length);
  const order: number[] = [];
  for (const start of index.starts) {
    if (seen[start]) continue;
    seen[start] = 1;
    const stack = [start];
    while (stack.length > 0) {
      const module = stack[stack.length - 1]!;
      const arc = index.out[module]![next[module]!++];
      if (arc === undefined) {
        order.push(module);
        stack.pop();
        continue;
      }
      const { to } = index.arcs[arc]!;
      if (seen[to]) continue;
      seen[to] = 1;
      stack.push(to);
    }
  }
  return order;
}

/** Each node's value plus its descendants', for a forest given by parents (-1: a root). */
function sumsUpTree(ids: readonly string[], parent: Int32Array, value: Readonly<Record<string, number>>): Record<string, number> {
  const sums = ids.map((id) => value[id] ?? 0);
  const children = new Int32Array(ids.length);
  for (const up of parent) if (up >= 0) children[up]!++;
  const ready: number[] = [];
  children.forEach((many, i) => many === 0 && ready.push(i));
  for (let i = ready.pop(); i !== undefined; i = ready.pop()) {
    const up = parent[i]!;
    if (up < 0) continue;
    sums[up]! += sums[i]!;
    if (--children[up]! === 0) ready.push(up);
  }
  return Object.fromEntries(ids.map((id, i) => [id, sums[i]!]));
}

/** Importers that lead back to themselves can only come from a damaged document; they must not hang us. */
function cutCycles(parent: Int32Array): void {
  const state = new Uint8Array(parent.length);
  for (let i = 0; i < parent.length; i++) {
    const path: number[] = [];
    let at = i;
    while (at >= 0 && state[at] === 0) {
      state[at] = 1;
      path.push(at);
      at = parent[at]!;
    }
    if (at >= 0 && state[at] === 1) parent[path[path.length - 1]!] = -1;
    for (const done of path) state[done] = 2;
  }
}
