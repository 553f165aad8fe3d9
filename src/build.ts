// What `build` runs, as a table of contents.
import { join } from 'node:path';
import { Build, PlannedFunctions } from './model/build.ts';
import type { ReasonCode } from './model/deferrals.ts';
import type { AnalyzeOptions } from './model/options.ts';
import { UserError, type Finding } from './model/trouble.ts';
import { bundleApp } from './build-bundle.ts';
import { givenTo, writePackaging } from './build-packaging.ts';
import { askedApp, provenBuild, shownBy, type AskedApp, type Built, type Times } from './build-proof.ts';
import { timeBoth } from './build-timing.ts';
import { asCompiled } from './committed.ts';
import { readEvidence } from './lazy.ts';
import { lastStart, textsIn, verdicts, type Measured } from './pipeline.ts';
import { routesOnlooker } from './steps/boot/index.ts';
import { moduleIds, type ModuleIds } from './steps/boot/ids.ts';
import { deferredImports, refusedImports, type Refused } from './steps/build/deferrable.ts';
import type { Choice } from './steps/build/harmless.ts';
import { plainText } from './steps/build/formats.ts';
import { beginCopying, pack, type DeferredImport, type Packed, type PackInput } from './steps/build/index.ts';
import { fromFile } from './steps/deferrals/file.ts';
import { makeCodeCache, standInEnvironment, type StartOnlooker } from './steps/build/make-cache.ts';
import { lateLoadsIn } from './steps/verify/late-loads.ts';
import { withoutRoot } from './steps/verify/variant.ts';
import { noteCodeCache, readManifest } from './steps/build/manifest.ts';
import { runtimeRoutes } from './steps/routes/index.ts';
import { originalPlaces } from './steps/routes/originals.ts';
import { routeId } from './model/routes.ts';
import { shellWord } from './model/shell-word.ts';
import { sleep } from './system/clock.ts';
import { contentHash, exists, readJson, realPath } from './system/files.ts';
import { keepBuild, keptBuild } from './system/kept-build.ts';
import { builtFile, codeHash } from './system/own-files.ts';
import { nearestOptions } from './system/tsconfig.ts';
import { nodeVersion } from './system/node-versions.ts';
import { diskFiles } from './system/project-files.ts';

export interface BuildQuestion {
  /** Absolute, and as the user wrote it. */
  outdir: string;
  shownOutdir: string;
  defers: boolean;
  codeCache: boolean;
  /** False: nothing is started. */
  boots: boolean;
  sourcemap: 'linked' | 'external' | 'none';
  mode: Build['mode'];
  /** Absolute path of a plan. */
  plan?: string | undefined;
}

const SERVER = 'server.cjs';

/** Builds the app into the output folder, and measures what that gives. What has not changed since the last time is not built again. */
export async function build(options: AnalyzeOptions, question: BuildQuestion): Promise<Build> {
  const { onProgress: _, env, root, ...settings } = options;
  const base = realPath(join(root, options.app.workspaceRoot));
  const inputs = { root, base, env, outdir: question.outdir, settings: [settings, question, ...madeWith(question)] };
  const before = Build.safeParse(keptBuild(inputs));
  if (before.success) return before.data;
  const document = await buildAnew(options, question);
  // Why an app did not come up may lie outside of what is compared.
  if (!question.boots || document.coldStart.after !== null) keepBuild(inputs, document);
  return document;
}

/** What else decides about a build: the plan, this Node, and this version of the tool. */
function madeWith({ plan }: BuildQuestion): (string | null)[] {
  const runtime = contentHash(diskFiles.read(builtFile('pack-boot.cjs')) ?? '');
  return [plan === undefined ? null : diskFiles.read(plan), process.version, codeHash(new URL(import.meta.url)), runtime];
}

