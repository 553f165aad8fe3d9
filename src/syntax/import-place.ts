/**
 * Line and column, from 1, of the first `import`, `export ... from`, `require()` or `import()` of a specifier in a source text, also
 * as compilers write it; null when there is none, because the specifier is put together. Found without parsing, since only the
 * place is wanted: comments do not count, text inside strings may.
 */
export function placeOfImport(text: string, specifier: string): { line: number; column: number } | null {
  const quoted = `(['"\`])${specifier.replace(/[^\w]/g, '\\$&')}\\1`;
  const asked = new RegExp(`(?:\\bfrom|\\bimport|\\bimport\\s*\\(|\\brequire\\s*\\(|\\w+\\s*\\()\\s*${quoted}`);
  const found = asked.exec(withoutComments(text));
  if (found === null) return null;
  const before = text.slice(0, found.index + found[0].length - specifier.length - 2).split('\n');
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

/** The specifier of the import that stands on a line, or begins there; null where that is not clear. */
export function specifierAtLine(text: string, line: number): string | null {
  const start = text.split('\n', line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  const asked = /(?:\bfrom|\bimport|\bimport\s*\(|\brequire\s*\()\s*(['"])((?:(?!\1)[^\\\n])+)\1/g;
  const clean = withoutComments(text);
  asked.lastIndex = start;
  const [found, next] = [asked.exec(clean), asked.exec(clean)];
  // Nothing but the names of one import may stand between the line and its specifier.
  if (found === null || /;|\bimport\b[\s\S]*\bimport\b/.test(clean.slice(start, found.index + found[0].length))) return null;
  return next !== null && !clean.slice(found.index, next.index).includes('\n') ? null : found[2]!;
}

/** The same text with comments made blank, so that offsets and lines stay. */
function withoutComments(text: string): string {
  const token = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g;
  return text.replace(token, (found) => (found.startsWith('/') ? found.replace(/[^\n]/g, ' ') : found));
}
