import { readFileSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, sep } from 'node:path';
import type { BuildOptions, ImportKind, PluginBuild } from 'esbuild';
import { ResolverFactory } from 'oxc-resolver';
import { languageOf, moduleRecord, pureLoads, type ImportSite, type Load, type ModuleRecord, type SourceFormat } from '../../src/plugin.ts';
import { keptAnswers, type Kept } from './kept.ts';

/** Modules a build would load with an import, as its own plugins and settings resolve them. Answers are kept for one build. */
export type Closures = {
  /** True when nothing in it waits at its top level, as far as it could be followed; false also where it could not. */
  runsAtOnce(specifier: string, importer: string): Promise<boolean>;
  /** True when loading it does nothing but make exports. False for large closures: that would take longer than the build. */
  isPure(specifier: string, importer: string, kind: ImportKind): Promise<boolean>;
  /** Left out of the bundle, so that the output imports it by itself. */
  isExternal(specifier: string, importer: string): Promise<boolean>;
};

type Target = { path: string; sideEffects: boolean } | 'external' | 'unknown';

/** Beyond these, following a package costs more than it may. */
const most = { files: 150, characters: 1_500_000 };

/** What is known of a text. */
type Facts = {
  quickImports: string[] | null;
  record: ModuleRecord | null;
  /** What it loads, where it does nothing but make its exports. */
  pure: { imports: { specifier: string; kind: ImportKind }[]; size: number } | null;
};

/** Facts hold for as long as a file is as old and as large. */
type FileFacts = { changedMs: number; size: number; facts: Partial<Facts> };

/** What outlives a build: by path what is known while a build is watched, and what a text alone decides from one build to the next. */
export type KeptFacts = { files: Map<string, FileFacts>; loads: Kept<Load[] | null> };

export function keptFacts(root: string): KeptFacts {
  return { files: new Map(), loads: keptAnswers(root, 'loads') };
}

export function closuresOf(build: PluginBuild, kept: KeptFacts): Closures {
  const { resolveExtensions: extensions = ['.tsx', '.ts', '.jsx', '.js', '.css', '.json'] } = build.initialOptions;
  const inPackage = packageResolver(build.initialOptions);
  const resolved = new Map<string, Promise<Target>>();
  const named = new Map<string, string | null>();
  /** Files of which is known that neither they nor what they import waits. */
  const atOnce = new Set<string>();
  const current = new Map<string, Partial<Facts>>();

  const resolve = (specifier: string, importer: string, kind: ImportKind): Promise<Target> => {
    const resolveDir = dirname(importer);
    // Asking esbuild takes many times as long as a look at the disk.
    const near = /^\.\.?\//.test(specifier) ? fileNamed(join(resolveDir, specifier)) : null;
    if (near !== null) return Promise.resolve({ path: near, sideEffects: true });
    const far = importer.includes(`${sep}node_modules${sep}`) ? inPackage(specifier, resolveDir, kind) : null;
    if (far !== null) return Promise.resolve(far);
    const key = `${kind}\0${resolveDir}\0${specifier}`;
    const known = resolved.get(key) ?? ask(specifier, importer, kind);
    resolved.set(key, known);
    return known;
  };
  const fileNamed = (path: string): string | null => {
    if (!named.has(path)) named.set(path, fileAt(path, extensions));
    return named.get(path)!;
  };
  const ask = async (specifier: string, importer: string, kind: ImportKind): Promise<Target> => {
    const { errors, external, namespace, path, sideEffects, suffix } = await build.resolve(specifier, { importer, kind, namespace: 'file', resolveDir: dirname(importer) });
    if (errors.length > 0) return 'unknown';
    if (external) return 'external';
    return namespace === 'file' && suffix === '' ? { path, sideEffects } : 'unknown';
  };
  const fact = <Name extends keyof Facts>(path: string, name: Name, find: (source: string) => Facts[Name]): Facts[Name] => {
    const facts = current.get(path) ?? factsOf(path, kept.files);
    current.set(path, facts);
    const known = facts[name] as Facts[Name] | undefined;
    if (known !== undefined) return known;
    const found = read(path, find) as Facts[Name];
    facts[name] = found;
    return found;
  };
  const recordOf = (path: string): ModuleRecord | null => (hasCode(path) ? fact(path, 'record', (source) => moduleRecord(source, path)) : { isModule: false, imports: [], topLevelAwait: false });
  /** esbuild takes from such a package only what is used; required, it would be there as a whole. */
  const isShaken = ({ path, sideEffects }: { path: string; sideEffects: boolean }): boolean => !sideEffects && (recordOf(path)?.imports.length ?? 0) > 0;
  const pureOf = (path: string): Facts['pure'] => (path.endsWith('.json') ? { imports: [], size: 0 } : fact(path, 'pure', (source) => pureText(source, path, kept.loads)));
  const targetsOf = async (path: string, imports: readonly string[]): Promise<string[] | null> => {
    const targets = await Promise.all(imports.map((one) => resolve(one, path, 'import-statement')));
    return targets.includes('unknown') ? null : targets.flatMap((target) => (typeof target === 'string' ? [] : [target.path]));
  };
  /** What a file imports; null where it waits, or where that cannot be told. */
  const importedAtOnce = async (path: string): Promise<string[] | null> => {
    const quick = hasCode(path) ? fact(path, 'quickImports', quickImports) : [];
    const quickly = quick === null ? null : await targetsOf(path, quick);
    if (quickly !== null) return quickly;
    const record = recordOf(path);
    if (record === null || record.topLevelAwait) return null;
    return record.isModule ? targetsOf(path, record.imports) : [];
  };

  return {
    isExternal: async (specifier, importer) => (await resolve(specifier, importer, 'import-statement')) === 'external',
    async runsAtOnce(specifier, importer) {
      const first = await resolve(specifier, importer, 'import-statement');
      if (typeof first === 'string') return first === 'external';
      const found = new Set<string>();
      // Each file goes on by itself: what esbuild is asked for waits for what else it does.
      const follow = async (path: string): Promise<boolean> => {
        if (found.has(path) || atOnce.has(path)) return true;
        found.add(path);
        const next = await importedAtOnce(path);
        return next !== null && (await Promise.all(next.map(follow))).every(Boolean);
      };
      if (!(await follow(first.path))) return false;
      for (const path of found) atOnce.add(path);
      return true;
    },
    async isPure(specifier, importer, kind) {
      const first = await resolve(specifier, importer, kind);
      if (typeof first === 'string' || isShaken(first)) return false;
      const found = new Set([first.path]);
      let size = 0;
      for (const path of found) {
        const module = path === importer || found.size > most.files ? null : pureOf(path);
        size += module?.size ?? 0;
        if (module === null || size > most.characters) return false;
        for (const { specifier: one, kind } of module.imports) {
          if (isBuiltin(one)) continue;
          const next = await resolve(one, path, kind);
          if (typeof next === 'string') return false;
          found.add(next.path);
        }
      }
      return true;
    },
  };
}

