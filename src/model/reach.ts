import { z } from 'zod';
import { HandlerPlace } from './routes.ts';

/** An import by which routes reach something: `from` and `to` are module ids. */
export const ReachedImport = z.object({ from: z.string(), to: z.string(), specifier: z.string(), line: z.number().int() });
export type ReachedImport = z.infer<typeof ReachedImport>;

/** What one route can touch on top of what every request can: indices into `modules` and `imports`, ascending. */
export const RouteReach = z.object({
  id: z.string(),
  modules: z.array(z.number().int()),
  imports: z.array(z.number().int()),
  /** Imports of computed names about which nothing is known: what they load is not among the modules. */
  unknown: z.array(HandlerPlace),
});
export type RouteReach = z.infer<typeof RouteReach>;

/**
 * Which modules each route's handler and middleware can touch, found in the texts without running them: an upper bound.
 * Modules of the app by declaration, packages as a whole. `common` is what any request can touch.
 */
export const Reach = z.object({
  kind: z.literal('reach'),
  version: z.literal(1),
  /** Ids, sorted; a module need not have been loaded. */
  modules: z.array(z.string()),
  imports: z.array(ReachedImport),
  common: RouteReach.omit({ id: true }),
  routes: z.array(RouteReach),
});
export type Reach = z.infer<typeof Reach>;

/** Ids of all that a route can touch, `common` included; unknown routes can touch what every request can. */
export function modulesReached(reach: Reach, routeId: string): Set<string> {
  const route = reach.routes.find(({ id }) => id === routeId);
  return new Set([...reach.common.modules, ...(route?.modules ?? [])].map((index) => reach.modules[index]!));
}
