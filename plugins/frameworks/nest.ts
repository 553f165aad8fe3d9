import { verbs, type AppClass, type Call, type FoundRoute, type Framework, type Handler, type RouteReader, type Thing, type Value } from '../../src/plugin.ts';

const decoratorMethods: Record<string, string> = { Get: 'get', Post: 'post', Put: 'put', Delete: 'delete', Patch: 'patch', Options: 'options', Head: 'head', All: 'all', Search: 'search', Sse: 'get', Propfind: 'propfind' };

/** NestJS: controllers of the modules that the app is made of, with global prefix, versions in the path and RouterModule. */
export const nest: Framework = {
  name: 'nest',
  docs: 'https://docs.nestjs.com/controllers',
  packages: ['@nestjs/*', 'reflect-metadata', 'nestjs-*', '@nestjsx/*'],
  fluent: ['setGlobalPrefix', 'enableVersioning', 'use', 'useGlobalPipes', 'useGlobalFilters', 'useGlobalGuards', 'useGlobalInterceptors', 'enableShutdownHooks', 'set', 'useStaticAssets'],
  runs: ['listen', 'init'],
  findRoutes(reader) {
    const apps = reader.made((shape) => /^@nestjs\/core\.NestFactory\.create\(\)$/.test(shape));
    return apps.flatMap((app) => [...routesOf(reader, app), ...documentation(reader, app)]);
  },
};

interface Settings {
  prefix: string;
  excluded: string[];
  versions: { prefix: string; byDefault: string[] } | null;
}

function routesOf(reader: RouteReader, app: Thing): FoundRoute[] {
  const settings = settingsOf(reader, app);
  const controllers = new Map<AppClass, string>();
  visitModule(reader, app.args[0], '', controllers, new Set());
  const own = [...controllers].flatMap(([controller, modulePath]) => controllerRoutes(reader, controller, modulePath, settings));
  return [...own, ...adapterRoutes(reader, app)];
}

function settingsOf(reader: RouteReader, app: Thing): Settings {
  const calls = reader.callsOn(app);
  const prefix = calls.findLast(({ method }) => method === 'setGlobalPrefix');
  if (prefix !== undefined && reader.text(prefix.args[0]) === null) reader.unreadable('the global prefix', prefix.place, prefix.args[0]);
  const excluded = reader.items(reader.property(prefix?.args[1], 'exclude')).flatMap((one) => reader.text(one) ?? reader.text(reader.property(one, 'path')) ?? []);
  const versioning = calls.findLast(({ method }) => method === 'enableVersioning');
  const type = reader.thing(reader.property(versioning?.args[0], 'type'));
  const inPath = versioning !== undefined && (type === null || reader.shapeOf(type).endsWith('.URI'));
  const versionPrefix = reader.property(versioning?.args[0], 'prefix');
  return {
    prefix: reader.text(prefix?.args[0]) ?? '',
    excluded: excluded.map(trimmed),
    versions: inPath ? { prefix: versionPrefix.kind === 'data' && versionPrefix.value === false ? '' : (reader.text(versionPrefix) ?? 'v'), byDefault: versionsIn(reader, reader.property(versioning.args[0], 'defaultVersion')) } : null,
  };
}

/** Controllers of a module and of what it imports: classes, dynamic modules, `forwardRef`. */
function visitModule(reader: RouteReader, value: Value | undefined, path: string, controllers: Map<AppClass, string>, seen: Set<Value>): void {
  if (value === undefined || seen.has(value)) return;
  seen.add(value);
  const thing = reader.thing(value);
  if (thing !== null) {
    if (reader.shapeOf(thing).endsWith('.forwardRef()') && thing.args[0] !== undefined) visitModule(reader, reader.run(thing.args[0], [], thing.place!), path, controllers, seen);
    if (reader.shapeOf(thing).endsWith('.ConditionalModule.registerWhen()')) visitModule(reader, thing.args[0], path, controllers, seen);
    return;
  }
  if (value.kind === 'object') {
    visitParts(reader, value, path, controllers, seen);
    visitModule(reader, reader.property(value, 'module'), path, controllers, seen);
  } else if (value.kind === 'function') {
    const module = decoratorsOf(reader, value.decorators).find((one) => named(reader, one, 'Module'));
    if (module !== undefined) visitParts(reader, module.args[0], path, controllers, seen);
  } else if (value.kind === 'unknown' && value.why !== null) reader.unreadable('which module is imported', value.why.place, value);
}

