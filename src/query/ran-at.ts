import type { Observed } from '../model/boot.ts';

/** When the code at an offset of a module's text ran, as far as the coverage of one start tells. */
export type Ran = 'starting' | 'answering' | 'never';

/**
 * By the innermost function around the offset: `starting` until the server listened, `answering` from then to the
 * first answer. Null where no function is around it, that is at the top level, or where nothing is known.
 */
export function ranAt({ functions }: Pick<Observed, 'functions'>, offset: number): Ran | null {
  return ranIn([functions], offset);
}

/**
 * The same by the innermost branch: a function may have run, and this part of it not. Says what one start did, and no more: another
 * environment may take another branch.
 */
export function branchRanAt({ functions, blocks }: Pick<Observed, 'functions' | 'blocks'>, offset: number): Ran | null {
  return ranIn([functions, blocks], offset);
}

function ranIn(lists: readonly (readonly number[])[], offset: number): Ran | null {
  let ran: Ran | null = null;
  let length = Infinity;
  for (const ranges of lists) {
    for (let i = 0; i < ranges.length; i += 4) {
      const from = ranges[i]!;
      const to = ranges[i + 1]!;
      if (from > offset || to <= offset || to - from >= length) continue;
      length = to - from;
      ran = ranges[i + 2] ? 'starting' : ranges[i + 3] ? 'answering' : 'never';
    }
  }
  return ran;
}
