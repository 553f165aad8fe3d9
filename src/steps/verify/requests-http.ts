import { UserError } from '../../model/trouble.ts';
import type { ReplayRequest } from '../../model/verification.ts';
import { aRequest } from './request.ts';

/** What dynamic variables stand for: always the same, so that every variant gets the same. */
const dynamic: Record<string, string> = {
  $guid: '00000000-0000-4000-8000-000000000001',
  $uuid: '00000000-0000-4000-8000-000000000001',
  '$random.uuid': '00000000-0000-4000-8000-000000000001',
  $timestamp: '1700000000',
  $isoTimestamp: '2023-11-14T22:13:20.000Z',
  $datetime: '2023-11-14T22:13:20.000Z',
  $localDatetime: '2023-11-14T22:13:20.000Z',
  $randomInt: '42',
};

/**
 * Requests of an `.http` file as REST clients of editors write them: `###` between requests, comments with # or //,
 * `@name = value`, `{{name}}`, headers, an empty line, the body. A variable without a value at the head of a URL is
 * the app's address. Handlers between `> {%` and `%}` are left out. Throws a UserError for other variables without a value.
 */
export function fromHttpFile(text: string, file: string): ReplayRequest[] {
  const variables = variablesOf(text);
  return text.split(/^###.*$/m).flatMap((part) => {
    const lines = part.replace(/^[<>] ?\{%[^]*?%\}\s*$/gm, '').split(/\r?\n/);
    const from = lines.findIndex((line) => line.trim() !== '' && !/^\s*(?:#|\/\/|@[\w.-]+\s*=)/.test(line));
    if (from === -1) return [];
    return [requestOf(lines.slice(from), (value, atHead) => filled(value, variables, file, atHead), file)];
  });
}

function variablesOf(text: string): Map<string, string> {
  return new Map([...text.matchAll(/^@([\w.-]+)\s*=[ \t]*(.*?)[ \t]*\r?$/gm)].map((match) => [match[1]!, match[2]!]));
}

function requestOf(lines: readonly string[], fill: (text: string, atHead?: boolean) => string, file: string): ReplayRequest {
  const [first = '', ...rest] = lines;
  // A long query may go on in indented lines.
  const more = rest.findIndex((line) => !/^\s+[?&]/.test(line));
  const queryLines = rest.slice(0, more === -1 ? undefined : more);
  const [, method = 'GET', target = ''] = /^\s*(?:([A-Z]+)\s+)?(.*?)(?:\s+HTTP\/[\d.]+)?\s*$/.exec(first) ?? [];
  const url = fill([target, ...queryLines.map((line) => line.trim())].join(''), true);
  if (!/^(?:\/|https?:)/i.test(url)) throw new UserError('bad-requests', `${file} has a line that is no request: it begins with ${JSON.stringify(target.slice(0, 20))}.`, 'A request looks like this: GET {{host}}/users/1');
  const after = rest.slice(queryLines.length);
  const blank = after.findIndex((line) => line.trim() === '');
  const headerLines = after.slice(0, blank === -1 ? undefined : blank).filter((line) => !/^\s*(?:#|\/\/)/.test(line));
  const headers = headerLines.flatMap((line) => {
    const [, name, value = ''] = /^([^:\s]+)\s*:\s*(.*?)\s*$/.exec(line) ?? [];
    return name === undefined ? [] : [[name, fill(value)] as const];
  });
  const body = blank === -1 ? '' : bodyOf(after.slice(blank + 1));
  if (/^<@?\w*\s+\S/.test(body)) throw new UserError('body-from-file', `${file} takes the body of a request from another file, which is not supported.`, 'Write the body into the file itself.');
  return aRequest(method, url, Object.fromEntries(headers), body === '' ? null : fill(body));
}

/** Without the empty lines around it and without references to saved answers (`<> file`). */
function bodyOf(lines: readonly string[]): string {
  return lines.filter((line) => !line.startsWith('<> ')).join('\n').trim();
}

function filled(text: string, variables: ReadonlyMap<string, string>, file: string, atHead = false): string {
  const base = atHead ? text.replace(/^(https?:\/\/)?\{\{\s*([\w.-]+)\s*\}\}(?=[/?]|$)/, (all, _, name: string) => (variables.has(name) ? all : '')) : text;
  // A query may follow the address at once.
  const rooted = atHead && !/^(?:\/|https?:|\{\{)/.test(base) && base !== text ? `/${base}` : base;
  let out = rooted;
  // Variables may be made of others; a circle ends with a name that stays.
  for (let round = 0; round < 8 && out.includes('{{'); round++) {
    out = out.replace(/\{\{\s*([$\w.-]+)[^}]*\}\}/g, (all, name: string) => variables.get(name) ?? dynamic[name] ?? all);
  }
  const unknown = /\{\{\s*([$\w.-]+)/.exec(out)?.[1];
  if (unknown === undefined) return atHead && out === '' ? '/' : out;
  throw new UserError('unknown-variable', `${file} uses the variable ${unknown}, which has no value.`, `Give it one in the file: @${unknown} = ...`);
}
