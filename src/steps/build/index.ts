import { join, relative, sep } from 'node:path';
import type { App } from '../../model/app.ts';
import type { CodeCacheKind, LeftOut, PlannedFunctions } from '../../model/build.ts';
import type { ModuleGraph } from '../../model/graph.ts';
import type { Manifest } from '../../model/manifest.ts';
import type { StartOptions } from '../../model/options.ts';
import { shellWord } from '../../model/shell-word.ts';
import { findings, UserError, type Finding } from '../../model/trouble.ts';
import { goneWithout } from '../../query/reach.ts';
import { FILES, PACK } from '../../runtime/pack/format.ts';
import { contentHash, fileBytes, realPath, writeFileAtomic } from '../../system/files.ts';
import { nodeVersion } from '../../system/node-versions.ts';
import { isInside, type Tree } from '../../system/file-tree.ts';
import { openResolver } from '../../system/node-resolver.ts';
import { builtFile } from '../../system/own-files.ts';
import { sourceResolver } from '../../system/source-resolver.ts';
import { nearestOptions } from '../../system/tsconfig.ts';
import { diskFiles } from '../../system/project-files.ts';
import { copyBeside, copyFiles, type Copying, type CopyPlace } from './copying.ts';
import type { Cut } from './defer.ts';
import { cutsOf } from './deferrable.ts';
import { gather, type Gathered } from './gather.ts';
import { layout, type Layout } from './layout.ts';
import { link } from './link.ts';
import { makeCodeCache, type StartOnlooker } from './make-cache.ts';
import { noteCodeCache } from './manifest.ts';
import { sourceMaps } from './maps.ts';
import { commonJsNamesOf, texts } from './texts.ts';

/** An import to load at its first use, by ids of the measured graph. */
export interface DeferredImport {
  importer: string;
  target: string;
  /** As written in the importer. */
  specifier: string;
  /** Also put off initializers that run code. */
  values: boolean;
}

export interface PackInput extends StartOptions {
  app: App;
  /** Absolute, without symbolic links. */
  root: string;
  /** Absolute. Made when absent; what an earlier build left in it is replaced. */
  outdir: string;
  /** What a start loaded; null where none could be made. */
  graph: ModuleGraph | null;
  /** Id of the script that the start command runs, where that is not the graph's entry. */
  main?: string | undefined;
  /** Absolute path of a module by id. */
  fileOf(id: string): string | null;
  deferrals: readonly DeferredImport[];
  /** Ids of modules that shall run from their files, as Node loads them. */
  unpacked: ReadonlySet<string>;
  routes: readonly string[];
  codeCache: boolean;
  /** Start the built app, to order its modules and fill the code cache. */
  mayStart: boolean;
  /** Has begun to copy files for this pack. */
  copying?: Copying | undefined;
  /** Looks on where the build is started for its code cache. */
  onlooker?: StartOnlooker | undefined;
  sourcemap: 'linked' | 'external' | 'none';
  /** Conditions that packages are resolved by besides Node's own. */
  conditions?: readonly string[] | undefined;
  /** Package through which the app compiles its sources while it runs: the build does that instead, and leaves it away. */
  transpiler?: string | null;
  /** The app is started so that stacks are told by source maps. */
  sourceMaps?: boolean | undefined;
  /** What the app's start command gives to Node and to the server, as a shell reads it; null where that is not known. */
  given?: GivenInput | null;
  /** Of the plan; empty where there is none. */
  functions?: PlannedFunctions['functions'];
  onProgress(text: string): void;
}

interface GivenInput {
  variables: readonly string[];
  flags: readonly string[];
  words: readonly string[];
}

export interface Packed {
  /** `node server.cjs`. */
  start: string;
  /** Absolute path of the app's entry. */
  entry: string;
  /** Where the app's own files lie, from the output folder. */
  workdir: string;
  bytes: number;
  /** Those of the input that the importers' texts allow. */
  deferred: DeferredImport[];
  refused: (DeferredImport & { reason: string })[];
  external: LeftOut[];
  /** Shell command that starts the build by itself, as it is deployed; null where the app's own command does it as well or better. */
  command: string | null;
  modules: { packed: number; hot: number };
  codeCache: CodeCacheKind;
  findings: Finding[];
}

