import { z } from 'zod';

/** A place in a file that a person edits: `file` is a module id, `line` counts from 1. */
export const HandlerPlace = z.object({ file: z.string(), line: z.number().int() });
export type HandlerPlace = z.infer<typeof HandlerPlace>;

/** Route id of the contract, `GET /users/:id`: upper-case method (ANY for every method), one space, normalized path. */
export function routeId(method: string, path: string): string {
  return `${normalMethod(method)} ${normalPath(path)}`;
}

export function normalMethod(method: string): string {
  const upper = method.toUpperCase();
  return upper === 'ALL' || upper === '*' || upper === '_ALL' ? 'ANY' : upper;
}

/**
 * One spelling for every framework's patterns: parameters as `:name` (constraints and the optional mark dropped),
 * any kind of rest as `*`, no doubled slash, no trailing slash but the root's.
 */
export function normalPath(path: string): string {
  const spelled = path
    .replace(/\{([*:][^{}]*)\}/g, '$1') // Express 5: optional groups; Nest on Express 5: {*splat}
    .replace(/[{}]/g, '')
    .replace(/:(\w+)\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\)[?*+]?/g, ':$1') // :id(\\d+)
    .replace(/:(\w+)[?+]/g, ':$1')
    .replace(/:(\w+)\*/g, '*')
    .replace(/\(\.\*\)/g, '*')
    .replace(/\*\w+/g, '*')
    .replace(/\/{2,}/g, '/');
  const rooted = spelled.startsWith('/') ? spelled : `/${spelled}`;
  return rooted.length > 1 ? rooted.replace(/\/+$/, '') || '/' : '/';
}
