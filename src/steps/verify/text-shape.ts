import { diffArrays } from 'diff';
import { fits, holesOf, lineShape, showShape, type LineShape } from './line-shape.ts';

/** What samples of a text have in common, line by line. */
export interface TextShape {
  lines: LineShape[];
  /** Before these lines (the number of lines: at the end) samples have other lines, which are not looked at. */
  gaps: number[];
}

/** More edits than this and two texts are taken to have nothing in common. */
const MOST_EDITS = 4000;
/** Unchanged lines shown before and after a difference. */
const CONTEXT = 2;

export function textShape(samples: readonly (readonly string[])[]): TextShape {
  const [first = [], ...others] = samples;
  const seen: (Set<string> | null)[] = first.map((line) => new Set([line]));
  const gaps = new Set<number>();
  for (const other of others) collect(first, other, seen, gaps);
  const lines: LineShape[] = [];
  const gapsBefore = new Set<number>();
  for (let i = 0; i <= first.length; i++) {
    const line = seen[i];
    if (gaps.has(i) || line === null) gapsBefore.add(lines.length);
    if (line) lines.push(lineShape([...line]));
  }
  return { lines, gaps: [...gapsBefore] };
}

/** Notes for each line of `first` what the other text has in its place; null where that cannot be told. */
function collect(first: readonly string[], other: readonly string[], seen: (Set<string> | null)[], gaps: Set<number>): void {
  const changes = diffArrays([...first], [...other], { maxEditLength: MOST_EDITS });
  if (changes === undefined) {
    seen.fill(null);
    gaps.add(0);
    return;
  }
  let at = 0;
  for (let i = 0; i < changes.length; ) {
    const block = { removed: 0, added: [] as string[] };
    for (let change = changes[i]; change !== undefined && (change.added || change.removed); change = changes[++i]) {
      if (change.removed) block.removed += change.count;
      else block.added.push(...change.value);
    }
    if (block.removed === block.added.length) block.added.forEach((line, k) => seen[at + k]?.add(line));
    else {
      seen.fill(null, at, at + block.removed);
      gaps.add(at);
    }
    at += block.removed;
    const same = changes[i];
    if (same !== undefined) at += same.count;
    i++;
  }
}

/** A diff of the text against the shape, with some context; empty when it has the shape. */
export function textDifferences({ lines, gaps }: TextShape, text: readonly string[]): string[] {
  const changes = diffArrays<LineShape | string>([...lines], [...text], { maxEditLength: MOST_EDITS, comparator: (shape, line) => typeof shape === 'object' && typeof line === 'string' && fits(shape, line) });
  if (changes === undefined) return [...lines.map((line) => `-${showShape(line)}`), ...text.map((line) => `+${line}`)];
  const out: { sign: ' ' | '-' | '+'; line: string }[] = [];
  let at = 0;
  for (const { added, removed, value, count } of changes) {
    const sign = removed ? '-' : added ? '+' : ' ';
    const isNature = added && gaps.some((gap) => gap === at);
    if (isNature) continue;
    const shown = sign === '+' ? (value as string[]) : lines.slice(at, at + count).map(showShape);
    out.push(...shown.map((line) => ({ sign, line }) as const));
    if (!added) at += count;
  }
  if (out.every(({ sign }) => sign === ' ')) return [];
  const near = (i: number): boolean => out.slice(Math.max(0, i - CONTEXT), i + CONTEXT + 1).some(({ sign }) => sign !== ' ');
  return out.flatMap(({ sign, line }, i) => (near(i) ? [`${sign}${line}`] : []));
}

/** Lines that differ by nature, counted from 1, and what they were taken for. */
export function textNature({ lines, gaps }: TextShape): { line: number; as: string }[] {
  const holes = lines.map((line, i) => ({ line: i + 1, as: [...new Set(holesOf(line))].join(', ') })).filter(({ as }) => as !== '');
  return [...holes, ...gaps.map((gap) => ({ line: gap + 1, as: 'any lines' }))].sort((a, b) => a.line - b.line);
}
