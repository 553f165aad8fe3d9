import type { Node } from 'oxc-parser';
import { namesOf, type Names, type Variable } from './names.ts';
import { parse, type SourceFormat, type Syntax } from './parse.ts';

export type { Variable };

/** A source text with its tree and what each name in it stands for. */
export type SourceModule = Pick<Names, 'declares' | 'declaresInside' | 'resolve'> & {
  source: string;
  format: SourceFormat;
  syntax: Syntax;
  /** True where `eval` or `with` can reach names by other ways than writing them. */
  dynamic: boolean;
  /** Identifiers that read or write a variable at run time, in source order; its own initialization is none of them. */
  usesOf(variable: Variable): Node[];
  /** Identifiers that name a variable in a type only. */
  typeUsesOf(variable: Variable): Node[];
  /** Line, from 1, of an offset. */
  lineAt(offset: number): number;
};

let last: { source: string; format: string; module: SourceModule | null } | null = null;

/** Questions about nodes go down into them and up again; this deep none comes near the end of the stack. */
const mostNested = 2_000;

/** Reads a text and its scopes; null when it is not valid, or nested too deeply to follow. The last one read is kept. */
export function readModule(source: string, format: SourceFormat): SourceModule | null {
  const key = JSON.stringify(format);
  if (last?.source !== source || last.format !== key) last = { source, format: key, module: readAnew(source, format) };
  return last.module;
}

function readAnew(source: string, format: SourceFormat): SourceModule | null {
  const syntax = parse(source, format);
  if (syntax === null || syntax.depth > mostNested) return null;
  const { declares, declaresInside, resolve, references } = namesOf(syntax.program);
  return {
    source,
    format,
    syntax,
    dynamic: syntax.dynamic,
    declares,
    declaresInside,
    resolve,
    usesOf: (variable) => references(variable).flatMap(({ identifier, value }) => (value && !inType(identifier) ? [identifier] : [])),
    typeUsesOf: (variable) => references(variable).flatMap(({ identifier, type }) => (type || inType(identifier) ? [identifier] : [])),
    lineAt: lineCounter(source),
  };
}

/** Tells the line, from 1, of an offset. */
function lineCounter(source: string): (offset: number) => number {
  let starts: number[] | null = null;
  return (offset) => {
    if (starts === null) {
      starts = [0];
      for (let at = source.indexOf('\n'); at !== -1; at = source.indexOf('\n', at + 1)) starts.push(at + 1);
    }
    return lowerBound(starts, offset);
  };
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
