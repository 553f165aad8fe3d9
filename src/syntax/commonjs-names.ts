import { initSync, parse } from 'cjs-module-lexer';

let ready = false;

/** The names that Node finds in the text of a CommonJS module, for ES modules to import, and the specifiers whose names it adds to them. */
export function commonJsNames(source: string): { names: string[]; reexports: string[] } {
  if (!ready) initSync();
  ready = true;
  try {
    const { exports, reexports } = parse(source);
    return { names: [...new Set(exports)], reexports: [...new Set(reexports)] };
  } catch {
    return { names: [], reexports: [] };
  }
}
