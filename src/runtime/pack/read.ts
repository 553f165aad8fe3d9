import { readSync } from 'node:fs';

/** So many bytes of an open file; throws where it ends before. */
export function readAt(descriptor: number, start: number, length: number): Buffer<ArrayBuffer> {
  const buffer = Buffer.allocUnsafeSlow(length);
  for (let done = 0; done < length; ) {
    const read = readSync(descriptor, buffer, done, length - done, start + done);
    if (read === 0) throw new Error('The file is shorter than it was built.');
    done += read;
  }
  return buffer;
}
