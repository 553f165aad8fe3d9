// What `lazy` runs: which imports move, in which sources; writing them; and holding sources against the evidence file.
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import { dirname, join, relative, sep } from 'node:path';
import { DeferralsFile, type Deferral, type Deferrals } from './model/deferrals.ts';
import type { ModuleGraph } from './model/graph.ts';
import type { LazyCheck, LazyReport } from './model/lazy.ts';
import type { AnalyzeOptions } from './model/options.ts';
import { shellWord } from './model/shell-word.ts';
import { UserError } from './model/trouble.ts';
import { ownCode } from './query/own.ts';
import { evidenceOfStart, lastStart, textsIn, verdicts } from './pipeline.ts';
import { sourceHash, toFile } from './steps/deferrals/file.ts';
import { absence } from './steps/lazy/absence.ts';
import { apply } from './steps/lazy/apply.ts';
import { check, sourcesById } from './steps/lazy/check.ts';
import { evidence } from './steps/lazy/evidence.ts';
import { lazyPlan, refusal, savedBy, textWith, type LazyPlan } from './steps/lazy/index.ts';
import { matchesGlob } from './steps/lazy/only.ts';
import { sourcesOf } from './steps/lazy/sources.ts';
import { compilerOptions } from './steps/lazy/tsconfig.ts';
import { seenHandlers, ownSources, waitingFunctions } from './steps/lazy/waiting.ts';
import { importPlaces } from './steps/routes/places.ts';
import { placeOfImport } from './syntax/import-place.ts';
import { runCommand } from './system/command.ts';
import { atEnd } from './system/ending.ts';
import { changeFiles } from './system/file-set.ts';
import { exists, readJson, writeFileAtomic } from './system/files.ts';
import { diskFiles } from './system/project-files.ts';
import { moduleResolver } from './system/resolve-module.ts';

export const EVIDENCE_FILE = 'lwa-split.deferrals.json';

export interface LazyQuestion {
  includeReview: boolean;
  /** Glob of source files, from the app's root. */
  only?: string | undefined;
  write: boolean;
  fixCommand?: string | undefined;
  verifyCommand?: string | undefined;
}

/** Moves imports in the app's sources to where they are needed; without `write` only tells how. */
export async function lazy(options: AnalyzeOptions, question: LazyQuestion): Promise<LazyReport> {
  const found = await judge(options);
  const { plan, cuts } = planned(found, question);
  if (!question.write) return reportOf(plan, cuts, found);
  const starts = restarts(options, found, plan);
  const { kept, fixFailed } = await apply(
    { files: plan.files, cuts, fixCommand: question.fixCommand, verifyCommand: question.verifyCommand, shellPathOf: (file) => shellWord(relative(options.root, file)) },
    { read: diskFiles.read, change: changeFiles, run: (command) => runCommand({ command, cwd: options.root, env: options.env, node: options.node }), starts: starts?.answers, atEnd, onProgress: options.onProgress },
  );
  const report = { ...reportOf(plan, kept, found), written: true, fixFailed };
  saveEvidence(options, found, report);
  const graph = kept.size === 0 ? null : (starts?.last() ?? null);
  return { ...report, rebuild: report.files.length > 0 && needsRebuild(options, found, plan), proof: graph && absence(graph, report.imports.map(({ cut }) => cut)) };
}

/** Starts of the app with what is written; null where they would show nothing, because it did not come up before either, or runs compiled. */
function restarts(options: AnalyzeOptions, found: Judged, plan: LazyPlan): { answers: () => Promise<boolean>; last: () => ModuleGraph | null } | null {
  if (!found.answered || needsRebuild(options, found, plan)) return null;
  let last: ModuleGraph | null = null;
  return {
    async answers() {
      const { evidence } = await evidenceOfStart(options);
      last = evidence.answered === null ? null : evidence.graph;
      return last !== null;
    },
    last: () => last,
  };
}

