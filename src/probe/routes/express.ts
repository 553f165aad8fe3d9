import { METHODS } from 'node:http';
import { type Bag, type Callable, isBag, isCallable, wrapMethod } from './patch.ts';
import { joinPaths, spelledPaths } from './pattern.ts';
import { captureStack } from './stack.ts';
import type { FoundRoute, FrameworkWatcher, RawPlace } from './types.ts';

/** What `use` was given: Express keeps only a compiled form of the path, and hides a sub-app behind a function. */
interface Mount {
  path: unknown;
  app: unknown;
  registeredAt: RawPlace[];
}

const everyMethod = METHODS.map((method) => method.toLowerCase());

// Express 4 puts these two before everything else.
const builtIn = new Set(['query', 'expressInit']);

/** Express 4 and 5 and the `router` package that Express 5 is built on; several copies in one process are fine. */
export function expressWatcher(): FrameworkWatcher {
  const apps = new Set<Bag>();
  const mounts = new WeakMap<object, Mount>();
  const registered = new WeakMap<object, RawPlace[]>();

  function watchRouter(proto: unknown): void {
    wrapMethod(proto, 'use', (use) =>
      function (this: unknown, ...args) {
        const before = stackOf(this).length;
        const result = use.apply(this, args);
        const mount: Mount = { path: mountPath(args), app: null, registeredAt: captureStack() };
        for (const layer of stackOf(this).slice(before)) mounts.set(layer, mount);
        return result;
      });
  }

  function watchRoute(proto: unknown): void {
    for (const method of [...everyMethod, 'all']) {
      wrapMethod(proto, method, (register) =>
        function (this: unknown, ...args) {
          const before = stackOf(this).length;
          const result = register.apply(this, args);
          const stack = captureStack();
          for (const layer of stackOf(this).slice(before)) registered.set(layer, stack);
          return result;
        });
    }
  }

  function watchApplication(proto: unknown): void {
    wrapMethod(proto, 'init', (init) =>
      function (this: unknown, ...args) {
        if (isBag(this)) apps.add(this);
        return init.apply(this, args);
      });
    wrapMethod(proto, 'use', (use) =>
      function (this: unknown, ...args) {
        const result = use.apply(this, args);
        const given = (args.flat(Infinity) as unknown[]).filter(isCallable);
        // One layer for each function, in the order given; the application's own first layers come before them.
        const layers = stackOf(this).slice(-given.length);
        given.forEach((fn, index) => {
          const layer = layers[index];
          const mount = layer === undefined ? undefined : mounts.get(layer);
          if (layer !== undefined && mount !== undefined && isApplication(fn)) mounts.set(layer, { ...mount, app: fn });
        });
        return result;
      });
  }

  function collect(): FoundRoute[] {
    const inner = new Set<Bag[]>();
    for (const app of apps) forEachNested(stackOf(app), mounts, inner);
    const roots = [...apps].map(stackOf).filter((stack) => !inner.has(stack));
    return roots.flatMap((stack) => {
      const routes = routesIn(stack, '', []);
      return routes.length > 0 ? routes : catchAll(stack);
    });
  }

  /** An application without any route answers every request in its middleware: the last of it stands for all. */
  function catchAll(stack: Bag[]): FoundRoute[] {
    const last = stack.filter((layer) => !builtIn.has(String(layer['name'])) && isCallable(layer['handle']) && layer['handle'].length < 4).at(-1);
    return last === undefined ? [] : [{ method: 'all', path: '/*', framework: 'express', handler: last['handle'], registeredAt: mounts.get(last)?.registeredAt ?? [] }];
  }

  function routesIn(stack: Bag[], prefix: string, above: Bag[][]): FoundRoute[] {
    if (above.includes(stack)) return [];
    return stack.flatMap((layer): FoundRoute[] => {
      if (isBag(layer['route'])) return routesOf(layer['route'], prefix);
      const mount = mounts.get(layer);
      const paths = spelledPaths(mount === undefined ? layerPath(layer) : mount.path);
      const target = mount?.app ?? layer['handle'];
      const nested = stackOf(target);
      if (nested.length > 0) return paths.flatMap((path) => routesIn(nested, joinPaths(prefix, path), [...above, stack]));
      if (!isCallable(target) || canPassOn(target)) return [];
      return paths
        .filter((path) => path !== '/' && path !== '')
        .map((path) => ({ method: 'all', path: joinPaths(prefix, path), framework: 'express', handler: target, registeredAt: mount?.registeredAt ?? [] }));
    });
  }

  function routesOf(route: Bag, prefix: string): FoundRoute[] {
    const last = new Map<string, Bag>();
    for (const layer of stackOf(route)) {
      const takesErrors = isCallable(layer['handle']) && layer['handle'].length === 4;
      if (!takesErrors) last.set(typeof layer['method'] === 'string' ? layer['method'] : 'all', layer);
    }
    foldEveryMethod(last);
    return spelledPaths(route['path']).flatMap((path) =>
      [...last].map(([method, layer]) => ({
        method,
        path: joinPaths(prefix, path),
        framework: 'express',
        handler: layer['handle'],
        registeredAt: registered.get(layer) ?? [],
      })),
    );
  }

  return {
    name: 'express',
    packages: ['express', 'router'],
    loaded(file, module) {
      const exported = module.exports;
      if (!isCallable(exported) && !isBag(exported)) return;
      const proto: unknown = (exported as Bag)['prototype'];
      if (file === 'lib/application.js') watchApplication(exported);
      else if (file === 'lib/router/index.js') watchRouter(exported);
      else if (file === 'lib/router/route.js' || file === 'lib/route.js') watchRoute(proto);
      else if (file === 'index.js' && isBag(proto) && isCallable(proto['use']) && isCallable(proto['route'])) watchRouter(proto);
    },
    collect,
  };
}

