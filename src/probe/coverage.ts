// Which files did something before the first answer, by the inspector's precise coverage. Loaded only in the evidence run.
import { fileURLToPath } from 'node:url';

/** How many of a file's functions ran, besides its top level. */
export interface RawUse {
  file: string;
  /** Until the server listened: while modules were loaded and the app set up. */
  starting: number;
  /** Between that and the first answer. */
  answering: number;
}

interface CoverageResult {
  result: { url: string; functions: { functionName: string; ranges: { startOffset: number; count: number }[] }[] }[];
}

/** Counts from now on; `listening` ends the start, `collect` tells. Null where this Node was built without an inspector. */
export function watchCoverage(): { listening(): void; collect(): RawUse[] } | null {
  const inspector = load();
  if (inspector === null) return null;
  const session = new inspector.Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  const uses = new Map<string, RawUse>();
  const take = (field: 'starting' | 'answering'): void => {
    // Answers in the same turn, and counts from zero again.
    session.post('Profiler.takePreciseCoverage', (error: Error | null, taken: unknown) => {
      if (error === null) for (const script of (taken as CoverageResult).result) count(script, field);
    });
  };
  const count = ({ url, functions }: CoverageResult['result'][number], field: 'starting' | 'answering'): void => {
    const file = url.startsWith('file:') ? fileURLToPath(url) : url;
    if (!file.startsWith('/') && !/^[A-Z]:\\/i.test(file)) return;
    // The first function of a script is its top level.
    const ran = functions.filter(({ functionName, ranges }) => ranges[0]!.count > 0 && !(functionName === '' && ranges[0]!.startOffset === 0)).length;
    const use = uses.get(file) ?? { file, starting: 0, answering: 0 };
    use[field] += ran;
    uses.set(file, use);
  };
  let listened = false;
  return {
    listening() {
      if (listened) return;
      listened = true;
      take('starting');
    },
    collect() {
      take(listened ? 'answering' : 'starting');
      session.disconnect();
      return [...uses.values()].filter(({ starting, answering }) => starting + answering > 0);
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
