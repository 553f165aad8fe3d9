/** Tells whether a text matches one of the globs: `*` within a folder, `**` across folders, `?`, `{a,b}`. */
export function matcher(globs: readonly string[]): (text: string) => boolean {
  const expressions = globs.map((glob) => new RegExp(`^${expressionOf(glob)}$`));
  return (text) => expressions.some((expression) => expression.test(text));
}

function expressionOf(glob: string): string {
  return glob.replace(/\*\*\/|\*\*|\*|\?|\{[^{}]*\}|[.+^$()|[\]\\{}]/g, (part) => {
    if (part === '**/') return '(?:.*/)?';
    if (part === '**') return '.*';
    if (part === '*') return '[^/]*';
    if (part === '?') return '[^/]';
    if (part.length > 1) return `(?:${part.slice(1, -1).split(',').map(expressionOf).join('|')})`;
    return `\\${part}`;
  });
}
