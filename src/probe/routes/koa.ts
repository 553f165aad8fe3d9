import { type Bag, type Callable, isBag, isCallable, standIn, wrapMethod } from './patch.ts';
import { joinPaths, spelledPaths } from './pattern.ts';
import { captureStack } from './stack.ts';
import type { FoundRoute, FrameworkWatcher, RawPlace } from './types.ts';

// Routers copy their layers with Object.assign when they are nested; an enumerable symbol travels along.
const registration = Symbol('lwa-split.registration');

/** What stands behind a middleware that a helper package made. */
type Behind =
  | { kind: 'mount'; prefix: string; target: unknown; registeredAt: RawPlace[] }
  | { kind: 'list'; middleware: unknown[] }
  | { kind: 'route'; method: string; path: unknown; handler: unknown; registeredAt: RawPlace[] };

// The methods that Koa's routers know by default; a layer that takes them all was registered with `all`.
const usualMethods = ['HEAD', 'OPTIONS', 'GET', 'PUT', 'PATCH', 'POST', 'DELETE'];

/** Koa 2 and 3 with @koa/router, koa-router, koa-route, koa-mount and lists made by koa-compose. */
export function koaWatcher(): FrameworkWatcher {
  const apps = new Set<Bag>();
  const serving = new Set<Bag>();
  const behind = new WeakMap<object, Behind>();
  const usedAt = new WeakMap<object, RawPlace[]>();

  function watchApplication(proto: unknown): void {
    wrapMethod(proto, 'use', (use) =>
      function (this: unknown, ...args) {
        if (isBag(this)) {
          apps.add(this);
          usedAt.set(this, captureStack());
        }
        return use.apply(this, args);
      });
    wrapMethod(proto, 'callback', (callback) =>
      function (this: unknown, ...args) {
        if (isBag(this)) serving.add(this);
        return callback.apply(this, args);
      });
  }

  function watchRouter(proto: unknown): void {
    wrapMethod(proto, 'register', (register) =>
      function (this: unknown, ...args) {
        const before = listIn(this, 'stack').length;
        const result = register.apply(this, args);
        const stack = captureStack();
        for (const layer of listIn(this, 'stack').slice(before)) if (isBag(layer)) layer[registration] ??= stack;
        return result;
      });
  }

  function remember(made: unknown, what: Behind): void {
    // Several helpers hand back what they were given where there is nothing to do.
    if (isCallable(made) && !behind.has(made) && !isBag((made as unknown as Bag)['router'])) behind.set(made, what);
  }

  function watchMount(mount: Callable): Callable {
    return standIn(mount, function (this: unknown, ...args) {
      const made = mount.apply(this, args);
      const [prefix, target] = typeof args[0] === 'string' ? [args[0], args[1]] : ['/', args[0]];
      if (made !== target) remember(made, { kind: 'mount', prefix, target, registeredAt: captureStack() });
      return made;
    });
  }

  function watchCompose(compose: Callable): Callable {
    return standIn(compose, function (this: unknown, ...args) {
      const made = compose.apply(this, args);
      if (Array.isArray(args[0])) remember(made, { kind: 'list', middleware: args[0] });
      return made;
    });
  }

  function watchRouteMaker(makers: Bag): void {
    for (const method of Object.keys(makers)) {
      wrapMethod(makers, method, (make) =>
        function (this: unknown, ...args) {
          const made = make.apply(this, args);
          const note = (middleware: unknown, handler: unknown): void =>
            remember(middleware, { kind: 'route', method: method === 'del' ? 'delete' : method, path: args[0], handler, registeredAt: captureStack() });
          if (args[1] !== undefined && args[1] !== null) note(made, args[1]);
          else if (isCallable(made)) {
            return standIn(made, function (this: unknown, ...rest) {
              const middleware = made.apply(this, rest);
              note(middleware, rest[0]);
              return middleware;
            });
          }
          return made;
        });
    }
  }

  function collect(): FoundRoute[] {
    if (serving.size > 0) return [...serving].flatMap(routesOrCatchAll);
    const inner = new Set<unknown>();
    for (const app of apps) for (const middleware of listIn(app, 'middleware')) noteMountedApps(middleware, inner);
    return [...apps].filter((app) => !inner.has(app)).flatMap(routesOrCatchAll);
  }

  /** An application without any route answers every request in its middleware: the last of it stands for all. */
  function routesOrCatchAll(app: Bag): FoundRoute[] {
    const routes = routesIn(app, '', []);
    const last = listIn(app, 'middleware').at(-1);
    return routes.length > 0 || last === undefined ? routes : [found('all', '/*', last, usedAt.get(app) ?? [])];
  }

  function noteMountedApps(middleware: unknown, inner: Set<unknown>): void {
    const made = isCallable(middleware) ? behind.get(middleware) : undefined;
    if (made?.kind === 'mount') inner.add(made.target);
  }

  /** Routes behind an application, a router's middleware, a helper's middleware, or a list of those. */
  function routesIn(thing: unknown, prefix: string, above: unknown[]): FoundRoute[] {
    if (!isBag(thing) || above.includes(thing)) return [];
    const within = (list: unknown[]): FoundRoute[] => list.flatMap((one) => routesIn(one, prefix, [...above, thing]));
    if (Array.isArray(thing)) return within(thing);
    if (Array.isArray(thing['middleware'])) return within(thing['middleware']);
    if (isBag(thing['router'])) return listIn(thing['router'], 'stack').flatMap((layer) => routesOf(layer, prefix));
    const made = behind.get(thing);
    if (made === undefined) return [];
    if (made.kind === 'list') return within(made.middleware);
    if (made.kind === 'route') {
      return spelledPaths(made.path).map((path) => found(made.method, joinPaths(prefix, path), made.handler, made.registeredAt));
    }
    const inside = routesIn(made.target, joinPaths(prefix, made.prefix), [...above, thing]);
    const answersItself = isCallable(made.target) && made.target.length === 1 && inside.length === 0 && made.prefix !== '/';
    return answersItself ? [found('all', joinPaths(prefix, made.prefix), made.target, made.registeredAt)] : inside;
  }

  return {
    name: 'koa',
    packages: ['koa', '@koa/router', 'koa-router', 'koa-mount', 'koa-route', 'koa-compose'],
    loaded(_file, module) {
      const exported = module.exports;
      if (!isBag(exported)) return;
      for (const candidate of [exported, exported['Router'], exported['default']]) {
        const proto: unknown = isCallable(candidate) ? (candidate as unknown as Bag)['prototype'] : null;
        if (!isBag(proto)) continue;
        if (isCallable(proto['register']) && isCallable(proto['routes'])) watchRouter(proto);
        else if (isCallable(proto['callback']) && isCallable(proto['createContext'])) watchApplication(proto);
      }
      if (isCallable(exported) && exported.name === 'mount') module.exports = watchMount(exported);
      else if (isCallable(exported) && exported.name === 'compose') module.exports = watchCompose(exported);
      else if (isCallable(exported['get']) && isCallable(exported['all']) && !isCallable(exported)) watchRouteMaker(exported);
    },
    collect,
  };
}

function routesOf(layer: unknown, prefix: string): FoundRoute[] {
  if (!isBag(layer)) return [];
  const stack = Array.isArray(layer[registration]) ? (layer[registration] as RawPlace[]) : [];
  return spelledPaths(layer['path']).flatMap((path) =>
    routeMethods(listIn(layer, 'methods').map(String)).map((method) => found(method, joinPaths(prefix, path), listIn(layer, 'stack').at(-1), stack)),
  );
}

function routeMethods(methods: string[]): string[] {
  if (usualMethods.every((method) => methods.includes(method))) return ['all'];
  // The router answers HEAD wherever it answers GET, without being asked to.
  return [...new Set(methods)].filter((method) => method !== 'HEAD' || !methods.includes('GET'));
}

function found(method: string, path: string, handler: unknown, registeredAt: RawPlace[]): FoundRoute {
  return { method, path, framework: 'koa', handler, registeredAt };
}

function listIn(thing: unknown, name: string): unknown[] {
  const list = isBag(thing) ? thing[name] : null;
  return Array.isArray(list) ? list : [];
}
