import { joinPaths, spelled, verbs, type Call, type FoundRoute, type Framework, type Handler, type RouteReader, type Thing, type Value } from '../../src/plugin.ts';

const methods = new Set([...verbs, 'all', 'del', 'link', 'unlink', 'propfind', 'trace']);

const isApp = (shape: string): boolean => /^new koa(?:\.default)?$/.test(shape);
const isRouter = (shape: string): boolean => /^(?:new )?(?:@koa\/router|koa-router|koa-joi-router|@koa-better\/router)(?:\.(?:Router|default))?(?:\(\))?$/.test(shape);

/** Koa with @koa/router and its like, koa-mount, koa-compose and koa-route. */
export const koa: Framework = {
  name: 'koa',
  docs: 'https://github.com/koajs/router',
  packages: ['koa', '@koa/*', 'koa-*'],
  fluent: [...methods, 'use', 'prefix', 'param', 'register', 'redirect', 'on'],
  runs: ['listen'],
  findRoutes(reader) {
    const inner = new Set<Thing>();
    const apps = reader.made(isApp);
    const found = apps.map((app) => ({ app, routes: usedBy(reader, app, '', [], [], inner) }));
    return found.filter(({ app }) => !inner.has(app)).flatMap(({ app, routes }) => (routes.length > 0 ? routes : catchAll(reader, app)));
  },
};

/** Routes behind what an app uses, in order; what is no router stands before those that follow. */
function usedBy(reader: RouteReader, app: Thing, prefix: string, before: Handler[], above: Thing[], inner: Set<Thing>): FoundRoute[] {
  if (above.includes(app)) return [];
  const middleware = [...before];
  return reader.callsOn(app).flatMap((call) => (call.method === 'use' ? call.args.flatMap((arg) => behind(reader, arg, call, prefix, middleware, [...above, app], inner)) : []));
}

function behind(reader: RouteReader, value: Value, call: Call, prefix: string, middleware: Handler[], above: Thing[], inner: Set<Thing>): FoundRoute[] {
  if (value.kind === 'list') return value.items.flatMap((item) => behind(reader, item, call, prefix, middleware, above, inner));
  const thing = reader.thing(value);
  const given = thing === null ? null : reader.receiver(thing);
  const shape = thing === null ? '' : reader.shapeOf(thing);
  if (given !== null && isRouter(reader.shapeOf(given.of)) && /^(?:routes|middleware)$/.test(given.method)) return routesOf(reader, given.of, prefix, middleware, above);
  if (thing !== null && isApp(shape)) {
    inner.add(thing);
    return usedBy(reader, thing, prefix, middleware, above, inner);
  }
  if (thing !== null && shape === 'koa-compose()') return behind(reader, thing.args[0]!, call, prefix, middleware, above, inner);
  if (thing !== null && shape === 'koa-mount()') {
    const path = reader.text(thing.args[0]);
    const target = path === null ? thing.args[0] : thing.args[1];
    const within = joinPaths(prefix, path ?? '/');
    const routes = target === undefined ? [] : behind(reader, target, call, within, middleware, above, inner);
    const endsThere = routes.length === 0 && reader.parametersOf(target) === 1 && (path ?? '/') !== '/';
    return endsThere ? [found('all', within, [reader.handler(target, call.place)], middleware, call)] : routes;
  }
  const single = /^koa-route\.(\w+)\(\)(\(\))?$/.exec(shape);
  if (thing !== null && single !== null) {
    const maker = single[2] === undefined ? thing : thing.parent!;
    const handler = single[2] === undefined ? thing.args[1] : thing.args[0];
    return (reader.patterns(maker.args[0]) ?? []).map((pattern) => found(single[1]!, joinPaths(prefix, spelled(pattern)), [reader.handler(handler, call.place)], middleware, call));
  }
  if (value.kind === 'unknown' && value.why !== null) reader.unreadable('what is used here', call.place, value);
  middleware.push(reader.handler(value, call.place));
  return [];
}

function routesOf(reader: RouteReader, router: Thing, prefix: string, before: readonly Handler[], above: Thing[]): FoundRoute[] {
  if (above.includes(router)) return [];
  const calls = reader.callsOn(router);
  const own = calls.findLast(({ method }) => method === 'prefix')?.args[0] ?? reader.property(router.args[0], 'prefix');
  const within = joinPaths(prefix, reader.text(own) ?? '');
  const middleware = [...before];
  return calls.flatMap((call): FoundRoute[] => {
    if (call.method === 'use') {
      const patterns = reader.patterns(call.args[0]);
      const targets = patterns === null ? call.args : call.args.slice(1);
      return (patterns ?? ['']).flatMap((pattern) => targets.flatMap((target) => behind(reader, target, call, joinPaths(within, spelled(pattern)), middleware, [...above, router], new Set())));
    }
    return registered(reader, call, within, middleware);
  });
}

function registered(reader: RouteReader, call: Call, prefix: string, middleware: readonly Handler[]): FoundRoute[] {
  const { method, args, place } = call;
  if (method === 'redirect' || method === 'register') {
    const methodsOf = method === 'redirect' ? ['all'] : (reader.patterns(args[1]) ?? ['all']).map(String);
    return (reader.patterns(args[0]) ?? []).flatMap((pattern) => methodsOf.map((one) => found(one, joinPaths(prefix, spelled(pattern)), method === 'redirect' ? [] : [reader.handler(reader.items(args[2]).at(-1), place)], middleware, call)));
  }
  if (!methods.has(method) || args.length === 0) return [];
  // A route may have a name before its path.
  const named = reader.text(args[0]) !== null && reader.patterns(args[1]) !== null;
  const patterns = reader.patterns(named ? args[1] : args[0]);
  if (patterns === null) {
    if (!reader.isFunction(args[0])) reader.unreadable('the path of a route', place, args[0]);
    return [];
  }
  const handlers = args.slice(named ? 2 : 1).flatMap((one) => reader.items(one)).map((one) => reader.handler(one, place));
  return patterns.map((pattern) => found(method === 'del' ? 'delete' : method, joinPaths(prefix, spelled(pattern)), handlers, middleware, call));
}

/** An app without any route answers every request in its middleware: the last of it stands for all. */
function catchAll(reader: RouteReader, app: Thing): FoundRoute[] {
  const last = reader.callsOn(app).findLast(({ method }) => method === 'use');
  return last === undefined ? [] : [found('all', '/*', [reader.handler(last.args.at(-1), last.place)], [], last)];
}

function found(method: string, path: string, handlers: readonly Handler[], middleware: readonly Handler[], { place }: Call): FoundRoute {
  return { method, path, handler: handlers.at(-1) ?? null, middleware: [...middleware, ...handlers.slice(0, -1)], registeredAt: place };
}
