import type { Function as OxcFunction, Node, Program } from 'oxc-parser';
import { declarationsOf, TYPE, VALUE, type Reference, type Scope, type Variable } from './declarations.ts';

export type { Variable };

/** What the names of one text stand for; answers are found when they are asked for. */
export type Names = {
  /** Variables that a declaration, declarator, function or import specifier makes, in source order. */
  declares(node: Node): Variable[];
  /** Names of the variables that a function declares at the level of its parameters and body. */
  declaresInside(owner: Node): string[];
  /** What an identifier refers to; null for globals, and for the `require`, `module` and `exports` of CommonJS. */
  resolve(identifier: Node): Variable | null;
  /** Identifiers that stand for a variable, in source order, but for the ones that give it its first value. */
  references(variable: Variable): { identifier: Node; value: boolean; type: boolean }[];
};

/**
 * What the names of a tree stand for, whose nodes know their parents. As @typescript-eslint/scope-manager tells it, which its test
 * holds it against, and which takes four times as long, more than all else that is asked about a text.
 */
export function namesOf(program: Program): Names {
  const { references, definitions, functions } = declarationsOf(program);
  function variableOf(reference: Reference): Variable | null {
    if (reference.variable === undefined) reference.variable = found(reference);
    return reference.variable;
  }

  const byName = once(() => {
    const grouped = new Map<string, Reference[]>();
    for (const reference of references.values()) {
      const { name } = reference.identifier as Node & { name: string };
      const known = grouped.get(name);
      if (known === undefined) grouped.set(name, [reference]);
      else known.push(reference);
    }
    return grouped;
  });
  const declared = once(() => {
    const by = new Map<Node, Set<Variable>>();
    const add = (node: Node, variable: Variable): void => void (by.get(node) ?? by.set(node, new Set()).get(node)!).add(variable);
    for (const { variable, node, within } of definitions) {
      add(node, variable);
      if (within !== null) add(within, variable);
    }
    return by;
  });
  const asked = new Map<Variable, ReturnType<Names['references']>>();
  return {
    declares: (node) => [...(declared().get(node) ?? [])],
    declaresInside: (owner) => [...(functions.get(owner)?.names?.values() ?? [])].filter(({ defs }) => defs.length > 0).map(({ name }) => name),
    resolve: (identifier) => {
      const reference = references.get(identifier);
      return reference === undefined ? null : variableOf(reference);
    },
    references: (variable) => {
      const known = asked.get(variable);
      if (known !== undefined) return known;
      const those = (byName().get(variable.name) ?? []).filter((reference) => !reference.initial && variableOf(reference) === variable);
      const answer = those.map(({ identifier, means }) => ({ identifier, value: (means & VALUE) !== 0, type: (means & TYPE) !== 0 })).sort((a, b) => a.identifier.start - b.identifier.start);
      asked.set(variable, answer);
      return answer;
    },
  };
}

function found({ identifier, scope: from, means }: Reference): Variable | null {
  const { name } = identifier as Node & { name: string };
  for (let scope: Scope | null = from; scope !== null; scope = scope.above) {
    const variable = scope.names?.get(name) ?? (name === 'arguments' ? argumentsOf(scope) : undefined);
    if (variable === undefined || !isSeenFrom(identifier, scope, variable)) continue;
    if (variable.defs.length === 0 || variable.defs.some((one) => (one.means & means) !== 0)) return variable;
  }
  return null;
}

function argumentsOf(scope: Scope): Variable | undefined {
  if (scope.kind !== 'function' || scope.block.type === 'ArrowFunctionExpression') return undefined;
  const variable = { name: 'arguments', scope, defs: [] };
  (scope.names ??= new Map()).set(variable.name, variable);
  return variable;
}

/** What a function declares in its body is not there for the defaults of its parameters. */
function isSeenFrom({ start }: Node, { kind, block }: Scope, { defs }: Variable): boolean {
  if (kind !== 'function') return true;
  const body = (block as OxcFunction).body?.start ?? -1;
  return start >= body || defs.length === 0 || defs.some(({ name }) => name.start < body);
}

function once<Value>(make: () => Value): () => Value {
  let made: { value: Value } | null = null;
  return () => (made ??= { value: make() }).value;
}
