import { subscribe } from 'node:diagnostics_channel';
import { captureStack } from './stack.ts';
import type { FoundRoute, FrameworkWatcher, RawPlace } from './types.ts';

interface RouteOptions {
  method: string | string[];
  url: string;
  handler: unknown;
  onSend?: unknown;
}

interface Instance {
  addHook(name: 'onRoute', hook: (options: RouteOptions) => void): unknown;
  server?: { listening?: boolean };
  /** Since Fastify 5. */
  supportedMethods?: string[];
}

interface Registration {
  methods: string[];
  url: string;
  handler: unknown;
  registeredAt: RawPlace[];
}

/** `all` of Fastify 4 has no list of its own that one could ask for; nobody writes these out by hand. */
const methodsOfAll = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'];

/**
 * Routes of every Fastify instance made after this call. Fastify announces each root instance on a diagnostics
 * channel before anyone else holds it, so the `onRoute` hook added here comes first, is inherited by every plugin's
 * context, sees the user's own handler, and works in bundles too.
 */
export function fastifyWatcher(): FrameworkWatcher {
  const instances = new Map<Instance, Registration[]>();

  subscribe('fastify.initialization', (message) => {
    const { fastify } = message as { fastify?: Instance };
    if (typeof fastify?.addHook !== 'function') return;
    const registrations: Registration[] = [];
    instances.set(fastify, registrations);
    fastify.addHook('onRoute', (options) => {
      if (isAddedForGet(options)) return;
      // The options object is Fastify's own and later hooks may rewrite it: what counts is what the user passed.
      registrations.push({
        methods: [options.method].flat(),
        url: options.url,
        handler: options.handler,
        registeredAt: captureStack(),
      });
    });
  });

  return {
    name: 'fastify',
    packages: ['fastify', 'avvio'],
    loaded() {},
    collect: () =>
      listening(instances.keys(), (fastify) => fastify.server?.listening === true).flatMap((fastify) =>
        (instances.get(fastify) ?? []).flatMap((registration) => found(fastify, registration)),
      ),
  };
}

function found(fastify: Instance, { methods, url, handler, registeredAt }: Registration): FoundRoute[] {
  const takesAll = (fastify.supportedMethods ?? methodsOfAll).every((method) => methods.includes(method));
  return (takesAll ? ['ALL'] : methods).map((method) => ({
    method,
    path: url,
    framework: 'fastify',
    handler,
    registeredAt,
  }));
}

/**
 * Next to each GET, Fastify registers a HEAD that nobody wrote. The options passed to hooks tell it apart only by the
 * `onSend` handler that empties the body.
 */
function isAddedForGet({ method, onSend }: RouteOptions): boolean {
  if (method !== 'HEAD') return false;
  const last: unknown = [onSend].flat().at(-1);
  return typeof last === 'function' && last.name === 'headRouteOnSendHandler';
}

/** Those that listen; all of them where none does, as in a start that failed or a server made elsewhere. */
export function listening<T>(servers: Iterable<T>, isListening: (server: T) => boolean): T[] {
  const all = [...servers];
  const up = all.filter(isListening);
  return up.length > 0 ? up : all;
}
