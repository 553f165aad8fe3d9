import { verbs, type Call, type FoundRoute, type Framework, type Handler, type RouteReader, type Thing } from '../../src/plugin.ts';

const methods = new Set([...verbs, 'all', 'query']);

const isApp = (shape: string): boolean => /^new (?:hono(?:\/\w+)?\.Hono(?:Base)?|@hono\/zod-openapi\.OpenAPIHono)$|createApp\(\)$/.test(shape);

/** Hono: apps merged with `route`, prefixes by `basePath`, OpenAPIHono's `openapi`. */
export const hono: Framework = {
  name: 'hono',
  docs: 'https://hono.dev/docs/api/routing',
  packages: ['hono', '@hono/*'],
  fluent: [...methods, 'on', 'use', 'route', 'mount', 'openapi', 'onError', 'notFound', 'doc', 'doc31'],
  findRoutes(reader) {
    const inner = new Set<Thing>();
    const found = reader.made(isApp).map((app) => ({ app, routes: routesOf(reader, app, '', [], [], inner) }));
    return found.filter(({ app }) => !inner.has(app)).flatMap(({ routes }) => routes);
  },
};

function routesOf(reader: RouteReader, app: Thing, prefix: string, before: readonly Handler[], above: Thing[], inner: Set<Thing>): FoundRoute[] {
  if (above.includes(app)) return [];
  const middleware = [...before];
  // A handler without a path takes that of the call before it.
  let last = '/';
  return reader.callsOn(app).flatMap((call): FoundRoute[] => {
    const { method, args, result, place } = call;
    if (method === 'basePath') {
      const derived = reader.thing(result);
      return derived === null ? [] : routesOf(reader, derived, join(prefix, reader.text(args[0]) ?? ''), middleware, [...above, app], inner);
    }
    if (method === 'route') {
      const sub = reader.thing(args[1]);
      if (sub === null || reader.text(args[0]) === null) {
        reader.unreadable(sub === null ? 'what is mounted' : 'the path of what is mounted', place, sub === null ? args[1] : args[0]);
        return [];
      }
      const path = join(prefix, reader.text(args[0])!);
      const root = originOf(reader, sub);
      inner.add(root.app);
      return routesOf(reader, root.app, path, middleware, [...above, app], inner);
    }
    if (method === 'use') {
      middleware.push(...args.filter((arg) => reader.text(arg) === null).map((arg) => reader.handler(arg, place)));
      return [];
    }
    if (method === 'mount') return (reader.patterns(args[0]) ?? []).map((path) => route('all', join(prefix, `${String(path)}/*`), [reader.handler(args[1], place)], middleware, call));
    if (method === 'openapi') return described(reader, call, prefix, middleware);
    if (method === 'on') {
      const paths = reader.patterns(args[1]);
      return (reader.patterns(args[0]) ?? []).flatMap((one) => (paths ?? []).map((path) => route(String(one), join(prefix, String(path)), handlersIn(reader, call, 2), middleware, call)));
    }
    if (!methods.has(method)) return [];
    const own = reader.text(args[0]);
    if (own === null && !reader.isFunction(args[0]) && args[0]?.kind !== 'foreign') {
      reader.unreadable('the path of a route', place, args[0]);
      return [];
    }
    last = own ?? last;
    return [route(method, join(prefix, last), handlersIn(reader, call, own === null ? 0 : 1), middleware, call)];
  });
}

/** `basePath` gives a view of an app: merging it merges the whole app. */
function originOf(reader: RouteReader, app: Thing): { app: Thing } {
  const given = reader.receiver(app);
  return given?.method === 'basePath' ? originOf(reader, given.of) : { app };
}

/** `openapi(createRoute({ method, path }), handler)`, with parameters in braces. */
function described(reader: RouteReader, call: Call, prefix: string, middleware: readonly Handler[]): FoundRoute[] {
  const definition = reader.thing(call.args[0])?.args[0] ?? call.args[0];
  const [method, path] = [reader.text(reader.property(definition, 'method')), reader.text(reader.property(definition, 'path'))];
  if (method === null || path === null) {
    reader.unreadable('the path of a route', call.place, definition);
    return [];
  }
  return [route(method, join(prefix, path.replace(/\{(\w+)\}/g, ':$1')), handlersIn(reader, call, 1), middleware, call)];
}

function handlersIn(reader: RouteReader, { args, place }: Call, from: number): Handler[] {
  return args.slice(from).map((arg) => reader.handler(arg, place));
}

function route(method: string, path: string, handlers: readonly Handler[], middleware: readonly Handler[], { place }: Call): FoundRoute {
  return { method, path, handler: handlers.at(-1) ?? null, middleware: [...middleware, ...handlers.slice(0, -1)], registeredAt: place };
}

function join(prefix: string, path: string): string {
  return `${prefix}/${path}`.replace(/\/{2,}/g, '/');
}