async function buildAnew(options: AnalyzeOptions, question: BuildQuestion): Promise<Build> {
  if (options.app.entry !== null && isNextServer(join(options.root, options.app.entry))) throw nextServer();
  // A start that is remembered knows more; where there is none, a few runs tell what pays.
  const asked = askedApp(options);
  try {
    return await buildMeasured(options, question, asked);
  } finally {
    await asked.settled();
  }
}

async function buildMeasured(options: AnalyzeOptions, question: BuildQuestion, asked: AskedApp): Promise<Build> {
  const measured = question.boots ? await lastStart({ ...options, runs: options.runs === 'auto' ? 'brief' : options.runs }, { mustAnswer: true, reads: question.defers, plainStart: asked.start }) : null;
  if (measured !== null && isNextServer(measured.boot.evidence.graph.entry)) throw nextServer();
  const answers = measured !== null && measured.boot.evidence.answered !== null;
  const ids = measured?.ids ?? moduleIds(options.app, options.root, [], diskFiles);
  const input: PackInput = {
    ...options,
    outdir: question.outdir,
    graph: measured?.boot.evidence.graph ?? null,
    given: givenTo(options.app.start, options.root, measured?.boot.evidence.argumentCount ?? null),
    main: measured?.boot.evidence.main,
    fileOf: (id) => ids.fileOf(id),
    deferrals: [],
    unpacked: new Set(),
    routes: measured?.routes.map(({ method, path }) => routeId(method, path)) ?? [],
    codeCache: question.codeCache,
    mayStart: answers,
    sourcemap: question.sourcemap,
    conditions: measured?.boot.evidence.conditions,
    transpiler: measured?.boot.evidence.transpiler ?? null,
    sourceMaps: measured?.boot.evidence.sourceMaps,
    functions: question.plan === undefined ? [] : plannedFunctions(question.plan),
  };
  const copying = answers && question.mode === 'pack' ? beginCopying(input) : undefined;
  try {
    const deferrals = !question.defers ? [] : measured === null ? committedDeferrals(options, ids) : await chosenDeferrals(measured, options);
    return await buildFrom({ ...input, deferrals, copying }, options, question, measured, asked);
  } finally {
    copying?.stop();
  }
}

/** A build is held against the start that was measured, where that may be repeated. */
async function buildFrom(input: PackInput, options: AnalyzeOptions, question: BuildQuestion, measured: Measured | null, asked: AskedApp): Promise<Build> {
  const make = question.mode === 'bundle' ? bundleApp : pack;
  const { packed, proven, times } = measured !== null && input.mayStart ? await packThatBehaves(input, options, measured, make, asked) : { packed: await make(input), proven: [], times: { app: null, build: null } };
  const packaged = writePackaging(options, question.outdir, packed, { ...question, argumentCount: measured?.boot.evidence.argumentCount ?? null });
  const coldStart = input.mayStart ? await timeBoth(options, builtSetup(options, packed, question.outdir), times) : { before: null, after: null };
  const document = documentOf(packed, question, coldStart);
  // Why there is nothing to hold the build against.
  const notUp = input.mayStart ? [] : (measured?.boot.findings ?? []);
  return { ...document, start: packaged.start, findings: [...notUp, ...document.findings, ...proven, ...packaged.findings] };
}

/** What Next.js starts by itself, with `next start` or as it is made by `output: 'standalone'`; a server of the app's own that uses Next.js is none. */
function isNextServer(entry: string): boolean {
  return /(?:^|\/)(?:\.next\/standalone\/(?:.*\/)?server\.js|node_modules\/next(?:@[^/]+)?\/dist\/.+)$/.test(entry);
}

function nextServer(): UserError {
  return new UserError('next-server', 'This is the server that Next.js makes for itself, which build leaves alone.', "Deploy what output: 'standalone' in its configuration makes; analyze and its routes work as with any server.");
}

