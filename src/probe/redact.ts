// Used inside the measured app and by the tool alike, so that no value leaves either.
type Variables = Record<string, string | undefined>;

/** Shorter values (`1`, `off`, `dev`) are no secrets, and replacing them would make any text unreadable. */
const SHORTEST_GIVEN = 4;
const SHORTEST_INHERITED = 8;

/** Inherited variables that say where and how we run; their values are part of every path and stack. */
const HARMLESS = /^(PATH|HOME|PWD|OLDPWD|SHELL|TERM|COLORTERM|LANG|LANGUAGE|LC_\w+|USER|LOGNAME|HOSTNAME|TMPDIR|TZ|EDITOR|PAGER|NODE_ENV|LWA_SPLIT_\w+|XDG_\w+|npm_(?!config_)\w+)$/;

/**
 * A function that replaces the values of environment variables by `<NAME>`: those the user gave for the app from 4
 * characters on, inherited ones from 8. Values are also found when escaped for JSON or a URL, line by line when they
 * have several, and by the user name and password of a URL.
 */
export function redactor(given: Variables, inherited: Variables = {}): (text: string) => string {
  const names = new Map<string, string>();
  for (const [name, value] of Object.entries(given)) collect(names, name, value ?? '', SHORTEST_GIVEN);
  for (const [name, value] of Object.entries(inherited)) {
    if (!HARMLESS.test(name)) collect(names, name, value ?? '', SHORTEST_INHERITED);
  }
  if (names.size === 0) return (text) => text;
  // Longest first: a value that contains another one must not be cut in two.
  const values = [...names.keys()].toSorted((a, b) => b.length - a.length || (a < b ? -1 : 1));
  const pattern = new RegExp(values.map(escapeForRegExp).join('|'), 'g');
  return (text) => text.replace(pattern, (value) => `<${names.get(value)}>`);
}

function collect(names: Map<string, string>, name: string, value: string, shortest: number): void {
  const lines = value.includes('\n') ? value.split(/\r?\n/) : [];
  for (const part of [value, ...lines, ...credentials(value)]) {
    if (part.trim().length < shortest) continue;
    for (const spelled of [part, JSON.stringify(part).slice(1, -1), encodeURIComponent(part)]) {
      if (!names.has(spelled)) names.set(spelled, name);
    }
  }
}

function credentials(value: string): string[] {
  if (!value.includes('://') || !URL.canParse(value)) return [];
  const url = new URL(value);
  return [url.username, url.password, ...url.searchParams.values()].flatMap((part) => [part, decoded(part)]);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function escapeForRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
