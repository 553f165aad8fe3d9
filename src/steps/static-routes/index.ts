import { normalMethod, normalPath, routeId, type HandlerSite, type RouteNeeds, type StaticRoute } from '../../model/routes.ts';
import { findings, type Finding } from '../../model/trouble.ts';
import type { Framework } from '../../syntax/reader/framework.ts';
import { needsOf } from './needs.ts';
import type { FoundRoute, Handler, Place, Reading } from '../../syntax/reader/reader.ts';

export interface ReadRoute extends Omit<StaticRoute, 'needs'> {
  /** As found: with the functions themselves, which no document holds. */
  found: FoundRoute;
}

/** Ids of files, and the way from a place in what a compiler made to the one a person edits. */
export interface Naming {
  idOf(file: string): string;
  originalOf(place: Place): Place;
}

/**
 * Every route that the frameworks' plugins find, in the contract's spelling, sorted by path and method; of several with
 * one id the first registered stays. What could not be read is told as findings.
 */
export function staticRoutes(reading: Reading, frameworks: readonly Framework[], naming: Naming): { routes: StaticRoute[]; findings: Finding[] } {
  const routes = new Map<string, ReadRoute>();
  for (const { name, findRoutes } of frameworks) {
    for (const found of findRoutes(reading.reader)) {
      const id = routeId(found.method, found.path);
      if (!routes.has(id)) routes.set(id, routeOf(found, name, naming));
    }
  }
  const sorted = [...routes.values()].sort((a, b) => compare(a.path, b.path) || compare(a.method, b.method));
  const { needs, findings: needed } = needsOf(sorted, reading, naming);
  return { routes: sorted.map((route, index) => withNeeds(route, needs[index]!)), findings: [...findingsOf(reading, naming), ...needed] };
}

function withNeeds({ found: _, ...route }: ReadRoute, needs: RouteNeeds): StaticRoute {
  return { ...route, needs };
}

function routeOf(found: FoundRoute, framework: string, naming: Naming): ReadRoute {
  return {
    method: normalMethod(found.method),
    path: normalPath(found.path),
    framework,
    handler: found.handler && siteOf(found.handler, naming),
    middleware: found.middleware.map((one) => siteOf(one, naming)),
    registeredAt: placeOf(found.registeredAt, naming),
    found,
  };
}

function siteOf({ place, name }: Handler, naming: Naming): HandlerSite {
  const { file, line, column } = naming.originalOf(place);
  return { file: naming.idOf(file), line, column, name };
}

function placeOf(place: Place, naming: Naming): { file: string; line: number } {
  const { file, line } = naming.originalOf(place);
  return { file: naming.idOf(file), line };
}

function findingsOf(reading: Reading, naming: Naming): Finding[] {
  const unread = reading.notes().map(({ what, place }) => findings['route-unreadable']({ what, ...placeOf(place, naming) }));
  return [...unread, ...(reading.stopped() ? [findings['reading-stopped']({})] : [])];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
