import type { Observed } from '../../model/boot.ts';
import type { Effect } from '../../model/deferrals.ts';
import type { RawEvidence } from '../../probe/record.ts';
import type { ModuleIds } from './ids.ts';

/** What the evidence probe saw modules do, by module id, sorted. */
export function observedOf(evidence: Pick<RawEvidence, 'effects' | 'uses'> | null, ids: Pick<ModuleIds, 'idOf'>): Observed[] {
  const observed = new Map<string, Observed>();
  const of = (file: string): Observed => {
    const id = ids.idOf(file);
    const known = observed.get(id) ?? { id, effects: [], functions: [], blocks: [] };
    observed.set(id, known);
    return known;
  };
  for (const [file, effects] of Object.entries(evidence?.effects ?? {})) {
    of(file).effects.push(...effects.map(({ kind, on }): Effect => ({ kind, on: kind === 'other-module' ? withId(on, ids) : on, place: null, specifier: null, when: 'always' })));
  }
  for (const { file, functions, blocks } of evidence?.uses ?? []) Object.assign(of(file), { functions, blocks });
  return [...observed.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** `<file> <property>`; a property may hold spaces, and so may a file. */
function withId(on: string, ids: Pick<ModuleIds, 'idOf'>): string {
  const cut = on.lastIndexOf(' ');
  return cut < 0 ? on : `${ids.idOf(on.slice(0, cut))} ${on.slice(cut + 1)}`;
}
