import { analyze, type ScopeManager } from '@typescript-eslint/scope-manager';
import { walk, type Syntax } from '../../src/syntax/parse.ts';

/** The scopes of a tree as typescript-eslint tells them, which looks at ranges that our trees go without. */
export function referenceScopes({ program, module }: Pick<Syntax, 'program' | 'module'>): ScopeManager {
  walk(program, (node) => void (node.range ??= [node.start, node.end]));
  return analyze(program as unknown as Parameters<typeof analyze>[0], { sourceType: module ? 'module' : 'commonjs', lib: [], jsxPragma: null });
}
