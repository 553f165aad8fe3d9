const KEPT_BYTES = 64 * 1024;

/** Keeps the last 64 KiB of a stream; `text` drops the piece of a line that keeping a tail cut off. */
export function outputTail(keptBytes: number = KEPT_BYTES): { add(chunk: Buffer): void; text(): string } {
  let chunks: Buffer[] = [];
  let bytes = 0;
  let cut = false;
  return {
    add(chunk) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes <= 2 * keptBytes) return;
      const tail = Buffer.concat(chunks).subarray(-keptBytes);
      chunks = [Buffer.from(tail)];
      bytes = tail.length;
      cut = true;
    },
    text() {
      const all = Buffer.concat(chunks);
      const tail = all.subarray(-keptBytes).toString('utf8');
      if (!cut && all.length <= keptBytes) return tail;
      // A secret that was cut in two would not be recognized: never begin in the middle of a line.
      const lineEnd = tail.indexOf('\n');
      return lineEnd === -1 ? '' : tail.slice(lineEnd + 1);
    },
  };
}
