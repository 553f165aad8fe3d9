import { stripTypeScriptTypes } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { parseTree } from '../../syntax/parse.ts';

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
        return type === 'commonjs' || !looksLikeModule(source) ? 'cjs' : 'esm';
      }
    }
  };
}

/** The text without types, no line or column moved; as it is where it has none; null where only a compiler could tell what it means. */
export function withoutTypes(file: string, source: string): string | null {
  if (!/\.[cm]?tsx?$/.test(file)) return source;
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

function looksLikeModule(source: string): boolean {
  if (!/\b(?:import|export|await)\b/.test(source)) return false;
  const read = parseTree(source, { module: 'cjs', language: 'js' });
  return read !== null && read.module;
}
