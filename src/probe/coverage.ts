// Which files did something before the first answer, by the inspector's precise coverage. Loaded only in the evidence run.
import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Which functions of a file ran. */
export interface RawUse {
  file: string;
  /** Four numbers for each function but the top level: where it begins and ends in the text, 1 if it ran until the server listened, 1 if from then to the first answer. */
  functions: number[];
}

interface CoverageResult {
  result: { url: string; functions: { functionName: string; ranges: { startOffset: number; endOffset: number; count: number }[] }[] }[];
}

export interface CoverageWatch {
  /** The text that runs begins with so many characters that are not the file's. */
  shifted(file: string, by: number): void;
  listening(): void;
  collect(): RawUse[];
}

/** Counts from now on; `listening` ends the start, `collect` tells. Null where this Node was built without an inspector. */
export function watchCoverage(): CoverageWatch | null {
  const inspector = load();
  if (inspector === null) return null;
  const session = new inspector.Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  const files = new Map<string, Map<string, [from: number, to: number, starting: number, answering: number]>>();
  const shifts = new Map<string, number>();
  const take = (phase: 2 | 3): void => {
    // Answers in the same turn, and counts from zero again.
    session.post('Profiler.takePreciseCoverage', (error: Error | null, taken: unknown) => {
      if (error === null) for (const script of (taken as CoverageResult).result) count(script, phase);
    });
  };
  const count = ({ url, functions }: CoverageResult['result'][number], phase: 2 | 3): void => {
    const file = url.startsWith('file:') ? fileURLToPath(url) : url;
    if (!isAbsolute(file)) return;
    const known = files.get(file) ?? new Map<string, [number, number, number, number]>();
    files.set(file, known);
    const shift = shifts.get(file) ?? 0;
    for (const { functionName, ranges } of functions) {
      const { startOffset, endOffset, count: calls } = ranges[0]!;
      if (functionName === '' && startOffset === 0) continue;
      const key = `${startOffset} ${endOffset}`;
      const one = known.get(key) ?? [startOffset - shift, endOffset - shift, 0, 0];
      known.set(key, one);
      if (calls > 0) one[phase] = 1;
    }
  };
  let listened = false;
  return {
    shifted: (file, by) => void shifts.set(file, by),
    listening() {
      if (listened) return;
      listened = true;
      take(2);
    },
    collect() {
      take(listened ? 3 : 2);
      session.disconnect();
      return [...files].flatMap(([file, functions]) => (functions.size === 0 ? [] : [{ file, functions: [...functions.values()].flat() }]));
    },
  };
}

function load(): typeof import('node:inspector') | null {
  try {
    return require('node:inspector') as typeof import('node:inspector');
  } catch {
    return null;
  }
}
