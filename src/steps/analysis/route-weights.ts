import type { AnalyzedRoute } from '../../model/analysis.ts';
import type { Boot } from '../../model/boot.ts';
import type { Costs } from '../../model/costs.ts';
import type { Deferrals } from '../../model/deferrals.ts';
import type { Reach } from '../../model/reach.ts';
import { routeId, type RuntimeRoute } from '../../model/routes.ts';
import { roundMs } from '../../model/sample.ts';
import { expectedCosts } from '../../query/expected-costs.ts';
import { goneWithout, heaviestAmong, weigher } from '../../query/reach.ts';

type RouteWeights = Pick<AnalyzedRoute, 'modules' | 'heaviest' | 'afterMs'>;

interface WeightInput {
  boot: Boot;
  costs: Costs;
  deferrals: Deferrals | null;
  reach?: Reach | null;
  own(id: string): boolean;
}

/** Heaviest modules named per route, and what is too light to be named, milliseconds. */
const shown = { top: 3, leastMs: 1 };

/**
 * What each route weighs. `heaviest` is looked for in what the route has of its own, since what every request needs is
 * nothing that sets it apart.
 */
export function routeWeights(input: WeightInput): (route: RuntimeRoute, nowMs: number | null) => RouteWeights {
  const { boot, costs, reach = null, own } = input;
  const { graph } = boot.evidence;
  const selfMs = Object.fromEntries(costs.modules.map((module) => [module.id, module.self.medianMs]));
  const retainedMs = Object.fromEntries(costs.modules.map((module) => [module.id, module.retained.medianMs]));
  if (reach === null) {
    const weigh = weigher(graph, { selfMs, retainedMs }, { own, ...shown });
    // Many routes share a handler's file: each file is looked into once.
    const known = new Map<string, ReturnType<typeof weigh>>();
    return ({ module }) => {
      if (module === null) return { modules: graph.modules.length, heaviest: [], afterMs: null };
      if (!known.has(module)) known.set(module, weigh([module]));
      return { ...known.get(module)!, afterMs: null };
    };
  }
  const heaviest = heaviestAmong(graph, { selfMs, retainedMs }, { own, ...shown });
  const rows = new Map(reach.routes.map((route) => [route.id, route]));
  const late = deferredMs(input);
  return (route, nowMs) => {
    const own = (rows.get(routeId(route.method, route.path))?.modules ?? []).map((at) => reach.modules[at]!);
    const common = reach.common.modules.map((at) => reach.modules[at]!);
    let spared = late === null ? 0 : late.allMs;
    if (late !== null) for (const id of [...own, ...common]) spared -= late.ms.get(id) ?? 0;
    return {
      modules: own.length + common.length,
      heaviest: heaviest(own),
      afterMs: nowMs === null || late === null ? null : roundMs(Math.max(0, nowMs - Math.max(0, spared))),
    };
  };
}

/** Own times of the modules that the start no longer loads when all that is safe is deferred; null where imports were not judged. */
function deferredMs({ boot, costs, deferrals }: WeightInput): { ms: Map<string, number>; allMs: number } | null {
  if (deferrals === null) return null;
  const cut = new Set(deferrals.deferrals.flatMap(({ verdict, importer, target }) => (verdict === 'defer' ? [`${importer}\0${target}`] : [])));
  const { graph } = boot.evidence;
  const kept = new Set(deferrals.preload ?? []);
  const self = new Map(expectedCosts(costs, boot).modules.map((module) => [module.id, module.self.medianMs]));
  const gone = goneWithout(graph, { edges: graph.edges.filter(({ from, to }) => cut.has(`${from}\0${to}`)) }).filter((id) => !kept.has(id));
  const ms = new Map(gone.map((id) => [id, self.get(id) ?? 0]));
  return { ms, allMs: [...ms.values()].reduce((sum, one) => sum + one, 0) };
}
