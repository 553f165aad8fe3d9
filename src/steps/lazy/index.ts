import type { Deferral, Deferrals, ReasonCode } from '../../model/deferrals.ts';
import type { ImportEdge, ModuleGraph } from '../../model/graph.ts';
import type { LeftImport, MovedImport } from '../../model/lazy.ts';
import { applyEdits } from '../../syntax/edits.ts';
import { importsAlike, type InteropWorld } from './interop.ts';
import { moved, type ImportSource, type Source } from './sources.ts';

/** A source file with the moves that are planned for it, each named by its cut. */
export interface PlannedFile extends Source {
  moves: { specifier: string; cut: string }[];
}

export interface LazyPlan {
  files: PlannedFile[];
  imports: MovedImport[];
  left: LeftImport[];
}

export interface LazyInput {
  graph: ModuleGraph;
  /** Judged for what the codemod can move: see `refusal`. */
  chosen: Deferrals;
  /** The same, where handlers may become `async` for it. */
  withAsync: Deferrals;
  /** Judged for what a build can defer. */
  possible: Deferrals;
  sourceOf: (edge: Pick<ImportEdge, 'from' | 'specifier'>) => ImportSource | null;
  placeOf: (edge: Pick<ImportEdge, 'from' | 'specifier'>) => { file: string; line: number; specifier: string };
  includeReview: boolean;
  /** Whether the user asked for this file, by id. */
  isAskedFor: (id: string) => boolean;
}

/** Why the codemod cannot move an import; null when it can. */
export function refusal(sourceOf: LazyInput['sourceOf'], edge: ImportEdge, interop: InteropWorld): ReasonCode | null {
  const source = sourceOf(edge);
  if (source === null) return 'CANNOT_REWRITE';
  const { changed, refused } = moved(source, [source.specifier]);
  if (changed.length === 0) return refused[0]?.reason ?? 'COMPUTED_SPECIFIER';
  return importsAlike(source, { ...edge, specifier: source.specifier }, interop) ? null : 'CANNOT_REWRITE';
}

/** Which imports move in which files. Cuts are whole: where one import cannot move, none of its cut does. */
export function lazyPlan(input: LazyInput): LazyPlan {
  const { chosen, possible, sourceOf, placeOf, includeReview, isAskedFor } = input;
  const specifierOf = writtenSpecifiers(input.graph);
  const imported = (one: Deferral): MovedImport => ({
    ...placeOf({ from: one.importer, specifier: specifierOf(one) }),
    verdict: one.verdict,
    savesMs: one.savesMs,
    noiseMs: one.noiseMs,
    cut: one.cut,
  });
  const files = new Map<string, PlannedFile>();
  const imports: MovedImport[] = [];
  const left: LeftImport[] = [];
  for (const cut of cutsIn(chosen)) {
    const because = cut.some(({ verdict }) => verdict === 'review') && !includeReview ? ('review' as const) : cut.every((one) => isAskedFor(imported(one).file)) ? null : ('not-asked-for' as const);
    const sources = cut.map((one) => sourceOf({ from: one.importer, specifier: specifierOf(one) }));
    if (because !== null || !fitTogether(files, sources)) {
      left.push(...cut.map((one): LeftImport => ({ ...imported(one), because: because ?? 'build', reasons: one.reasons })));
      continue;
    }
    cut.forEach((one, i) => {
      const source = sources[i]!;
      const planned = files.get(source.file) ?? { ...source, moves: [] };
      planned.moves.push({ specifier: source.specifier, cut: one.cut });
      files.set(source.file, planned);
      imports.push(imported(one));
    });
  }
  const known = new Set(cutsIn(chosen).flat().map(keyOf));
  for (const one of cutsIn(input.withAsync).flat()) {
    if (includeReview || known.has(keyOf(one))) continue;
    known.add(keyOf(one));
    left.push({ ...imported(one), because: 'review', reasons: ['BECOMES_ASYNC', ...one.reasons.filter((reason) => reason !== 'SAFE')] });
  }
  const inSource = new Set(cutsIn(chosen).flat().map(({ target }) => target));
  for (const one of cutsIn(possible).flat()) {
    if (one.verdict === 'review' && !includeReview) continue;
    if (known.has(keyOf(one)) || inSource.has(one.target) || one.importer.startsWith('node_modules/')) continue;
    const source = sourceOf({ from: one.importer, specifier: specifierOf(one) });
    left.push({ ...imported(one), because: source === null ? 'no-source' : 'build', reasons: one.reasons });
  }
  return { files: [...files.values()].sort((a, b) => (a.id < b.id ? -1 : 1)), imports, left };
}

/** The file's text with the moves of some of its cuts; as it is with none. */
export function textWith(file: PlannedFile, cuts: ReadonlySet<string>): string {
  const specifiers = [...new Set(file.moves.filter(({ cut }) => cuts.has(cut)).map(({ specifier }) => specifier))];
  if (specifiers.length === 0) return file.text;
  const { mark, body, edits } = moved(file, specifiers);
  return mark + applyEdits(body, edits, file.id).code;
}

/** What a set of cuts saves, milliseconds: a cut counts once, however many imports it has. */
export function savedBy(imports: readonly Pick<MovedImport, 'cut' | 'savesMs'>[]): number {
  return [...new Map(imports.map(({ cut, savesMs }) => [cut, savesMs])).values()].reduce((sum, ms) => sum + ms, 0);
}

/** Deferrals that pay, by cut, in their order. */
function cutsIn({ deferrals }: Deferrals): Deferral[][] {
  const cuts = new Map<string, Deferral[]>();
  for (const one of deferrals) {
    if (one.verdict === 'defer' || one.verdict === 'review') cuts.set(one.cut, [...(cuts.get(one.cut) ?? []), one]);
  }
  return [...cuts.values()];
}

/** Whether all imports of a cut can move, on top of what moves already. */
function fitTogether(files: ReadonlyMap<string, PlannedFile>, sources: readonly (ImportSource | null)[]): boolean {
  const wanted = new Map<string, { source: Source; specifiers: string[] }>();
  for (const source of sources) {
    if (source === null) return false;
    const there = wanted.get(source.file) ?? { source, specifiers: (files.get(source.file)?.moves ?? []).map(({ specifier }) => specifier) };
    there.specifiers.push(source.specifier);
    wanted.set(source.file, there);
  }
  return [...wanted.values()].every(({ source, specifiers }) => moved(source, specifiers).changed.length === new Set(specifiers).size);
}

/** Specifiers as they stand in the text: a document does not show absolute ones. */
function writtenSpecifiers({ edges }: ModuleGraph): (one: Deferral) => string {
  const written = new Map(edges.map((edge) => [`${edge.from}\0${edge.to}`, edge.specifier]));
  return (one) => written.get(keyOf(one)) ?? one.import.specifier;
}

function keyOf({ importer, target }: Deferral): string {
  return `${importer}\0${target}`;
}
