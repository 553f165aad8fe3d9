import type { ReplayRequest } from '../../model/verification.ts';
import { aRequest } from './request.ts';

/** Nobody registers it: how the app answers what it does not know is part of its behavior. */
const unknownPath = '/lwa-split-no-such-path';

/**
 * One request for each route, in their order, parameters filled with plausible values that are always the same, and
 * one for a path that no route has. Routes that take every method are asked with GET.
 */
export function fromRoutes(routes: readonly { method: string; path: string }[]): ReplayRequest[] {
  const requests = new Map<string, ReplayRequest>();
  for (const { method, path } of [...routes, { method: 'GET', path: unknownPath }]) {
    const asked = method === 'ANY' ? 'GET' : method;
    if (!/^[A-Z]+$/.test(asked)) continue;
    const request = requestFor(asked, filledPath(path));
    const key = `${request.method} ${request.path}`;
    if (!requests.has(key)) requests.set(key, request);
  }
  return [...requests.values()];
}

function requestFor(method: string, path: string): ReplayRequest {
  const takesBody = method === 'POST' || method === 'PUT' || method === 'PATCH';
  return takesBody ? aRequest(method, path, { 'content-type': 'application/json' }, '{}') : aRequest(method, path);
}

/** `/users/:id/*` becomes `/users/1/test`. */
export function filledPath(path: string): string {
  return path.replace(/:(\w+)|\*/g, (_, name: string | undefined) => (name === undefined ? 'test' : valueFor(name)));
}

const plausible: [RegExp, string][] = [
  [/uuid|guid/i, '00000000-0000-4000-8000-000000000001'],
  [/hash|sha|digest|checksum/i, '0123456789abcdef0123456789abcdef01234567'],
  [/e-?mail/i, 'someone@example.com'],
  [/date|day$/i, '2024-01-15'],
  [/year/i, '2024'],
  [/month/i, '1'],
  [/lat(?:itude)?$/i, '48.1'],
  [/(?:lng|lon(?:gitude)?)$/i, '11.5'],
  [/lang|locale/i, 'en'],
  [/country/i, 'us'],
  [/version/i, '1'],
  [/ext(?:ension)?$/i, 'txt'],
  [/(?:^|_)(?:id|no|nr|num|number|index|page|limit|offset|count|size)s?$|Id$|ID$/i, '1'],
];

function valueFor(name: string): string {
  return plausible.find(([pattern]) => pattern.test(name))?.[1] ?? 'test';
}
