import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PartHead } from '../runtime/pack/stand-in-order.ts';

/** What one process of a start knows of the scripts that it compiled. */
export interface CachePart extends PartHead {
  data: Buffer;
}

/** Pids of the processes that may still write a part into this folder. */
export function unwritten(folder: string): number[] {
  const names = new Set(readdirSync(folder));
  return [...names].flatMap((name) => (name.endsWith('.began') && !names.has(name.replace('.began', '.part')) ? [Number(/-(\d+)\./.exec(name)![1])] : []));
}

/** The parts in this folder, in the order in which their processes began. */
export function cacheParts(folder: string): CachePart[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.part'));
  return names.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).map((name) => {
    const content = readFileSync(join(folder, name));
    const head = content.indexOf('\n');
    return { ...(JSON.parse(content.toString('utf8', 0, head)) as PartHead), data: content.subarray(head + 1) };
  });
}
