import { METHODS } from 'node:http';
import { listening } from './fastify.ts';
import type { Callable } from './patch.ts';
import { captureStack } from './stack.ts';
import type { FoundRoute, FrameworkWatcher, RawPlace } from './types.ts';

interface Adapter {
  getHttpServer?(): { listening?: boolean } | undefined;
}

/** What the router explorer knows of a route before it makes a proxy of it. */
interface RouteDefinition {
  targetCallback?: unknown;
}

/** Marks what Nest hands to Express or Fastify: proxies of controller methods, middleware, the answer 404. */
const madeByNest = Symbol('lwa-split.made-by-nest');

const registerMethods = new Set(['all', ...METHODS.map((method) => method.toLowerCase())]);

/** The explorer's methods that register routes: the second since Nest 12, which may sort routes first. */
const explorerMethods = ['applyCallbackToRouter', 'registerResolvedRoute'];

/**
 * Routes of NestJS controllers as they reach the HTTP adapter, each with the controller's method as handler and, where
 * reflect-metadata tells, the place of its decorator as registration.
 */
export function nestWatcher(): FrameworkWatcher {
  const adapters = new Map<Adapter, FoundRoute[]>();
  const patched = new WeakSet<object>();
  const decoratedAt = new WeakMap<object, RawPlace[]>();

  function record(adapter: Adapter, method: string, path: unknown, handler: unknown): void {
    const decorated = typeof handler === 'function' ? decoratedAt.get(handler) : undefined;
    const routes = adapters.get(adapter) ?? [];
    adapters.set(adapter, routes);
    routes.push({
      method,
      path: String(path),
      framework: 'nest',
      handler,
      registeredAt: decorated ?? captureStack(),
    });
  }

  /** The adapter as the explorer sees it while it registers one controller method. */
  function spied(adapter: Adapter, handler: unknown): Adapter {
    return new Proxy(adapter, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        const call = (...args: unknown[]): unknown => Reflect.apply(value as Callable, target, args);
        if (typeof name !== 'string' || !registerMethods.has(name)) return call;
        return (path: unknown, proxy: unknown, ...rest: unknown[]) => {
          record(target, name, path, handler);
          mark(proxy);
          return call(path, proxy, ...rest);
        };
      },
    });
  }

  function watchExplorer(prototype: Record<string, unknown>): void {
    for (const name of explorerMethods) {
      const original = prototype[name];
      if (typeof original !== 'function') continue;
      prototype[name] = function (this: unknown, router: Adapter, route: RouteDefinition, ...rest: unknown[]): unknown {
        return Reflect.apply(original, this, [spied(router, route.targetCallback), route, ...rest]);
      };
    }
  }

  /** Middleware bound to a path and, since Nest 12, the answer 404 are registered on Express like routes. */
  function watchExpress(prototype: Record<string, unknown>): void {
    const { createMiddlewareFactory, setNotFoundHandler } = prototype;
    if (typeof createMiddlewareFactory === 'function') {
      prototype.createMiddlewareFactory = function (this: unknown, ...args: unknown[]): unknown {
        const register = Reflect.apply(createMiddlewareFactory, this, args) as Callable;
        return (path: unknown, middleware: unknown, ...rest: unknown[]): unknown => {
          mark(middleware);
          return register(path, middleware, ...rest);
        };
      };
    }
    if (typeof setNotFoundHandler === 'function') {
      prototype.setNotFoundHandler = function (this: unknown, handler: unknown, ...rest: unknown[]): unknown {
        mark(handler);
        return Reflect.apply(setNotFoundHandler, this, [handler, ...rest]);
      };
    }
  }

  function watchDecorators(): void {
    const original: unknown = Reflect.get(Reflect, 'defineMetadata');
    if (typeof original !== 'function' || patched.has(original)) return;
    const watched: Callable = (key, value, target, ...rest) => {
      if (key === 'method' && typeof target === 'function') decoratedAt.set(target, fromDecoratedClass(captureStack()));
      return Reflect.apply(original, Reflect, [key, value, target, ...rest]);
    };
    patched.add(watched);
    Object.defineProperty(Reflect, 'defineMetadata', { value: watched, configurable: true, writable: true });
  }

  function watchOnce(candidate: unknown, watch: (prototype: Record<string, unknown>) => void): void {
    if (typeof candidate !== 'function' || patched.has(candidate)) return;
    patched.add(candidate);
    watch(candidate.prototype as Record<string, unknown>);
  }

  return {
    name: 'nest',
    packages: ['@nestjs/core', '@nestjs/common', '@nestjs/platform-express', '@nestjs/platform-fastify', 'reflect-metadata'],
    loaded(file, { exports }) {
      if (file.startsWith('Reflect')) return watchDecorators();
      const exported = (exports ?? {}) as { RouterExplorer?: unknown; ExpressAdapter?: unknown };
      if (file.endsWith('router-explorer.js')) watchOnce(exported.RouterExplorer, watchExplorer);
      if (file.endsWith('express-adapter.js')) watchOnce(exported.ExpressAdapter, watchExpress);
    },
    collect: () =>
      listening(adapters.keys(), (adapter) => adapter.getHttpServer?.()?.listening === true).flatMap(
        (adapter) => adapters.get(adapter) ?? [],
      ),
  };
}

/**
 * One list out of all watchers' routes. Under Nest, the Express and Fastify watchers see each of its routes a second
 * time with a proxy as handler, and its path-bound middleware as if it were a route: Nest's own entry wins by the
 * proxy's identity or by method and path, middleware and the like go, and what only Express or Fastify knows (static files, API
 * documentation, routes on the bare instance) stays. Order is kept; without Nest nothing changes.
 */
export function mergeNest(routes: FoundRoute[]): FoundRoute[] {
  const ofNest = new Set(routes.filter((route) => route.framework === 'nest').map(key));
  return routes.filter((route) => route.framework === 'nest' || !(isMarked(route.handler) || ofNest.has(key(route))));
}

const decorating = /\/node_modules\/(?:@nestjs\/common|reflect-metadata|tslib)\//;

/**
 * The stack of a decorator from the line in the class that has it: above stand Nest's own frames and the helper that
 * applies decorators, which compilers write into each file.
 */
function fromDecoratedClass(stack: RawPlace[]): RawPlace[] {
  const start = Math.max(0, stack.findIndex(({ file }) => !decorating.test(file)));
  const [helper, caller] = stack.slice(start);
  return stack.slice(helper && helper.file === caller?.file ? start + 1 : start);
}

function key({ method, path }: FoundRoute): string {
  return `${method.toUpperCase()} ${path.replace(/(?<=.)\/+$/, '')}`;
}

function mark(handler: unknown): void {
  if (typeof handler === 'function') Object.defineProperty(handler, madeByNest, { value: true, configurable: true });
}

function isMarked(handler: unknown): boolean {
  return typeof handler === 'function' && Object.hasOwn(handler, madeByNest);
}
