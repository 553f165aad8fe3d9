import type { Effect } from '../../model/deferrals.ts';
import { defer } from '../../syntax/defer.ts';
import { demandsOf } from '../../syntax/demands.ts';
import { effectsOf } from '../../syntax/effects.ts';
import { commonJsHost, moduleHost, type Host } from '../../syntax/hosts.ts';
import { emittedKind } from '../../syntax/imports.ts';
import type { SourceFormat } from '../../syntax/parse.ts';
import { readingsOf } from '../../syntax/readings.ts';
import { readModule, type SourceModule } from '../../syntax/scopes.ts';
import { sitesOf, type Site } from '../../syntax/sites.ts';
import type { ImportText } from './obstacles.ts';

/** What verdicts ask about one text. Plain data, without the file's name: equal texts have equal summaries. */
export interface Summary {
  /** What it does with each specifier it loads; null when it is not valid. */
  imports: Record<string, ImportText> | null;
  effects: Effect[];
}

/** A text as it ran, with what decides how it is read. */
export interface SummaryTask {
  source: string;
  format: SourceFormat;
}

/** In any text that loads another: all forms of require, import and export have one of these words. */
const loadsSomething = /\b_*require\b|\bimport\b|\bfrom\s*["'`]/;

export function summarize({ source, format }: SummaryTask): Summary {
  // Most leaves ask for nothing, and then nobody asks what their names mean.
  if (!loadsSomething.test(source)) return { imports: {}, effects: effectsOf(source, format, '') };
  const module = readModule(source, format);
  const effects = effectsOf(source, format, '', module?.syntax);
  return { imports: module === null ? null : importTexts(module), effects };
}

/** The effects of a summary, of the file with this id. */
export function effectsIn({ effects }: Summary, id: string): Effect[] {
  return effects.map((effect) => ({ ...effect, on: effect.kind === 'not-parsed' ? id : effect.on, place: effect.place && { ...effect.place, file: id } }));
}

function importTexts(module: SourceModule): Record<string, ImportText> {
  const bySpecifier = new Map<string, Site[]>();
  for (const site of sitesOf(module)) {
    if (site.specifier === null || site.moment.at === 'never' || emittedKind(module, site) === null) continue;
    bySpecifier.set(site.specifier, [...(bySpecifier.get(site.specifier) ?? []), site]);
  }
  const refused = refusals(module, [...bySpecifier].filter(([, sites]) => sites.some(({ where }) => where !== 'function')).map(([specifier]) => specifier));
  return Object.fromEntries([...bySpecifier].map(([specifier, sites]) => [specifier, importText(module, sites, refused.get(specifier) ?? null)]));
}

function importText(module: SourceModule, sites: readonly Site[], refused: ImportText['refused']): ImportText {
  const loading = sites.filter((site) => site.where !== 'function');
  const demands = loading.length === 0 ? null : demandsOf(module, sites, { format: module.format, host: hostFor(module) });
  return {
    line: module.lineAt((loading[0] ?? sites[0])!.node.start),
    sideEffectOnly: loading.some(({ kind }) => kind === 'side-effect-import' || kind === 'bare-require'),
    inFunction: loading.length === 0,
    usedAt: demands?.usedAt ?? [],
    exportedAs: demands?.exportedAs ?? [],
    calls: demands?.calls ?? null,
    ...readingsOf(module, sites),
    choice: sites.find(({ choice }) => choice !== null)?.choice ?? null,
    refused: refused === null && demands?.maybeAtLoad === true ? 'NEEDED_AT_START' : refused,
  };
}

/** Why the transform leaves imports alone, by specifier, in the host that can do the most. */
function refusals(module: SourceModule, specifiers: readonly string[]): Map<string, ImportText['refused']> {
  const { refused, absent } = defer(module.source, specifiers.map((specifier) => ({ specifier })), { format: module.format, host: hostFor(module) });
  return new Map([...absent.map((specifier) => [specifier, 'NEEDED_AT_START'] as const), ...refused.map(({ specifier, reason }) => [specifier, reason] as const)]);
}

/** A text written with `import` that ran as CommonJS went through a transpiler; a build sees what is written. */
function hostFor({ syntax }: SourceModule): Host {
  return syntax.module ? moduleHost('lazy') : { ...commonJsHost('lazy'), getters: true };
}
