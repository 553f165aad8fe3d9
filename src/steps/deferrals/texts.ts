import type { Effect } from '../../model/deferrals.ts';
import type { ImportEdge, ModuleNode } from '../../model/graph.ts';
import { defer } from '../../syntax/defer.ts';
import { effectsOf } from '../../syntax/effects.ts';
import { commonJsHost, moduleHost } from '../../syntax/hosts.ts';
import { importsOf, type ImportSite } from '../../syntax/imports.ts';
import { languageOf, type SourceFormat } from '../../syntax/parse.ts';
import type { ImportText } from './obstacles.ts';

/** The texts of the loaded modules, as the deferral step asks about them; each is read and parsed when first asked for. */
export interface Texts {
  textOf(edge: ImportEdge): ImportText | 'unread' | null;
  staticEffects(id: string): readonly Effect[];
  /** Ids of the modules whose text holds the name, as a word. */
  mentionedBy(name: string): string[];
}

/** `read` gives a module's source as it ran, by id; null where there is none. */
export function textsOf(modules: readonly ModuleNode[], read: (id: string) => string | null): Texts {
  const byId = new Map(modules.map((module) => [module.id, module]));
  const sites = new Map<string, ImportSite[] | null>();
  const formatOf = (id: string): SourceFormat => ({ module: byId.get(id)?.kind === 'esm' ? 'esm' : 'cjs', language: languageOf(id) });
  const sitesOf = (id: string, source: string): ImportSite[] | null => {
    if (!sites.has(id)) sites.set(id, importsOf(source, formatOf(id)));
    return sites.get(id)!;
  };
  return {
    textOf(edge) {
      const source = read(edge.from);
      const found = source === null ? null : sitesOf(edge.from, source);
      if (source === null || found === null) return 'unread';
      const named = found.filter((site) => site.specifier === edge.specifier && site.at !== 'never');
      const loading = named.filter((site) => site.where !== 'function');
      const [first] = loading.length > 0 ? loading : named;
      if (first === undefined) return null;
      return {
        line: first.line,
        sideEffectOnly: loading.some(({ kind }) => kind === 'side-effect-import' || kind === 'bare-require'),
        inFunction: loading.length === 0,
        choice: named.find(({ choice }) => choice !== null)?.choice ?? null,
        refused: loading.length === 0 ? null : refusalOf(source, edge.specifier, formatOf(edge.from)),
      };
    },
    staticEffects(id) {
      const source = read(id);
      if (source === null) return [{ kind: 'not-parsed', on: id, place: null, specifier: null, when: 'always' }];
      return effectsOf(source, formatOf(id), id);
    },
    mentionedBy(name) {
      const word = new RegExp(`(?<![\\w$])${name.replace(/\$/g, '\\$')}(?![\\w$])`);
      return modules.flatMap(({ id, kind }) => ((kind === 'cjs' || kind === 'esm') && word.test(read(id) ?? '') ? [id] : []));
    },
  };
}

/** Why the transform leaves the import alone, in the host that can do the most. */
function refusalOf(source: string, specifier: string, format: SourceFormat): ImportText['refused'] {
  const host = format.module === 'esm' ? moduleHost('lazy') : { ...commonJsHost('lazy'), getters: true };
  const { refused, absent } = defer(source, [{ specifier }], { format, host });
  if (absent.length > 0) return 'NEEDED_AT_START';
  return refused[0]?.reason ?? null;
}