/** Writes a pack of the app into the output folder. Throws a UserError where there is no entry to start from. */
export async function pack(given: PackInput): Promise<Packed> {
  // Loaded modules are known by their real paths.
  const input = { ...given, root: realPath(given.root) };
  const { outdir, root, app } = input;
  const entry = entryOf(input);
  const base = baseOf(input, entry);
  input.onProgress('reading modules');
  const gathered = await gatherAll(input, base, entry);
  const namesOf = commonJsNamesOf(gathered);
  const linked = link(gathered, namesOf);
  input.onProgress('copying files');
  const { tree, hashes } = await copyFiles(copyPlace(input, base), [...gathered.values()], (await input.copying?.handOver()) ?? null);
  input.onProgress('writing the pack');
  const maps = sourceMaps(gathered, input.sourcemap);
  const made = texts(gathered, linked, namesOf);
  const functions = Object.fromEntries((input.functions ?? []).map(({ name, default: isDefault, preload, routes }) => [name, { default: isDefault === true, preload, routes }]));
  const laidOut = layout(made, [entry, ...hotOrder(input, gathered)], { base, entry, preloads: preloadsOf(input), functions });
  writePack(outdir, laidOut);
  for (const [path, text] of maps) writeFileAtomic(join(outdir, path), text);
  const { deferred, refused } = outcomes(input, gathered);
  const external = [...linked.unlinked].map(([file, because]) => ({ package: gathered.get(file)!.id, because }));
  const modules = { packed: made.length, hot: laidOut.head.rows.length };
  const node = await nodeVersion(input.node ?? process.execPath);
  const manifest: Manifest = {
    kind: 'manifest',
    version: 1,
    mode: 'pack',
    inputHash: contentHash(JSON.stringify([[...hashes], laidOut.head.stamp, made.map(({ id, text }) => [id, contentHash(text)])])),
    app: { name: app.name, entry: relative(base, entry).split(sep).join('/'), readinessPath: app.readinessPath },
    start: START,
    node,
    codeCache: null,
    routes: [...input.routes].sort(),
    functions,
    deferred: deferred.map(({ importer, specifier, target }) => ({ file: importer, specifier, target })),
    external,
    modules,
    findings: [],
  };
  const command = ownCommand(input, laidOut.head.preloads.length > 0);
  const codeCache = input.codeCache ? await makeCodeCache({ ...input, entry, server: join(outdir, SERVER), command }) : 'none';
  noteCodeCache(outdir, manifest, codeCache, node);
  const workdir = [FILES, ...relative(base, root).split(sep).filter(Boolean)].join('/');
  return { start: START, entry, workdir, bytes: bytesOf(tree, outdir, laidOut), deferred, refused, external, command, modules, codeCache, findings: [...environmentFiles(tree.entries.map(({ path }) => path)), ...packagesOutside(input, base)] };
}

const SERVER = 'server.cjs';

/** The app's own command would bring its compiler, or run the preloads beside the pack. */
function ownCommand({ outdir, transpiler, given }: PackInput, preloads: boolean): string | null {
  if (transpiler == null && (!preloads || given == null)) return null;
  const { variables, flags, words } = given ?? { variables: [], flags: [], words: [] };
  return [...variables, 'exec', 'node', ...flags, shellWord(realPath(join(outdir, SERVER))), ...words].join(' ');
}
const START = `node ${SERVER}`;

function copyPlace({ app, root, outdir, sourceMaps = false }: PackInput, base: string): CopyPlace {
  return { root, base, outdir, members: app.workspaces.map(({ folder }) => realPath(join(root, folder))).filter((folder) => isInside(base, folder)), sourceMaps };
}

/** Begins to copy what a pack of this input will copy in any case, beside everything else; for its `copying`. */
export function beginCopying(given: PackInput): Copying {
  const input = { ...given, root: realPath(given.root) };
  const base = baseOf(input, entryOf(input));
  const modules = input.graph?.modules.flatMap(({ id }) => {
    const file = input.fileOf(id);
    return file === null ? [] : [{ file, id: relative(base, file).split(sep).join('/') }];
  });
  return copyBeside(copyPlace(input, base), modules ?? []);
}

/** Packages in a folder above the one that is copied, where Node found them; what a tool preloads from elsewhere is not the app's. */
function packagesOutside({ graph, fileOf }: PackInput, base: string): Finding[] {
  const files = graph?.modules.flatMap(({ id }) => fileOf(id) ?? []) ?? [];
  const outside = files.filter((file) => {
    const at = file.indexOf('/node_modules/');
    return at > 0 && !isInside(base, file) && base.startsWith(`${file.slice(0, at)}/`);
  });
  if (outside.length === 0) return [];
  const first = /\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(outside[0]!)?.[1] ?? '';
  return [findings['packages-outside']({ count: outside.length, first })];
}

/** Files of the app that usually hold secrets; samples of them do not. */
function environmentFiles(paths: readonly string[]): Finding[] {
  const named = paths.filter((path) => !path.includes('node_modules/') && /(?:^|\/)\.env(?:\.(?!example|sample|template|dist$|defaults?$)[^/]*)?$/.test(path));
  return named.map((file) => findings['environment-file-copied']({ file }));
}

function entryOf({ graph, main, fileOf, app, root }: PackInput): string {
  const file = graph === null ? (app.entry === null ? null : join(root, app.entry)) : fileOf(main ?? graph.entry);
  if (file !== null) return realPath(file);
  throw new UserError('no-entry', 'Nothing says which file starts the server.', 'Name it: lwa-split build path/to/server.js');
}

/** The folder that is copied: the app's own, or that of its workspace where modules come from there. */
function baseOf({ app, root, graph, fileOf }: PackInput, entry: string): string {
  if (app.workspaceRoot === '.') return root;
  const files = graph === null ? [entry] : graph.modules.flatMap(({ id }) => fileOf(id) ?? []);
  const whole = realPath(join(root, app.workspaceRoot));
  return files.some((file) => !isInside(root, file) && isInside(whole, file)) ? whole : root;
}