function visitParts(reader: RouteReader, parts: Value | undefined, path: string, controllers: Map<AppClass, string>, seen: Set<Value>): void {
  const imports = reader.items(reader.property(parts, 'imports'));
  const paths = new Map<Value, string>();
  for (const one of imports) {
    const thing = reader.thing(one);
    if (thing !== null && /\.RouterModule\.(?:register|forRoutes)\(\)$/.test(reader.shapeOf(thing))) modulePaths(reader, thing.args[0], '', paths);
  }
  for (const one of reader.items(reader.property(parts, 'controllers'))) if (one.kind === 'function' && !controllers.has(one)) controllers.set(one, path);
  // Modules with a path of their own first, since each is visited once.
  for (const [module, at] of paths) visitModule(reader, module, at, controllers, seen);
  for (const one of imports) visitModule(reader, one, path, controllers, seen);
}

function modulePaths(reader: RouteReader, tree: Value | undefined, above: string, paths: Map<Value, string>): void {
  for (const node of reader.items(tree)) {
    if (node.kind === 'function') {
      paths.set(node, above);
      continue;
    }
    const path = `${above}/${trimmed(reader.text(reader.property(node, 'path')) ?? '')}`;
    paths.set(reader.property(node, 'module'), path);
    const children = reader.property(node, 'children');
    if (children.kind === 'list') modulePaths(reader, children, path, paths);
  }
}

function controllerRoutes(reader: RouteReader, controller: AppClass, modulePath: string, settings: Settings): FoundRoute[] {
  const decorators = decoratorsOf(reader, controller.decorators);
  const own = decorators.find((one) => named(reader, one, 'Controller'));
  if (own === undefined) return [];
  const given = own.args[0]?.kind === 'object' ? reader.property(own.args[0], 'path') : own.args[0];
  const prefixes = textsOf(reader, given, own);
  const version = own.args[0]?.kind === 'object' ? reader.property(own.args[0], 'version') : undefined;
  const classVersions = versionsOf(reader, decorators) ?? versionsIn(reader, version);
  const guards = stoppers(reader, decorators);
  return reader.membersOf(controller).flatMap((member): FoundRoute[] => {
    const onMethod = decoratorsOf(reader, member.decorators);
    return onMethod.flatMap((decorator) => {
      const method = decoratorMethods[nameOf(reader, decorator)];
      if (method === undefined) return [];
      const place = decorator.place!;
      const handler = reader.handler(reader.methodOf(controller, member.name), place);
      const middleware = [...guards, ...stoppers(reader, onMethod)];
      const versions = settings.versions === null ? [''] : prefixed(versionsOf(reader, onMethod) ?? (classVersions.length > 0 ? classVersions : settings.versions.byDefault), settings.versions.prefix);
      return versions.flatMap((inPath) =>
        prefixes.flatMap((prefix) => textsOf(reader, decorator.args[0], decorator).map((path) => ({ method, path: full(settings, inPath, modulePath, prefix, path), handler, middleware, registeredAt: place }))),
      );
    });
  });
}

function full({ prefix, excluded }: Settings, version: string, ...parts: string[]): string {
  const own = parts.map(trimmed).filter(Boolean).join('/');
  const withoutPrefix = excluded.some((one) => one === own || (one.endsWith('*') && own.startsWith(one.replace(/\(?\.?\*\w*\)?$/, ''))));
  return `/${[withoutPrefix ? '' : trimmed(prefix), version, own].filter(Boolean).join('/')}`;
}

