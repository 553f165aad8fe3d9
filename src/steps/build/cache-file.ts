import { crc32 } from 'node:zlib';
import { CACHE_DIGITS, type CacheHead } from '../../runtime/pack/format.ts';
import type { CachePart } from '../../system/cache-parts.ts';

/**
 * The file of a pack's code cache, of what the processes of a start know. Of a module that several have run, the longest data is taken: a function that was
 * called adds to it. Null without any part; those of other Nodes than the first's are of no use beside it.
 */
export function merged(parts: readonly CachePart[]): Buffer | null {
  const [first] = parts;
  if (first === undefined) return null;
  const same = parts.filter((one) => one.node === first.node && one.arch === first.arch && one.platform === first.platform && one.stamp === first.stamp);
  const data = new Map<number, Buffer>();
  for (const { entries, data: own } of same) {
    let at = 0;
    for (let i = 0; i < entries.length; i += 2) {
      const [number, length] = [entries[i]!, entries[i + 1]!];
      if (length > (data.get(number)?.length ?? 0)) data.set(number, own.subarray(at, at + length));
      at += length;
    }
  }
  return cacheFile(data, first);
}

type Facts = Pick<CachePart, 'node' | 'arch' | 'platform' | 'stamp' | 'hot' | 'count'>;

/** What V8 knows of the scripts of a pack, by module number; those below `hot` first. */
function cacheFile(data: ReadonlyMap<number, Buffer>, { node, arch, platform, stamp, hot, count }: Facts): Buffer {
  const hotEntries = entriesOf(data, 0, hot);
  const coldEntries = entriesOf(data, hot, count);
  const coldHead = Buffer.from(JSON.stringify(coldEntries.entries));
  const head = (from: number, hotEnd: number, bytes: number): Buffer => {
    const entries = shifted(hotEntries.entries, from);
    return Buffer.from(JSON.stringify({ node, arch, platform, stamp, bytes, hot: hotEnd, entries, coldEntries: coldHead.length } satisfies CacheHead));
  };
  // The length of the head depends on the numbers in it: room is left for them.
  const room = aligned(CACHE_DIGITS * 2 + head(0, 0, 0).length + hotEntries.entries.length * 10 + 64);
  const hotEnd = room + hotEntries.bytes;
  const coldRoom = aligned(coldHead.length + coldEntries.entries.length * 10);
  const coldText = Buffer.from(JSON.stringify(shifted(coldEntries.entries, coldRoom)));
  const bytes = hotEnd + coldRoom + coldEntries.bytes;
  const all = Buffer.alloc(bytes, ' ');
  const headText = JSON.parse(head(room, hotEnd, bytes).toString()) as CacheHead;
  headText.coldEntries = coldText.length;
  all.write(`${String(room).padStart(CACHE_DIGITS)}${String(hotEnd).padStart(CACHE_DIGITS)}`, 0, 'latin1');
  all.write(JSON.stringify(headText), CACHE_DIGITS * 2);
  all.set(coldText, hotEnd);
  for (const [number, content] of data) all.set(content, number < hot ? headText.entries[number * 3]! : hotEnd + coldEntries.entries[(number - hot) * 3]! + coldRoom);
  return all;
}

function entriesOf(data: ReadonlyMap<number, Buffer>, from: number, to: number): { entries: number[]; bytes: number } {
  const entries: number[] = [];
  let bytes = 0;
  for (let number = from; number < to; number++) {
    const content = data.get(number);
    if (content === undefined) entries.push(0, 0, 0);
    else {
      entries.push(bytes, content.length, crc32(content));
      bytes = aligned(bytes + content.length);
    }
  }
  return { entries, bytes };
}

/** Entries with their data further on. */
function shifted(entries: readonly number[], by: number): number[] {
  return entries.map((value, i) => (i % 3 === 0 && entries[i + 1]! > 0 ? value + by : value));
}

function aligned(offset: number): number {
  return Math.ceil(offset / 8) * 8;
}
