import { dirname, join, resolve } from 'node:path';
import type { SourceFormat } from '../../syntax/parse.ts';
import type { ProjectFiles } from '../../system/project-files.ts';

type Options = NonNullable<SourceFormat['compiler']>;
type Config = { extends?: string | string[]; compilerOptions?: Options };

/** The options of the nearest tsconfig.json that decide what becomes of the imports of a TypeScript file; none for other files. */
export function compilerOptions(files: ProjectFiles): (file: string) => Options | undefined {
  const known = new Map<string, Options | undefined>();
  const nearest = (folder: string): Options | undefined => {
    if (!known.has(folder)) {
      const own = join(folder, 'tsconfig.json');
      const above = dirname(folder);
      known.set(folder, files.isFile(own) ? optionsIn(own, files) : above === folder ? undefined : nearest(above));
    }
    return known.get(folder);
  };
  return (file) => (/\.[cm]?tsx?$/.test(file) ? nearest(dirname(file)) : undefined);
}

/** What a config says over those that it extends. A chain longer than this is a circle. */
function optionsIn(path: string, files: ProjectFiles, chain = 10): Options {
  const config = parsed(files.read(path) ?? '');
  const bases = chain === 0 ? [] : [config.extends ?? []].flat().flatMap((name) => baseFile(name, dirname(path), files) ?? []);
  const { verbatimModuleSyntax, importsNotUsedAsValues, emitDecoratorMetadata, module } = config.compilerOptions ?? {};
  const own = { verbatimModuleSyntax, importsNotUsedAsValues, emitDecoratorMetadata, module };
  return Object.assign({}, ...bases.map((base) => optionsIn(base, files, chain - 1)), Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined)));
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