/** Layers of an application, a router or a route; empty for everything else. */
function stackOf(thing: unknown): Bag[] {
  if (!isBag(thing)) return [];
  const stack = isApplication(thing) ? applicationStack(thing) : thing['stack'];
  return Array.isArray(stack) ? (stack as Bag[]) : [];
}

function applicationStack(app: Bag): unknown {
  if (isBag(app['_router'])) return app['_router']['stack'];
  try {
    const router = app['router'];
    return isBag(router) ? router['stack'] : null;
  } catch {
    return null; // Express 4 throws here on purpose while the application has no router yet.
  }
}

function isApplication(thing: Bag | Callable): thing is Bag & Callable {
  const bag = thing as Bag;
  return isCallable(thing) && isCallable(bag['handle']) && isCallable(bag['set']);
}

function forEachNested(stack: Bag[], mounts: WeakMap<object, Mount>, seen: Set<Bag[]>): void {
  for (const layer of stack) {
    const nested = isBag(layer['route']) ? [] : stackOf(mounts.get(layer)?.app ?? layer['handle']);
    if (nested.length === 0 || seen.has(nested)) continue;
    seen.add(nested);
    forEachNested(nested, mounts, seen);
  }
}

/** Express decides in the same way whether the first argument of `use` is a path. */
function mountPath(args: unknown[]): unknown {
  let first = args[0];
  while (Array.isArray(first) && first.length > 0) first = first[0];
  return isCallable(first) ? '/' : args[0];
}

/** For a layer that nobody saw being mounted: what it still tells about its path. */
function layerPath(layer: Bag): unknown {
  if (layer['rawPath'] !== undefined) return layer['rawPath'];
  const regexp = layer['regexp'];
  if (regexp instanceof RegExp) return (regexp as unknown as Bag)['fast_slash'] === true ? '/' : regexp;
  return '/';
}

/** `app.all` registers its handler under each method that Node knows: one route for every method, not thirty. */
function foldEveryMethod(last: Map<string, Bag>): void {
  const handler = last.get('get')?.['handle'];
  if (!everyMethod.every((method) => last.get(method)?.['handle'] === handler)) return;
  const layer = last.get('get')!;
  for (const method of everyMethod) last.delete(method);
  if (!last.has('all')) last.set('all', layer);
}

/** Whether a function given to `use` may hand the request to the next one: it takes `next`, or all its arguments at once. */
function canPassOn(fn: Callable): boolean {
  if (fn.length === 0 || fn.length > 2) return true;
  const text = Function.prototype.toString.call(fn);
  // A rest parameter alone leaves a length of 0: any other was set by a wrapper that knows what it wraps.
  return /^[^)]*,\s*\.\.\./.test(text) || /\.apply\([^()]*\barguments\b/.test(text);
}
