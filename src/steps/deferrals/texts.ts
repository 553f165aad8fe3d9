import type { Effect } from '../../model/deferrals.ts';
import type { ImportEdge, ModuleNode } from '../../model/graph.ts';
import { placeOfImport } from '../../syntax/import-place.ts';
import { languageOf, type SourceFormat } from '../../syntax/parse.ts';
import type { ImportText } from './obstacles.ts';
import { effectsIn, summarize, type Summary, type SummaryTask } from './summary.ts';

/** The texts of the loaded modules, as the deferral step asks about them. */
export interface Texts {
  textOf(edge: ImportEdge): ImportText | 'unread' | null;
  lineOf(edge: ImportEdge): number;
  staticEffects(id: string): readonly Effect[];
  /** Ids of the modules whose code may mean the name. */
  mentionedBy(name: string): string[];
  /** Where a module's code may mean the name: offsets in its text. */
  mentionsIn(id: string, name: string): number[];
}

/**
 * `read` gives a module's source as it ran, by id; null where there is none. `summaryOf` may know summaries already; without it
 * each text is parsed when first asked about.
 */
export function textsOf(modules: readonly ModuleNode[], read: (id: string) => string | null, summaryOf: (task: SummaryTask) => Summary = summarize): Texts {
  const formats = new Map(modules.map((module) => [module.id, formatOf(module)]));
  const known = new Map<string, Summary | null>();
  const summary = (id: string): Summary | null => {
    if (!known.has(id)) {
      const source = read(id);
      known.set(id, source === null ? null : summaryOf({ source, format: formats.get(id) ?? { module: 'cjs', language: languageOf(id) } }));
    }
    return known.get(id)!;
  };
  const importOf = ({ specifier }: ImportEdge, { imports }: { imports: Summary['imports'] }): ImportText | null => (imports !== null && Object.hasOwn(imports, specifier) ? imports[specifier]! : null);
  return {
    textOf(edge) {
      const found = summary(edge.from);
      return found === null || found.imports === null ? 'unread' : importOf(edge, found);
    },
    lineOf(edge) {
      // Not parsed for this alone.
      const found = known.get(edge.from) ?? null;
      return (found && importOf(edge, found)?.line) ?? placeOfImport(read(edge.from) ?? '', edge.specifier)?.line ?? 1;
    },
    staticEffects(id) {
      const found = summary(id);
      return found === null ? [{ kind: 'not-parsed', on: id, place: null, specifier: null, when: 'always' }] : effectsIn(found, id);
    },
    mentionsIn(id, name) {
      const source = read(id) ?? '';
      return source.includes(name) ? [...source.matchAll(new RegExp(`${mentionOf(name).source}|[{,]\\s*${name}\\s*[,:}]`, 'g'))].map(({ index }) => index) : [];
    },
    mentionedBy(name) {
      const word = mentionOf(name);
      const mentions = (source: string): boolean => source.includes(name) && word.test(source);
      return modules.flatMap(({ id, kind }) => ((kind === 'cjs' || kind === 'esm') && mentions(read(id) ?? '') ? [id] : []));
    },
  };
}

/** How a loaded module's text is to be read. */
export function formatOf({ id, kind }: Pick<ModuleNode, 'id' | 'kind'>): SourceFormat {
  return { module: kind === 'esm' ? 'esm' : 'cjs', language: languageOf(id) };
}

/** A name where code may mean the property: behind a dot, before one, in quotes, or asked for its type; prose does not count. */
function mentionOf(name: string): RegExp {
  const text = name.replace(/[^\w]/g, '\\$&');
  return new RegExp(`\\.${text}(?![\\w$])|(?<![\\w$])${text}\\??\\.\\w|['"\`]${text}['"\`]|typeof\\s+${text}(?![\\w$])|(?<![\\w$.])${text}\\s*(?:\\(|=[^=])`);
}
