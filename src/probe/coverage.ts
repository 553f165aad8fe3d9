// Which files did something before the first answer, by the inspector's precise coverage. Loaded only in the evidence run.
import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Which functions of a file ran. */
export interface RawUse {
  file: string;
  /** Four numbers for each function but the top level: where it begins and ends in the text, 1 if it ran until the server listened, 1 if first from then to the first answer. */
  functions: number[];
  /** The same for each part of such a function that ran where what is around it did not, or the other way round: branches, what follows a return. */
  blocks: number[];
}

interface Range {
  startOffset: number;
  endOffset: number;
  count: number;
}

interface CoverageResult {
  result: { url: string; functions: { functionName: string; ranges: Range[] }[] }[];
}

/** What each phase told of one function: its own range first, then those of the blocks in it. */
type Phases = [starting: Range[], answering: Range[]];

export interface CoverageWatch {
  /** The text that runs begins with so many characters that are not the file's. */
  shifted(file: string, by: number): void;
  listening(): void;
  collect(): RawUse[];
}

/** Watches from now on; `listening` ends the start, `collect` tells. Null where this Node was built without an inspector. */
export function watchCoverage(): CoverageWatch | null {
  const inspector = load();
  if (inspector === null) return null;
  const session = new inspector.Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: false, detailed: true });
  const files = new Map<string, Map<string, Phases>>();
  const shifts = new Map<string, number>();
  const take = (phase: 0 | 1): void => {
    // Answers in the same turn, and tells the next time only what has not run before.
    session.post('Profiler.takePreciseCoverage', (error: Error | null, taken: unknown) => {
      if (error === null) for (const script of (taken as CoverageResult).result) keep(script, phase);
    });
  };
  const keep = ({ url, functions }: CoverageResult['result'][number], phase: 0 | 1): void => {
    const file = url.startsWith('file:') ? fileURLToPath(url) : url;
    if (!isAbsolute(file)) return;
    const known = files.get(file) ?? new Map<string, Phases>();
    files.set(file, known);
    for (const { functionName, ranges } of functions) {
      const { startOffset, endOffset } = ranges[0]!;
      if (functionName === '' && startOffset === 0) continue;
      const key = `${startOffset} ${endOffset}`;
      const one = known.get(key) ?? [[], []];
      known.set(key, one);
      one[phase] = ranges;
    }
  };
  let listened = false;
  return {
    shifted: (file, by) => void shifts.set(file, by),
    listening() {
      if (listened) return;
      listened = true;
      take(0);
    },
    collect() {
      take(listened ? 1 : 0);
      session.disconnect();
      return [...files].flatMap(([file, functions]) => (functions.size === 0 ? [] : [useOf(file, [...functions.values()], shifts.get(file) ?? 0)]));
    },
  };
}

function useOf(file: string, all: readonly Phases[], shift: number): RawUse {
  const use: RawUse = { file, functions: [], blocks: [] };
  const numbers = ({ startOffset, endOffset }: Range, phases: Phases): number[] => [startOffset - shift, endOffset - shift, ...phases.map((ranges) => countIn(ranges, startOffset, endOffset))];
  for (const phases of all) {
    const whole = (phases[0][0] ?? phases[1][0])!;
    use.functions.push(whole.startOffset - shift, whole.endOffset - shift, ...phases.map(([own]) => (own !== undefined && own.count > 0 ? 1 : 0)));
    const blocks = new Map(phases.flatMap((ranges) => ranges.slice(1).map((range) => [`${range.startOffset} ${range.endOffset}`, range] as const)));
    for (const range of blocks.values()) use.blocks.push(...numbers(range, phases));
  }
  return use;
}

/** 1 if the innermost range around the part ran. */
function countIn(ranges: readonly Range[], from: number, to: number): 0 | 1 {
  let inner: Range | undefined;
  for (const range of ranges) {
    if (range.startOffset > from || range.endOffset < to) continue;
    if (inner === undefined || range.endOffset - range.startOffset < inner.endOffset - inner.startOffset) inner = range;
  }
  return inner !== undefined && inner.count > 0 ? 1 : 0;
}

function load(): typeof import('node:inspector') | null {
  try {
    return require('node:inspector') as typeof import('node:inspector');
  } catch {
    return null;
  }
}
