import { pathToFileURL } from 'node:url';
import type { Deferral, ReasonCode } from '../../model/deferrals.ts';
import type { ModuleGraph, ModuleNode } from '../../model/graph.ts';
import { contentHash } from '../../system/files.ts';
import { defer } from '../../syntax/defer.ts';
import { applyEdits } from '../../syntax/edits.ts';
import { commonJsHost, moduleHost, type Host } from '../../syntax/hosts.ts';
import { languageOf } from '../../syntax/parse.ts';
import { loadable } from './loadable.ts';

export interface RewriteInput {
  graph: ModuleGraph;
  /** The imports to defer, whatever their verdicts. */
  deferrals: readonly Deferral[];
  /** A module's text on disk, by id; null where there is none. */
  read: (id: string) => string | null;
  /** Absolute path, by id. */
  fileOf: (id: string) => string | null;
  /** Absolute path of the built runtime, which the new texts load. */
  runtime: string;
  /** Whether the app's Node can require() ES modules: 20.19, 22.12 and later. */
  requiresModules: boolean;
}

/** One importer, rewritten so that it loads what was deferred when that is first used. */
export interface RewrittenFile {
  id: string;
  file: string;
  module: 'cjs' | 'esm';
  /** `contentHash` of the original text, without a byte order mark. */
  hash: string;
  original: string;
  text: string;
  /** Specifiers. */
  deferred: string[];
}

/** An import that its importer's text does not let go in this host: to be judged again as one that stays. */
export interface Refusal {
  importer: string;
  target: string;
  specifier: string;
  reason: ReasonCode;
}

export interface Rewrite {
  files: RewrittenFile[];
  refused: Refusal[];
}

/** Rewrites the importers of deferred imports for Node as it is, with the defer loader. Changes no file. */
export function rewrite(input: RewriteInput): Rewrite {
  const byId = new Map(input.graph.modules.map((module) => [module.id, module]));
  const canLoad = loadable(input.graph, input.read, input.requiresModules);
  const result: Rewrite = { files: [], refused: [] };
  for (const [importer, cuts] of [...byImporter(input)].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const refuse = (specifier: string, reason: ReasonCode): void => {
      for (const cut of cuts) if (cut.specifier === specifier) result.refused.push({ importer, target: cut.target, specifier, reason });
    };
    const module = byId.get(importer);
    const file = input.fileOf(importer);
    const original = file === null ? null : (input.read(importer)?.replace(/^\uFEFF/, '') ?? null);
    if (module === undefined || file === null || original === null) {
      for (const { specifier } of cuts) refuse(specifier, 'NOT_PARSED');
      continue;
    }
    const host = hostFor(module, input.runtime, (specifier) => cuts.some((cut) => cut.specifier === specifier && canLoad(cut.target)));
    const kind = module.kind === 'esm' ? 'esm' : 'cjs';
    const deferred = defer(original, cuts, { format: { module: kind, language: languageOf(file) }, host, values: cuts.some(({ values }) => values) });
    for (const { specifier, reason } of deferred.refused) refuse(specifier, reason);
    for (const specifier of deferred.absent) refuse(specifier, 'COMPUTED_SPECIFIER');
    if (deferred.deferred.length === 0) continue;
    const { code } = applyEdits(original, deferred.edits, file);
    result.files.push({ id: importer, file, module: kind, hash: contentHash(original), original, text: code, deferred: deferred.deferred });
  }
  return result;
}

interface Cut {
  specifier: string;
  target: string;
  values: boolean;
}

/** With the specifiers as they are written: a document does not show absolute ones. */
function byImporter({ graph, deferrals }: RewriteInput): Map<string, Cut[]> {
  const written = new Map(graph.edges.map((edge) => [`${edge.from}\0${edge.to}`, edge.specifier]));
  const found = new Map<string, Cut[]>();
  for (const { importer, target, import: place, reasons } of deferrals) {
    const specifier = written.get(`${importer}\0${target}`) ?? place.specifier;
    const cut = { specifier, target, values: reasons.includes('VALUE_INITIALIZER') || reasons.includes('OPT_IN') };
    found.set(importer, [...(found.get(importer) ?? []), cut]);
  }
  return found;
}

function hostFor({ kind }: ModuleNode, runtime: string, canLoad: (specifier: string) => boolean): Host {
  // Node looks for the names of exports in the text on disk, so here they may become getters.
  return kind === 'esm' ? moduleHost(pathToFileURL(runtime).href, canLoad) : { ...commonJsHost(runtime), getters: true };
}

/** Rounds of judging and rewriting; what is refused in the last one simply stays. */
const ROUNDS = 3;

/**
 * Rewrites what `judge` chooses, and lets it choose again without the imports that could not be rewritten, because the rest of
 * their cut may not pay without them.
 */
export function rewriteChosen(judge: (refused: readonly Refusal[]) => readonly Deferral[], input: Omit<RewriteInput, 'deferrals'>): Rewrite & { deferrals: readonly Deferral[] } {
  const refused: Refusal[] = [];
  for (let round = 1; ; round++) {
    const deferrals = judge(refused);
    const result = rewrite({ ...input, deferrals });
    refused.push(...result.refused);
    if (result.refused.length > 0 && round < ROUNDS) continue;
    const gone = new Set(result.refused.map(({ importer, target }) => `${importer}\0${target}`));
    return { files: result.files, refused, deferrals: deferrals.filter(({ importer, target }) => !gone.has(`${importer}\0${target}`)) };
  }
}
