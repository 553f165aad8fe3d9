import { crc32 } from 'node:zlib';
import { COLD, HOT, TEXTS, WIDE, type Head, type Request, type Row, type Target } from '../../runtime/pack/format.ts';
import type { PackText } from './texts.ts';

export interface Layout {
  /** By name; the files of the folder `pack`. */
  files: Map<string, Buffer>;
  head: Head;
  /** Ids by module number. */
  ids: string[];
}

/**
 * Puts texts into the files of a pack. `order` names those that a start needs, by absolute path, in order of their first use;
 * `base` is the folder that ids begin at.
 */
export function layout(texts: readonly PackText[], order: readonly string[], { base, entry, preloads, functions }: { base: string; entry: string; preloads: readonly string[]; functions: Head['functions'] }): Layout {
  const byFile = new Map(texts.map((one) => [one.file, one]));
  const hot = [...new Set(order)].flatMap((file) => byFile.get(file) ?? []);
  const isHot = new Set(hot);
  const cold = texts.filter((one) => !isHot.has(one));
  const all = [...hot, ...cold];
  const numbers = new Map(all.map(({ file }, n) => [file, n]));
  const encoded = all.map(({ text }) => (isWide(text) ? { wide: true, bytes: Buffer.from(text, 'utf16le') } : { wide: false, bytes: Buffer.from(text, 'latin1') }));
  const placed = hot.map((_, n) => n);
  const inFile = [...placed.filter((n) => !encoded[n]!.wide), ...placed.filter((n) => encoded[n]!.wide), ...cold.map((_, n) => hot.length + n)];
  const starts: number[] = [];
  let bytes = 0;
  let narrow = 0;
  let hotBytes = 0;
  for (const [i, n] of inFile.entries()) {
    starts[n] = bytes;
    bytes += encoded[n]!.bytes.length;
    if (i < hot.length) hotBytes = bytes;
    if (i < hot.length && !encoded[n]!.wide) narrow = bytes;
  }
  const targetOf = (file: string): Target | null => {
    if (file.startsWith('node:')) return file;
    return numbers.get(file) ?? (file.startsWith(`${base}/`) ? `=${file.slice(base.length + 1)}` : null);
  };
  const list = (specifiers: ReadonlyMap<string, string>, builtins: boolean): Target[] =>
    [...specifiers].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([specifier, file]) => {
      const target = file.startsWith('node:') && !builtins ? null : targetOf(file);
      return target === null ? [] : [specifier, target];
    });
  const rows = all.map((one, n): Row => {
    const { bytes: own, wide } = encoded[n]!;
    const requests = one.requests?.map(({ target, names }): Request => [targetOf(target)!, names]) ?? 0;
    return [one.id, one.flags | (wide ? WIDE : 0), starts[n]!, own.length, crc32(own), list(one.requires, false), requests, list(one.imports, true), one.names ?? 0];
  });
  const written = Buffer.concat(inFile.map((n) => encoded[n]!.bytes));
  const coldLines = rows.slice(hot.length).map((row) => JSON.stringify(row)).join('\n');
  const head: Head = {
    version: 1,
    entry: targetOf(entry)!,
    preloads: preloads.flatMap((file) => targetOf(file) ?? []),
    rows: rows.slice(0, hot.length),
    cold: cold.length,
    narrow,
    hot: hotBytes,
    bytes,
    crc: crc32(written.subarray(0, hotBytes)),
    stamp: crc32(coldLines, crc32(JSON.stringify(rows.slice(0, hot.length)))),
    functions,
  };
  const exportNames = Object.fromEntries(all.flatMap(({ id, exports }) => (exports === null ? [] : [[id, exports]])));
  const files = new Map([
    [HOT, Buffer.from(JSON.stringify(head))],
    [COLD, Buffer.from(coldLines)],
    [TEXTS, written],
    ['names.json', Buffer.from(JSON.stringify(exportNames))],
  ]);
  return { files, head, ids: all.map(({ id }) => id) };
}

function isWide(text: string): boolean {
  return /[^\u0000-\u00FF]/.test(text);
}
