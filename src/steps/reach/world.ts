import { isBuiltin } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import type { Observed } from '../../model/boot.ts';
import type { ModuleGraph } from '../../model/graph.ts';
import type { FileSummary, ImportRequest } from '../../model/summary.ts';
import { reachWorld, type ReachFile, type ReachWorld } from '../../query/reach-world.ts';
import { languageOf, type SourceFormat } from '../../syntax/parse.ts';
import { specifiersIn } from '../../syntax/summary-requests.ts';
import type { ProjectFiles } from '../../system/project-files.ts';

export interface WorldInput {
  /** What the start loaded, or what static imports lead to. */
  graph: ModuleGraph;
  /** What was seen at the start; empty where nobody watched. */
  observed: readonly Observed[];
  own(id: string): boolean;
  fileOf(id: string): string | null;
  /** Id of a file that the graph does not have. */
  idOf(file: string): string;
  files: ProjectFiles;
  resolve(specifier: string, from: string, kind: 'import' | 'require'): { file: string | null; name: string } | null;
  summarize(source: string, format: SourceFormat): FileSummary | null;
  /** Packages whose objects call what they are handed at any request. */
  isFramework(packageName: string): boolean;
}

export interface BuiltWorld {
  world: ReachWorld;
  /** Number of the module with this id; undefined where reach has not met it. */
  at: ReadonlyMap<string, number>;
}

const parsed = /\.[cm]?[jt]sx?$/;

/**
 * The app's own files with their summaries, those that only a request would load among them. Packages are read when a
 * walk first reaches them, file by file.
 */
export function builtWorld(input: WorldInput): BuiltWorld {
  const { graph } = input;
  const files: ReachFile[] = [];
  const at = new Map<string, number>();
  const edges = new Map<string, string[]>();
  for (const { from, to } of graph.edges) edges.set(from, [...(edges.get(from) ?? []), to]);
  const known = new Map(graph.edges.map(({ from, to, specifier }) => [`${from}\0${specifier}`, to]));
  const nodes = new Map(graph.modules.map((module) => [module.id, module]));
  const late = lateModules(graph);
  const ownFolders = ownPackageFolders(input);
  const observed = new Map(input.observed.map(({ id, functions }) => [id, functions]));
  const todo: number[] = [];

  const number = (id: string, file: string | null): number => {
    const there = at.get(id);
    if (there !== undefined) return there;
    const node = nodes.get(id);
    const isOwn = node === undefined ? file !== null && isOwnFile(file, ownFolders) : input.own(id);
    const kind = id.startsWith('node:') ? 'builtin' : isOwn ? 'own' : 'dependency';
    const index = files.push({ id, summary: null, kind, targets: [], loads: [], atStart: node !== undefined && !late.has(id), ranAtStart: null, framework: input.isFramework(packageIn(id)) }) - 1;
    at.set(id, index);
    if (kind !== 'own') lazily(files[index]!, () => dependencyLoads(id, file));
    else if (file !== null && (parsed.test(file) || node?.kind === 'cjs' || node?.kind === 'esm')) todo.push(index);
    return index;
  };
  const target = (from: string, fromFile: string, specifier: string, kind: ImportRequest['kind']): number => {
    if (isBuiltin(specifier)) return number(specifier.startsWith('node:') ? specifier : `node:${specifier}`, null);
    const seen = known.get(`${from}\0${specifier}`);
    if (seen !== undefined) return number(seen, input.fileOf(seen));
    const found = input.resolve(specifier, fromFile, kind === 'require' ? 'require' : 'import');
    if (found === null || found.file === null) return -1;
    return number(input.idOf(found.file), found.file);
  };
  const dependencyLoads = (id: string, file: string | null): number[] => {
    const seen = (edges.get(id) ?? []).map((to) => number(to, input.fileOf(to)));
    const source = file === null || !(parsed.test(file) || nodes.has(id)) || /\.(?:json|node|wasm)$/.test(file) ? null : input.files.read(file);
    const asked = source === null ? [] : specifiersIn(source).map(({ specifier, kind }) => target(id, file!, specifier, kind));
    return [...new Set([...seen, ...asked.filter((one) => one >= 0)])];
  };
  const readOwn = (index: number): void => {
    const { id } = files[index]!;
    const file = input.fileOf(id) ?? fileById.get(id)!;
    const source = input.files.read(file);
    const summary = source === null ? null : input.summarize(source, formatOf(file, nodes.get(id)?.kind, input.files));
    if (summary === null) return lazily(files[index]!, () => dependencyLoads(id, file));
    const targets = summary.imports.map(({ specifier, kind }) => (specifier === null ? -1 : target(id, file, specifier, kind)));
    const explained = new Set(targets);
    const loads = (edges.get(id) ?? []).map((to) => number(to, input.fileOf(to))).filter((to) => !explained.has(to));
    const folders = new Map<number, number[]>();
    summary.imports.forEach(({ specifier, folder }, request) => {
      if (specifier === null && folder !== undefined && loads.length === 0) folders.set(request, filesBelow(resolve(dirname(file), folder), input.files).map((one) => number(input.idOf(one), one)));
    });
    const ranAtStart = observed.size === 0 ? null : functionsRun(observed.get(id) ?? [], summary);
    Object.assign(files[index]!, { summary, targets, loads, folders, ranAtStart });
  };
  const fileById = new Map<string, string>();
  const idOf = input.idOf;
  input = { ...input, idOf: (file) => {
    const id = idOf(file);
    fileById.set(id, file);
    return id;
  } };
  for (const { id } of graph.modules) number(id, input.fileOf(id));
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) readOwn(next);
  return { world: reachWorld(files), at };
}

