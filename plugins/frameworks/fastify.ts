import { basename, dirname, join, relative } from 'node:path';
import { verbs, type Call, type FoundRoute, type Framework, type Handler, type Place, type RouteReader, type Thing, type Value } from '../../src/plugin.ts';

const methods = new Set([...verbs, 'all', 'trace', 'propfind', 'search']);

const isApp = (shape: string): boolean => /^(?:new )?fastify(?:\.(?:fastify|default))?(?:\(\))?$/i.test(shape) && shape !== 'fastify';

/** Fastify: routes, plugins with prefixes, fastify-plugin, @fastify/autoload. */
export const fastify: Framework = {
  name: 'fastify',
  docs: 'https://fastify.dev/docs/latest/Reference/Routes/',
  packages: ['fastify', '@fastify/*', 'fastify-plugin', 'fastify-autoload'],
  fluent: [...methods, 'route', 'addHook', 'decorate', 'decorateRequest', 'decorateReply', 'setErrorHandler', 'setNotFoundHandler', 'setValidatorCompiler', 'setSerializerCompiler', 'withTypeProvider', 'register', 'after', 'addSchema'],
  runs: ['after', 'ready', 'listen'],
  findRoutes: (reader) => reader.made(isApp).flatMap((app) => routesOf(reader, app, '', [])),
};

/** Routes of an instance and of its plugins. Hooks stand before all of them, wherever in the instance they are added. */
function routesOf(reader: RouteReader, instance: Thing, prefix: string, before: readonly Handler[]): FoundRoute[] {
  const middleware = [...before];
  // Plugins that share the instance add calls to the list while it is walked.
  for (let index = 0; index < instance.calls.length; index++) {
    const { method, args, place } = instance.calls[index]!;
    const shared = method === 'register' ? sharedPlugin(reader, args[0]) : null;
    if (shared !== null) runPlugin(reader, shared, instance, present(args[1]) ?? reader.plain({}), place);
    if (method === 'addHook' && /^(?:onRequest|preParsing|preValidation|preHandler)$/.test(reader.text(args[0]) ?? '')) middleware.push(reader.handler(args[1], place));
  }
  return instance.calls.flatMap((call): FoundRoute[] => {
    const { method, args, place } = call;
    if (method === 'register') return registered(reader, instance, call, prefix, middleware);
    if (method === 'route') return described(reader, args[0], null, null, prefix, middleware, place);
    if (!methods.has(method) || args.length === 0) return [];
    const options = args.length > 2 ? args[1] : reader.isFunction(args[1]) ? undefined : args[1];
    const handler = args.length > 2 ? args[2] : reader.isFunction(args[1]) ? args[1] : reader.property(args[1], 'handler');
    return described(reader, reader.plain(null), { method, path: args[0]!, handler }, options, prefix, middleware, place);
  });
}

/** The function in `fastify-plugin`, which works on the very instance and takes no prefix; null for other plugins. */
function sharedPlugin(reader: RouteReader, plugin: Value | undefined): Value | null {
  const thing = reader.thing(plugin?.kind === 'object' ? reader.property(plugin, 'default') : plugin);
  return thing !== null && /^fastify-plugin(?:\.\w+)?\(\)$/.test(reader.shapeOf(thing)) ? (thing.args[0] ?? null) : null;
}

function described(
  reader: RouteReader,
  whole: Value | undefined,
  short: { method: string; path: Value; handler: Value | undefined } | null,
  options: Value | null | undefined,
  prefix: string,
  middleware: readonly Handler[],
  place: Place,
): FoundRoute[] {
  const path = short?.path ?? present(reader.property(whole, 'url')) ?? reader.property(whole, 'path');
  const methodNames = short === null ? reader.patterns(reader.property(whole, 'method')) : [short.method];
  const text = reader.text(path);
  if (text === null || methodNames === null) {
    reader.unreadable(text === null ? 'the path of a route' : 'the method of a route', place, path);
    return [];
  }
  const handler = reader.handler(short?.handler ?? reader.property(whole, 'handler'), place);
  const own = ['onRequest', 'preValidation', 'preHandler'].flatMap((hook) => reader.items(present(reader.property(options ?? whole, hook)) ?? undefined)).map((one) => reader.handler(one, place));
  return methodNames.map((method) => ({ method: String(method), path: joined(prefix, text), handler, middleware: [...middleware, ...own], registeredAt: place }));
}