/** Those that are kept; none yet where the file has changed since. */
function factsOf(path: string, kept: KeptFacts['files']): Partial<Facts> {
  const { mtimeMs: changedMs, size } = statSync(path, { throwIfNoEntry: false }) ?? { mtimeMs: -1, size: -1 };
  const known = kept.get(path);
  if (known !== undefined && known.changedMs === changedMs && known.size === size) return known.facts;
  const facts = {};
  kept.set(path, { changedMs, size, facts });
  return facts;
}

/**
 * What an import of a dependency leads to, as esbuild finds it where nobody told it otherwise: while it builds, an answer of its own
 * takes a tenth of a second. Null: it has to be asked.
 */
function packageResolver({ plugins = [], alias, conditions = ['module'], mainFields = ['main', 'module'], resolveExtensions, preserveSymlinks = false, packages, external = [] }: BuildOptions): (specifier: string, folder: string, kind: ImportKind) => Target | null {
  if (plugins.length > 1 || alias !== undefined || packages !== undefined || external.some((one) => one.includes('*'))) return () => null;
  const common = { mainFields, symlinks: !preserveSymlinks, ...(resolveExtensions === undefined ? {} : { extensions: resolveExtensions }) };
  const resolvers = {
    import: new ResolverFactory({ ...common, conditionNames: ['node', 'import', 'default', ...conditions] }),
    require: new ResolverFactory({ ...common, conditionNames: ['node', 'require', 'default', ...conditions] }),
  };
  return (specifier, folder, kind) => {
    if (isBuiltin(specifier)) return 'external';
    if (/^[./#]/.test(specifier) || external.some((one) => specifier === one || specifier.startsWith(`${one}/`))) return null;
    const { path } = resolvers[kind === 'require-call' || kind === 'require-resolve' ? 'require' : 'import'].sync(folder, specifier);
    return path === undefined ? null : { path, sideEffects: true };
  };
}

/** The file of that name, or the only one with an extension; null where esbuild would have to choose, or finds a folder. */
function fileAt(path: string, extensions: readonly string[]): string | null {
  if (isFile(path)) return path;
  const [only, ...others] = extensions.map((extension) => path + extension).filter(isFile);
  return only !== undefined && others.length === 0 ? only : null;
}

/**
 * What a text that never says `await` imports, without reading it as code: may name too much, from comments. Null for other texts.
 * Reading thousands of modules properly would take as long as the build.
 */
function quickImports(source: string): string[] | null {
  if (/\bawait\b/.test(source)) return null;
  return [...new Set([...source.matchAll(/\b(?:from|import)\s*(['"])([^'"\n]+)\1/g)].map((match) => match[2]!))];
}

/** What a module without effects loads; null when it has effects, or may have. */
function pureText(source: string, path: string, kept: KeptFacts['loads']): Facts['pure'] {
  if (!hasCode(path) || source.length > most.characters || /\bprocess\s*\.\s*env\b(?!\s*\.\s*NODE_ENV\b)/.test(source)) return null;
  const imports: { specifier: string; kind: ImportKind }[] = [];
  const format: SourceFormat = { module: /\.m[jt]s$/.test(path) ? 'esm' : 'cjs', language: languageOf(path) };
  const loads = kept.of([format.module, format.language, source], () => pureLoads(source, format));
  if (loads === null) return null;
  for (const { specifier, kind } of loads) {
    if (specifier === null) return null;
    imports.push({ specifier, kind: esbuildKind(kind) });
  }
  return { imports, size: source.length };
}

/** Which conditions of a package's `exports` esbuild takes for an import. */
export function esbuildKind(kind: ImportSite['kind'] | Load['kind']): ImportKind {
  if (kind === 'dynamic-import') return kind;
  return /^(side-effect-)?import$|^export-(from|star)$/.test(kind) ? 'import-statement' : 'require-call';
}

function hasCode(path: string): boolean {
  return /\.[cm]?[jt]sx?$/.test(path);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function read<Value>(path: string, use: (source: string) => Value): Value | null {
  try {
    return use(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}