/** Ends of the functions that ran; null where they are not those of the text, as behind a transpiler. */
function functionsRun(functions: readonly number[], { regions }: FileSummary): Set<number> | null {
  const ends = new Set(regions.flatMap(({ kind, end }) => (kind === 'function' ? [end] : [])));
  const ran = new Set<number>();
  let strange = 0;
  for (let i = 0; i < functions.length; i += 4) {
    const end = functions[i + 1]!;
    if (!ends.has(end)) strange++;
    else if (functions[i + 2] === 1 || functions[i + 3] === 1) ran.add(end);
  }
  return strange * 8 > functions.length ? null : ran;
}

function lazily(file: ReachFile, loads: () => number[]): void {
  let found: number[] | null = null;
  Object.defineProperty(file, 'loads', { get: () => (found ??= loads()), enumerable: true, configurable: true });
}

/** Modules that the start did not need: asked for only after the server listened. */
function lateModules(graph: ModuleGraph): Set<string> {
  const early = new Set(graph.roots);
  const out = new Map<string, string[]>();
  for (const { from, to, whileLoading } of graph.edges) if (whileLoading) out.set(from, [...(out.get(from) ?? []), to]);
  const todo = [...early];
  for (let id = todo.pop(); id !== undefined; id = todo.pop()) {
    for (const to of out.get(id) ?? []) {
      if (early.has(to)) continue;
      early.add(to);
      todo.push(to);
    }
  }
  const asked = new Set(graph.edges.map(({ to }) => to));
  return new Set(graph.modules.flatMap(({ id }) => (early.has(id) || !asked.has(id) ? [] : [id])));
}

/** Folders of the packages that are the app itself, though they are installed. */
function ownPackageFolders({ graph, own, fileOf }: WorldInput): string[] {
  const folders = graph.modules.flatMap(({ id, package: name }) => {
    if (name === null || !own(id)) return [];
    const file = fileOf(id);
    const end = file === null ? -1 : file.lastIndexOf(`/node_modules/${name}/`);
    return end < 0 ? [] : [file!.slice(0, end + `/node_modules/${name}/`.length)];
  });
  return [...new Set(folders)];
}

function isOwnFile(file: string, ownFolders: readonly string[]): boolean {
  return !file.includes('/node_modules/') || ownFolders.some((folder) => file.startsWith(folder) && !file.slice(folder.length).includes('node_modules/'));
}

function packageIn(id: string): string {
  return /^node_modules\/((?:@[^/]+\/)?[^/@]+)/.exec(id)?.[1] ?? '';
}

/** Node's rule where it is not known how the file ran: its extension, else the type of the nearest package.json. */
function formatOf(file: string, kind: string | undefined, files: ProjectFiles): SourceFormat {
  const language = languageOf(file);
  if (kind === 'esm' || kind === 'cjs') return { module: kind, language };
  if (/\.m[jt]sx?$/.test(file)) return { module: 'esm', language };
  if (/\.c[jt]sx?$/.test(file) || language !== 'js') return { module: 'cjs', language };
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = files.read(join(folder, 'package.json'));
    if (manifest !== null) return { module: /"type"\s*:\s*"module"/.test(manifest) ? 'esm' : 'cjs', language };
  }
  return { module: 'cjs', language };
}

/** So many files below a folder are taken for what a computed name may mean. */
const mostFiles = 5000;

function filesBelow(folder: string, files: ProjectFiles): string[] {
  const found: string[] = [];
  const todo = [folder];
  for (let next = todo.pop(); next !== undefined && found.length < mostFiles; next = todo.pop()) {
    for (const name of files.list(next)) {
      const path = join(next, name);
      if (name === 'node_modules' || name.startsWith('.')) continue;
      if (parsed.test(name) && !name.endsWith('.d.ts')) found.push(path);
      else if (files.isFolder(path)) todo.push(path);
    }
  }
  return found;
}
