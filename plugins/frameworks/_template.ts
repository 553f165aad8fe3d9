import { joinPaths, spelled, verbs, type FoundRoute, type Framework, type RouteReader, type Thing } from '../../src/plugin.ts';

/**
 * Where a new framework begins: copy this file, add the copy to index.ts, an example shop to examples/ and its name to
 * test/conformance/frameworks. This one knows a made-up package: `shelf()` makes an app, `app.get(path, handler)` a
 * route, `app.mount(path, other)` puts another app below a path.
 */
export const template: Framework = {
  name: 'shelf',
  docs: 'https://example.com/shelf/routing',
  packages: ['shelf'],
  // What may be chained: `shelf().get(...).get(...)`.
  fluent: [...verbs, 'mount'],
  // What is called when the server is ready, in contrast to a handler.
  runs: ['listen'],
  findRoutes(reader) {
    const apps = reader.made((shape) => shape === 'shelf()');
    const mounted = new Set<Thing>();
    const routes = apps.map((app) => ({ app, routes: routesOf(reader, app, '', mounted) }));
    return routes.filter(({ app }) => !mounted.has(app)).flatMap((one) => one.routes);
  },
};

function routesOf(reader: RouteReader, app: Thing, prefix: string, mounted: Set<Thing>): FoundRoute[] {
  return reader.callsOn(app).flatMap(({ method, args, place }): FoundRoute[] => {
    const patterns = reader.patterns(args[0]);
    if (method !== 'mount' && !verbs.includes(method)) return [];
    if (patterns === null) {
      reader.unreadable('the path of a route', place, args[0]);
      return [];
    }
    const inner = method === 'mount' ? reader.thing(args[1]) : null;
    if (inner === null) return patterns.map((pattern) => ({ method, path: joinPaths(prefix, spelled(pattern)), handler: reader.handler(args.at(-1), place), middleware: [], registeredAt: place }));
    mounted.add(inner);
    return patterns.flatMap((pattern) => routesOf(reader, inner, joinPaths(prefix, spelled(pattern)), mounted));
  });
}