function registered(reader: RouteReader, instance: Thing, { args, place }: Call, prefix: string, middleware: Handler[]): FoundRoute[] {
  const plugin = args[0];
  const options = present(args[1]) ?? reader.plain({});
  const thing = reader.thing(plugin);
  const shape = thing === null ? '' : reader.shapeOf(thing);
  if (/^(?:@fastify\/autoload|fastify-autoload)(?:\.\w+)?$/.test(shape)) return autoloaded(reader, instance, options, prefix, middleware, place);
  if (sharedPlugin(reader, plugin) !== null) return [];
  const fn = plugin?.kind === 'object' ? present(reader.property(plugin, 'default')) ?? plugin : plugin;
  if (fn === undefined || !reader.isFunction(fn)) {
    if (plugin?.kind === 'unknown') reader.unreadable('which plugin is registered', place, plugin);
    return [];
  }
  return inChild(reader, instance, fn, options, joined(prefix, reader.text(reader.property(options, 'prefix')) ?? ''), middleware, place);
}

function inChild(reader: RouteReader, instance: Thing, fn: Value, options: Value, prefix: string, middleware: readonly Handler[], place: Place): FoundRoute[] {
  const shared = sharedPlugin(reader, fn);
  if (shared !== null) {
    runPlugin(reader, shared, instance, options, place);
    return [];
  }
  const child = reader.stand(instance);
  runPlugin(reader, fn, child, options, place);
  return routesOf(reader, child, prefix, middleware);
}

function runPlugin(reader: RouteReader, fn: Value, instance: Thing, options: Value, place: Place): void {
  reader.run(fn, [instance, options, reader.plain(undefined)], place);
}

/** Files of a folder as plugins, each under the path of its folder. */
function autoloaded(reader: RouteReader, instance: Thing, options: Value, prefix: string, middleware: readonly Handler[], place: Place): FoundRoute[] {
  const dir = reader.text(reader.property(options, 'dir'));
  if (dir === null) {
    reader.unreadable('the folder that is loaded', place, reader.property(options, 'dir'));
    return [];
  }
  const base = reader.text(reader.property(reader.property(options, 'options'), 'prefix')) ?? '';
  const byFolder = reader.truth(present(reader.property(options, 'dirNameRoutePrefix')) ?? reader.plain(true)) !== false;
  const depth = reader.property(options, 'maxDepth');
  const deepest = depth.kind === 'data' && typeof depth.value === 'number' ? depth.value : Infinity;
  const ignored = reader.patterns(reader.property(options, 'ignorePattern'))?.[0];
  const files = reader.filesBelow(dir).filter((file) => /\.[cm]?[jt]s$/.test(file) && !/\.d\.[cm]?ts$|\.(?:test|spec)\./.test(file) && !/^[_.]?auto_?hooks\./i.test(basename(file)));
  const withParams = reader.truth(present(reader.property(options, 'routeParams')) ?? reader.plain(false)) === true;
  return files.flatMap((file) => {
    const folder = relative(dir, dirname(file));
    if (folder.split('/').filter(Boolean).length > deepest || (ignored instanceof RegExp && ignored.test(file))) return [];
    const siblings = files.filter((other) => dirname(other) === dirname(file));
    // Where a folder has an index, the index alone is loaded.
    if (folder !== '' && siblings.some((other) => basename(other).startsWith('index.')) && !basename(file).startsWith('index.')) return [];
    const exported = reader.exportsOf(file);
    const fn = present(reader.property(exported, 'default')) ?? exported;
    const own = present(reader.property(exported, 'autoPrefix')) ?? reader.property(fn, 'autoPrefix');
    const path = join('/', base, reader.text(own) ?? (byFolder ? folder : ''));
    return reader.isFunction(fn) || reader.thing(fn) !== null ? inChild(reader, instance, fn, options, joined(prefix, path === '/' ? '' : withParams ? parameters(path) : path), middleware, place) : [];
  });
}

/** `/_id` is the parameter `id`; where a name holds `__`, only that marks one. */
function parameters(path: string): string {
  return path.includes('__') ? path.replaceAll('__', ':') : path.replaceAll('/_', '/:');
}

/** Null for `undefined`, which a missing option is. */
function present(value: Value | undefined): Value | null {
  return value === undefined || (value.kind === 'data' && value.value === undefined) || value.kind === 'unknown' ? null : value;
}

function joined(prefix: string, path: string): string {
  if (path === '') return prefix;
  return prefix.endsWith('/') && path.startsWith('/') ? prefix + path.slice(1) : prefix !== '' && !path.startsWith('/') && !prefix.endsWith('/') ? `${prefix}/${path}` : prefix + path;
}
