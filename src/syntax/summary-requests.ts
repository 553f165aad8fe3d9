import type { ImportRequest } from '../model/summary.ts';

const requests = /([rR]equire\d*\s*\(|import\s*\(|from|import)\s*(?:\/\*[^*]*\*\/\s*)?(["'`])([^"'`\n$\s]+)\2/g;

/**
 * Specifiers that a text may ask for, without parsing it: comments and quoted code count too, so that there may be too many, but
 * none is missing that is written as a literal.
 */
export function specifiersIn(source: string): Pick<ImportRequest & { specifier: string }, 'specifier' | 'kind'>[] {
  const found = new Map<string, { specifier: string; kind: ImportRequest['kind'] }>();
  for (const match of source.matchAll(requests)) {
    const [, asks, , specifier] = match as unknown as [string, string, string, string];
    const kind = /^require/i.test(asks) ? 'require' : asks.endsWith('(') ? 'dynamic-import' : 'import';
    found.set(`${kind} ${specifier}`, { specifier, kind });
  }
  return [...found.values()];
}