/** Without what makes the build differ from the app; `proven` tells what that was. */
async function packThatBehaves(input: PackInput, options: AnalyzeOptions, { boot, routes }: Measured, build: typeof pack, asked: AskedApp): Promise<{ packed: Packed; proven: Finding[]; times: Times }> {
  const { graph } = boot.evidence;
  // Without its entry there is no bundle.
  const modules = graph.modules.filter(({ id, kind }) => (kind === 'cjs' || kind === 'esm' || kind === 'json') && (build === pack || id !== graph.entry));
  // What was begun is of use to the first build only, and those that are tried after it are asked for one difference.
  let { copying } = input;
  let isFirst = true;
  const make = async (choice: Choice): Promise<Built<Packed>> => {
    const looks = routesOnlooker(options);
    let failedToLoad: { module: string; message: string }[] = [];
    let showing: Promise<number[]> = Promise.resolve([]);
    const onlooker: StartOnlooker = {
      mayStart: asked.settled,
      environment: (env) => looks.environment({ ...env, LWA_SPLIT_LOG: '1' }),
      async answered(app, port) {
        await looks.answered(app);
        if (!isFirst) return;
        showing = shownBy(port, options, routes, asked);
        // What loads for these requests loads for them, before all the rest does.
        await Promise.race([showing, sleep(REQUESTS_FIRST_MS)]);
      },
      satisfied: async () => void (await showing),
      end(app) {
        failedToLoad = lateLoadsIn(withoutRoot(app.output(), options.root)).flatMap(({ module, error }) => (error === null ? [] : [{ module, message: error }]));
        looks.end();
      },
    };
    const packed = await build({ ...input, ...choice, onlooker, copying });
    copying = undefined;
    isFirst = false;
    const seen = looks.seen();
    return { result: packed, setup: builtSetup(options, packed, input.outdir), seen: seen && { routes: runtimeRoutes(seen.routes, seen.ids.idOf, originalPlaces(diskFiles)), failedToLoad, shown: await showing } };
  };
  const { result, takenBack, findings, times } = await provenBuild({ options, routes, choice: { deferrals: input.deferrals, unpacked: input.unpacked }, modules, make, asked });
  const left = takenBack.flatMap(({ kind, what, because }) => (kind === 'module' ? [{ package: what, because }] : []));
  return { packed: { ...result, external: [...result.external, ...left] }, proven: findings, times };
}

/**
 * How the build is started to be compared: by the app's own command, where it stands in for the entry; by itself, where that command
 * brings a compiler or preloads. As on Lambda, what is not needed is not loaded beside the requests.
 */
function builtSetup(options: AnalyzeOptions, { entry, command }: Packed, outdir: string): AnalyzeOptions {
  const server = realPath(join(outdir, SERVER));
  const env = { ...options.env, AWS_LAMBDA_FUNCTION_NAME: 'lwa-split' };
  const app = command === null ? options.app : { ...options.app, start: command };
  return { ...options, app, env: { ...env, ...standInEnvironment({ entry, server, cache: null }, options.env['NODE_OPTIONS']) } };
}

/** How long requests have that are answered late, before all that is put off is loaded beside them. */
const REQUESTS_FIRST_MS = 150;

/** What remaking a code cache is asked. `outdir` is absolute. */
export interface CacheQuestion extends Pick<AnalyzeOptions, 'node' | 'env' | 'before' | 'port' | 'timeoutMs'> {
  outdir: string;
  /** False: nothing is started. */
  boots: boolean;
  onProgress(text: string): void;
}

/** Makes the code cache of a build anew, with the Node at hand, in the image that will run it for example. Needs the build alone. */
export async function remakeCache({ outdir, boots, ...how }: CacheQuestion): Promise<void> {
  const server = join(outdir, SERVER);
  const manifest = exists(server) ? readManifest(outdir) : null;
  if (manifest === null) throw new UserError('no-build', `There is no pack in ${outdir}.`, 'Make one first: lwa-split build --outdir <dir>');
  const real = realPath(server);
  const app = { readinessPath: manifest.app.readinessPath, start: `exec node ${shellWord(real)}` };
  const kind = await makeCodeCache({ ...how, app, root: outdir, entry: real, server: real, mayStart: boots });
  noteCodeCache(outdir, manifest, kind, await nodeVersion(how.node ?? process.execPath));
}

