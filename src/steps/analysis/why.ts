import type { Why } from '../../model/analysis.ts';
import type { App } from '../../model/app.ts';
import type { Costs } from '../../model/costs.ts';
import type { ImportEdge, ModuleGraph } from '../../model/graph.ts';
import { roundMs } from '../../model/sample.ts';
import { UserError } from '../../model/trouble.ts';
import { chainsTo } from '../../query/chains.ts';
import { smallestCut } from '../../query/cut.ts';
import { ofFramework } from '../../query/framework.ts';
import { naturalCut } from '../../query/natural-cut.ts';
import { ownCode } from '../../query/own.ts';

/** More chains than this help nobody; their number is told. */
const SHOWN_CHAINS = 20;

export interface WhyInput {
  /** Chains begin at its roots. */
  graph: ModuleGraph;
  costs: Costs;
  /** Module ids of the route handlers: they tell which package is the app. */
  handlers: readonly string[];
  framework: App['framework'];
  placeOf(edge: ImportEdge): { file: string; line: number; specifier: string };
}

/** Why a module is loaded, what it costs, and what would stop it. Throws a UserError when no such module was loaded. */
export function why({ graph, costs, handlers, framework, placeOf }: WhyInput, query: string): Why {
  const id = moduleNamed(graph, costs, query);
  const cost = costs.modules.find((module) => module.id === id)!;
  const selfMs = Object.fromEntries(costs.modules.map((module) => [module.id, module.self.medianMs]));
  const inclusiveMs = new Map(costs.modules.map((module) => [module.id, module.inclusive.medianMs]));
  const edges = new Map(graph.edges.map((edge) => [`${edge.from}\0${edge.to}`, edge]));
  const { chains, inAll, counted } = chainsTo(graph, id, { limit: SHOWN_CHAINS });
  const retainedMs = Object.fromEntries(costs.modules.map((module) => [module.id, module.retained.medianMs]));
  const smallest = smallestCut(graph, id, { selfMs });
  const practical = naturalCut(graph, id, { selfMs, retainedMs, own: ownCode(graph, handlers), keep: ofFramework(graph, framework) });
  // Of several smallest cuts the one that a person would make.
  const cut = practical !== null && practical.edges.length === smallest?.edges.length ? practical : smallest;
  const places = (edges: readonly ImportEdge[]): Why['cut'] => edges.map(placeOf);
  return {
    kind: 'why',
    version: 1,
    module: id,
    selfMs: cost.self.medianMs,
    inclusiveMs: cost.inclusive.medianMs,
    retainedMs: cost.retained.medianMs,
    noiseMs: cost.retained.madMs,
    chains: chains.map((chain) =>
      chain.map((module, step) => {
        const edge = step === 0 ? undefined : edges.get(`${chain[step - 1]}\0${module}`);
        const place = edge && placeOf(edge);
        return { module, ms: inclusiveMs.get(module) ?? 0, line: place?.line ?? null, specifier: place?.specifier ?? null };
      }),
    ),
    chainsInAll: inAll,
    chainsCounted: counted,
    cut: places(cut?.edges ?? []),
    cutSavesMs: roundMs(cut?.savesMs ?? 0),
    practicalCut: practical === null || practical === cut ? null : { cut: places(practical.edges), savesMs: roundMs(practical.savesMs) },
  };
}

/**
 * The loaded module a person means: an id, a package name (its module that retains most), or the end of a path.
 * Throws a UserError with the nearest names when there is none.
 */
export function moduleNamed(graph: ModuleGraph, costs: Costs, query: string): string {
  const ids = graph.modules.map((module) => module.id);
  if (ids.includes(query)) return query;
  const retained = new Map(costs.modules.map((module) => [module.id, module.retained.medianMs]));
  const heaviest = (among: readonly string[]): string | undefined => among.toSorted((a, b) => retained.get(b)! - retained.get(a)! || (a < b ? -1 : 1))[0];
  const inPackage = graph.modules.filter((module) => module.package === query || `${module.package}@${module.version}` === query);
  const byEnd = ids.filter((id) => id.endsWith(`/${query}`) || id.replace(/(?:\/index)?\.[cm]?[jt]s$/, '').endsWith(`/${query}`));
  const found = heaviest(inPackage.map((module) => module.id)) ?? heaviest(byEnd) ?? ids.find((id) => id === `node:${query}`);
  if (found !== undefined) return found;
  const names = [...new Set(graph.modules.map((module) => module.package ?? module.id))];
  const like = names.filter((name) => name.includes(query) || query.includes(name)).slice(0, 5);
  throw new UserError(
    'not-loaded',
    `No module or package named "${query}" was loaded at the start.`,
    like.length > 0 ? `Loaded and similar: ${like.join(', ')}.` : 'lwa-split analyze --json lists all modules that were.',
  );
}
