// Entries of the evidence file, which names sources that a person edits, as the files ask that were compiled from these.
import { join } from 'node:path';
import type { ModuleIds } from './steps/boot/ids.ts';
import { importPlaces } from './steps/routes/places.ts';
import { specifiersIn } from './syntax/summary-requests.ts';
import type { ProjectFiles } from './system/project-files.ts';

/** Each entry stands for what was compiled from its file, where that lies below one of the folders; else it stays as it is. */
export function asCompiled<Entry extends { file: string; specifier: string }>(entries: readonly Entry[], folders: readonly string[], ids: ModuleIds, files: ProjectFiles): Entry[] {
  const own = new Map(entries.filter(({ file }) => !file.startsWith('node_modules/')).map((entry) => [keyOf(entry), entry]));
  if (own.size === 0) return [...entries];
  const placeOf = importPlaces(ids, files);
  const compiled = new Map<Entry, Entry[]>();
  for (const path of new Set(folders.flatMap((folder) => mappedFiles(folder, files)))) {
    const file = ids.idOf(path);
    for (const { specifier } of specifiersIn(files.read(path) ?? '')) {
      const place = placeOf({ from: file, specifier });
      const entry = place.file === file ? undefined : own.get(keyOf(place));
      if (entry !== undefined) compiled.set(entry, [...(compiled.get(entry) ?? []), { ...entry, file, specifier }]);
    }
  }
  return entries.flatMap((entry) => compiled.get(entry) ?? [entry]);
}

/** A link to a folder above would never end. */
const DEEPEST = 12;

/** Files with a source map, without dependencies and hidden folders. */
function mappedFiles(folder: string, files: ProjectFiles, depth = 0): string[] {
  if (depth > DEEPEST) return [];
  return files.list(folder).flatMap((name) => {
    const path = join(folder, name);
    if (files.isFolder(path)) return name === 'node_modules' || name.startsWith('.') ? [] : mappedFiles(path, files, depth + 1);
    return /\.[cm]?js$/.test(name) && (files.read(path)?.includes('sourceMappingURL=') === true || files.isFile(`${path}.map`)) ? [path] : [];
  });
}

function keyOf({ file, specifier }: { file: string; specifier: string }): string {
  return `${file}\0${specifier}`;
}
