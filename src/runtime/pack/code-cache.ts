import { closeSync, fstatSync, openSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { CACHE_DIGITS, type CacheHead } from './format.ts';
import { readAt } from './read.ts';

export interface CodeCache {
  /**
   * V8's data for a module, when it was made from exactly this text by exactly this Node. V8 compares nothing but the text's
   * length, and does not check its own data, so both are held against their CRC-32 (a change goes unseen once in 2^32).
   */
  entry(number: number, text: Uint8Array, crc: number): Uint8Array<ArrayBuffer> | undefined;
  /** Uses it no more. */
  refuse(because: string): void;
  problem(): string | null;
}

interface Entries {
  hot: Buffer<ArrayBuffer>;
  hotEntries: number[];
  /** Entries of modules from this number on, read when they are first asked for. */
  cold(): { bytes: Buffer<ArrayBuffer>; entries: number[] };
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
    entry(number, text, crc) {
      if (problem !== null || typeof read === 'string') return undefined;
      try {
        const data = dataOf(read, number);
        if (data === undefined) return undefined;
        if (crc32(text) !== crc) refuse('a text in the pack was changed after it was made');
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

function dataOf({ hot, hotEntries, cold }: Entries, number: number): { bytes: Uint8Array<ArrayBuffer>; crc: number } | undefined {
  const at = number * 3;
  if (at < hotEntries.length) return entryAt(hot, hotEntries, at);
  const { bytes, entries } = cold();
  return entryAt(bytes, entries, at - hotEntries.length);
}

function entryAt({ buffer, byteOffset }: Buffer<ArrayBuffer>, entries: readonly number[], at: number): { bytes: Uint8Array<ArrayBuffer>; crc: number } | undefined {
  const length = entries[at + 1] ?? 0;
  return length > 0 ? { bytes: new Uint8Array(buffer, byteOffset + entries[at]!, length), crc: entries[at + 2]! } : undefined;
}

/** The entries and their data, or why they cannot be used. */
function readCache(file: string, stamp: number): Entries | string {
  if (typeof crc32 !== 'function') return 'this Node cannot check it (zlib.crc32 is there from 20.15 and 22.2 on)';
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch {
    return 'there is none';
  }
  try {
    const size = fstatSync(descriptor).size;
    const begin = readAt(descriptor, 0, CACHE_DIGITS * 2).toString('latin1');
    const [from, hotEnd] = [Number(begin.slice(0, CACHE_DIGITS)), Number(begin.slice(CACHE_DIGITS))];
    if (!(hotEnd <= size)) return 'it is damaged';
    const all = readAt(descriptor, 0, hotEnd);
    const head = JSON.parse(all.toString('utf8', CACHE_DIGITS * 2, from)) as CacheHead;
    if (head.node !== process.version || head.arch !== process.arch || head.platform !== process.platform) return `it was made by Node ${head.node} on ${head.platform} ${head.arch}`;
    if (head.stamp !== stamp) return 'it was made for another pack';
    if (head.bytes !== size) return 'it is damaged';
    let cold: { bytes: Buffer<ArrayBuffer>; entries: number[] } | null = null;
    return { hot: all, hotEntries: head.entries, cold: () => (cold ??= readCold(file, head, hotEnd)) };
  } catch {
    return 'it is damaged';
  } finally {
    closeSync(descriptor);
  }
}

function readCold(file: string, { bytes, coldEntries }: CacheHead, from: number): { bytes: Buffer<ArrayBuffer>; entries: number[] } {
  const descriptor = openSync(file, 'r');
  try {
    const all = readAt(descriptor, from, bytes - from);
    return { bytes: all, entries: JSON.parse(all.toString('latin1', 0, coldEntries)) as number[] };
  } finally {
    closeSync(descriptor);
  }
}
