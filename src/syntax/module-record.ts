import { parseSync } from 'oxc-parser';
import { languageOf, walk } from './parse.ts';

/** What an ES module asks for before it runs, and whether it waits while it runs. */
export type ModuleRecord = {
  /** False for a text without `import`, `export` and `import.meta`: CommonJS, or JSON. */
  isModule: boolean;
  /** Specifiers of static imports and exports, types left out. */
  imports: string[];
  topLevelAwait: boolean;
};

/** The record of a text, without building its tree unless it says `await`; null when it is not valid. */
export function moduleRecord(source: string, file: string): ModuleRecord | null {
  const language = languageOf(file);
  const result = parseSync(`file.${language === 'js' ? 'jsx' : language}`, source, { sourceType: 'unambiguous', astType: 'ts', range: false });
  if (result.errors.some(({ severity }) => severity === 'Error')) return null;
  const { hasModuleSyntax, staticImports, staticExports } = result.module;
  const imports = new Set<string>();
  for (const { moduleRequest, entries } of staticImports) if (entries.length === 0 || entries.some(({ isType }) => !isType)) imports.add(moduleRequest.value);
  for (const { entries } of staticExports) for (const { moduleRequest, isType } of entries) if (moduleRequest != null && !isType) imports.add(moduleRequest.value);
  return { isModule: hasModuleSyntax, imports: [...imports], topLevelAwait: hasModuleSyntax && /\bawait\b/.test(source) && awaitsAtTop(result.program) };
}

/** Whether a module waits while it runs. */
export function awaitsAtTop(program: Parameters<typeof walk>[0]): boolean {
  let found = false;
  walk(program, (node) => {
    if (node.type === 'AwaitExpression' || (node.type === 'ForOfStatement' && node.await) || (node.type === 'VariableDeclaration' && node.kind === 'await using')) found = true;
    return !found && !['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression', 'PropertyDefinition', 'StaticBlock'].includes(node.type);
  });
  return found;
}
