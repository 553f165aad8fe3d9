import { dirname, join, resolve } from 'node:path';
import type { ProjectFiles } from './project-files.ts';

/** `compilerOptions` as they are written, unchecked; but what `paths` and `baseUrl` lead to is absolute. */
export type CompilerOptions = Record<string, unknown>;
type Config = { extends?: string | string[]; compilerOptions?: CompilerOptions };

/** The compiler options of the nearest tsconfig.json above a file, those that it extends among them; undefined where there is none. */
export function nearestOptions(files: Pick<ProjectFiles, 'read' | 'isFile'>): (file: string) => CompilerOptions | undefined {
  const known = new Map<string, CompilerOptions | undefined>();
  const nearest = (folder: string): CompilerOptions | undefined => {
    if (!known.has(folder)) {
      const own = join(folder, 'tsconfig.json');
      const above = dirname(folder);
      known.set(folder, files.isFile(own) ? optionsIn(own, files) : above === folder ? undefined : nearest(above));
    }
    return known.get(folder);
  };
  return (file) => nearest(dirname(file));
}

/** What a config says over those that it extends. A chain longer than this is a circle. */
function optionsIn(path: string, files: Pick<ProjectFiles, 'read' | 'isFile'>, chain = 10): CompilerOptions {
  const config = parsed(files.read(path) ?? '');
  const bases = chain === 0 ? [] : [config.extends ?? []].flat().flatMap((name) => baseFile(name, dirname(path), files) ?? []);
  const inherited = Object.assign({}, ...bases.map((base) => optionsIn(base, files, chain - 1))) as CompilerOptions;
  return { ...inherited, ...withPlaces(config.compilerOptions ?? {}, dirname(path), inherited['baseUrl']) };
}

/** `paths` start at `baseUrl`, or else in the folder of the config that has them. */
function withPlaces(options: CompilerOptions, folder: string, inherited: unknown): CompilerOptions {
  const { baseUrl, paths } = options;
  const own = typeof baseUrl === 'string' ? resolve(folder, baseUrl) : undefined;
  const start = own ?? (typeof inherited === 'string' ? inherited : folder);
  const absolute = (targets: unknown): unknown => (Array.isArray(targets) ? targets.map((target) => (typeof target === 'string' ? resolve(start, target) : target)) : targets);
  const table = typeof paths === 'object' && paths !== null ? Object.fromEntries(Object.entries(paths).map(([pattern, targets]) => [pattern, absolute(targets)])) : undefined;
  return { ...options, ...(own === undefined ? {} : { baseUrl: own }), ...(table === undefined ? {} : { paths: table }) };
}

function baseFile(name: string, folder: string, files: Pick<ProjectFiles, 'isFile'>): string | null {
  const folders = name.startsWith('.') || name.startsWith('/') ? [folder] : upward(folder).map((one) => join(one, 'node_modules'));
  return folders.flatMap((one) => [resolve(one, name), resolve(one, `${name}.json`), resolve(one, name, 'tsconfig.json')]).find((file) => files.isFile(file)) ?? null;
}

function upward(folder: string): string[] {
  return dirname(folder) === folder ? [folder] : [folder, ...upward(dirname(folder))];
}

/** A tsconfig is JSON with comments and commas at the end of lists. One that cannot be read says nothing. */
function parsed(text: string): Config {
  const plain = text.replace(/^\uFEFF/, '').replace(/"(?:\\.|[^"\\])*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (found) => (found.startsWith('"') ? found : ''));
  try {
    return JSON.parse(plain.replace(/("(?:\\.|[^"\\])*")|,(?=\s*[}\]])/g, '$1')) as Config;
  } catch {
    return {};
  }
}
