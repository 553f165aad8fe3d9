/**
 * Line, from 1, of the first `import`, `export ... from`, `require()` or `import()` of a specifier in a source text; null when
 * there is none, because the specifier is computed. Comments are not read as code, strings are trusted.
 */
export function lineOfImport(text: string, specifier: string): number | null {
  const quoted = `(['"\`])${specifier.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\1`;
  const asked = new RegExp(`(?:\\bfrom\\s*|\\bimport\\s*\\(?\\s*|\\brequire\\w*\\s*\\(\\s*|\\.resolve\\s*\\(\\s*)${quoted}`, 'g');
  const code = blankComments(text);
  const found = asked.exec(code);
  if (found === null) return null;
  const at = found.index + found[0].length - specifier.length - 1;
  return code.slice(0, at).split('\n').length;
}

/** The same text with comments made blank, so that offsets and lines stay. */
function blankComments(text: string): string {
  const token = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g;
  return text.replace(token, (found) => (found.startsWith('/') ? found.replace(/[^\n]/g, ' ') : found));
}
