import type { Observed } from '../model/boot.ts';

/** When the code at an offset of a module's text ran, as far as the coverage of one start tells. */
export type Ran = 'starting' | 'answering' | 'never';

/**
 * By the innermost function around the offset: `starting` until the server listened, `answering` from then to the
 * first answer. Null where no function is around it, that is at the top level, or where nothing is known.
 */
export function ranAt({ functions }: Pick<Observed, 'functions'>, offset: number): Ran | null {
  let inner = -1;
  for (let i = 0; i < functions.length; i += 4) {
    const [from = 0, to = 0] = [functions[i], functions[i + 1]];
    if (from > offset || to <= offset) continue;
    if (inner < 0 || to - from < functions[inner + 1]! - functions[inner]!) inner = i;
  }
  if (inner < 0) return null;
  return functions[inner + 2] ? 'starting' : functions[inner + 3] ? 'answering' : 'never';
}
