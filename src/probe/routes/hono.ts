import type { Callable } from './patch.ts';
import { captureStack } from './stack.ts';
import type { FoundRoute, FrameworkWatcher, RawPlace } from './types.ts';

interface HonoRoute {
  method: string;
  path: string;
  handler: unknown;
}

interface HonoApp extends Record<string, unknown> {
  routes: HonoRoute[];
}

/** A registered function as the user wrote it; routes that an outer app took over share the inner app's. */
interface Origin {
  handler: unknown;
  registeredAt: RawPlace[];
  middleware: boolean;
  /** The app behind `mount`, where it is one of Hono's. */
  mounted?: HonoApp;
}

/** One call of the user's that adds routes, while it runs. */
interface Call {
  added: HonoRoute[];
  origin(route: HonoRoute): Origin | undefined;
}

const verbs = ['get', 'post', 'put', 'delete', 'options', 'patch', 'query', 'all', 'on', 'use'];

/**
 * Routes of the Hono apps that serve. An app keeps its registering functions and its list of routes as fields of its
 * own, made in its constructor, so each app is taken up as it is made: in an ES module the classes cannot be replaced,
 * but `super()` asks for the parent class at run time, and that link can be.
 */
export function honoWatcher(): FrameworkWatcher {
  const origins = new WeakMap<HonoRoute, Origin>();
  const apps = new Set<HonoApp>();
  const appOfFetch = new WeakMap<object, HonoApp>();
  const served = new WeakSet<HonoApp>();
  const merged = new WeakSet<HonoRoute[]>();
  const mounted = new WeakSet<HonoRoute[]>();
  const seen = new WeakSet<object>();
  let call: Call | null = null;

  function during<T>(next: Call, run: () => T): T {
    const outer = call;
    call = next;
    try {
      return run();
    } finally {
      call = outer;
    }
  }

  function note(route: HonoRoute): void {
    call?.added.push(route);
    origins.set(
      route,
      call?.origin(route) ?? { handler: route.handler, registeredAt: captureStack(), middleware: false },
    );
  }

  function watchApp(app: HonoApp): void {
    if (seen.has(app)) return;
    seen.add(app);
    apps.add(app);
    watchPush(app.routes);
    watchFetch(app);
    for (const verb of verbs) {
      const original = app[verb];
      if (typeof original !== 'function') continue;
      app[verb] = (...args: unknown[]): unknown => {
        const registeredAt = captureStack();
        const origin = (route: HonoRoute): Origin => ({
          handler: route.handler,
          registeredAt,
          middleware: verb === 'use',
        });
        const next: Call = { added: [], origin };
        const returned = during(next, () => Reflect.apply(original, app, args));
        keepLastHandler(next.added, origins);
        return returned;
      };
    }
  }

  /** Every way to add a route ends in a push to this array, which all apps made by `basePath` share. */
  function watchPush(routes: HonoRoute[]): void {
    if (seen.has(routes)) return;
    seen.add(routes);
    const before = routes.push;
    Object.defineProperty(routes, 'push', {
      configurable: true,
      writable: true,
      value(...added: HonoRoute[]) {
        added.forEach(note);
        return Reflect.apply(before, routes, added);
      },
    });
  }

  /** Whoever serves an app takes its `fetch`; merging it into another app does not. */
  function watchFetch(app: HonoApp): void {
    let fetch = app.fetch;
    if (typeof fetch === 'function') appOfFetch.set(fetch, app);
    Object.defineProperty(app, 'fetch', {
      configurable: true,
      enumerable: true,
      get() {
        served.add(app);
        return fetch;
      },
      set(replaced: unknown) {
        fetch = replaced;
      },
    });
  }

  function watchBase(prototype: Record<string, Callable>): void {
    const { route, basePath, mount } = prototype;
    if (!route || !basePath || !mount || seen.has(prototype)) return;
    seen.add(prototype);

    prototype.basePath = function (...args) {
      const made = Reflect.apply(basePath, this, args) as HonoApp;
      watchApp(made);
      return made;
    };

    prototype.route = function (...args) {
      const inner = args[1] as HonoApp;
      merged.add(inner.routes);
      const sources = [...inner.routes].values();
      const origin = (): Origin | undefined => {
        const source = sources.next().value;
        return source && origins.get(source);
      };
      return during({ added: [], origin }, () => Reflect.apply(route, this, args));
    };

    prototype.mount = function (...args) {
      const handler = args[1];
      const inner = typeof handler === 'function' ? appOfFetch.get(handler) : undefined;
      if (inner) mounted.add(inner.routes);
      const registeredAt = captureStack();
      const origin = (): Origin => ({ handler, registeredAt, middleware: false, mounted: inner });
      return during({ added: [], origin }, () => Reflect.apply(mount, this, args));
    };
  }

  function watchClass(candidate: unknown): void {
    if (typeof candidate !== 'function' || seen.has(candidate)) return;
    const base: unknown = Object.getPrototypeOf(candidate);
    if (typeof base !== 'function' || !isHonoBase(base.prototype)) return;
    seen.add(candidate);
    watchBase(base.prototype);
    Object.setPrototypeOf(
      candidate,
      new Proxy(base, {
        construct(target, args, newTarget) {
          const app = Reflect.construct(target, args, newTarget) as HonoApp;
          watchApp(app);
          return app;
        },
      }),
    );
  }

  function found(routes: HonoRoute[], prefix: string, within: HonoRoute[][]): FoundRoute[] {
    if (within.includes(routes)) return [];
    return routes.flatMap((route) => {
      const origin = origins.get(route);
      if (!origin || origin.middleware) return [];
      const path = prefix + route.path;
      const inner = origin.mounted?.routes;
      if (inner) return found(inner, path.replace(/\/?\*$/, ''), [...within, routes]);
      const { handler, registeredAt } = origin;
      return [{ method: route.method, path, framework: 'hono', handler, registeredAt }];
    });
  }

  return {
    name: 'hono',
    packages: ['hono', '@hono/zod-openapi'],
    loaded(file, { exports }) {
      if (/(^|\/)(hono|quick|tiny)\.js$/.test(file)) watchClass((exports as { Hono?: unknown } | null)?.Hono);
    },
    collect() {
      const serving = [...apps].filter((app) => served.has(app) && !mounted.has(app.routes));
      const live = serving.length > 0 ? serving : [...apps].filter((app) => !merged.has(app.routes));
      return [...new Set(live.map((app) => app.routes))].flatMap((routes) => found(routes, '', []));
    },
  };
}

/** Of several functions that one call gave the same method and path, the last answers and the others lead to it. */
function keepLastHandler(added: HonoRoute[], origins: WeakMap<HonoRoute, Origin>): void {
  const last = new Map(added.map((route) => [`${route.method} ${route.path}`, route]));
  for (const route of added) {
    const origin = origins.get(route);
    if (origin && last.get(`${route.method} ${route.path}`) !== route) origin.middleware = true;
  }
}

function isHonoBase(prototype: unknown): prototype is Record<string, Callable> {
  return (
    typeof prototype === 'object' &&
    prototype !== null &&
    ['route', 'basePath', 'mount'].every((name) => typeof Reflect.get(prototype, name) === 'function')
  );
}
