import { normalMethod, normalPath, routeId, type HandlerPlace, type RanPlace, type RuntimeRoute } from '../../model/routes.ts';
import type { RawPlace, RawRoute } from '../../probe/routes/types.ts';

// Registrations run through these; what is left of a stack is who asked for the route.
const frameworks = new Set([
  'express', 'router', 'koa', '@koa/router', 'koa-router', 'koa-mount', 'koa-route', 'koa-compose', 'fastify', 'avvio',
  'hono', '@nestjs/core', '@nestjs/common', '@nestjs/platform-express', '@nestjs/platform-fastify', 'reflect-metadata', 'tslib',
]);

/**
 * Routes as the frameworks held them, in the contract's spelling, sorted by path and method. Where two have the same id
 * the one registered first stays: it is asked first. `toId` names modules from absolute paths; `originalOf` turns a
 * place as it ran into the one a person edits.
 */
export function runtimeRoutes(raw: readonly RawRoute[], toId: (file: string) => string, originalOf: (place: RawPlace) => RawPlace): RuntimeRoute[] {
  const placeOf = (place: RawPlace): HandlerPlace => {
    const { file, line } = originalOf(place);
    return { file: toId(file), line };
  };
  const ranAt = ({ file, line, column }: RawPlace): RanPlace => ({ module: toId(file), line, column });
  const routes = new Map<string, RuntimeRoute>();
  for (const route of raw) {
    const id = routeId(route.method, route.path);
    if (routes.has(id)) continue;
    const registeredAt = route.registeredAt.filter((frame) => !isFramework(toId(frame.file)));
    routes.set(id, {
      method: normalMethod(route.method),
      path: normalPath(route.path),
      framework: route.framework,
      handler: route.handler === null ? null : placeOf(route.handler),
      module: route.handler === null ? null : toId(route.handler.file),
      registeredAt: registeredAt.map(placeOf),
      ran: { handler: route.handler && ranAt(route.handler), registeredAt: registeredAt.map(ranAt) },
    });
  }
  return [...routes.values()].sort((a, b) => compare(a.path, b.path) || compare(a.method, b.method));
}

function isFramework(id: string): boolean {
  const name = /^node_modules\/((?:@[^/]+\/)?[^/@]+)/.exec(id)?.[1];
  return name !== undefined && frameworks.has(name);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
