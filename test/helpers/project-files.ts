import { dirname, join } from 'node:path';
import type { ProjectFiles } from '../../src/system/project-files.ts';

/**
 * A project that exists only in memory, below `/home/me/shop`. Keys are paths in it (`../` reaches above), a value that
 * is no string is written as JSON.
 */
export function projectFiles(contents: Record<string, unknown>): ProjectFiles & { root: string } {
  const root = '/home/me/shop';
  const texts = new Map(Object.entries(contents).map(([path, value]) => [join(root, path), typeof value === 'string' ? value : JSON.stringify(value)]));
  const folders = new Map<string, Set<string>>([[root, new Set()]]);
  for (const path of texts.keys()) {
    for (let inner = path; dirname(inner) !== inner; inner = dirname(inner)) {
      const names = folders.get(dirname(inner)) ?? new Set();
      folders.set(dirname(inner), names.add(inner.slice(dirname(inner).length).replace(/^\//, '')));
    }
  }
  return {
    root,
    read: (path) => texts.get(path) ?? null,
    isFile: (path) => texts.has(path),
    isFolder: (path) => folders.has(path),
    list: (folder) => [...(folders.get(folder) ?? [])].sort(),
  };
}
