import type { ModuleGraph } from '../../model/graph.ts';
import type { Reach, ReachedImport, RouteReach } from '../../model/reach.ts';
import { routeId, type HandlerPlace, type RuntimeRoute } from '../../model/routes.ts';
import { reachOfRoutes, type PlaceInWorld } from '../../query/reach-routes.ts';
import type { Reached } from '../../query/reach-reached.ts';
import type { ReachWorld } from '../../query/reach-world.ts';
import { builtWorld, type WorldInput } from './world.ts';

/** A place in a module as reach reads it; without a column, the first thing on the line counts. */
export interface ReachPlace {
  module: string;
  line: number;
  column?: number | undefined;
}

/** A route with the places where its walk begins. */
export interface ReachRoute {
  id: string;
  /** The handler, and middleware of this route alone where it is known. */
  handlers: readonly ReachPlace[];
  /** The calls that registered it, innermost first. */
  registeredAt: readonly ReachPlace[];
}

export interface ReachInput extends Omit<WorldInput, 'isFramework'> {
  routes: readonly ReachRoute[];
}

/** Where the walk of a route begins that a start registered. */
export function reachRoute({ method, path, ran, handler, module }: RuntimeRoute): ReachRoute {
  const id = routeId(method, path);
  if (ran !== undefined) return { id, handlers: ran.handler === null ? [] : [ran.handler], registeredAt: ran.registeredAt };
  return { id, handlers: handler === null || module !== handler.file ? [] : [{ module, line: handler.line }], registeredAt: [] };
}

/** Packages that make servers, routers or requests' pipelines: what they are handed at the start may run at any request. */
const frameworks =
  /^(?:express|router|connect|polka|restify|restana|koa|@koa\/.+|koa-.+|fastify|@fastify\/.+|fastify-.+|avvio|middie|hono|@hono\/.+|@nestjs\/.+|@hapi\/.+|hapi|h3|nitro|itty-router|micro|find-my-way|express-.+|serverless-http|next|@trpc\/server|@apollo\/server|apollo-server.*|graphql-yoga|graphql-http|socket\.io|ws|passport|@feathersjs\/.+|@loopback\/.+|@adonisjs\/.+|@tsed\/.+|routing-controllers|moleculer-web|sails|@marblejs\/.+|elysia|light-my-request|http-proxy.*)$/;

/** What each route can touch. Reads the app's files, and those of packages that a route can reach. */
export function reach(input: ReachInput): Reach {
  const { world, at } = builtWorld({ ...input, isFramework: (name) => frameworks.test(name) });
  const placesOf = (places: readonly ReachPlace[]): PlaceInWorld[] =>
    places.flatMap(({ module, line, column }) => {
      const file = at.get(module);
      return file === undefined ? [] : [{ file, line, column }];
    });
  const routes = input.routes.map((route) => ({ handlers: placesOf(route.handlers), registeredAt: placesOf(route.registeredAt) }));
  const preloaded = [...preloadsOf(input.graph), ...patching(input)].flatMap((id) => at.get(id) ?? []);
  const found = reachOfRoutes(world, routes, preloaded);
  const table = tables(world);
  const common = table.rowOf(found.common);
  const rows = input.routes.map(({ id }, i) => ({ id, ...table.rowOf(found.of(i)) }));
  return table.document(common, rows);
}

/** Modules that changed how modules are loaded, or what every object inherits: they run wherever that is used. */
function patching({ observed, own }: ReachInput): string[] {
  return observed.flatMap(({ id, effects }) => (!own(id) && effects.some(({ kind }) => kind === 'loader' || kind === 'prototype') ? [id] : []));
}

/** Modules that were there before the entry: tracers and the like, which take part in everything. */
function preloadsOf(graph: ModuleGraph): string[] {
  const entryOrder = graph.modules.find(({ id }) => id === graph.entry)?.order ?? 0;
  const order = new Map(graph.modules.map((module) => [module.id, module.order]));
  return graph.roots.filter((id) => id !== graph.entry && (order.get(id) ?? 0) < entryOrder);
}

type Row = Omit<RouteReach, 'id'>;

/** Rows by number of file and import, and in the end by their place in sorted tables. */
function tables(world: ReachWorld): { rowOf(reached: Reached): Row; document(common: Row, routes: RouteReach[]): Reach } {
  const requests = new Map<number, number>();
  const imports: ReachedImport[] = [];
  const files = new Set<number>();
  const importAt = (key: number): number[] => {
    const known = requests.get(key);
    if (known !== undefined) return [known];
    const { file, request } = world.keys.requestAt(key);
    const { id, summary, targets } = world.files[file]!;
    const { specifier, line } = summary!.imports[request]!;
    const target = world.files[targets[request] ?? -1];
    if (specifier === null || target === undefined) return [];
    requests.set(key, imports.push({ from: id, to: target.id, specifier, line }) - 1);
    return [imports.length - 1];
  };
  const unknownAt = (key: number): HandlerPlace => {
    const { file, request } = world.keys.requestAt(key);
    const { id, summary } = world.files[file]!;
    return { file: id, line: summary!.imports[request]!.line };
  };
  return {
    rowOf(reached) {
      for (const file of reached.files) files.add(file);
      return {
        modules: [...reached.files],
        imports: [...reached.requests].flatMap(importAt),
        unknown: [...reached.unknown].map(unknownAt).sort((a, b) => compare(a.file, b.file) || a.line - b.line),
      };
    },
    document(common, routes) {
      const modules = sorted([...files], (file) => world.files[file]!.id);
      const edges = sorted(imports.map((_, i) => i), (i) => `${imports[i]!.from}\0${imports[i]!.to}\0${imports[i]!.specifier}\0${String(imports[i]!.line).padStart(7, '0')}`);
      const placed = <Rows extends Row>(row: Rows): Rows => ({ ...row, modules: row.modules.map((file) => modules.place.get(file)!).sort(ascending), imports: row.imports.map((one) => edges.place.get(one)!).sort(ascending) });
      return {
        kind: 'reach',
        version: 1,
        modules: modules.list.map((file) => world.files[file]!.id),
        imports: edges.list.map((i) => imports[i]!),
        common: placed(common),
        routes: routes.map(placed),
      };
    },
  };
}

function sorted(list: number[], key: (one: number) => string): { list: number[]; place: Map<number, number> } {
  const keys = new Map(list.map((one) => [one, key(one)]));
  list.sort((a, b) => compare(keys.get(a)!, keys.get(b)!));
  return { list, place: new Map(list.map((one, i) => [one, i])) };
}

function ascending(a: number, b: number): number {
  return a - b;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
