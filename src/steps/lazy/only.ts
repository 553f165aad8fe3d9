/** Whether a path matches a glob: `*` and `?` within a folder, `**` across folders, `{a,b}` for either. A folder stands for all in it. */
export function matchesGlob(glob: string): (path: string) => boolean {
  const normal = glob.replace(/^\.\//, '').replace(/\/$/, '');
  const token = /\*\*\/|\*\*|\*|\?|\{|\}|,|[^*?{},]+/g;
  let depth = 0;
  const pattern = [...normal.matchAll(token)].map(([part]) => {
    if (part === '**/') return '(?:.*/)?';
    if (part === '**') return '.*';
    if (part === '*') return '[^/]*';
    if (part === '?') return '[^/]';
    if (part === '{') return (depth++, '(?:');
    if (part === '}' && depth > 0) return (depth--, ')');
    if (part === ',' && depth > 0) return '|';
    return part.replace(/[^\w/]/g, '\\$&');
  });
  const whole = new RegExp(`^${pattern.join('')}${')'.repeat(depth)}(?:/.*)?$`);
  return (path) => whole.test(path);
}
