import { analyze, type Reference, type Scope, type Variable } from '@typescript-eslint/scope-manager';
import type { Node } from 'oxc-parser';
import { parse, type SourceFormat, type Syntax } from './parse.ts';

export type { Variable };

/** A source text with its tree and what each name in it stands for. */
export type SourceModule = {
  source: string;
  format: SourceFormat;
  syntax: Syntax;
  /** True where `eval` or `with` can reach names by other ways than writing them. */
  dynamic: boolean;
  /** Variables that a declaration, declarator, function or import specifier makes. */
  declares(node: Node): Variable[];
  /** Names of the variables that a function declares at the level of its parameters and body. */
  declaresInside(owner: Node): string[];
  /** What an identifier refers to; null for globals, and for the `require`, `module` and `exports` of CommonJS. */
  resolve(identifier: Node): Variable | null;
  /** Identifiers that read or write a variable at run time, in source order; its own initialization is none of them. */
  usesOf(variable: Variable): Node[];
  /** Identifiers that name a variable in a type only. */
  typeUsesOf(variable: Variable): Node[];
  /** Line, from 1, of an offset. */
  lineAt(offset: number): number;
};

let last: { source: string; format: string; module: SourceModule | null } | null = null;

/** Reads a text and its scopes; null when it is not valid, or nested too deeply to follow. The last one read is kept. */
export function readModule(source: string, format: SourceFormat): SourceModule | null {
  const key = JSON.stringify(format);
  if (last?.source !== source || last.format !== key) last = { source, format: key, module: readAnew(source, format) };
  return last.module;
}

function readAnew(source: string, format: SourceFormat): SourceModule | null {
  const syntax = parse(source, format);
  if (syntax === null) return null;
  try {
    return withScopes(source, format, syntax);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** True when the variable is made once, by one declaration, and never written again. */
export function isConstant(module: SourceModule, variable: Variable): boolean {
  const known = constants.get(variable);
  if (known !== undefined) return known;
  const constant = variable.defs.length === 1 && module.usesOf(variable).every((identifier) => !writes(identifier));
  constants.set(variable, constant);
  return constant;
}

const constants = new WeakMap<Variable, boolean>();

/** True when the identifier is assigned to, counted up or down, or the target of a loop. */
export function writes(identifier: Node): boolean {
  let child = identifier;
  for (let parent = child.parent; parent != null; child = parent, parent = parent.parent) {
    switch (parent.type) {
      case 'AssignmentExpression':
      case 'ForInStatement':
      case 'ForOfStatement':
        return parent.left === child;
      case 'AssignmentPattern':
        if (parent.left !== child) return false;
        break;
      case 'UpdateExpression':
        return true;
      case 'Property':
        if (parent.value !== child || parent.parent?.type !== 'ObjectPattern') return false;
        break;
      case 'ObjectPattern':
      case 'ArrayPattern':
      case 'RestElement':
      case 'TSAsExpression':
      case 'TSNonNullExpression':
      case 'TSSatisfiesExpression':
      case 'TSTypeAssertion':
        break;
      default:
        return false;
    }
  }
  return false;
}

function withScopes(source: string, format: SourceFormat, syntax: Syntax): SourceModule {
  const program = syntax.program as unknown as Parameters<typeof analyze>[0];
  const manager = analyze(program, { sourceType: syntax.module ? 'module' : 'commonjs', lib: [], jsxPragma: null });
  const references = new Map<unknown, Reference>();
  for (const scope of manager.scopes as Scope[]) for (const reference of scope.references) references.set(reference.identifier, reference);
  const identifiersOf = (variable: Variable, wanted: (reference: Reference, identifier: Node) => boolean): Node[] => {
    const found = variable.references
      .filter((reference) => reference.init !== true && wanted(reference, reference.identifier as unknown as Node))
      .map(({ identifier }) => identifier as unknown as Node);
    // A pattern with a default writes twice to one identifier.
    return [...new Set(found)].sort((a, b) => a.start - b.start);
  };
  const lineStarts = [0];
  for (let at = source.indexOf('\n'); at !== -1; at = source.indexOf('\n', at + 1)) lineStarts.push(at + 1);
  return {
    source,
    format,
    syntax,
    dynamic: syntax.dynamic,
    declares: (node) => manager.getDeclaredVariables(node as unknown as Parameters<typeof manager.getDeclaredVariables>[0]),
    declaresInside: (owner) => {
      const scope = (manager.scopes as Scope[]).find(({ block, type }) => block === (owner as unknown) && String(type) === 'function');
      return scope === undefined ? [] : scope.variables.filter(({ defs }) => defs.length > 0).map(({ name }) => name);
    },
    resolve: (identifier) => references.get(identifier)?.resolved ?? null,
    usesOf: (variable) => identifiersOf(variable, (reference, identifier) => reference.isValueReference && !inType(identifier)),
    typeUsesOf: (variable) => identifiersOf(variable, (reference, identifier) => reference.isTypeReference || inType(identifier)),
    lineAt: (offset) => lowerBound(lineStarts, offset),
  };
}

/** `typeof x` in a type reads nothing at run time, though it names a value. */
function inType(identifier: Node): boolean {
  for (let node = identifier.parent; node != null; node = node.parent) {
    if (node.type === 'TSTypeQuery') return true;
    if (node.type !== 'TSQualifiedName') return false;
  }
  return false;
}

/** How many of the sorted numbers are at most `value`. */
function lowerBound(sorted: number[], value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
