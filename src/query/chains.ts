import type { ModuleGraph } from '../model/graph.ts';
import { indexGraph, type LoadIndex } from './load-index.ts';

export interface Chains {
  /** Module ids from a root to the target. */
  chains: string[][];
  inAll: number;
  /** exact; or, where cycles make counting too long, at-least: see `chainsTo`. */
  counted: 'exact' | 'at-least';
}

/** Modules stepped on before a search gives up: keeps a hostile graph under a tenth of a second. */
const searchSteps = 200_000;

/**
 * Chains of imports from a root to the target that pass no module twice: the `limit` shortest, equal lengths by id
 * (fewer than there are only where cycles hide them from a long search).
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

/**
 * Iterative deepening: all chains of the least length in the order of their ids, then those one longer, and so on. A
 * prefix is followed only as far as it can still end in time, so that nearly every step belongs to some chain.
 */
function shortest(index: LoadIndex, goal: number, steps: Int32Array, limit: number): string[][] {
  const byId = (a: number, b: number) => (index.ids[a]! < index.ids[b]! ? -1 : 1);
  const sorted = new Map<number, number[]>();
  const next = (module: number): number[] => {
    let modules = sorted.get(module);
    if (!modules) sorted.set(module, (modules = [...nextOf(index, module)].filter((to) => steps[to]! >= 0).sort(byId)));
    return modules;
  };
  const starts = index.starts.filter((start) => steps[start]! >= 0).sort(byId);
  const onPath = new Uint8Array(index.ids.length);
  const found: string[][] = [];
  let left = searchSteps;
  let longer = starts.length > 0;
  for (let length = 0; longer && found.length < limit; length++) {
    longer = false;
    const path: number[] = [];
    const choices: Iterator<number>[] = [starts.values()];
    while (choices.length > 0 && found.length < limit) {
      if (left-- <= 0) return found;
      const { done, value: module } = choices[choices.length - 1]!.next();
      if (done) {
        choices.pop();
        const back = path.pop();
        if (back !== undefined) onPath[back] = 0;
      } else if (onPath[module]) {
        continue;
      } else if (path.length + steps[module]! > length) {
        longer = true;
      } else if (module !== goal) {
        path.push(module);
        onPath[module] = 1;
        choices.push(next(module).values());
      } else if (path.length === length) {
        found.push([...path, goal].map((i) => index.ids[i]!));
      }
    }
    for (const module of path) onPath[module] = 0;
  }
  return found;
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
