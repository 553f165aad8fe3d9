import type { ImportRequest } from '../model/summary.ts';

const requests = /(?:\b\w*require\d*\s*\(\s*|\bimport\s*\(\s*|\bfrom\s*|\bimport\s*)(?:\/\*[^*]*\*\/\s*)?(["'`])([^"'`\n$\s]+)\1/gi;

/**
 * Specifiers that a text may ask for, without parsing it: comments and quoted code count too, so that there may be too many, but
 * none is missing that is written as a literal.
 */
export function specifiersIn(source: string): Pick<ImportRequest & { specifier: string }, 'specifier' | 'kind'>[] {
  const found = new Map<string, { specifier: string; kind: ImportRequest['kind'] }>();
  for (const match of source.matchAll(requests)) {
    const kind = /require/i.test(match[0].slice(0, -match[2]!.length - 1)) ? 'require' : /^import\s*\(/i.test(match[0]) ? 'dynamic-import' : 'import';
    found.set(`${kind} ${match[2]}`, { specifier: match[2]!, kind });
  }
  return [...found.values()];
}
