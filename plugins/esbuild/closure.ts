import { readFileSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import type { ImportKind, PluginBuild } from 'esbuild';
import { effectsOf, importsOf, languageOf, moduleRecord, type ImportSite, type ModuleRecord, type SourceFormat } from '../../src/plugin.ts';

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

/** Records of files by path, for as long as a file is as old and as large: they outlive a build that is watched. */
export type KeptRecords = Map<string, { changedMs: number; size: number; record: ModuleRecord | null }>;

export function closuresOf(build: PluginBuild, kept: KeptRecords): Closures {
  const { resolveExtensions: extensions = ['.tsx', '.ts', '.jsx', '.js', '.css', '.json'] } = build.initialOptions;
  const resolved = new Map<string, Promise<Target>>();
  const records = new Map<string, ModuleRecord | null>();
  const pure = new Map<string, { imports: { specifier: string; kind: ImportKind }[]; size: number } | null>();

  const resolve = (specifier: string, importer: string, kind: ImportKind): Promise<Target> => {
    const resolveDir = dirname(importer);
    // Asking esbuild takes many times as long as a look at the disk.
    const near = /^\.\.?\//.test(specifier) ? fileAt(join(resolveDir, specifier), extensions) : null;
    if (near !== null) return Promise.resolve({ path: near, sideEffects: true });
    const key = `${kind}\0${resolveDir}\0${specifier}`;
    const known = resolved.get(key) ?? ask(specifier, importer, kind);
    resolved.set(key, known);
    return known;
  };
  const ask = async (specifier: string, importer: string, kind: ImportKind): Promise<Target> => {
    const { errors, external, namespace, path, sideEffects, suffix } = await build.resolve(specifier, { importer, kind, namespace: 'file', resolveDir: dirname(importer) });
    if (errors.length > 0) return 'unknown';
    if (external) return 'external';
    return namespace === 'file' && suffix === '' ? { path, sideEffects } : 'unknown';
  };
  const recordOf = (path: string): ModuleRecord | null => {
    if (!records.has(path)) records.set(path, hasCode(path) ? keptRecord(path, kept) : { isModule: false, imports: [], topLevelAwait: false });
    return records.get(path)!;
  };
  /** esbuild takes from such a package only what is used; required, it would be there as a whole. */
  const isShaken = ({ path, sideEffects }: { path: string; sideEffects: boolean }): boolean => !sideEffects && (recordOf(path)?.imports.length ?? 0) > 0;
  const pureOf = (path: string): { imports: { specifier: string; kind: ImportKind }[]; size: number } | null => {
    if (!pure.has(path)) pure.set(path, path.endsWith('.json') ? { imports: [], size: 0 } : read(path, (source) => pureText(source, path)));
    return pure.get(path)!;
  };

  return {
    isExternal: async (specifier, importer) => (await resolve(specifier, importer, 'import-statement')) === 'external',
    async runsAtOnce(specifier, importer) {
      const first = await resolve(specifier, importer, 'import-statement');
      if (typeof first === 'string') return first === 'external';
      const found = new Set([first.path]);
      const follow = async (path: string, imports: string[]): Promise<boolean> => {
        const targets = await Promise.all(imports.map((one) => resolve(one, path, 'import-statement')));
        for (const target of targets) if (typeof target !== 'string') found.add(target.path);
        return !targets.includes('unknown');
      };
      for (const path of found) {
        const quick = hasCode(path) ? read(path, quickImports) : [];
        if (quick !== null && (await follow(path, quick))) continue;
        const record = recordOf(path);
        if (record === null || record.topLevelAwait) return false;
        if (record.isModule && !(await follow(path, record.imports))) return false;
      }
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

function keptRecord(path: string, kept: KeptRecords): ModuleRecord | null {
  const file = statSync(path, { throwIfNoEntry: false });
  if (file === undefined) return null;
  const known = kept.get(path);
  if (known !== undefined && known.changedMs === file.mtimeMs && known.size === file.size) return known.record;
  const record = read(path, (source) => moduleRecord(source, path));
  kept.set(path, { changedMs: file.mtimeMs, size: file.size, record });
  return record;
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
function pureText(source: string, path: string): { imports: { specifier: string; kind: ImportKind }[]; size: number } | null {
  if (!hasCode(path) || source.length > most.characters || /\bprocess\s*\.\s*env\b(?!\s*\.\s*NODE_ENV\b)/.test(source)) return null;
  const format: SourceFormat = { module: /\.m[jt]s$/.test(path) ? 'esm' : 'cjs', language: languageOf(path) };
  if (effectsOf(source, format, path).length > 0) return null;
  const imports: { specifier: string; kind: ImportKind }[] = [];
  for (const { specifier, kind, where, at } of importsOf(source, format) ?? []) {
    if (where === 'function' && at !== 'called-at-load') continue;
    if (specifier === null) return null;
    imports.push({ specifier, kind: esbuildKind(kind) });
  }
  const record = moduleRecord(source, path);
  return record === null || record.topLevelAwait ? null : { imports, size: source.length };
}

/** Which conditions of a package's `exports` esbuild takes for an import. */
export function esbuildKind(kind: ImportSite['kind']): ImportKind {
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
