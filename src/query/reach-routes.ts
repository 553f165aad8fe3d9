import type { Region } from '../model/summary.ts';
import { afterStart, type AfterStart } from './reach-start.ts';
import type { Reached, Walls } from './reach-reached.ts';
import { Walk } from './reach-walk.ts';
import { originsOf, type ReachWorld } from './reach-world.ts';

/** A place in a file of the world, lines and columns from 1; without a column, the first thing on the line counts. */
export interface PlaceInWorld {
  file: number;
  line: number;
  column?: number | undefined;
}

export interface RouteInWorld {
  /** Handlers, and middleware of this route alone. */
  handlers: readonly PlaceInWorld[];
  /** Calls that registered it, innermost first. */
  registeredAt: readonly PlaceInWorld[];
}

/** Where a route's walk begins. */
interface Roots {
  regions: number[];
  files: number[];
}

/** What each route reaches on top of what every request does; one at a time, so that thousands need no memory together. */
export function reachOfRoutes(world: ReachWorld, routes: readonly RouteInWorld[], preloaded: readonly number[]): { common: Reached; of(route: number): Reached } {
  const find = finder(world);
  const handlers = routes.map((route) => route.handlers.map((place) => find.functionAt(place)));
  const calls = routes.map((route, i) => registrations(world, find, route, handlers[i]!));
  const walls: Walls = { calls: new Set(calls.flat()), handlers: new Set(handlers.flat().filter((one) => one !== null)) };
  const start: AfterStart = afterStart(world, walls, preloaded);
  return {
    common: start.common,
    of(route) {
      const walk = new Walk(world, walls, start.attached, start.common);
      const { regions, files } = rootsOf(world, routes[route]!, handlers[route]!, calls[route]!);
      // Nobody knows what it is: it may touch anything.
      if (regions.length + files.length === 0) for (const file of world.files.keys()) if (!walk.reached.hasFile(file)) walk.reached.files.add(file);
      for (const region of regions) walk.enter(region);
      for (const file of files) walk.whole(file);
      return walk.reached;
    },
  };
}

function rootsOf(world: ReachWorld, route: RouteInWorld, handlers: readonly (number | null)[], calls: readonly number[]): Roots {
  const found = handlers.filter((one) => one !== null);
  return {
    regions: [...calls, ...found, ...found.flatMap((one) => decoratorsOf(world, one))],
    // A handler in a package, or in a text that cannot be parsed: all of its file.
    files: route.handlers.flatMap(({ file }, i) => (handlers[i] === null ? [file] : [])),
  };
}

/** Guards, pipes and the like: the decorators of a method and of its class. */
function decoratorsOf(world: ReachWorld, handler: number): number[] {
  const file = world.fileOf[handler]!;
  const owner = world.base[file]! + world.region(handler).parent;
  const { kind, members = {} } = world.region(owner);
  if (kind !== 'class') return [];
  const key = Object.keys(members).find((one) => members[one]!.some(({ region }) => region !== undefined && world.base[file]! + region === handler));
  return [owner, ...world.containersOf(owner)].flatMap((holder) => {
    const { decorators = {} } = world.region(holder);
    return ['', ...(key === undefined ? [] : [key])].flatMap((on) => (Object.hasOwn(decorators, on) ? decorators[on]!.map((one) => world.base[file]! + one) : []));
  });
}

/** The registering call, and the calls around it that hand the handler over to a helper of the app. */
function registrations(world: ReachWorld, find: Finder, route: RouteInWorld, handlers: readonly (number | null)[]): number[] {
  return route.registeredAt.slice(0, 4).flatMap((place, depth) => {
    const call = find.callAt(place);
    if (call === null) return [];
    return depth === 0 || handlers.some((handler) => handler !== null && hands(world, call, handler)) ? [call] : [];
  });
}

/** True where the handler is written in the call, or is one of its arguments. */
function hands(world: ReachWorld, call: number, handler: number): boolean {
  const file = world.fileOf[call]!;
  if (world.fileOf[handler] === file && encloses(world.region(call), world.region(handler))) return true;
  return world.region(call).uses.some((use) => use.how === 'give' && originsOf(world, file, use).some((origin) => origin.kind === 'region' && origin.global === handler));
}

function encloses(outer: Region, inner: Region): boolean {
  return (inner.line > outer.line || (inner.line === outer.line && inner.column >= outer.column)) && inner.endLine <= outer.endLine;
}

interface Finder {
  functionAt(place: PlaceInWorld): number | null;
  callAt(place: PlaceInWorld): number | null;
}

function finder(world: ReachWorld): Finder {
  const byFile = new Map<number, Found[]>();
  const regionsIn = (file: number): Found[] => {
    const known = byFile.get(file) ?? (world.files[file]?.summary?.regions ?? []).flatMap((region, r) => (region.kind === 'function' || region.kind === 'call' ? [{ region, global: world.base[file]! + r }] : []));
    byFile.set(file, known);
    return known;
  };
  return {
    functionAt({ file, line, column }) {
      const around = regionsIn(file).filter(({ region }) => region.kind === 'function' && region.line <= line && region.endLine >= line);
      const upTo = around.filter(({ region }) => region.line < line || column === undefined || region.column <= column);
      const starting = upTo.filter(({ region }) => region.line === line);
      // Of several on the line, the last that begins before the place; without a column, the first.
      const found = column === undefined && starting.length > 0 ? starting[0] : (starting.at(-1) ?? innermost(upTo));
      return found?.global ?? null;
    },
    callAt({ file, line, column }) {
      const calls = regionsIn(file).filter(({ region }) => region.kind === 'call' && region.line === line);
      const exact = column === undefined ? [] : calls.filter(({ region }) => region.column === column);
      const outer = calls.filter(({ region }) => !calls.some((other) => other.region !== region && encloses(other.region, region) && !encloses(region, other.region)));
      return (exact[0] ?? (column === undefined || outer.length === 1 ? outer[0] : undefined))?.global ?? null;
    },
  };
}

interface Found {
  region: Region;
  global: number;
}

function innermost(around: readonly Found[]): Found | undefined {
  return around.toSorted((a, b) => b.region.line - a.region.line || b.region.column - a.region.column)[0];
}
