import { MagicString, type SourceMap } from 'magic-string';

/** Puts `text` in place of what stands from `start` to `end`; an insertion where both are the same. */
export type Edit = { start: number; end: number; text: string };

/** The changed text, and the source map from it to `file`, the original's name, made when asked for. Insertions at one place come in the order given. */
export function applyEdits(source: string, edits: Edit[], file: string): { code: string; map(): SourceMap } {
  const text = new MagicString(source);
  for (const { start, end, text: replacement } of edits) {
    if (start === end) text.appendLeft(start, replacement);
    else text.update(start, end, replacement);
  }
  return { code: text.toString(), map: () => text.generateMap({ source: file, includeContent: true, hires: 'boundary' }) };
}

/** The changed text alone, for edits that do not overlap. Insertions at one place come in the order given. */
export function editedText(source: string, edits: readonly Edit[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const { start, end, text } of edits.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    parts.push(source.slice(at, start), text);
    at = end;
  }
  parts.push(source.slice(at));
  return parts.join('');
}
