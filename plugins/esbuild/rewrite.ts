import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ImportKind } from 'esbuild';
import { applyEdits, defer, importsOf, languageOf, moduleRecord, type SourceFormat } from '../../src/plugin.ts';
import { esbuildKind } from './closure.ts';
import { bundleHost, commonJsBundleHost } from './host.ts';
import type { Kept } from './kept.ts';

/** An import to put off; `values` also puts off what is made from it as the module loads. */
export type Cut = { specifier: string; values: boolean };

export function formatOf(file: string): SourceFormat {
  return { module: /\.m[jt]s$/.test(file) ? 'esm' : 'cjs', language: languageOf(file) };
}

/** Specifiers whose imports say `// lwa-split: lazy`. */
export function askedFor(source: string, file: string): string[] {
  if (!/lwa-split:\s*lazy\b/.test(source)) return [];
  return (importsOf(source, formatOf(file)) ?? []).flatMap(({ choice, specifier }) => (choice === 'lazy' && specifier !== null ? [specifier] : []));
}

/** What a text loads as it is evaluated: of an ES module its imports, of other code its requires. */
export function loadedBy(source: string, file: string): { specifier: string; kind: ImportKind }[] {
  const record = moduleRecord(source, file);
  if (record?.isModule === true) return record.imports.map((specifier) => ({ specifier, kind: 'import-statement' }));
  return (importsOf(source, formatOf(file)) ?? []).flatMap(({ specifier, kind, where }) => (where === 'function' || specifier === null ? [] : [{ specifier, kind: esbuildKind(kind) }]));
}

/** A text with imports put off, and the map to what it was where one is wanted; null when none of them can be. */
export type Rewritten = { code: string; map: string | null } | null;

/** The text with imports put off, with its map inside where one is wanted; null when none of them can be. */
export async function rewritten(source: string, file: string, cuts: readonly Cut[], { sourceMaps, kept }: { sourceMaps: boolean; kept: Kept<Rewritten> }): Promise<string | null> {
  const made = kept.of([basename(file), JSON.stringify(cuts), String(sourceMaps), source], () => rewrite(source, file, cuts, sourceMaps));
  if (made === null || made.map === null) return made?.code ?? null;
  return withMap(made.code, await throughOwnMap(made.map, source, file));
}

/** Of the file only its name counts. */
function rewrite(source: string, file: string, cuts: readonly Cut[], sourceMaps: boolean): Rewritten {
  const host = moduleRecord(source, file)?.isModule === true ? bundleHost(file) : commonJsBundleHost(file);
  const given = { format: formatOf(file), host };
  const values = cuts.some((cut) => cut.values);
  // What one import asks for does not make it right for another.
  const safe = values ? cuts.filter((cut) => cut.values || defer(source, [cut], given).deferred.length > 0) : cuts;
  const { edits, deferred } = defer(source, safe, { ...given, values });
  if (deferred.length === 0) return null;
  const { code, map } = applyEdits(source, edits, basename(file));
  return { code, map: sourceMaps ? map().toString() : null };
}

/** A text with its map inside, as esbuild takes it from plugins. Of several such comments the last one counts. */
export function withMap(code: string, map: string): string {
  return `${code}\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString('base64')}`;
}

/** A file that was compiled names the map to what a person wrote: goes on through that one. */
async function throughOwnMap(map: string, source: string, file: string): Promise<string> {
  const own = ownMap(source, file);
  if (own === null) return map;
  try {
    const { default: remapping } = await import('@jridgewell/remapping');
    let first = true;
    const composed = remapping(map, () => {
      const next = first ? own : null;
      first = false;
      return next;
    });
    return composed.toString();
  } catch {
    return map;
  }
}

function ownMap(source: string, file: string): string | null {
  const url = /(?:^|\n)[^\S\n]*\/[/*][#@] *sourceMappingURL=([^\s*]+)(?: *\*\/)?\s*$/.exec(source.slice(-1_000_000))?.[1];
  if (url === undefined) return null;
  const inline = /^data:application\/json[^,]*?(;base64)?,(.*)$/.exec(url);
  if (inline !== null) return inline[1] === undefined ? decodeURIComponent(inline[2]!) : Buffer.from(inline[2]!, 'base64').toString();
  const path = join(dirname(file), decodeURIComponent(url));
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}
