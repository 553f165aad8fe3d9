import type { ImportEdge } from '../../model/graph.ts';
import { importsOf } from '../../syntax/imports.ts';
import type { Source } from './sources.ts';

export interface InteropWorld {
  kindOf: (id: string) => string | undefined;
  /** Absolute path, and text, by id. */
  fileOf: (id: string) => string | null;
  textOf: (id: string) => string | null;
  /** The file that `import()` in a file finds; null where it finds none. */
  importedFile: (from: string, specifier: string) => string | null;
}

/**
 * Whether `await import()` in a source gives what its `import` gave. It does in what runs as an ES module, and where the compiler
 * makes a `require` of both. Else `import` ran as a `require`, and `import()` is Node's own: it must find the same file, and the
 * same names in it, which of a CommonJS file are `default` for the whole and those that Node's scan of its text finds.
 */
export function importsAlike(source: Pick<Source, 'text' | 'file' | 'format'>, edge: Pick<ImportEdge, 'to' | 'specifier' | 'kind'>, world: InteropWorld): boolean {
  if (edge.kind !== 'require' || source.format.compiler?.module?.toLowerCase() === 'commonjs') return true;
  const names = (importsOf(source.text, source.format) ?? []).filter(({ specifier, kind }) => specifier === edge.specifier && kind === 'import').flatMap(({ bindings }) => bindings.map(({ imported }) => imported));
  // A `require` stays one.
  if (names.length === 0) return true;
  if (world.importedFile(source.file, edge.specifier) !== world.fileOf(edge.to)) return false;
  if (world.kindOf(edge.to) === 'esm') return true;
  const text = world.textOf(edge.to) ?? '';
  if (world.kindOf(edge.to) !== 'cjs') return false;
  return names.every((name) => (name === 'default' ? !/\b__esModule\b/.test(text) : name !== null && name !== '*' && isFound(text, name)));
}

/** The forms of an export in CommonJS that Node's scan surely finds (nodejs/cjs-module-lexer, "Grammar"). */
function isFound(text: string, name: string): boolean {
  const word = name.replace(/[^\w]/g, '\\$&');
  return new RegExp(`^\\s*(?:module\\.)?exports\\.${word}\\s*=[^=]|^\\s*Object\\.defineProperty\\((?:module\\.)?exports, ['"]${word}['"], \\{ enumerable: true, get: function \\(\\) \\{ return [\\w.]+; \\} \\}\\)`, 'm').test(text);
}
