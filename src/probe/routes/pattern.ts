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

/**
 * The narrowest route pattern that takes everything the regular expression takes: literal text stays, a group that
 * fills one segment becomes a parameter (by its name or its number, as Express counts), all else becomes `*`.
 */
export function pathOfRegExp(pattern: RegExp): string {
  if (!pattern.source.startsWith('^')) return '/*';
  const ending = endOfPath.exec(pattern.source);
  let rest = pattern.source.slice(1, ending === null ? undefined : ending.index);
  let path = '';
  let groups = 0;
  while (rest !== '') {
    const { text, literal, name, quantified } = nextElement(rest);
    rest = rest.slice(text.length);
    const group = text.startsWith('(') && !text.startsWith('(?:') ? groups++ : null;
    if (text === '|' || text === '') return '/*';
    if (literal !== null && !quantified) path += literal;
    else if (isSegment(text) && path.endsWith('/') && (rest === '' || /^\\?\/(?![?*+{])/.test(rest))) path += `:${name ?? group ?? 'segment'}`;
    else path += '*';
  }
  if (ending === null) path = `${path.replace(/:\w+$/, '')}*`;
  const rooted = path.startsWith('/') ? path : `/${path}`;
  return rooted.replace(/\*{2,}/g, '*');
}

/** `$`, or `/?$`, or what Express 4 compiles the end of a mount path to. */
const endOfPath = /(?:\\\/\?|\(\?:\\\/\)\?|\(\?:\\\/\(\?=\$\)\)\?)?(?:\$|\(\?=\\\/\|\$\))$/;

interface Element {
  /** Its source, quantifier included. */
  text: string;
  literal: string | null;
  name: string | null;
  quantified: boolean;
}

/** The first element of a regular expression's source: a group, a class, an escape or a character. */
function nextElement(source: string): Element {
  const first = source[0]!;
  let length = first === '\\' ? 2 : 1;
  if (first === '(') length = groupLength(source);
  else if (first === '[') length = classLength(source);
  const quantifier = /^(?:[?*+]|\{\d+(?:,\d*)?\})\??/.exec(source.slice(length))?.[0] ?? '';
  const escaped = first === '\\' && /[^\w\s]/.test(source[1] ?? '') ? source[1]! : null;
  return {
    text: source.slice(0, length + quantifier.length),
    literal: escaped ?? (/[\w\-~%@!,;=&<>: /]/.test(first) ? first : null),
    name: /^\(\?<(\w+)>/.exec(source)?.[1] ?? null,
    quantified: quantifier !== '',
  };
}

function groupLength(source: string): number {
  let depth = 0;
  for (let at = 0; at < source.length; at += 1) {
    const char = source[at];
    if (char === '\\') at += 1;
    else if (char === '[') at += classLength(source.slice(at)) - 1;
    else if (char === '(') depth += 1;
    else if (char === ')') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return source.length;
}

function classLength(source: string): number {
  return /^\[\^?\]?(?:\\.|[^\]\\])*\]/.exec(source)?.[0].length ?? source.length;
}

/** A group that holds one repeated class of characters without the slash. */
function isSegment(group: string): boolean {
  const inside = /^\((?:\?<\w+>|\?:)?(\\w|\\d|\[(?:\\.|[^\]\\])*\])(?:[*+]|\{\d+(?:,\d*)?\})\??\)$/.exec(group)?.[1];
  if (inside === undefined) return false;
  const hasSlash = inside.includes('/');
  return inside.startsWith('[^') ? hasSlash : !hasSlash && !/\\[DWS]/.test(inside);
}
