import { routeId, type RuntimeRoute, type StaticRoute } from '../model/routes.ts';

/** A route of an app with what each way of looking told about it; at least one of the two is there. */
export interface JoinedRoute {
  id: string;
  seenBy: 'static' | 'runtime' | 'both';
  runtime: RuntimeRoute | null;
  sources: StaticRoute | null;
}

/** Routes that a start registered and routes read from the sources, matched by id, sorted by path and method. */
export function joinedRoutes(runtime: readonly RuntimeRoute[], sources: readonly StaticRoute[]): JoinedRoute[] {
  const read = new Map(sources.map((route) => [routeId(route.method, route.path), route]));
  const registered = new Map(runtime.map((route) => [routeId(route.method, route.path), route]));
  const ids = new Set([...registered.keys(), ...read.keys()]);
  return [...ids]
    .map((id): JoinedRoute => {
      const [atRuntime, inSources] = [registered.get(id) ?? null, read.get(id) ?? null];
      return { id, seenBy: atRuntime === null ? 'static' : inSources === null ? 'runtime' : 'both', runtime: atRuntime, sources: inSources };
    })
    .sort((a, b) => compare(pathOf(a), pathOf(b)) || compare(a.id, b.id));
}

function pathOf({ runtime, sources }: JoinedRoute): string {
  return (runtime ?? sources)?.path ?? '';
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
