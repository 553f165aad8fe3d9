import type { ModuleGraph } from '../model/graph.ts';
import { indexGraph, type LoadIndex } from './load-index.ts';

export interface Chains {
  /** Module ids from a root to the target. */
  chains: string[][];
  inAll: number;
  /** exact; or, where cycles make counting too long, at-least: see `chainsTo`. */
  counted: 'exact' | 'at-least';
}

/** Half-built chains looked at before the search gives up; keeps a hostile graph under a tenth of a second. */
const searchSteps = 60_000;

/**
 * Chains of imports from a root to the target that pass no module twice: the `limit` shortest, equal lengths by id.
 * `inAll` counts them all, and it is exact where no import cycle lies on the way, or where trying them all is quick.
 * Elsewhere (counting is #P-complete) it counts the chains that use no import back to a module above it in one
 * depth-first walk, which is a lower bound. Counts stop at Number.MAX_SAFE_INTEGER.
 */
export function chainsTo(graph: ModuleGraph, target: string, options: { limit: number }): Chains {
  const index = indexGraph(graph);
  const goal = index.at.get(target);
  if (goal === undefined) return { chains: [], inAll: 0, counted: 'exact' };
  const steps = stepsTo(index, goal);
  const chains = shortest(index, goal, steps, options.limit);
  const { inAll, cyclic } = countWithoutCycles(index, goal, steps);
  if (!cyclic) return { chains, inAll, counted: 'exact' };
  const tried = countByTrying(index, goal, steps);
  if (tried !== null) return { chains, inAll: tried, counted: 'exact' };
  return { chains, inAll: Math.max(inAll, chains.length), counted: 'at-least' };
}

/** Fewest imports from each module to the goal; -1 where none lead there. */
function stepsTo(index: LoadIndex, goal: number): Int32Array {
  const steps = new Int32Array(index.ids.length).fill(-1);
  steps[goal] = 0;
  const queue = [goal];
  for (let i = 0; i < queue.length; i++) {
    const module = queue[i]!;
    for (const arc of index.into[module]!) {
      const { from } = index.arcs[arc]!;
      if (steps[from] !== -1) continue;
      steps[from] = steps[module]! + 1;
      queue.push(from);
    }
  }
  return steps;
}

type Prefix = { module: number; before: Prefix | null; length: number };

/**
 * Best-first search: partial chains wait in a bucket by the least length they can still end with, so they come out
 * complete in order of length. Within one length the ids decide, at the end.
 */
function shortest(index: LoadIndex, goal: number, steps: Int32Array, limit: number): string[][] {
  const buckets: Prefix[][] = [];
  const put = (partial: Prefix) => (buckets[partial.length + steps[partial.module]!] ??= []).push(partial);
  for (const start of index.starts) if (steps[start]! >= 0) put({ module: start, before: null, length: 0 });
  const found: string[][] = [];
  let left = searchSteps;
  for (let length = 0; length < buckets.length && found.length < limit && left > 0; length++) {
    const bucket = (buckets[length] ??= []);
    const complete: string[][] = [];
    // A bucket grows while it is worked on: the next module on a shortest way has the same estimate.
    for (let partial = bucket.pop(); partial !== undefined && left-- > 0; partial = bucket.pop()) {
      if (partial.module === goal) {
        complete.push(idsOf(index, partial));
        continue;
      }
      for (const to of nextOf(index, partial.module)) {
        if (steps[to]! < 0 || passes(partial, to)) continue;
        put({ module: to, before: partial, length: partial.length + 1 });
      }
    }
    found.push(...complete.sort(byIds));
  }
  return found.slice(0, limit);
}

function passes(partial: Prefix | null, module: number): boolean {
  for (let at = partial; at !== null; at = at.before) if (at.module === module) return true;
  return false;
}

function idsOf(index: LoadIndex, partial: Prefix): string[] {
  const ids: string[] = [];
  for (let at: Prefix | null = partial; at !== null; at = at.before) ids.push(index.ids[at.module]!);
  return ids.reverse();
}

function byIds(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((id, i) => id !== b[i]);
  return at < 0 ? 0 : a[at]! < b[at]! ? -1 : 1;
}

/** Modules a module imports, each once, however many imports lead there. */
function nextOf(index: LoadIndex, module: number): Set<number> {
  return new Set(index.out[module]!.map((arc) => index.arcs[arc]!.to));
}

/** Counts chains over the imports that close no cycle in a depth-first walk from the starts. */
function countWithoutCycles(index: LoadIndex, goal: number, steps: Int32Array): { inAll: number; cyclic: boolean } {
  const fresh = 0;
  const open = 1;
  const done = 2;
  const state = new Uint8Array(index.ids.length);
  const ways = new Float64Array(index.ids.length);
  let cyclic = false;
  for (const start of index.starts) {
    if (steps[start]! < 0 || state[start] !== fresh) continue;
    const stack: { module: number; next: Iterator<number> }[] = [];
    const enter = (module: number) => {
      state[module] = open;
      // A chain ends at the goal; what the goal imports is of no interest.
      stack.push({ module, next: (module === goal ? new Set<number>() : nextOf(index, module)).values() });
      if (module === goal) ways[module] = 1;
    };
    enter(start);
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      const step = top.next.next();
      if (step.done) {
        state[top.module] = done;
        stack.pop();
        const above = stack[stack.length - 1];
        if (above) ways[above.module]! += ways[top.module]!;
      } else if (steps[step.value]! < 0) {
        continue;
      } else if (state[step.value] === fresh) {
        enter(step.value);
      } else if (state[step.value] === open) {
        cyclic = true;
      } else {
        ways[top.module]! += ways[step.value]!;
      }
    }
  }
  const inAll = index.starts.reduce((sum, start) => sum + ways[start]!, 0);
  return { inAll: Math.min(inAll, Number.MAX_SAFE_INTEGER), cyclic };
}

/** Counts by walking every chain; null when that takes more steps than it is worth. */
function countByTrying(index: LoadIndex, goal: number, steps: Int32Array): number | null {
  let left = searchSteps;
  let count = 0;
  const onPath = new Uint8Array(index.ids.length);
  for (const start of index.starts) {
    if (steps[start]! < 0) continue;
    const stack = [{ module: start, next: nextOf(index, start).values() }];
    onPath[start] = 1;
    while (stack.length > 0) {
      if (left-- <= 0) return null;
      const { module, next } = stack[stack.length - 1]!;
      const step = module === goal ? { done: true as const, value: undefined } : next.next();
      if (module === goal) count++;
      if (step.done) {
        onPath[module] = 0;
        stack.pop();
      } else if (steps[step.value]! >= 0 && !onPath[step.value]) {
        onPath[step.value] = 1;
        stack.push({ module: step.value, next: nextOf(index, step.value).values() });
      }
    }
  }
  return count;
}
