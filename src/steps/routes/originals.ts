import { AnyMap, LEAST_UPPER_BOUND, originalPositionFor, type TraceMap } from '@jridgewell/trace-mapping';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RawPlace } from '../../probe/routes/types.ts';
import type { ProjectFiles } from '../../system/project-files.ts';

/**
 * Turns places in files as they ran into places in the sources they were made from: through the source map inside a
 * file or beside it, if the source is on disk. Places without such a source stay as they are.
 */
export function originalPlaces(files: ProjectFiles): (place: RawPlace) => RawPlace {
  const maps = new Map<string, TraceMap | null>();
  return (place) => {
    let map = maps.get(place.file);
    if (map === undefined) {
      map = mapOf(place.file, files);
      maps.set(place.file, map);
    }
    return (map === null ? null : traced(map, place, files)) ?? place;
  };
}

function traced(map: TraceMap, place: RawPlace, files: ProjectFiles): RawPlace | null {
  const needle = { line: place.line, column: Math.max(0, place.column - 1) };
  const before = originalPositionFor(map, needle);
  const found = before.source === null ? originalPositionFor(map, { ...needle, bias: LEAST_UPPER_BOUND }) : before;
  if (found.source === null || found.source === undefined) return null;
  const file = onDisk(found.source, place.file, files);
  return file === null ? null : { file, line: found.line, column: found.column + 1 };
}

/** Bundlers name sources by URLs of their own (`webpack://shop/./src/users.ts`): then from some folder above the file. */
function onDisk(source: string, from: string, files: ProjectFiles): string | null {
  if (source.startsWith('file:')) source = fileURLToPath(source);
  const inProject = /^(?!file:)[a-z][\w+.-]*:\/\/[^/]*\/(.+)$/.exec(source)?.[1];
  if (inProject === undefined) return files.isFile(source) ? source : null;
  for (let folder = dirname(from); folder !== dirname(folder); folder = dirname(folder)) {
    if (files.isFile(resolve(folder, inProject))) return resolve(folder, inProject);
  }
  return null;
}

function mapOf(file: string, files: ProjectFiles): TraceMap | null {
  const code = files.read(file);
  if (code === null) return null;
  const url = [...code.matchAll(/^[ \t]*\/[/*][#@]\s*sourceMappingURL=([^\s*]+)/gm)].at(-1)?.[1] ?? null;
  const inline = url === null ? null : textOfDataUrl(url);
  const beside = resolve(dirname(file), url === null || url.includes(':') ? `${file}.map` : decodeURIComponent(url));
  const json = inline ?? files.read(beside);
  if (json === null) return null;
  try {
    return new AnyMap(json, inline === null ? beside : file);
  } catch {
    return null; // A broken map is as good as none.
  }
}

function textOfDataUrl(url: string): string | null {
  const parts = /^data:[^,]*?(;base64)?,(.*)$/s.exec(url);
  if (parts === null) return null;
  return parts[1] === undefined ? decodeURIComponent(parts[2]!) : Buffer.from(parts[2]!, 'base64').toString('utf8');
}