async function gatherAll(input: PackInput, base: string, entry: string): Promise<Map<string, Gathered>> {
  const { graph, fileOf, unpacked } = input;
  const resolver = openResolver(input.node, input.conditions);
  const leftOut = new Set([...unpacked].flatMap((id) => fileOf(id) ?? []));
  const cuts = cutsByFile(input);
  try {
    return await gather({
      begin: [entry, ...(graph?.modules.flatMap(({ id, kind }) => (['cjs', 'esm', 'json'].includes(kind) ? (fileOf(id) ?? []) : [])) ?? [])],
      seen: graph?.edges.flatMap(({ from, to, specifier, kind }) => {
        const [importer, target] = [fileOf(from), to.startsWith('node:') ? to : fileOf(to)];
        return importer === null || target === null ? [] : [{ question: [importer, specifier, kind === 'require' ? 'require' : 'import'], target }];
      }) ?? [],
      kinds: new Map(graph?.modules.flatMap(({ id, kind }) => (kind === 'cjs' || kind === 'esm' ? [[fileOf(id) ?? '', kind]] : []))),
      compiled: input.transpiler != null ? { optionsOf: nearestOptions(diskFiles), sourceOf: sourceResolver(diskFiles) } : null,
      base,
      read: diskFiles.read,
      resolver,
      cutsOf: (file) => cuts.get(file) ?? [],
      unpacked: (file) => leftOut.has(file),
    });
  } finally {
    resolver.close();
  }
}

function cutsByFile({ deferrals, graph, fileOf }: PackInput): Map<string, Cut[]> {
  const cuts = new Map<string, Cut[]>();
  for (const one of deferrals) {
    const file = fileOf(one.importer);
    if (file !== null) cuts.set(file, [...(cuts.get(file) ?? []), ...cutsOf([one], graph)]);
  }
  return cuts;
}

/** What a start needs, in order of first use: as it was seen, without what is deferred now. */
function hotOrder({ graph, deferrals, fileOf, transpiler }: PackInput, gathered: ReadonlyMap<string, Gathered>): string[] {
  if (graph === null) return [...gathered.keys()];
  const cut = new Set(deferrals.filter((one) => gathered.get(fileOf(one.importer) ?? '')?.deferred?.deferred.includes(one.specifier)).map(({ importer, target }) => `${importer}\0${target}`));
  const gone = new Set(goneWithout(graph, { edges: graph.edges.filter(({ from, to }) => cut.has(`${from}\0${to}`)) }));
  const compiler = transpiler == null ? [] : goneWithout(graph, { modules: graph.modules.filter((module) => module.package === transpiler).map(({ id }) => id) });
  for (const id of compiler) gone.add(id);
  return graph.modules.flatMap(({ id }) => (gone.has(id) ? [] : (fileOf(id) ?? [])));
}

function preloadsOf({ graph, fileOf, transpiler }: PackInput): string[] {
  const ofTranspiler = new Set(graph?.modules.filter((module) => transpiler != null && module.package === transpiler).map(({ id }) => id));
  // What nobody asked for after the entry was compiled by the app's own means.
  const order = new Map(graph?.modules.map((module) => [module.id, module.order]));
  const entryOrder = order.get(graph?.entry ?? '') ?? 0;
  return (graph?.roots ?? []).filter((id) => (order.get(id) ?? 0) < entryOrder && !ofTranspiler.has(id)).flatMap((id) => fileOf(id) ?? []);
}

function outcomes({ deferrals, fileOf }: PackInput, gathered: ReadonlyMap<string, Gathered>): Pick<Packed, 'deferred' | 'refused'> {
  const result: Pick<Packed, 'deferred' | 'refused'> = { deferred: [], refused: [] };
  for (const one of deferrals) {
    const made = gathered.get(fileOf(one.importer) ?? '')?.deferred ?? null;
    if (made?.deferred.includes(one.specifier) === true) result.deferred.push(one);
    else result.refused.push({ ...one, reason: made?.refused.find(({ specifier }) => specifier === one.specifier)?.reason ?? 'NOT_PARSED' });
  }
  return result;
}

function writePack(outdir: string, { files }: Layout): void {
  for (const [name, content] of files) writeFileAtomic(join(outdir, PACK, name), content);
  writeFileAtomic(join(outdir, 'server.cjs'), diskFiles.read(builtFile('pack-boot.cjs')) ?? '');
}

function bytesOf(tree: Tree, outdir: string, { files }: Layout): number {
  const copied = tree.entries.reduce((sum, entry) => sum + ('size' in entry ? entry.size : 0), 0);
  const packed = [...files.values()].reduce((sum, { length }) => sum + length, 0);
  return copied + packed + ['server.cjs', 'manifest.json', `${PACK}/code-cache.bin`].reduce((sum, name) => sum + fileBytes(join(outdir, name)), 0);
}
