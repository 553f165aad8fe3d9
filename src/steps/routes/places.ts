import type { ImportEdge } from '../../model/graph.ts';
import type { HandlerPlace } from '../../model/routes.ts';
import { placeOfImport, specifierAtLine } from '../../syntax/import-place.ts';
import { diskFiles, type ProjectFiles } from '../../system/project-files.ts';
import { originalPlaces } from './originals.ts';

/** Both ways between module ids and absolute paths. */
interface Ids {
  idOf(file: string): string;
  fileOf(id: string): string | null;
}

/** `specifier` as that source spells it. */
export type ImportPlace = HandlerPlace & { specifier: string };

/**
 * Where an import of the loaded graph stands in the source a person edits: the first line of the importer that loads
 * the specifier. Line 1 where the text does not name it, as for a specifier that is put together.
 */
export function importPlaces(ids: Ids, files: ProjectFiles = diskFiles): (edge: Pick<ImportEdge, 'from' | 'specifier'>) => ImportPlace {
  const originalOf = originalPlaces(files);
  const texts = new Map<string, string>();
  const read = (file: string): string => {
    const text = texts.get(file) ?? files.read(file) ?? '';
    texts.set(file, text);
    return text;
  };
  // Tools that resolve path aliases after compiling write specifiers that the source does not have.
  const spelled = (file: string, line: number, specifier: string): string => (placeOfImport(read(file), specifier) === null ? (specifierAtLine(read(file), line) ?? specifier) : specifier);
  return ({ from, specifier }) => {
    const file = ids.fileOf(from);
    const at = file === null ? null : placeOfImport(read(file), specifier);
    if (file === null || at === null) return { file: from, line: 1, specifier };
    const place = originalOf({ file, ...at });
    return place.file === file ? { file: from, line: place.line, specifier } : { file: ids.idOf(place.file), line: place.line, specifier: spelled(place.file, place.line, specifier) };
  };
}
