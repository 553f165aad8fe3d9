import type { RawEdge } from '../../probe/record.ts';

/** The world as this needs it: a file's text, and what a loader of the app makes of a specifier that Node would not find. */
interface Sources {
  read(file: string): string | null;
  sourceOf(specifier: string, importer: string): string | null;
}

/**
 * Loaders that compile while the app runs hand on other specifiers than the text has: files instead of `./a` and of `paths`. Gives
 * the one in the text that leads to the same file, for edges from the app's own sources; others stay as they were seen.
 */
export function writtenSpecifiers({ read, sourceOf }: Sources): (edge: RawEdge) => string {
  const literals = new Map<string, Set<string>>();
  const literalsIn = (file: string): Set<string> => {
    let known = literals.get(file);
    if (known === undefined) literals.set(file, (known = new Set([...(read(file) ?? '').matchAll(/(["'])([^"'\\\n]{1,300})\1/g)].map(([, , text]) => text!))));
    return known;
  };
  return ({ from, to, specifier }) => {
    if (!from.startsWith('/') || from.includes('/node_modules/') || !/^(?:file:|[./])/.test(specifier)) return specifier;
    const texts = literalsIn(from);
    if (texts.has(specifier)) return specifier;
    return [...texts].find((text) => text !== specifier && sourceOf(text, from) === to) ?? specifier;
  };
}