/** What was written is not what runs, and no command given with --before makes it so. */
function needsRebuild({ before }: AnalyzeOptions, { graph }: Judged, { files }: LazyPlan): boolean {
  const loaded = new Set(graph.modules.map(({ id }) => id));
  return before === undefined && files.some(({ id }) => !loaded.has(id));
}

/** Writes only the evidence file, for those whose build defers. */
export async function writeEvidence(options: AnalyzeOptions): Promise<DeferralsFile> {
  const found = await judge(options);
  return saveEvidence(options, found, null);
}

/** Holds the sources against the evidence file. Starts nothing. Throws a UserError where there is no such file. */
export function checkEvidence({ app, root }: Pick<AnalyzeOptions, 'app' | 'root'>): LazyCheck {
  const file = readEvidence(root);
  if (file === null) throw new UserError('no-evidence', `There is no ${EVIDENCE_FILE} in the app's folder.`, 'Make it, and commit it: lwa-split lazy --write, or lwa-split lazy --evidence-only.');
  return check(file, { sourceOf: sourcesById(app, root, diskFiles, compilerOptions(diskFiles)), hashOf: sourceHash, lineOf: (text, specifier) => placeOfImport(text, specifier)?.line ?? 1 });
}

interface Movable {
  chosen: Deferrals;
  sourceOf: ReturnType<typeof sourcesOf>;
}

interface Judged {
  root: string;
  /** The app came up and answered. */
  answered: boolean;
  graph: ModuleGraph;
  /** What the codemod can move, and what more where handlers may become `async` for it. */
  asItIs: Movable;
  withAsync: Movable;
  /** What a build could defer. */
  possible: Deferrals;
  placeOf: ReturnType<typeof importPlaces>;
  fileOf: (id: string) => string | null;
}

async function judge(options: AnalyzeOptions): Promise<Judged> {
  const start = await lastStart(options, { reads: true });
  const { graph } = start.boot.evidence;
  const { fileOf } = start.ids;
  const placeOf = importPlaces(start.ids);
  const isOwn = ownCode(graph, start.routes.flatMap((route) => route.module ?? []));
  const sourceAt = sourcesOf({ graph, isOwn, placeOf, fileOf, read: diskFiles.read, compilerOf: compilerOptions(diskFiles) });
  const sources = (): ReturnType<typeof ownSources> => ownSources(graph, isOwn, sourceAt, (id) => textAt(id, fileOf));
  const waiting = (becomesAsync: boolean): typeof sourceAt => {
    const mayWaitIn = waitingFunctions({ sources, frameworkOf: seenHandlers(graph, start.routes), becomesAsync });
    return (edge) => {
      const source = sourceAt(edge);
      return source && { ...source, mayWait: mayWaitIn(source.id) };
    };
  };
  const texts = await textsIn(start, options);
  const resolve = moduleResolver();
  const interop = { kindOf: (id: string) => graph.modules.find((module) => module.id === id)?.kind, fileOf, textOf: (id: string) => textAt(id, fileOf), importedFile: (from: string, specifier: string) => resolve(specifier, from, 'import')?.file ?? null };
  const movedBy = (sourceOf: typeof sourceAt): Movable => {
    const movable: typeof texts = {
      ...texts,
      textOf(edge) {
        const text = texts.textOf(edge);
        return text === null || text === 'unread' ? text : { ...text, refused: refusal(sourceOf, edge, interop) };
      },
    };
    return { chosen: verdicts(start, options, movable), sourceOf };
  };
  return { root: options.root, answered: start.boot.evidence.answered !== null && start.boot.evidence.failure === null, graph, asItIs: movedBy(waiting(false)), withAsync: movedBy(waiting(true)), possible: verdicts(start, options, texts), placeOf, fileOf };
}

function textAt(id: string, fileOf: Judged['fileOf']): string | null {
  const file = fileOf(id);
  return file === null ? null : diskFiles.read(file);
}

