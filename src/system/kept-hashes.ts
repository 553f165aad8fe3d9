import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, writeFileAtomic } from './files.ts';
import { stateOf, type Tree } from './file-tree.ts';

const FILE = 'file-hashes.json';

/** Content hashes of an app's files from an earlier time, by path, size and time; see `copyTree`. */
export function keptHashes(root: string): Map<string, string> {
  const file = join(cacheFolder(root), FILE);
  try {
    return existsSync(file) ? new Map(JSON.parse(readFileSync(file, 'utf8')) as [string, string][]) : new Map();
  } catch {
    return new Map();
  }
}

export function keepHashes(root: string, { entries }: Tree, hashes: ReadonlyMap<string, string>): void {
  const kept = entries.flatMap((entry) => {
    const hash = 'from' in entry ? hashes.get(entry.path) : undefined;
    return 'from' in entry && hash !== undefined ? [[stateOf(entry), hash]] : [];
  });
  writeFileAtomic(join(cacheFolder(root), FILE), JSON.stringify(kept));
}
