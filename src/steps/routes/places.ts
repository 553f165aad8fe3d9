import type { ImportEdge } from '../../model/graph.ts';
import type { HandlerPlace } from '../../model/routes.ts';
import { placeOfImport } from '../../syntax/import-place.ts';
import { diskFiles, type ProjectFiles } from '../../system/project-files.ts';
import { originalPlaces } from './originals.ts';

/** Both ways between module ids and absolute paths. */
interface Ids {
  idOf(file: string): string;
  fileOf(id: string): string | null;
}

/**
 * Where an import of the loaded graph stands in the source a person edits: the first line of the importer that loads
 * the specifier. Line 1 where the text does not name it, as for a specifier that is put together.
 */
export function importPlaces(ids: Ids, files: ProjectFiles = diskFiles): (edge: Pick<ImportEdge, 'from' | 'specifier'>) => HandlerPlace {
  const originalOf = originalPlaces(files);
  const texts = new Map<string, string>();
  return ({ from, specifier }) => {
    const file = ids.fileOf(from);
    if (file === null) return { file: from, line: 1 };
    const text = texts.get(file) ?? files.read(file) ?? '';
    texts.set(file, text);
    const at = placeOfImport(text, specifier);
    if (at === null) return { file: from, line: 1 };
    const place = originalOf({ file, ...at });
    return { file: place.file === file ? from : ids.idOf(place.file), line: place.line };
  };
}