function plannedFunctions(file: string): PlannedFunctions['functions'] {
  const parsed = PlannedFunctions.safeParse(readJson(file));
  if (parsed.success) return parsed.data.functions;
  throw new UserError('not-a-plan', `${file} is not a plan of this version of lwa-split.`, 'Make one: lwa-split plan --json > lwa-split.plan.json', parsed.error);
}

/** Without a start: what the evidence file says that the user commits, as far as it still holds. */
function committedDeferrals({ app, root }: AnalyzeOptions, ids: ModuleIds): DeferredImport[] {
  const file = readEvidence(root);
  if (file === null) return [];
  // Where the ids of a start would be found; a package that only a store holds is not, and loads at once.
  const folders = [root, join(root, app.workspaceRoot)];
  const placeOf = (id: string): string | null => {
    const members = app.workspaces.flatMap(({ name, folder }) => (id.startsWith(`${name}/`) ? [join(root, folder, id.slice(name.length + 1))] : []));
    return [...folders.map((folder) => join(folder, id)), ...members].find(diskFiles.isFile) ?? null;
  };
  const { imports } = fromFile(file, (id) => {
    const path = placeOf(id);
    return path === null || ids.idOf(realPath(path)) !== id ? null : diskFiles.read(path);
  });
  const own = [root, ...app.workspaces.map(({ folder }) => join(root, folder))].map(realPath);
  return asCompiled(imports.filter(({ verdict }) => verdict === 'defer'), own, ids, diskFiles).map(({ file: importer, specifier }) => ({ importer, target: specifier, specifier, values: false }));
}

/** Rounds of judging and rewriting; what is refused in the last one simply stays. */
const ROUNDS = 3;

/** What pays and is safe to defer, and what the texts let go: without an import that must stay, the rest of its cut may not pay. */
async function chosenDeferrals(measured: Measured, options: AnalyzeOptions): Promise<DeferredImport[]> {
  const { graph } = measured.boot.evidence;
  const texts = await textsIn(measured, options);
  const compiled = measured.boot.evidence.transpiler === null ? null : { optionsOf: nearestOptions(diskFiles) };
  const kinds = new Map(graph.modules.map(({ id, kind }) => [id, kind]));
  const read = (id: string): string | null => {
    const file = measured.ids.fileOf(id);
    const text = file === null ? null : diskFiles.read(file);
    return file === null || text === null ? null : (plainText(file, text, kinds.get(id) === 'esm' ? 'esm' : 'cjs', compiled)?.text ?? null);
  };
  const refused = new Map<string, Refused>();
  for (let round = 1; ; round++) {
    const judged = verdicts(measured, options, {
      ...texts,
      textOf(edge) {
        const text = texts.textOf(edge);
        const found = refused.get(`${edge.from}\0${edge.to}`);
        return found === undefined || text === null || text === 'unread' ? text : { ...text, refused: found.reason as ReasonCode };
      },
    });
    const imports = deferredImports(judged.deferrals.filter(({ verdict }) => verdict === 'defer'), graph);
    const found = refusedImports(imports, graph, read);
    for (const one of found) refused.set(`${one.importer}\0${one.target}`, one);
    if (found.length > 0 && round < ROUNDS) continue;
    return imports.filter(({ importer, target }) => !refused.has(`${importer}\0${target}`));
  }
}

function documentOf(packed: Packed, { shownOutdir, mode }: BuildQuestion, coldStart: Build['coldStart']): Build {
  const { start, bytes, deferred, external, modules, codeCache, findings } = packed;
  return {
    kind: 'build',
    version: 1,
    mode,
    outdir: shownOutdir,
    start,
    bytes,
    deferred: [...new Set(deferred.map(({ specifier }) => specifier))].sort(),
    external,
    modules,
    codeCache,
    coldStart,
    findings,
  };
}
