import { closure, loads, type DeferOptions } from './defer.ts';
import { callsOf } from './quiet.ts';
import type { SourceModule } from './scopes.ts';
import type { Site } from './sites.ts';
import { usesOf } from './uses.ts';

/** What would load a deferred import, as far as its importer's text tells. */
export type Demands = {
  /** Uses inside functions, of the names it makes and of all that is put off with them: offsets in the text. */
  usedAt: number[];
  /** A branch, or a callback, that is reached while the importer is evaluated uses it. */
  maybeAtLoad: boolean;
  /** Exports that become getters; whoever reads one of them needs the import. */
  exportedAs: string[];
  /** What the initializers call that are put off with it: see `callsOf`. */
  calls: string[] | null;
};

/** Null where the sites, all of one specifier, cannot be put off, not even with the values made from them. */
export function demandsOf(module: SourceModule, sites: readonly Site[], options: DeferOptions): Demands | null {
  const loading = sites.filter(loads);
  const safe = closure(module, loading, options);
  const plan = typeof safe === 'string' ? closure(module, loading, { ...options, values: true }) : safe;
  if (typeof plan === 'string') return null;
  const inside = (offset: number): boolean => plan.units.some(({ node }) => offset >= node.start && offset < node.end);
  const uses = plan.units.flatMap(({ made }) => made.flatMap(({ variable }) => usesOf(module, variable))).filter(({ identifier, moment }) => moment.at !== 'never' && !inside(identifier.start));
  const asGetters = (how: string): boolean => how === 'reexport' && plan.getters.length > 0;
  return {
    usedAt: [...new Set(uses.filter(({ moment }) => moment.at !== 'load').map(({ identifier }) => identifier.start))],
    maybeAtLoad: uses.some(({ moment, how }) => moment.at === 'load' && !asGetters(how)),
    exportedAs: [...new Set(plan.getters.map(({ name }) => name))],
    calls: callsOf(module, plan.units, loading),
  };
}
