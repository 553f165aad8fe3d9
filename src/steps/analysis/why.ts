import type { Why } from '../../model/analysis.ts';
import type { Costs } from '../../model/costs.ts';
import type { ImportEdge, ModuleGraph } from '../../model/graph.ts';
import { roundMs } from '../../model/sample.ts';
import { UserError } from '../../model/trouble.ts';
import { chainsTo } from '../../query/chains.ts';
import { smallestCut } from '../../query/cut.ts';

/** More chains than this help nobody; their number is told. */
const SHOWN_CHAINS = 20;

/** Why a module is loaded, what it costs, and what would stop it. */
export function why(graph: ModuleGraph, costs: Costs, query: string, placeOf: (edge: ImportEdge) => { file: string; line: number }): Why {
  const id = moduleNamed(graph, costs, query);
  const cost = costs.modules.find((module) => module.id === id)!;
  const selfMs = Object.fromEntries(costs.modules.map((module) => [module.id, module.self.medianMs]));
  const inclusiveMs = new Map(costs.modules.map((module) => [module.id, module.inclusive.medianMs]));
  const edges = new Map(graph.edges.map((edge) => [`${edge.from}\0${edge.to}`, edge]));
  const { chains, inAll, counted } = chainsTo(graph, id, { limit: SHOWN_CHAINS });
  const cut = smallestCut(graph, id, { selfMs });
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
        return { module, ms: inclusiveMs.get(module) ?? 0, line: edge ? placeOf(edge).line : null, specifier: edge?.specifier ?? null };
      }),
    ),
    chainsInAll: inAll,
    chainsCounted: counted,
    cut: (cut?.edges ?? []).map((edge) => ({ ...placeOf(edge), specifier: edge.specifier })),
    cutSavesMs: roundMs(cut?.savesMs ?? 0),
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
