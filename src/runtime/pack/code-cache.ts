import { closeSync, fstatSync, openSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { CACHE_DIGITS, type CacheHead } from './format.ts';
import { readAt } from './read.ts';

export interface CodeCache {
  /**
   * V8's data for a module, when it was made from exactly this text by exactly this Node. V8 compares nothing but the text's
   * length, and does not check its own data, so both are held against their CRC-32 (a change goes unseen once in 2^32).
   */
  entry(number: number, isIntact: () => boolean): Uint8Array<ArrayBuffer> | undefined;
  /** Uses it no more. */
  refuse(because: string): void;
  problem(): string | null;
}

interface Entries {
  hot: number[];
  /** Entries of modules from this number on, read when they are first asked for. */
  cold(): number[];
  /** Bytes of the file. */
  data(start: number, length: number): Uint8Array<ArrayBuffer>;
}

/** Opens a code cache; one that is missing, damaged or of another Node gives no entries and says why. `tell` hears of what shows later. */
export function openCodeCache(file: string, stamp: number, ignore: boolean, tell: (because: string) => void): CodeCache {
  const read = ignore ? 'a new one is being made' : readCache(file, stamp);
  let problem = typeof read === 'string' ? read : null;
  const refuse = (because: string): void => {
    if (problem !== null) return;
    problem = because;
    tell(because);
  };
  return {
    entry(number, isIntact) {
      if (problem !== null || typeof read === 'string') return undefined;
      try {
        const data = dataOf(read, number);
        if (data === undefined) return undefined;
        if (!isIntact()) refuse('a text in the pack was changed after it was made');
        else if (crc32(data.bytes) !== data.crc) refuse('it is damaged');
        else return data.bytes;
      } catch {
        refuse('it is damaged');
      }
      return undefined;
    },
    refuse,
    problem: () => problem,
  };
}

function dataOf({ hot, cold, data }: Entries, number: number): { bytes: Uint8Array<ArrayBuffer>; crc: number } | undefined {
  const inHot = number * 3 < hot.length;
  const entries = inHot ? hot : cold();
  const at = number * 3 - (inHot ? 0 : hot.length);
  const length = entries[at + 1] ?? 0;
  return length > 0 ? { bytes: data(entries[at]!, length), crc: entries[at + 2]! } : undefined;
}

/** The entries and their data, or why they cannot be used. */
function readCache(file: string, stamp: number): Entries | string {
  if (typeof crc32 !== 'function') return 'this Node cannot check it (zlib.crc32 is there from 20.15 and 22.2 on)';
  try {
    return withFile(file, (descriptor) => {
      const size = fstatSync(descriptor).size;
      const begin = readAt(descriptor, 0, CACHE_DIGITS * 2).toString('latin1');
      const [from, hotEnd] = [Number(begin.slice(0, CACHE_DIGITS)), Number(begin.slice(CACHE_DIGITS))];
      if (!(hotEnd <= size && from <= hotEnd)) return 'it is damaged';
      const head = JSON.parse(readAt(descriptor, CACHE_DIGITS * 2, from - CACHE_DIGITS * 2).toString()) as CacheHead;
      if (head.node !== process.version || head.arch !== process.arch || head.platform !== process.platform) return `it was made by Node ${head.node} on ${head.platform} ${head.arch}`;
      if (head.stamp !== stamp) return 'it was made for another pack';
      if (head.bytes !== size) return 'it is damaged';
      let cold: number[] | null = null;
      const readCold = (): number[] => {
        const entries = JSON.parse(withFile(file, (open) => readAt(open, hotEnd, head.coldEntries)).toString('latin1')) as number[];
        return entries.map((value, i) => (i % 3 === 0 ? value + hotEnd : value));
      };
      return { hot: head.entries, cold: () => (cold ??= readCold()), data: inSlabs(file, size) };
    });
  } catch (error) {
    return (error as { code?: unknown }).code === 'ENOENT' ? 'there is none' : 'it is damaged';
  }
}

/** Bytes that are read at once, and how many such parts are held: modules come nearly in the order in which they lie there. */
const SLAB = 256 * 1024;
const SLABS = 4;

/** Reads parts of a file through a few larger ones, so that the whole of it is never in memory. */
function inSlabs(file: string, size: number): Entries['data'] {
  const slabs: { start: number; bytes: Buffer<ArrayBuffer> }[] = [];
  return (start, length) => {
    let slab = slabs.find((one) => one.start <= start && start + length <= one.start + one.bytes.length);
    if (slab === undefined) {
      slab = { start, bytes: withFile(file, (descriptor) => readAt(descriptor, start, Math.min(size - start, Math.max(length, SLAB)))) };
      if (slabs.push(slab) > SLABS) slabs.shift();
    }
    return new Uint8Array(slab.bytes.buffer, start - slab.start, length);
  };
}

function withFile<Result>(file: string, use: (descriptor: number) => Result): Result {
  const descriptor = openSync(file, 'r');
  try {
    return use(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
