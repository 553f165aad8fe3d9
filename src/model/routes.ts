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

const brackets = String.raw`\((?:[^()\\]|\\.|\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\))*\)`;
const constrained = new RegExp(String.raw`:(\w+)(${brackets})`, 'g');
const unnamed = new RegExp(String.raw`${brackets}[?*+]?`, 'g');

/**
 * One spelling for every framework's patterns: parameters as `:name` (constraints and the optional mark dropped),
 * any kind of rest as `*`, no doubled slash, no trailing slash but the root's.
 */
export function normalPath(path: string): string {
  const spelled = path
    .replace(constrained, (_, name: string, constraint: string) => (takesAll(constraint) ? '*' : `:${name}`)) // :id(\\d+)
    .replace(/:(\w+)(\{(?:[^{}]|\{[^{}]*\})*\})/g, (all, name: string, braces: string) => {
      if (!isConstraint(braces)) return all;
      return takesAll(braces) ? '*' : `:${name}`;
    })
    .replace(unnamed, '*')
    .replace(/:(\w+)[*+]/g, '*')
    .replace(/:(\w+)\?/g, ':$1')
    .replace(/[{}]/g, '') // Express 5: optional groups
    .replace(/\/\?$/, '')
    .replace(/(?<!\\)\*\w+/g, '*')
    .replace(/\*[*?]+/g, '*')
    .replace(/\\(?=.)/g, '')
    .replace(/\/{2,}/g, '/');
  const rooted = spelled.startsWith('/') ? spelled : `/${spelled}`;
  return rooted.length > 1 ? rooted.replace(/\/+$/, '') || '/' : '/';
}

/** Hono's `:id{[0-9]+}` in contrast to a parameter with an optional group behind it, as in Express 5's `:file{.:ext}`. */
function isConstraint(braces: string): boolean {
  return !/:\w|^\{\//.test(braces) && /[[\]\\+^$|()]|\.\*/.test(braces);
}

/** A constraint that lets slashes through, so that the parameter takes the rest of the path. */
function takesAll(constraint: string): boolean {
  return /^.\^?(?:\.|\[\^\]|\[\\s\\S\])[*+]\??\$?.$/.test(constraint);
}

/** A place in a module as it ran, before source maps; columns count from 1. */
export const RanPlace = z.object({ module: z.string(), line: z.number().int(), column: z.number().int() });
export type RanPlace = z.infer<typeof RanPlace>;

/** A route as the framework held it when the app had started. */
export const RuntimeRoute = z.object({
  method: z.string(),
  path: z.string(),
  framework: z.string(),
  handler: HandlerPlace.nullable(),
  /** Id of the module that holds the handler as it ran, which the loaded graph knows; `handler` names the source. */
  module: z.string().nullable(),
  /** Where the route was registered, innermost frame first, frames inside the framework left out. */
  registeredAt: z.array(HandlerPlace),
  /** The handler and the registration once more, in the modules as they ran. */
  ran: z.object({ handler: RanPlace.nullable(), registeredAt: z.array(RanPlace) }).optional(),
});
export type RuntimeRoute = z.infer<typeof RuntimeRoute>;

/** A function that answers, or stands before one that does: columns count from 1, `name` is null where it has none. */
export const HandlerSite = z.object({ file: z.string(), line: z.number().int(), column: z.number().int(), name: z.string().nullable() });
export type HandlerSite = z.infer<typeof HandlerSite>;

/** What a route needs besides modules, as its code shows; null where the code could not be told, or shows neither. */
export const RouteNeeds = z.object({
  streams: z.boolean().nullable(),
  readsAuthorization: z.boolean().nullable(),
  takesBody: z.boolean().nullable(),
  boundBy: z.enum(['cpu', 'io']).nullable(),
});
export type RouteNeeds = z.infer<typeof RouteNeeds>;

/** A route as the sources register it, read without running them. */
export const StaticRoute = z.object({
  method: z.string(),
  path: z.string(),
  framework: z.string(),
  handler: HandlerSite.nullable(),
  /** What every request of the route passes before its handler, in order; error handlers left out. */
  middleware: z.array(HandlerSite),
  registeredAt: HandlerPlace,
  needs: RouteNeeds,
});
export type StaticRoute = z.infer<typeof StaticRoute>;