/** The guards, interceptors and pipes of a class or a method. */
function stoppers(reader: RouteReader, decorators: readonly Thing[]): Handler[] {
  return decorators.filter((one) => /^Use(?:Guards|Interceptors|Pipes)$/.test(nameOf(reader, one))).flatMap((one) => one.args.flatMap((arg) => reader.items(arg)).map((arg) => reader.handler(arg, one.place!)));
}

function versionsOf(reader: RouteReader, decorators: readonly Thing[]): string[] | null {
  const found = decorators.find((one) => named(reader, one, 'Version'));
  return found === undefined ? null : versionsIn(reader, found.args[0]);
}

/** `VERSION_NEUTRAL` adds nothing to the path. */
function versionsIn(reader: RouteReader, value: Value | undefined): string[] {
  return reader.items(value).flatMap((one) => reader.text(one) ?? (reader.thing(one) !== null ? [''] : []));
}

function prefixed(versions: readonly string[], prefix: string): string[] {
  return versions.length === 0 ? [''] : versions.map((version) => (version === '' ? '' : `${prefix}${version}`));
}

/** Decorators that are calls of packages, those behind `applyDecorators` too. */
function decoratorsOf(reader: RouteReader, values: readonly Value[]): Thing[] {
  return values.flatMap((value) => {
    const thing = reader.thing(value);
    if (thing === null) return [];
    return named(reader, thing, 'applyDecorators') ? decoratorsOf(reader, thing.args.flatMap((arg) => reader.items(arg))) : [thing];
  });
}

function nameOf(reader: RouteReader, thing: Thing): string {
  return /^@nestjs\/common\.(\w+)\(\)$/.exec(reader.shapeOf(thing))?.[1] ?? '';
}

function named(reader: RouteReader, thing: Thing, name: string): boolean {
  return nameOf(reader, thing) === name;
}

function textsOf(reader: RouteReader, value: Value | undefined, decorator: Thing): string[] {
  if (value === undefined || (value.kind === 'data' && value.value === undefined)) return [''];
  const patterns = reader.patterns(value);
  if (patterns === null) reader.unreadable('the path of a route', decorator.place!, value);
  return (patterns ?? []).map(String);
}

/** The pages of @nestjs/swagger: `SwaggerModule.setup('docs', app, document)`. */
function documentation(reader: RouteReader, app: Thing): FoundRoute[] {
  const pages = reader.made((shape) => shape === '@nestjs/swagger.SwaggerModule.setup()').filter(({ args }) => reader.thing(args[1]) === app);
  return pages.flatMap(({ args, place }) => {
    const path = reader.text(args[0]);
    if (path === null || place === null) return [];
    return ['', '-json', '-yaml'].map((suffix) => ({ method: 'get', path: `/${trimmed(path)}${suffix}`, handler: null, middleware: [], registeredAt: place }));
  });
}

/** Routes on the bare Express or Fastify below: `app.getHttpAdapter().get('/', ...)`. */
function adapterRoutes(reader: RouteReader, app: Thing): FoundRoute[] {
  const adapters = reader.callsOn(app).filter(({ method }) => /^getHttpAdapter$|^getInstance$/.test(method)).flatMap(({ result }) => reader.thing(result) ?? []);
  const inside = adapters.flatMap((adapter) => reader.callsOn(adapter).filter(({ method }) => method === 'getInstance').flatMap(({ result }) => reader.thing(result) ?? []));
  const calls = [...adapters, ...inside].flatMap((adapter) => reader.callsOn(adapter)).filter(({ method, args }: Call) => (verbs.includes(method) || method === 'all') && args.length > 1);
  return calls.flatMap(({ method, args, place }) => (reader.patterns(args[0]) ?? []).map((path) => ({ method, path: String(path), handler: reader.handler(args.at(-1), place), middleware: [], registeredAt: place })));
}

function trimmed(path: string): string {
  return path.replace(/^\/+|\/+$/g, '');
}
