import type { FunctionInspector } from './inspect.ts';
import { installedPackage } from './own.ts';
import { type Callable, isCallable, quietly } from './patch.ts';
import { functionsWithin, type Inner, type Owner } from './within.ts';
import type { FoundRoute, RawPlace } from './types.ts';

export interface Surroundings {
  inspector: FunctionInspector;
  isOwn(file: string): boolean;
  /** Package names of the frameworks: their frames in a registration say nothing about who registered. */
  frameworks: ReadonlySet<string>;
  report(problem: string): void;
}

/** One route on its way from what the framework calls to the function that is really the route's. */
interface Search {
  fn: Callable;
  place: RawPlace | null;
  /** Package that registered the route; null for the app itself. */
  registrar: string | null;
}

// So many wrappers around each other are looked through, each of which may be three functions deep.
const rounds = 4;
/** For all handlers together. The largest app tried (1,382 routes) takes a tenth of it. */
const patienceMs = 3000;

/**
 * The place of each route's handler. Wrappers are looked through: bound functions and proxies, functions of a
 * dependency that did not register the route itself, and functions in the app that many routes share as the product of
 * one factory. Null where a route has no function, or only a native one.
 */
export function locateHandlers(routes: FoundRoute[], world: Surroundings): (RawPlace | null)[] {
  const searches = routes.map((route): Search | null => {
    if (!isCallable(route.handler)) return null;
    const { fn, place } = unbound(route.handler, world.inspector);
    return { fn, place, registrar: registrarOf(route.registeredAt, world) };
  });
  const deadline = performance.now() + patienceMs;
  for (let round = 0; round < rounds; round += 1) {
    let moved = false;
    for (const group of groupsByPlace(searches)) {
      if (performance.now() > deadline) {
        world.report(`handlers behind wrappers were searched for ${patienceMs} ms; those not reached are left at their wrapper`);
        return searches.map((search) => search?.place ?? null);
      }
      quietly(world.report, () => void (lookThrough(group, world) && (moved = true)));
    }
    if (!moved) break;
  }
  return searches.map((search) => search?.place ?? null);
}

function groupsByPlace(searches: (Search | null)[]): Search[][] {
  const groups = new Map<string, Search[]>();
  for (const search of searches) {
    if (search === null) continue;
    const group = groups.get(placeKey(search.place));
    if (group === undefined) groups.set(placeKey(search.place), [search]);
    else group.push(search);
  }
  return [...groups.values()];
}

function unbound(fn: Callable, inspector: FunctionInspector): { fn: Callable; place: RawPlace | null } {
  let current = fn;
  for (let depth = 0; depth < 5; depth += 1) {
    const behind = inspector.behind(current);
    if (behind === null) break;
    current = behind.target;
  }
  return { fn: current, place: inspector.placeOf(current) };
}

function registrarOf(stack: RawPlace[], world: Surroundings): string | null {
  for (const frame of stack) {
    if (world.isOwn(frame.file)) return null;
    const name = installedPackage(frame.file)?.name;
    if (name !== undefined && !world.frameworks.has(name)) return name;
  }
  return null;
}

/** Moves each route of one handler location to the function inside, if there is one; says whether any moved. */
function lookThrough(group: Search[], world: Surroundings): boolean {
  const holder = ownerOf(group[0]!.place, group[0]!, world);
  const products = new Set(group.map((search) => search.fn)).size > 1;
  if (holder === 'app' && !products) return false;

  const inner = group.map((search) => functionsWithin(search.fn, world.inspector, (place) => ownerOf(place, search, world)));
  const slots = new Map<string, { inner: Inner; places: Set<string> }>();
  for (const one of inner.flat()) {
    const slot = slots.get(one.slot) ?? { inner: one, places: new Set() };
    slot.places.add(placeKey(one.place));
    slots.set(one.slot, slot);
  }
  const choice = [...slots.values()]
    .filter((slot) => isTheirs(slot.inner, slot.places.size, holder, world) || isSameAgain(slot.inner, group[0]!.place))
    .sort((a, b) => preference(b.inner, b.places.size, world) - preference(a.inner, a.places.size, world) || compare(a.inner.slot, b.inner.slot))
    .map((slot) => slot.inner.slot);

  let moved = false;
  group.forEach((search, index) => {
    const slot = choice.find((name) => inner[index]!.some((one) => one.slot === name));
    const target = inner[index]!.find((one) => one.slot === slot);
    if (target === undefined || target.fn === search.fn) return;
    search.fn = target.fn;
    search.place = target.place;
    moved = true;
  });
  return moved;
}

/** Whether a function found inside a handler can be what the handler is there for. */
function isTheirs(inner: Inner, places: number, holder: Owner, world: Surroundings): boolean {
  if (places > 1 && inner.use !== 'none') return true;
  // Somebody else's wrapper: nothing of it belongs to the route, so whatever it holds is better.
  if (holder === 'other') return inner.use !== 'none' || !inner.ofModule;
  // A package that registers may wrap the app's function, or may have a route of its own that uses something of the app.
  return holder === 'registrar' && inner.use === 'called' && inner.direct && !inner.ofModule && world.isOwn(inner.place.file);
}

/** A product inside a product of the same factory: a wrapper applied twice. */
function isSameAgain(inner: Inner, holder: RawPlace | null): boolean {
  return inner.use === 'called' && inner.direct && !inner.ofModule && placeKey(inner.place) === placeKey(holder);
}

function ownerOf(place: RawPlace | null, search: Search, world: Surroundings): Owner {
  if (place === null) return 'other';
  if (world.isOwn(place.file)) return 'app';
  return installedPackage(place.file)?.name === search.registrar ? 'registrar' : 'other';
}

/** What differs from route to route first, then what the wrapper calls, the app's own, the nearest, the last called. */
function preference(inner: Inner, places: number, world: Surroundings): number {
  const use = { called: 2, passed: 1, none: 0 }[inner.use];
  const own = world.isOwn(inner.place.file) ? 1 : 0;
  return (places > 1 ? 1e9 : 0) + use * 1e8 + own * 1e7 + Math.min(places, 999) * 1e4 - inner.depth * 1e3 + inner.usedAt;
}

function placeKey(place: RawPlace | null): string {
  return place === null ? '' : `${place.file}:${place.line}:${place.column}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
