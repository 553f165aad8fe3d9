import { createRequire } from 'node:module';
import { basename } from 'node:path';
import type * as TsMorph from 'ts-morph';

export interface Transpiled {
  text: string;
  /** Source map, JSON; its only source is this text, under any name. */
  map: string;
}

const require = createRequire(import.meta.url);

/**
 * JavaScript for a TypeScript or JSX text, as its compiler emits it with these `compilerOptions` of a tsconfig.json; null where the
 * text is not valid. Whether it imports or requires is said by `module`.
 */
export function transpile(source: string, file: string, module: 'cjs' | 'esm', compilerOptions: Record<string, unknown> = {}): Transpiled | null {
  // The compiler takes long to load, and most apps run as JavaScript.
  const { ts } = require('ts-morph') as typeof TsMorph;
  const { options } = ts.convertCompilerOptionsFromJson({ target: 'es2022', esModuleInterop: true, ...compilerOptions }, '/');
  // Only so does a CommonJS module keep its import().
  const nodeFormat = !file.endsWith('x');
  const { outputText, sourceMapText, diagnostics } = ts.transpileModule(source, {
    fileName: nodeFormat ? `file.${module === 'esm' ? 'mts' : 'cts'}` : basename(file),
    reportDiagnostics: true,
    compilerOptions: {
      ...options,
      target: Math.max(options.target ?? 0, ts.ScriptTarget.ES2017),
      module: nodeFormat ? ts.ModuleKind.Node16 : module === 'esm' ? ts.ModuleKind.ESNext : ts.ModuleKind.CommonJS,
      moduleResolution: nodeFormat ? ts.ModuleResolutionKind.Node16 : undefined,
      verbatimModuleSyntax: module === 'esm' ? options.verbatimModuleSyntax : false,
      jsx: options.jsx === undefined || options.jsx === ts.JsxEmit.Preserve ? ts.JsxEmit.React : options.jsx,
      sourceMap: true,
      inlineSourceMap: false,
      inlineSources: true,
      removeComments: false,
      noEmit: false,
      declaration: false,
      composite: false,
      incremental: false,
      isolatedDeclarations: false,
    },
  });
  const invalid = (diagnostics ?? []).some(({ category, code }) => category === ts.DiagnosticCategory.Error && code < 2000);
  return invalid || sourceMapText === undefined ? null : { text: outputText.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, '\n'), map: sourceMapText };
}
