import { closeSync, openSync, readFileSync } from 'node:fs';
import Module from 'node:module';
import { join } from 'node:path';
import { Script, constants } from 'node:vm';
import { crc32 } from 'node:zlib';
import { openCodeCache } from './code-cache.ts';
import { CJS, CODE_CACHE, COLD, CONTEXT, FILES, HOT, KIND_BITS, MARK, PACK, TEXTS, WIDE, WRAPPER, type Head, type Row, type Target } from './format.ts';
import { log } from './log.ts';
import { readAt } from './read.ts';

/** The modules of a build, by number. Those of a start are at hand, the others are read when they are asked for. */
export interface Pack {
  head: Head;
  /** What this process runs: the app's entry, or the script of a process that the app has started. */
  main: Target;
  /** Absolute path of the folder of the app's files, with a slash at its end. */
  files: string;
  row(number: number): Row;
  /** Absolute path, which Node knows the module by. */
  fileOf(number: number): string;
  /** Number of the module at an absolute path, -1 where the pack has none. */
  find(file: string): number;
  /** What a specifier means in the list of a row: an absolute path; undefined where the list does not know. */
  lookUp(list: readonly Target[], specifier: string): Target | undefined;
  /** The text as it is compiled. */
  text(number: number): string;
  /** The text as its author wrote it. */
  original(number: number): string;
  /** What the text of the module is: a function. `name` is what stacks call the file. */
  compile(number: number, name: string): Callable;
  /** Why there is no code cache in use; null where there is one. */
  cacheProblem(): string | null;
  /** Scripts by number, where a code cache is being made. */
  scripts: Map<number, Script> | null;
}

export type Callable = (...args: unknown[]) => unknown;

/** Opens the pack in an output folder. Throws where its files do not fit together. */
export function openPack(folder: string, scripts: Map<number, Script> | null): Pack {
  const inPack = (name: string): string => join(folder, PACK, name);
  const head = JSON.parse(readFileSync(inPack(HOT), 'utf8')) as Head;
  const files = `${join(folder, FILES)}/`;
  const rows = [...head.rows];
  const hot = rows.length;
  // Not kept: as a text it takes no less memory.
  const bytes = readRange(inPack(TEXTS), 0, head.hot);
  const intact = typeof crc32 === 'function' && crc32(bytes) === head.crc;
  const narrow = bytes.toString('latin1', 0, head.narrow);
  const wide = Buffer.from(bytes.subarray(head.narrow));
  const cache = openCodeCache(inPack(CODE_CACHE), head.stamp, scripts !== null, (codeCache) => log({ event: 'code-cache', codeCache }));
  const numbers = new Map<string, number>();
  for (let n = 0; n < hot; n++) numbers.set(files + rows[n]![0], n);
  let coldRead = head.cold === 0;
  // Only a late load needs them: a line for each, parsed when it is asked for.
  let lines: string[] = [];
  const readCold = (): void => {
    coldRead = true;
    lines = readFileSync(inPack(COLD), 'utf8').split('\n');
    for (let n = 0; n < head.cold; n++) numbers.set(files + coldId(lines[n]!), hot + n);
  };
  const row = (n: number): Row => {
    const known = rows[n];
    if (known !== undefined) return known;
    if (!coldRead) readCold();
    return (rows[n] = JSON.parse(lines[n - hot]!) as Row);
  };
  const bytesOf = (n: number): Buffer => {
    const [, , start, length] = row(n);
    return n < hot ? wide.subarray(start - head.narrow, start - head.narrow + length) : readRange(inPack(TEXTS), start, start + length);
  };
  const isHotText = (n: number): boolean => n < hot && (row(n)[1] & WIDE) === 0;
  const decoded = (n: number, of: Buffer | null): string => {
    const [, flags, start, length] = row(n);
    if (isHotText(n)) return narrow.slice(start, start + length);
    return (of ?? bytesOf(n)).toString((flags & WIDE) === 0 ? 'latin1' : 'utf16le');
  };
  const fileOf = (n: number): string => files + row(n)[0];
  return {
    head,
    main: head.entry,
    files,
    row,
    fileOf,
    scripts,
    find(file) {
      const n = numbers.get(file);
      if (n !== undefined) return n;
      if (coldRead || typeof file !== 'string' || !file.startsWith(files)) return -1;
      readCold();
      return numbers.get(file) ?? -1;
    },
    lookUp(list, specifier) {
      let at = list.indexOf(specifier);
      // A target may be spelled as a specifier is.
      while (at % 2 === 1) at = list.indexOf(specifier, at + 1);
      return at < 0 ? undefined : list[at + 1];
    },
    text: (n) => decoded(n, null),
    original(n) {
      if ((row(n)[1] & CONTEXT) !== 0) return readFileSync(fileOf(n), 'utf8');
      return decoded(n, null).slice(WRAPPER.length, -'\n})'.length);
    },
    compile(n, name) {
      const own = isHotText(n) ? null : bytesOf(n);
      const cachedData = cache.entry(n, () => (n < hot ? intact : crc32(own!) === row(n)[4]));
      const text = decoded(n, own);
      // What stands before the author's text is no part of its first line.
      const before = (row(n)[1] & (KIND_BITS | CONTEXT)) === CJS ? WRAPPER.length : text.indexOf(MARK) + MARK.length;
      const script = new Script(text, { filename: name, columnOffset: -before, cachedData, importModuleDynamically: constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER });
      if (cachedData !== undefined && script.cachedDataRejected === true) cache.refuse('this Node was started with other V8 flags');
      scripts?.set(n, script);
      if (process.sourceMapsEnabled) knowSourceMap(text, fileOf(n));
      return script.runInThisContext() as Callable;
    },
    cacheProblem: () => cache.problem(),
  };
}

const mapped: unknown[] = [];

/** Node reads the source map of what it compiles itself, and keeps it as long as that module: so it is given one that does nothing. */
function knowSourceMap(text: string, file: string): void {
  const [comment] = /\/\/[#@] sourceMappingURL=\S+(?=\s*\n[^\n]*$)/.exec(text.slice(text.lastIndexOf('sourceMappingURL') - 4)) ?? [];
  if (comment === undefined) return;
  const module = new Module(file) as unknown as { _compile(content: string, file: string): unknown; path: string };
  module._compile(`\n${comment}`, file);
  mapped.push(module);
}

/** A row's first element, without parsing the rest. */
function coldId(line: string): string {
  const end = line.indexOf('",', 2);
  const id = line.slice(2, end);
  return id.includes('\\') ? (JSON.parse(`"${id}"`) as string) : id;
}

function readRange(file: string, start: number, end: number): Buffer {
  const descriptor = openSync(file, 'r');
  try {
    return readAt(descriptor, start, end - start);
  } finally {
    closeSync(descriptor);
  }
}
