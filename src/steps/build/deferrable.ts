import type { Deferral } from '../../model/deferrals.ts';
import type { ModuleGraph } from '../../model/graph.ts';
import { loadsAtOnce } from '../../query/loads-at-once.ts';
import { contextName } from '../../syntax/module-runner.ts';
import { deferIn, type Cut } from './defer.ts';
import type { DeferredImport } from './index.ts';

/** An import that its importer's text does not let go in a pack. */
export interface Refused {
  importer: string;
  target: string;
  reason: string;
}

/** The imports to defer, with the specifiers that are really written: a document does not show absolute ones. */
export function deferredImports(deferrals: readonly Deferral[], graph: ModuleGraph): DeferredImport[] {
  const written = new Map(graph.edges.map((edge) => [`${edge.from}\0${edge.to}`, edge.specifier]));
  return deferrals.map(({ importer, target, import: place, reasons }) => ({
    importer,
    target,
    specifier: written.get(`${importer}\0${target}`) ?? place.specifier,
    values: reasons.includes('VALUE_INITIALIZER') || reasons.includes('OPT_IN'),
  }));
}

/** Those of the imports that cannot be deferred in a pack. `read` gives the JavaScript of a module by id. */
export function refusedImports(imports: readonly DeferredImport[], graph: ModuleGraph, read: (id: string) => string | null): Refused[] {
  const kinds = new Map(graph.modules.map(({ id, kind }) => [id, kind]));
  const byImporter = new Map<string, DeferredImport[]>();
  for (const one of imports) byImporter.set(one.importer, [...(byImporter.get(one.importer) ?? []), one]);
  const refused: Refused[] = [];
  for (const [importer, cuts] of byImporter) {
    const source = read(importer)?.replace(/^\uFEFF/, '') ?? null;
    const found = source === null ? null : deferIn(source, cutsOf(cuts, graph), kinds.get(importer) === 'esm' ? 'esm' : 'cjs', contextName(source));
    for (const { specifier, target } of cuts) {
      if (found?.deferred.includes(specifier) === true) continue;
      refused.push({ importer, target, reason: found?.refused.find((one) => one.specifier === specifier)?.reason ?? 'NOT_PARSED' });
    }
  }
  return refused;
}

/** Without a graph the imports come from an evidence file, which was written by someone who had one. */
export function cutsOf(imports: readonly DeferredImport[], graph: ModuleGraph | null): Cut[] {
  return imports.map(({ specifier, values, target }) => ({ specifier, values, loadable: graph === null || loadsAtOnce(graph, target) }));
}
