import type { Costs } from '../model/costs.ts';
import type { ModuleGraph } from '../model/graph.ts';
import { median } from '../model/sample.ts';

/** Texts below this size tell what a module costs apart from its text; those above it what a byte costs. */
const SMALL_BYTES = 1024;

/**
 * How much longer each module's own code took than one of its size usually does in this app, milliseconds, never below 0: what
 * an initializer at its top level computes is not told apart from the rest of it. Usual is the median of small modules, and for each
 * byte the median of the larger ones.
 */
export function unusualTimes({ modules }: ModuleGraph, costs: Costs): (id: string) => number {
  const selfMs = new Map(costs.modules.map(({ id, self }) => [id, self.medianMs]));
  const code = modules.filter(({ id, kind }) => (kind === 'cjs' || kind === 'esm') && selfMs.has(id));
  const middle = (values: number[]): number => (values.length === 0 ? 0 : median(values));
  const smallMs = middle(code.filter(({ bytes }) => bytes < SMALL_BYTES).map(({ id }) => selfMs.get(id)!));
  const byteMs = middle(code.filter(({ bytes }) => bytes >= SMALL_BYTES).map(({ id, bytes }) => Math.max(0, selfMs.get(id)! - smallMs) / bytes));
  const unusual = new Map(code.map(({ id, bytes }) => [id, Math.max(0, selfMs.get(id)! - smallMs - bytes * byteMs)]));
  return (id) => unusual.get(id) ?? 0;
}