function planned(found: Judged, { includeReview, only }: Pick<LazyQuestion, 'includeReview' | 'only'>): { plan: LazyPlan; cuts: string[] } {
  const plan = lazyPlan({ ...found, ...(includeReview ? found.withAsync : found.asItIs), withAsync: found.withAsync.chosen, includeReview, isAskedFor: only === undefined ? () => true : matchesGlob(only) });
  return { plan, cuts: [...new Set(plan.imports.map(({ cut }) => cut))] };
}

function reportOf({ files, imports, left }: LazyPlan, cuts: Iterable<string>, { root }: Judged): LazyReport {
  const base = commonFolder([root, ...files.map(({ file }) => dirname(file))]);
  const kept = new Set(cuts);
  const done = imports.filter(({ cut }) => kept.has(cut));
  const diffs = files.flatMap((file) => {
    const [path, to] = [relative(base, file.file).split(sep).join('/'), textWith(file, kept)];
    return to === file.text ? [] : [{ path, diff: createTwoFilesPatch(`a/${path}`, `b/${path}`, file.text, to, undefined, undefined, { context: 3, headerOptions: FILE_HEADERS_ONLY }) }];
  });
  return { kind: 'lazy', version: 1, written: false, fixFailed: null, imports: done, savesMs: savedBy(done), left, takenBack: imports.filter(({ cut }) => !kept.has(cut)), rebuild: false, proof: null, base: relative(root, base).split(sep).join('/') || '.', files: diffs };
}

function saveEvidence({ app, root }: AnalyzeOptions, found: Judged, report: LazyReport | null): DeferralsFile {
  const path = join(root, EVIDENCE_FILE);
  const previous = readEvidence(root);
  const sourceOf = sourcesById(app, root, diskFiles, compilerOptions(diskFiles));
  const textOf = (id: string): string | null => {
    const file = found.fileOf(id);
    return file === null ? (sourceOf(id)?.text ?? null) : diskFiles.read(file);
  };
  const isCurrent = previous !== null && previous.imports.every(({ file, hash }) => sourceHash(textOf(file) ?? '') === hash);
  // Another measurement alone is no reason to change what is committed.
  if (report !== null && report.imports.length + report.takenBack.length === 0 && isCurrent) return previous;
  const inSource = (one: Deferral): Deferral => {
    const source = found.withAsync.sourceOf({ from: one.importer, specifier: one.import.specifier });
    return source === null ? one : { ...one, importer: source.id, import: { ...one.import, specifier: source.specifier } };
  };
  const fresh = toFile({ ...found.possible, deferrals: found.possible.deferrals.map(inSource) }, textOf);
  const movable = planned({ ...found, withAsync: found.asItIs }, { includeReview: true }).plan.imports;
  const file = evidence({ fresh, previous, movable, applied: report?.imports ?? [], takenBack: report?.takenBack ?? [], sourceOf, hashOf: sourceHash });
  const text = `${JSON.stringify(file, null, 2)}\n`;
  if (text !== diskFiles.read(path)) writeFileAtomic(path, text);
  return file;
}

/** The folder that holds all of these. */
function commonFolder([first = '', ...others]: readonly string[]): string {
  let folder = first;
  while (!others.every((one) => one === folder || one.startsWith(folder.endsWith(sep) ? folder : folder + sep))) folder = dirname(folder);
  return folder;
}

/** The evidence file of an app; null where there is none. Throws a UserError where it cannot be understood. */
export function readEvidence(root: string): DeferralsFile | null {
  const path = join(root, EVIDENCE_FILE);
  if (!exists(path)) return null;
  const parsed = DeferralsFile.safeParse(readJson(path));
  if (parsed.success) return parsed.data;
  throw new UserError('bad-evidence', `${EVIDENCE_FILE} is not an evidence file of this version of lwa-split.`, 'Restore it from version control, or delete it and run lwa-split lazy --evidence-only.', parsed.error);
}
