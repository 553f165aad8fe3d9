// What the files of a pack hold. Written by steps/build, read at every start: small, and as little as possible to parse.

/** Folder of the app's files, and of the pack, in the output. */
export const FILES = 'files';
export const PACK = 'pack';
/** Narrow texts of a start one after the other in order of their first use, then its wide ones, then all others. */
export const TEXTS = 'texts.bin';
/** JSON: `Head`. */
export const HOT = 'hot.json';
/** One `Row` as JSON for each line, of the modules that a start does not need. */
export const COLD = 'cold.jsonl';
export const CODE_CACHE = 'code-cache.bin';

export const CJS = 0;
export const ESM = 1;
export const JSON_TEXT = 2;

/** Bits of a row's flags above the kind, which takes two. */
export const KIND_BITS = 3;
/** Stored as UTF-16, because some character is not Latin-1. */
export const WIDE = 4;
/** It, or what it imports, waits at top level. */
export const ASYNC = 8;
export const OWN_AWAIT = 16;
export const CYCLIC = 32;
/** The text is a function that takes a context. Always so for ES modules. */
export const CONTEXT = 64;
/** Code made from strings may call Node's own `import()`. */
export const NATIVE_IMPORT = 128;

/** What stands before the text of a CommonJS module without a context, and how it ends before that of any other. */
export const WRAPPER = '(function (exports, require, module, __filename, __dirname) { ';
export const MARK = '/*:*/';

/** Where a specifier leads: the number of a module in the pack; `=` and the path of another file below `files`; a built-in's name. */
export type Target = number | string;

/** What an ES module's request gives it: names to be read, or 1 for the namespace object. */
export type Request = [target: Target, names: string[] | 1];

/** One module. `start` and `length` in bytes of the texts; `crc` is the CRC-32 of those bytes. */
export type Row = [
  id: string,
  flags: number,
  start: number,
  length: number,
  crc: number,
  /** Specifier and target in turn, as `require` finds them. */
  requires: Target[],
  /** In the order of the ES module's requests; 0 for others. */
  requests: Request[] | 0,
  /** Specifier and target in turn, as `import()` and `import.meta.resolve` find them. */
  imports: Target[],
  /** Names that ES modules may import from this CommonJS module; 0 where none does. */
  names: string[] | 0,
];

export type Head = {
  version: 1;
  entry: Target;
  /** Preloads of the original start, in order. */
  preloads: Target[];
  rows: Row[];
  cold: number;
  /** Bytes of the texts: narrow ones of the start; narrow and wide ones of the start; all. */
  narrow: number;
  hot: number;
  bytes: number;
  /** CRC-32 of the texts of the start. */
  crc: number;
  /** CRC-32 of this head's rows, by which a code cache knows its pack. */
  stamp: number;
  functions: Record<string, { default: boolean; preload: string[] }>;
};

/** How a code cache begins; what it holds follows, each entry at a multiple of 8 bytes. */
export type CacheHead = {
  node: string;
  arch: string;
  platform: string;
  stamp: number;
  /** Bytes of the whole file, and of its first part, which every start reads. */
  bytes: number;
  hot: number;
  /** Start, length and CRC-32 in turn by module number; of the other modules as JSON from `hot` on, before their data. */
  entries: number[];
  coldEntries: number;
};
/** The offset of the data is written in the first 8 bytes as decimal digits. */
export const CACHE_DIGITS = 8;
