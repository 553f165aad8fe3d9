import { SourceMap } from 'node:module';
import type { RawPlace } from './types.ts';

/**
 * Places in files that a loader (tsx, ts-node) compiled while loading, turned into places in the file on disk by the
 * source map inside the script: nobody can do so later, since the compiled text is gone. All others stay as they are.
 */
export function transpiledPlaces(sourceMapUrlOf: (file: string) => string | null): (place: RawPlace) => RawPlace {
  const maps = new Map<string, SourceMap | null>();
  return (place) => {
    if (!/\.(?:[cm]?tsx?|jsx)$/.test(place.file)) return place;
    let map = maps.get(place.file);
    if (map === undefined) {
      map = inlineMap(sourceMapUrlOf(place.file));
      maps.set(place.file, map);
    }
    const entry = map?.findEntry(place.line - 1, place.column - 1);
    if (entry === undefined || !('originalLine' in entry)) return place;
    return { ...place, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
  };
}

function inlineMap(url: string | null): SourceMap | null {
  const data = url === null ? null : /^data:[^,]*?(;base64)?,(.*)$/s.exec(url);
  if (data === null) return null;
  try {
    const text = data[1] === undefined ? decodeURIComponent(data[2]!) : Buffer.from(data[2]!, 'base64').toString();
    return new SourceMap(JSON.parse(text));
  } catch {
    return null;
  }
}
