import type { Effect } from '../../model/deferrals.ts';
import type { ImportEdge, ModuleNode } from '../../model/graph.ts';
import { defer } from '../../syntax/defer.ts';
import { effectsOf } from '../../syntax/effects.ts';
import { demandsOf } from '../../syntax/demands.ts';
import { commonJsHost, moduleHost, type Host } from '../../syntax/hosts.ts';
import { placeOfImport } from '../../syntax/import-place.ts';
import { emittedKind } from '../../syntax/imports.ts';
import { languageOf, type SourceFormat } from '../../syntax/parse.ts';
import { readModule, type SourceModule } from '../../syntax/scopes.ts';
import { sitesOf, type Site } from '../../syntax/sites.ts';
import type { ImportText } from './obstacles.ts';

/** The texts of the loaded modules, as the deferral step asks about them; each is read and parsed when first asked for. */
export interface Texts {
  textOf(edge: ImportEdge): ImportText | 'unread' | null;
  lineOf(edge: ImportEdge): number;
  staticEffects(id: string): readonly Effect[];
  /** Ids of the modules whose code may mean the name. */
  mentionedBy(name: string): string[];
  /** Where a module's code may mean the name: offsets in its text. */
  mentionsIn(id: string, name: string): number[];
}

/** `read` gives a module's source as it ran, by id; null where there is none. */
export function textsOf(modules: readonly ModuleNode[], read: (id: string) => string | null): Texts {
  const byId = new Map(modules.map((module) => [module.id, module]));
  const known = new Map<string, Map<string, ImportText> | null>();
  const formatOf = (id: string): SourceFormat => ({ module: byId.get(id)?.kind === 'esm' ? 'esm' : 'cjs', language: languageOf(id) });
  const importsIn = (id: string): Map<string, ImportText> | null => {
    if (!known.has(id)) known.set(id, importTexts(read(id), formatOf(id)));
    return known.get(id)!;
  };
  return {
    textOf(edge) {
      const imports = importsIn(edge.from);
      return imports === null ? 'unread' : (imports.get(edge.specifier) ?? null);
    },
    // Not parsed for this alone.
    lineOf: ({ from, specifier }) => known.get(from)?.get(specifier)?.line ?? placeOfImport(read(from) ?? '', specifier)?.line ?? 1,
    staticEffects(id) {
      const source = read(id);
      if (source === null) return [{ kind: 'not-parsed', on: id, place: null, specifier: null, when: 'always' }];
      return effectsOf(source, formatOf(id), id);
    },
    mentionsIn(id, name) {
      const source = read(id) ?? '';
      return source.includes(name) ? [...source.matchAll(new RegExp(`${mentionOf(name).source}|[{,]\\s*${name}\\s*[,:}]`, 'g'))].map(({ index }) => index) : [];
    },
    mentionedBy(name) {
      const word = mentionOf(name);
      return modules.flatMap(({ id, kind }) => ((kind === 'cjs' || kind === 'esm') && word.test(read(id) ?? '') ? [id] : []));
    },
  };
}

/** A name where code may mean the property: behind a dot, before one, in quotes, or asked for its type; prose does not count. */
function mentionOf(name: string): RegExp {
  const text = name.replace(/[^\w]/g, '\\$&');
  return new RegExp(`\\.${text}(?![\\w$])|(?<![\\w$])${text}\\??\\.\\w|['"\`]${text}['"\`]|typeof\\s+${text}(?![\\w$])|(?<![\\w$.])${text}\\s*(?:\\(|=[^=])`);
}

/** What a text does with each specifier it loads; null when it is not valid. */
function importTexts(source: string | null, format: SourceFormat): Map<string, ImportText> | null {
  const module = source === null ? null : readModule(source, format);
  if (source === null || module === null) return null;
  const bySpecifier = new Map<string, Site[]>();
  for (const site of sitesOf(module)) {
    if (site.specifier === null || site.moment.at === 'never' || emittedKind(module, site) === null) continue;
    bySpecifier.set(site.specifier, [...(bySpecifier.get(site.specifier) ?? []), site]);
  }
  const refused = refusals(source, [...bySpecifier].filter(([, sites]) => sites.some(({ where }) => where !== 'function')).map(([specifier]) => specifier), format);
  return new Map([...bySpecifier].map(([specifier, sites]) => [specifier, importText(module, sites, refused.get(specifier) ?? null)]));
}

function importText(module: SourceModule, sites: readonly Site[], refused: ImportText['refused']): ImportText {
  const loading = sites.filter((site) => site.where !== 'function');
  const demands = loading.length === 0 ? null : demandsOf(module, sites, { format: module.format, host: hostFor(module.format) });
  return {
    line: module.lineAt((loading[0] ?? sites[0])!.node.start),
    sideEffectOnly: loading.some(({ kind }) => kind === 'side-effect-import' || kind === 'bare-require'),
    inFunction: loading.length === 0,
    usedAt: demands?.usedAt ?? [],
    exportedAs: demands?.exportedAs ?? [],
    choice: sites.find(({ choice }) => choice !== null)?.choice ?? null,
    refused: refused === null && demands?.maybeAtLoad === true ? 'NEEDED_AT_START' : refused,
  };
}

/** Why the transform leaves imports alone, by specifier, in the host that can do the most. */
function refusals(source: string, specifiers: readonly string[], format: SourceFormat): Map<string, ImportText['refused']> {
  const { refused, absent } = defer(source, specifiers.map((specifier) => ({ specifier })), { format, host: hostFor(format) });
  return new Map([...absent.map((specifier) => [specifier, 'NEEDED_AT_START'] as const), ...refused.map(({ specifier, reason }) => [specifier, reason] as const)]);
}

function hostFor(format: SourceFormat): Host {
  return format.module === 'esm' ? moduleHost('lazy') : { ...commonJsHost('lazy'), getters: true };
}
