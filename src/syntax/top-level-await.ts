import { languageOf, parse, walk } from './parse.ts';

/** True when an ES module awaits while it is evaluated, or cannot be read: such a module cannot be loaded synchronously. */
export function hasTopLevelAwait(source: string, file: string): boolean {
  if (!/\bawait\b/.test(source)) return false;
  const syntax = parse(source, { module: 'esm', language: languageOf(file) });
  if (syntax === null) return true;
  let found = false;
  walk(syntax.program, (node) => {
    if (node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression') return false;
    if (node.type === 'AwaitExpression' || (node.type === 'ForOfStatement' && node.await)) found = true;
    if (node.type === 'VariableDeclaration' && node.kind === 'await using') found = true;
    return !found;
  });
  return found;
}
