/** Paths as a framework was given them (one, a list, nested lists, regular expressions) as strings. */
export function spelledPaths(path: unknown): string[] {
  if (Array.isArray(path)) return path.flat(Infinity).flatMap(spelledPaths);
  if (path instanceof RegExp) return [pathOfRegExp(path)];
  return [typeof path === 'string' ? path : '/'];
}

/** A mounted pattern: one slash between the two, none invented before an optional group. */
export function joinPaths(prefix: string, path: string): string {
  if (path === '') return prefix;
  const base = prefix.replace(/\/+$/, '');
  return path.startsWith('/') || path.startsWith('{/') ? base + path : `${base}/${path}`;
}

const segmentGroup = /^\((?:\?<(\w+)>|\?:)?(?:\\w|\\d|\[\^\\?\/[^\]]*\]|\[(?:\w-\w|\\[wd]|[\w-])+\])(?:\+|\*|\{\d+(?:,\d*)?\})?\??\)/;

/**
 * The narrowest route pattern that takes everything the regular expression takes: literal text stays, a group that
 * fills one segment becomes a parameter (by its name or its number, as Express counts), the rest becomes `*`.
 */
export function pathOfRegExp(pattern: RegExp): string {
  if (!pattern.source.startsWith('^')) return '/*';
  const ending = /(?:\\\/\??|\(\?:\\\/\)\?|\(\?:\\\/\(\?=\$\)\)\?)?(\$|\(\?=\\\/\|\$\))$/.exec(pattern.source);
  let rest = pattern.source.slice(1, ending === null ? undefined : ending.index);
  let path = '';
  let groups = 0;
  while (rest !== '') {
    const literal = /^(?:\\([^\w\s])|([\w\-~%@!,;=&<>: ]))(?![?*+{])/.exec(rest);
    const group = path.endsWith('/') ? segmentGroup.exec(rest) : null;
    const after = group === null ? '' : rest.slice(group[0].length);
    if (literal !== null) {
      path += literal[1] ?? literal[2];
      rest = rest.slice(literal[0].length);
    } else if (group !== null && (after === '' || /^\\\/(?![?*+{])/.test(after))) {
      path += `:${group[1] ?? groups}`;
      if (!group[0].startsWith('(?:')) groups += 1;
      rest = after;
    } else return `${path.startsWith('/') ? path.replace(/:\w+$/, '') : '/'}*`;
  }
  if (!path.startsWith('/')) path = `/${path}`;
  return ending === null ? `${path.replace(/:\w+$/, '')}*` : path;
}
