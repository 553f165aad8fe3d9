import { stripTypeScriptTypes } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { languageOf, parseTree } from '../../syntax/parse.ts';
import { transpile } from '../../syntax/transpile.ts';

export type Kind = 'cjs' | 'esm' | 'json';

/** Tells of files what Node takes them for. `read` gives a text by absolute path, null where there is none. */
export function kindReader(read: (file: string) => string | null): (file: string, source: string) => Kind | null {
  const types = new Map<string, string | null>();
  const typeOf = (folder: string): string | null => {
    const known = types.get(folder);
    if (known !== undefined) return known;
    const text = read(join(folder, 'package.json'));
    const type = text !== null ? typeIn(text) : folder === dirname(folder) || folder.endsWith('/node_modules') ? null : typeOf(dirname(folder));
    types.set(folder, type);
    return type;
  };
  return (file, source) => {
    switch (extname(file)) {
      case '.json':
        return isJson(source) ? 'json' : null;
      case '.mjs':
      case '.mts':
        return 'esm';
      case '.cjs':
      case '.cts':
        return 'cjs';
      case '.node':
      case '.wasm':
        return null;
      default: {
        const type = typeOf(dirname(file));
        if (type === 'module') return 'esm';
        // Without a type Node tries CommonJS first.
        return type === 'commonjs' || !looksLikeModule(file, source) ? 'cjs' : 'esm';
      }
    }
  };
}

/** JavaScript for a file's text, and its source map where lines have moved. */
export interface Plain {
  text: string;
  map: string | null;
}

const typed = /\.(?:[cm]?tsx?|jsx)$/;

/**
 * What runs of a file's text: the text itself; without types, no line or column moved, where Node runs it as it is; compiled, where
 * the app brings a compiler (`compiled`) that does so while it runs. Null where it is not valid.
 */
export function plainText(file: string, source: string, module: 'cjs' | 'esm', compiled: { optionsOf(file: string): Record<string, unknown> | undefined } | null): Plain | null {
  if (!typed.test(file)) return { text: source, map: null };
  if (compiled !== null) return transpile(source, file, module, compiled.optionsOf(file));
  const text = withoutTypes(file, source);
  return text === null ? null : { text, map: null };
}

/** The text without types, no line or column moved; as it is where it has none; null where only a compiler could tell what it means. */
export function withoutTypes(file: string, source: string): string | null {
  if (!typed.test(file)) return source;
  const { emitWarning } = process;
  // That Node's own stripping is an experiment concerns us, not the user.
  process.emitWarning = () => undefined;
  try {
    return stripTypeScriptTypes(source);
  } catch {
    return null;
  } finally {
    process.emitWarning = emitWarning;
  }
}

function typeIn(manifest: string): string | null {
  try {
    const { type } = JSON.parse(manifest) as { type?: unknown };
    return type === 'module' || type === 'commonjs' ? type : null;
  } catch {
    return null;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function looksLikeModule(file: string, source: string): boolean {
  if (!/\b(?:import|export|await)\b/.test(source)) return false;
  const read = parseTree(source, { module: 'cjs', language: languageOf(file) });
  return read !== null && read.module;
}
