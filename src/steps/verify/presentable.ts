import type { ReplayRequest } from '../../model/verification.ts';

const MOST_LINES = 60;
const LONGEST_LINE = 240;
/** What is shown of a long line before the place where it differs. */
const LEAD = 60;

const secretParameter = /(?:token|key|secret|passw|auth|session|signature|^sig$|^code$|credential)/i;

/** `GET /users/1?page=2`; values of parameters that sound secret are left out. */
export function requestName({ method, path }: ReplayRequest): string {
  const [before = '', query] = path.split(/\?(.*)/s);
  if (query === undefined) return `${method} ${before}`;
  const shown = query.split('&').map((pair) => (secretParameter.test(pair.split('=')[0]!) ? `${pair.split('=')[0]}=…` : pair));
  return `${method} ${before}?${shown.join('&')}`;
}

/** Request headers that every client sends; their values are no secrets. */
const plainHeaders = /^(?:accept|accept-encoding|accept-language|cache-control|connection|content-type|host|origin|pragma|priority|range|referer|sec-.*|te|upgrade-insecure-requests|user-agent)$/i;

/** Values out of the requests that no output may repeat, by a name to put in their place. */
export function requestSecrets(requests: readonly ReplayRequest[]): Record<string, string> {
  const secrets: Record<string, string> = {};
  // The name is what is shown; where several requests have different values under it, each needs an entry of its own.
  const add = (name: string, value: string): void => {
    for (let i = 1; ; i++) {
      const key = i === 1 ? name : `${name} ${i}`;
      if (secrets[key] === value) return;
      if (secrets[key] === undefined) return void (secrets[key] = value);
    }
  };
  for (const { path, headers, body } of requests) {
    for (const [name, value] of Object.entries(headers)) {
      if (plainHeaders.test(name)) continue;
      for (const part of [value, ...value.split(/[;,\s]+/).flatMap((one) => [one, one.replace(/^[^=]*=/, '')])]) if (part.length >= 8 || part === value) add(name.toLowerCase(), part);
    }
    const query = new URLSearchParams(path.split(/\?(.*)/s)[1] ?? '');
    for (const [name, value] of query) if (secretParameter.test(name)) add(name, value);
    if (body !== null) for (const [name, value] of leaves(Buffer.from(body, 'base64').toString('utf8'))) add(`body ${name}`, value);
  }
  return secrets;
}

/** Texts of a JSON or form body from 8 characters on; shorter ones are part of too much. */
function leaves(body: string): [string, string][] {
  const found: [string, string][] = [];
  const walk = (value: unknown, name: string): void => {
    if (typeof value === 'string' && value.length >= 8) found.push([name, value]);
    else if (value !== null && typeof value === 'object') for (const [key, item] of Object.entries(value)) walk(item, key);
  };
  try {
    walk(JSON.parse(body), 'text');
  } catch {
    for (const [name, value] of new URLSearchParams(body)) walk(value, name);
  }
  return found;
}

/** Lines of a diff as they may be stored: redacted, long lines cut to the place where they differ, the rest told by number. */
export function presentable(diff: readonly string[], redact: (text: string) => string): string[] {
  const lines = diff.map((line) => redact(line));
  const cut = lines.map((line, i) => (line.length <= LONGEST_LINE ? line : clipped(line, divergence(line, partner(lines, i)))));
  if (cut.length <= MOST_LINES) return cut;
  return [...cut.slice(0, MOST_LINES), ` … and ${cut.length - MOST_LINES} more lines`];
}

/** The line that stands on the other side of the diff. */
function partner(lines: readonly string[], at: number): string {
  const sign = lines[at]![0];
  if (sign === ' ') return '';
  const blockFrom = lines.findLastIndex((line, i) => i < at && line.startsWith(' ')) + 1;
  const blockTo = lines.findIndex((line, i) => i > at && line.startsWith(' '));
  const block = lines.slice(blockFrom, blockTo === -1 ? undefined : blockTo);
  const mine = block.filter((line) => line[0] === sign);
  const theirs = block.filter((line) => line[0] !== sign);
  const before = lines.slice(blockFrom, at).filter((line) => line[0] === sign).length;
  return mine.length === theirs.length ? theirs[before]! : '';
}

function divergence(line: string, other: string): number {
  let at = 1;
  while (at < line.length && line[at] === other[at]) at++;
  return other === '' ? 1 : at;
}

function clipped(line: string, at: number): string {
  const from = Math.max(1, Math.min(at - LEAD, line.length - LONGEST_LINE));
  const to = from + LONGEST_LINE;
  return `${line[0]}${from > 1 ? '…' : ''}${line.slice(from, to)}${to < line.length ? '…' : ''}`;
}
