import type { SourceFormat } from '../../syntax/parse.ts';
import type { ProjectFiles } from '../../system/project-files.ts';
import { nearestOptions } from '../../system/tsconfig.ts';

type Options = NonNullable<SourceFormat['compiler']>;

/** The options of the nearest tsconfig.json that decide what becomes of the imports of a TypeScript file; none for other files. */
export function compilerOptions(files: ProjectFiles): (file: string) => Options | undefined {
  const nearest = nearestOptions(files);
  return (file) => {
    const all = /\.[cm]?tsx?$/.test(file) ? nearest(file) : undefined;
    if (all === undefined) return undefined;
    const { verbatimModuleSyntax, importsNotUsedAsValues, emitDecoratorMetadata, module } = all;
    const decisive = { verbatimModuleSyntax, importsNotUsedAsValues, emitDecoratorMetadata, module };
    return Object.fromEntries(Object.entries(decisive).filter(([, value]) => value !== undefined)) as Options;
  };
}
