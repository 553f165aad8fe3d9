import { stripVTControlCharacters, styleText } from 'node:util';

export interface RenderOptions {
  /** Width of the terminal: sentences keep within it from 40 on, tables from 60. */
  columns: number;
  color: boolean;
  /** What tells the app and how it starts on the command line, as shell words: suggested commands need it too. */
  again?: string;
}

export type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'cyan' | 'green';
export type Paint = (style: Style, text: string) => string;

export function paintFor({ color }: RenderOptions): Paint {
  return (style, text) => (color && text !== '' ? styleText(style, text, { validateStream: false }) : text);
}

/** Usable width: reading gets hard beyond 120 columns, and below 40 nothing is readable. */
export function widthOf({ columns }: RenderOptions): number {
  return Math.min(120, Math.max(40, columns));
}

/** Whole milliseconds with thousands separated; `<1` for what is there but rounds to nothing. */
export function wholeMs(ms: number): string {
  if (ms > 0 && ms < 0.5) return '<1';
  return whole(Math.round(ms));
}

export function whole(count: number): string {
  // Negative zero would be shown with its sign.
  return (count === 0 ? 0 : count).toLocaleString('en-US');
}

/** `1 module`, `2,000 modules`; the plural is given where it is not made with an s. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${whole(count)} ${count === 1 ? one : many}`;
}

/** Percentage of the whole, a whole number; `<1 %` for what is there but rounds to nothing. */
export function percent(part: number, of: number): string {
  if (!(of > 0)) return '';
  const share = (100 * part) / of;
  return share > 0 && share < 0.5 ? '<1 %' : `${whole(Math.round(share))} %`;
}

/** One line, without control characters: what an app says must not steer the terminal. */
export function oneLine(text: string): string {
  return stripVTControlCharacters(text).replace(/[\p{Cc}\s]+/gu, ' ').trim();
}

/** Takes out the middle: both ends of a path tell more than what lies between them. */
export function shorten(text: string, width: number): string {
  if (text.length <= width) return text;
  if (width <= 1) return text.slice(0, Math.max(0, width));
  const tail = Math.ceil(((width - 1) * 2) / 3);
  return `${text.slice(0, width - 1 - tail)}…${text.slice(text.length - tail)}`;
}

/** Lines of at most `width`, broken between words, but not between a number and its unit; longer words are broken. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  const words = oneLine(text).replace(/([±\d]) (?=\d|(?:ms|s|%|MB|KB)(?![\w-]))/g, '$1\u00a0').split(' ');
  for (let word of words) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = '';
    }
    while (word.length > width) {
      lines.push(word.slice(0, width));
      word = word.slice(width);
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((one) => one.replaceAll('\u00a0', ' '));
}

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A bar of `share` (0 to 1) of the width, exact to an eighth of a column; what is there at all shows. */
export function bar(share: number, width: number): string {
  const parts = Math.round(Math.min(1, Math.max(0, share)) * width * 8);
  const shown = share > 0 ? Math.max(1, parts) : 0;
  return '█'.repeat(shown >> 3) + eighths[shown % 8];
}

export interface Column {
  title?: string;
  align?: 'right';
  /** May be shortened down to this width when the table is too wide. */
  least?: number;
  style?: Style | ((cell: string) => Style | null);
}

/** Rows as lines of at most `width`, two blanks between columns; a title line where a column has a title. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[], width: number, paint: Paint): string[] {
  const titles = columns.map(({ title }) => title ?? '');
  const titled = titles.some((title) => title !== '');
  const widths = columns.map((_, i) => Math.max(0, ...[...(titled ? [titles] : []), ...rows].map((row) => row[i]?.length ?? 0)));
  const gaps = 2 * (columns.length - 1);
  for (let over = widths.reduce((a, b) => a + b, gaps) - width; over > 0; over--) {
    const widest = columns.reduce((best, { least }, i) => (least !== undefined && widths[i]! > least && widths[i]! > (widths[best] ?? 0) ? i : best), -1);
    if (widest < 0) break;
    widths[widest]!--;
  }
  const line = (row: readonly string[], styleOf: (column: Column, cell: string) => Style | null): string => {
    const cells = columns.map((column, i) => {
      const cell = shorten(row[i] ?? '', widths[i]!);
      const style = styleOf(column, cell);
      const blanks = ' '.repeat(widths[i]! - cell.length);
      const painted = style ? paint(style, cell) : cell;
      return column.align === 'right' ? blanks + painted : painted + blanks;
    });
    return cells.join('  ').trimEnd();
  };
  return [
    ...(titled ? [line(titles, () => 'dim')] : []),
    ...rows.map((row) => line(row, ({ style }, cell) => (typeof style === 'function' ? style(cell) : (style ?? null)))),
  ];
}

export function indent(lines: readonly string[], by = 2): string[] {
  return lines.map((line) => (line === '' ? line : ' '.repeat(by) + line));
}

/** How a person calls a module: a dependency by its package, files inside it from there on, own files as they are. */
export function moduleName(id: string): string {
  return id.replace(/^node_modules\//, '');
}

/** Where a table of a report is put. */
export interface Page {
  width: number;
  paint: Paint;
}

/** A title with a note behind it, or below it where the line is too short for both. */
export function heading(title: string, note: string, { width, paint }: Page): string[] {
  if (title.length + note.length + 3 <= width) return [`${paint('bold', title)} ${paint('dim', `(${note})`)}`];
  return [paint('bold', title), ...indent(wrap(note, width - 2).map((line) => paint('dim', line)))];
}

/** Says how much of a list is not shown. */
export function more(count: number, paint: Paint): string[] {
  return count > 0 ? [paint('dim', `and ${whole(count)} more: --json`)] : [];
}

/** `file:line`. */
export function placed({ file, line }: { file: string | null; line: number | null }): string {
  return `${file ?? '?'}${line === null ? '' : `:${line}`}`;
}
