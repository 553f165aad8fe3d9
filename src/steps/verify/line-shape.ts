import { diffArrays } from 'diff';

/** What a part that differs between starts was taken for; `text` takes anything. */
export type Nature = 'number' | 'date' | 'uuid' | 'word' | 'text';

/** A text as literals with holes between them: what was the same in all samples, and what was not. */
export type LineShape = (string | { hole: Nature })[];

const natures: [Nature, RegExp][] = [
  ['uuid', /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i],
  ['date', /\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?/],
  // As HTTP, and as a JavaScript Date made a string.
  ['date', /(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? \w{3} \w{2,3} \d{4} \d\d:\d\d:\d\d(?: GMT(?:[+-]\d{4})?(?: \([^)]*\))?)?/],
  ['number', /\d+(?:\.\d+)*(?:e[+-]?\d+)?(?!\w)/i],
  ['word', /\w+/],
];
const token = new RegExp([...natures.map(([, pattern]) => pattern.source), String.raw`\s+`, '[^]'].join('|'), 'gi');

/** More edits than this and two texts are taken to have only their ends in common. */
const MOST_EDITS = 400;

/** What the samples have in common. Of equal samples that is all. */
export function lineShape(samples: readonly string[]): LineShape {
  const [first = '', ...others] = [...new Set(samples)];
  if (others.length === 0) return [first];
  const tokens = tokensOf(first);
  // kept[i]: token i is in all samples; gaps[i]: some sample has more before token i.
  const kept = tokens.map(() => true);
  const gaps = new Set<number>();
  for (const other of others) mark(tokens, tokensOf(other), kept, gaps);
  const parts: LineShape = [];
  const add = (part: string | { hole: Nature }): void => {
    const last = parts.at(-1);
    if (typeof part === 'string' && typeof last === 'string') parts[parts.length - 1] = last + part;
    else if (typeof part === 'string' || typeof last !== 'object') parts.push(part);
  };
  for (let i = 0; i <= tokens.length; i++) {
    if (gaps.has(i)) add({ hole: 'text' });
    if (i < tokens.length) add(kept[i] ? tokens[i]! : { hole: 'text' });
  }
  return named(merged(parts), samples);
}

/** True when the text has all the literals in their order, and between them what the holes take. */
export function fits(shape: LineShape, text: string): boolean {
  const contents = contentsOf(shape, text);
  return contents !== null && holesOf(shape).every((nature, i) => takes(nature, contents[i]!));
}

/** Random words may be hexadecimal in all samples, or base64 without its signs, by chance; a number may turn negative. */
function takes(nature: Nature, text: string): boolean {
  if (nature === 'text') return true;
  if (nature === 'word') return /^[\w+/=.-]+$/.test(text);
  return natureOf(nature === 'number' ? text.replace(/^-/, '') : text) === nature;
}

/** The shape as people read it, with `‹number›` and the like for holes. */
export function showShape(shape: LineShape): string {
  return shape.map((part) => (typeof part === 'string' ? part : `‹${part.hole}›`)).join('');
}

export function holesOf(shape: LineShape): Nature[] {
  return shape.flatMap((part) => (typeof part === 'string' ? [] : [part.hole]));
}

function tokensOf(text: string): string[] {
  return text.match(token) ?? [];
}

function mark(tokens: readonly string[], other: readonly string[], kept: boolean[], gaps: Set<number>): void {
  const changes = diffArrays([...tokens], [...other], { maxEditLength: MOST_EDITS });
  if (changes === undefined) return markMiddle(tokens, other, kept);
  let at = 0;
  for (const { added, removed, count } of changes) {
    if (added) gaps.add(at);
    else {
      if (removed) kept.fill(false, at, at + count);
      at += count;
    }
  }
}

function markMiddle(tokens: readonly string[], other: readonly string[], kept: boolean[]): void {
  const most = Math.min(tokens.length, other.length);
  let head = 0;
  while (head < most && tokens[head] === other[head]) head++;
  let tail = 0;
  while (tail < most - head && tokens.at(-1 - tail) === other.at(-1 - tail)) tail++;
  kept.fill(false, head, tokens.length - tail);
}

/** Between two holes a literal without a word or blank (`+` in base64, say) is chance: one hole is meant. */
function merged(parts: LineShape): LineShape {
  const out: LineShape = [];
  for (const part of parts) {
    const [before, literal] = out.slice(-2);
    const chance = typeof part === 'object' && typeof before === 'object' && typeof literal === 'string' && /^[+/=_~-]$/.test(literal);
    if (chance) out.pop();
    else out.push(part);
  }
  return out;
}

/** With each hole's nature, where the samples agree on one. */
function named(shape: LineShape, samples: readonly string[]): LineShape {
  const contents = samples.map((sample) => contentsOf(shape, sample));
  let hole = -1;
  return shape.map((part) => {
    if (typeof part === 'string') return part;
    hole++;
    const seen = new Set(contents.map((one) => natureOf(one?.[hole] ?? '')));
    return { hole: seen.size === 1 ? [...seen][0]! : 'text' };
  });
}

function natureOf(text: string): Nature {
  return natures.find(([, pattern]) => new RegExp(`^(?:${pattern.source})$`, pattern.flags).test(text))?.[0] ?? 'text';
}

/** What stands in the holes, each as short as it can be; null where the literals do not fit. */
function contentsOf(shape: LineShape, text: string): string[] | null {
  const contents: string[] = [];
  let at = 0;
  let open = false;
  for (const [i, part] of shape.entries()) {
    if (typeof part === 'object') {
      open = true;
      continue;
    }
    const last = i === shape.length - 1;
    const found = !open ? (text.startsWith(part, at) ? at : -1) : last ? (text.endsWith(part) ? text.length - part.length : -1) : text.indexOf(part, at);
    if (found < at) return null;
    if (open) contents.push(text.slice(at, found));
    at = found + part.length;
    open = false;
  }
  if (open) contents.push(text.slice(at));
  else if (at !== text.length) return null;
  return contents;
}
