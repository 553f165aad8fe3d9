import { dirname, join, resolve } from 'node:path';
import type { ProjectFiles } from './project-files.ts';

/** `compilerOptions` as they are written, unchecked. */
export type CompilerOptions = Record<string, unknown>;
type Config = { extends?: string | string[]; compilerOptions?: CompilerOptions };

/** The compiler options of the nearest tsconfig.json above a file, those that it extends among them; undefined where there is none. */
export function nearestOptions(files: ProjectFiles): (file: string) => CompilerOptions | undefined {
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
function optionsIn(path: string, files: ProjectFiles, chain = 10): CompilerOptions {
  const config = parsed(files.read(path) ?? '');
  const bases = chain === 0 ? [] : [config.extends ?? []].flat().flatMap((name) => baseFile(name, dirname(path), files) ?? []);
  return Object.assign({}, ...bases.map((base) => optionsIn(base, files, chain - 1)), config.compilerOptions);
}

function baseFile(name: string, folder: string, files: ProjectFiles): string | null {
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
