import { joinPaths, spelled, verbs, type Call, type FoundRoute, type Framework, type Handler, type RouteReader, type Thing, type Value } from '../../src/plugin.ts';

const methods = new Set([...verbs, 'all', 'trace', 'search', 'propfind', 'proppatch', 'report', 'mkcol', 'copy', 'move', 'lock', 'unlock', 'purge', 'link', 'unlink', 'query']);

const isApp = (shape: string): boolean => shape === 'express()';
const isRouter = (shape: string): boolean => /^(?:new )?(?:express\.Router|router|express-promise-router|@root\/async-router\.Router)(?:\(\))?$/.test(shape);

/** Express 4 and 5: apps and routers, mounted at paths with `use`. */
export const express: Framework = {
  name: 'express',
  docs: 'https://expressjs.com/en/guide/routing.html',
  packages: ['express', 'router', 'express-promise-router', '@root/async-router'],
  fluent: [...methods, 'use', 'param', 'set', 'enable', 'disable', 'engine', 'on'],
  runs: ['listen', 'configure', 'once'],
  findRoutes(reader) {
    const inner = new Set<Thing>();
    const apps = reader.made(isApp);
    const found = apps.map((app) => ({ app, routes: routesOf(reader, app, '', [], [], inner) }));
    const roots = found.filter(({ app }) => !inner.has(app));
    for (const router of reader.made(isRouter)) {
      if (!inner.has(router) && roots.length > 0 && router.calls.some(({ method }) => methods.has(method))) reader.unreadable('where this router is mounted', router.place!);
    }
    return roots.flatMap(({ app, routes }) => (routes.length > 0 ? routes : catchAll(reader, app)));
  },
};

function routesOf(reader: RouteReader, thing: Thing, prefix: string, before: Handler[], above: Thing[], inner: Set<Thing>): FoundRoute[] {
  if (above.includes(thing)) return [];
  const middleware = [...before];
  return reader.callsOn(thing).flatMap((call): FoundRoute[] => {
    const { method, args, place } = call;
    if (method === 'use') return mounted(reader, call, prefix, middleware, [...above, thing], inner);
    if (method === 'route') {
      const route = reader.thing(call.result);
      return route === null ? [] : reader.callsOn(route).flatMap((one) => (methods.has(one.method) ? registered(reader, one, args[0], one.args, prefix, middleware) : []));
    }
    // With one argument `get` reads a setting.
    if (!methods.has(method) || args.length < 2) return [];
    return registered(reader, { ...call, place }, args[0], args.slice(1), prefix, middleware);
  });
}

function registered(reader: RouteReader, { method, place }: Call, path: Value | undefined, given: readonly Value[], prefix: string, middleware: readonly Handler[]): FoundRoute[] {
  const patterns = reader.patterns(path);
  if (patterns === null) {
    reader.unreadable('the path of a route', place, path);
    return [];
  }
  const handlers = given.flatMap((one) => reader.items(one)).filter((one) => reader.parametersOf(one) !== 4);
  const all = handlers.map((one) => reader.handler(one, place));
  return patterns.map((pattern) => ({ method, path: at(prefix, pattern), handler: all.at(-1) ?? null, middleware: [...middleware, ...all.slice(0, -1)], registeredAt: place }));
}

/** What `use` mounts: routers and apps with their routes, functions that end the request as routes, the rest as middleware. */
function mounted(reader: RouteReader, { args, place }: Call, prefix: string, middleware: Handler[], above: Thing[], inner: Set<Thing>): FoundRoute[] {
  const given = args.flatMap((one) => reader.items(one));
  const own = reader.patterns(args[0]);
  const patterns = own ?? ['/'];
  const targets = own === null ? given : args.slice(1).flatMap((one) => reader.items(one));
  return targets.flatMap((target): FoundRoute[] => {
    const thing = reader.thing(target);
    const shape = thing === null ? '' : reader.shapeOf(thing);
    if (thing !== null && (isApp(shape) || isRouter(shape))) {
      inner.add(thing);
      return patterns.flatMap((pattern) => routesOf(reader, thing, at(prefix, pattern), middleware, above, inner));
    }
    if (target.kind === 'unknown' && (own !== null || target.why !== null)) reader.unreadable('what is mounted', place, target);
    const parameters = reader.parametersOf(target);
    const handler = reader.handler(target, place);
    const isRoute = target.kind === 'function' && target.wraps.length === 0 && (parameters === 1 || parameters === 2) && own !== null;
    const routes = isRoute ? patterns.filter((pattern) => pattern !== '/' && pattern !== '') : [];
    if (routes.length === 0) middleware.push(handler);
    return routes.map((pattern) => ({ method: 'all', path: at(prefix, pattern), handler, middleware: [...middleware], registeredAt: place }));
  });
}

/** An app without any route answers every request in its middleware: the last of it stands for all. */
function catchAll(reader: RouteReader, app: Thing): FoundRoute[] {
  const last = reader.callsOn(app).findLast(({ method, args }) => method === 'use' && args.some((arg) => reader.isFunction(arg) && reader.parametersOf(arg) !== 4));
  if (last === undefined) return [];
  return [{ method: 'all', path: '/*', handler: reader.handler(last.args.at(-1), last.place), middleware: [], registeredAt: last.place }];
}

function at(prefix: string, pattern: string | RegExp): string {
  return joinPaths(prefix, spelled(pattern));
}
