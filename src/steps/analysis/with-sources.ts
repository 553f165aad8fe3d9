import type { Analysis, AnalyzedRoute } from '../../model/analysis.ts';
import { routeId, type StaticRoute } from '../../model/routes.ts';
import type { Finding } from '../../model/trouble.ts';

/** What the sources tell, read without running them. */
export interface Sources {
  routes: readonly StaticRoute[];
  findings: readonly Finding[];
}

/**
 * An analysis of a start, joined with what the sources tell: which routes both have, what routes need, and routes that
 * this start did not register. What could not be read matters only where the start showed no route.
 */
export function withSources(analysis: Analysis, { routes, findings }: Sources): Analysis {
  const read = new Map(routes.map((route) => [routeId(route.method, route.path), route]));
  const registered = new Set(analysis.routes.map(({ id }) => id));
  const both = analysis.routes.map((route): AnalyzedRoute => {
    const inSources = read.get(route.id);
    return inSources === undefined ? route : { ...route, seenBy: 'both', declaredAt: route.declaredAt ?? placeOf(inSources), ...inSources.needs };
  });
  const others = routes.filter((route) => !registered.has(routeId(route.method, route.path))).map((route) => fromSources(route, analysis));
  const told = analysis.routes.length === 0 ? findings : findings.filter(({ code }) => code !== 'route-unreadable');
  return {
    ...analysis,
    routes: [...both, ...others].sort((a, b) => compare(a.path, b.path) || compare(a.method, b.method)),
    findings: [...analysis.findings, ...told],
  };
}

function fromSources(route: StaticRoute, { modules, coldStart }: Analysis): AnalyzedRoute {
  return {
    id: routeId(route.method, route.path),
    method: route.method,
    path: route.path,
    seenBy: 'static',
    declaredAt: placeOf(route),
    registeredAt: [route.registeredAt],
    modules: modules.length,
    coldStartMs: coldStart.now?.medianMs ?? null,
    afterMs: null,
    heaviest: [],
    ...route.needs,
  };
}

function placeOf({ handler }: StaticRoute): AnalyzedRoute['declaredAt'] {
  return handler && { file: handler.file, line: handler.line };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
