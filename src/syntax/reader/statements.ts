import { ts } from 'ts-morph';
import { defineClass } from './classes.ts';
import { evaluate } from './expressions.ts';
import type { Frame, Machine } from './machine.ts';
import { assignTo, bind } from './patterns.ts';
import { data, object, truthOf, unknown, scopeIn, type Value } from './values.ts';
import { same } from './operators.ts';

const Kind = ts.SyntaxKind;

/** How a statement ended, where it did not just lead to the next one. */
export type End = { type: 'return'; value: Value } | { type: 'break' | 'continue' | 'throw' } | null;

/** So many rounds of a loop over something are followed, and of one that only waits for a condition to change. */
const MAX_ROUNDS = 5000;
const MAX_WAITS = 50;

/** Function declarations first, then each statement in turn. */
export function executeAll(machine: Machine, statements: readonly ts.Statement[], frame: Frame): End {
  hoist(machine, statements, frame);
  for (const statement of statements) {
    const end = execute(machine, statement, frame);
    if (end !== null) return end;
  }
  return null;
}

function hoist(machine: Machine, statements: readonly ts.Statement[], frame: Frame): void {
  for (const statement of statements) {
    if (ts.isFunctionDeclaration(statement) && statement.body !== undefined && statement.name !== undefined) {
      frame.scope.names.set(statement.name.text, machine.functionValue(statement, frame));
    }
  }
}

export function execute(machine: Machine, node: ts.Statement, frame: Frame): End {
  if (!machine.step()) return null;
  switch (node.kind) {
    case Kind.ExpressionStatement:
      evaluate(machine, (node as ts.ExpressionStatement).expression, frame);
      return null;
    case Kind.VariableStatement:
      declare(machine, (node as ts.VariableStatement).declarationList, frame);
      return null;
    case Kind.ReturnStatement: {
      const { expression } = node as ts.ReturnStatement;
      return { type: 'return', value: expression === undefined ? data(undefined) : evaluate(machine, expression, frame) };
    }
    case Kind.ThrowStatement:
      evaluate(machine, (node as ts.ThrowStatement).expression, frame);
      return { type: 'throw' };
    case Kind.Block:
      return inBlock(machine, (node as ts.Block).statements, frame);
    case Kind.IfStatement:
      return ifStatement(machine, node as ts.IfStatement, frame);
    case Kind.ForOfStatement:
    case Kind.ForInStatement:
      return forEach(machine, node as ts.ForOfStatement | ts.ForInStatement, frame);
    case Kind.ForStatement:
      return forLoop(machine, node as ts.ForStatement, frame);
    case Kind.WhileStatement:
      return loop(machine, (node as ts.WhileStatement).expression, (node as ts.WhileStatement).statement, null, frame);
    case Kind.DoStatement:
      return afterLoop(execute(machine, (node as ts.DoStatement).statement, frame));
    case Kind.TryStatement:
      return tryStatement(machine, node as ts.TryStatement, frame);
    case Kind.SwitchStatement:
      return switchStatement(machine, node as ts.SwitchStatement, frame);
    case Kind.ClassDeclaration:
      defineClass(machine, node as ts.ClassDeclaration, frame);
      return null;
    case Kind.LabeledStatement:
      return afterLoop(execute(machine, (node as ts.LabeledStatement).statement, frame));
    case Kind.BreakStatement:
      return { type: 'break' };
    case Kind.ContinueStatement:
      return { type: 'continue' };
    case Kind.EnumDeclaration:
      enumeration(machine, node as ts.EnumDeclaration, frame);
      return null;
    case Kind.ModuleDeclaration:
      return namespace(machine, node as ts.ModuleDeclaration, frame);
    default:
      return null;
  }
}

export function declare(machine: Machine, declarations: ts.VariableDeclarationList, frame: Frame): void {
  const lexical = (declarations.flags & ts.NodeFlags.BlockScoped) !== 0;
  for (const { name, initializer } of declarations.declarations) {
    const scope = lexical ? frame.scope : frame.scope.function;
    if (initializer !== undefined) bind(machine, name, evaluate(machine, initializer, frame), scope, frame);
    else if (ts.isIdentifier(name) && !(scope.names.has(name.text) && !lexical)) scope.names.set(name.text, data(undefined));
  }
}

function inBlock(machine: Machine, statements: readonly ts.Statement[], frame: Frame, scope = scopeIn(frame.scope, false)): End {
  const outer = frame.scope;
  frame.scope = scope;
  try {
    return executeAll(machine, statements, frame);
  } finally {
    frame.scope = outer;
  }
}

/** Carries out what may happen or not: how it ends is only a possibility. */
function perhaps(machine: Machine, statement: ts.Statement, frame: Frame): End {
  const end = machine.unsure(frame, () => execute(machine, statement, frame));
  if (end?.type === 'return') frame.returns.push(end.value);
  return end;
}

function ifStatement(machine: Machine, node: ts.IfStatement, frame: Frame): End {
  const truth = truthOf(evaluate(machine, node.expression, frame));
  if (truth === true) return execute(machine, node.thenStatement, frame);
  if (truth === false) return node.elseStatement === undefined ? null : execute(machine, node.elseStatement, frame);
  const then = perhaps(machine, node.thenStatement, frame);
  const otherwise = node.elseStatement === undefined ? null : perhaps(machine, node.elseStatement, frame);
  if (then === null || otherwise === null) return null;
  // Both ways end here.
  return then.type === 'throw' ? otherwise : then;
}

function forEach(machine: Machine, node: ts.ForOfStatement | ts.ForInStatement, frame: Frame): End {
  const over = evaluate(machine, node.expression, frame);
  const items = ts.isForInStatement(node) ? keysOf(over) : over.kind === 'list' ? [...over.items] : null;
  const round = (item: Value): End => {
    const outer = frame.scope;
    frame.scope = scopeIn(outer, false);
    try {
      if (ts.isVariableDeclarationList(node.initializer)) bind(machine, node.initializer.declarations[0]!.name, item, frame.scope, frame);
      else assignTo(machine, node.initializer, item, frame);
      return execute(machine, node.statement, frame);
    } finally {
      frame.scope = outer;
    }
  };
  if (items === null) {
    const end = machine.unsure(frame, () => round(over.kind === 'unknown' ? over : unknown));
    if (end?.type === 'return') frame.returns.push(end.value);
    return null;
  }
  for (const item of items.slice(0, MAX_ROUNDS)) {
    const end = round(item);
    if (end?.type === 'break') break;
    if (end !== null && end.type !== 'continue') return end;
  }
  return null;
}

function keysOf(value: Value): Value[] | null {
  if (value.kind === 'object') return [...value.props.keys()].map(data);
  if (value.kind === 'list') return value.items.map((_, index) => data(String(index)));
  return null;
}

function forLoop(machine: Machine, node: ts.ForStatement, frame: Frame): End {
  const outer = frame.scope;
  frame.scope = scopeIn(outer, false);
  try {
    if (node.initializer !== undefined) {
      if (ts.isVariableDeclarationList(node.initializer)) declare(machine, node.initializer, frame);
      else evaluate(machine, node.initializer, frame);
    }
    return loop(machine, node.condition ?? null, node.statement, node.incrementor ?? null, frame);
  } finally {
    frame.scope = outer;
  }
}

function loop(machine: Machine, condition: ts.Expression | null, body: ts.Statement, after: ts.Expression | null, frame: Frame): End {
  const forever = condition === null || condition.kind === Kind.TrueKeyword;
  for (let round = 0; round < (after === null ? MAX_WAITS : MAX_ROUNDS); round++) {
    const truth = forever ? undefined : truthOf(evaluate(machine, condition, frame));
    if (truth === false) return null;
    if (truth === undefined) {
      perhaps(machine, body, frame);
      return null;
    }
    const end = execute(machine, body, frame);
    if (end?.type === 'break') return null;
    if (end !== null && end.type !== 'continue') return end;
    if (after !== null) evaluate(machine, after, frame);
    if (machine.exhausted) return null;
  }
  return null;
}

function afterLoop(end: End): End {
  return end?.type === 'break' || end?.type === 'continue' ? null : end;
}

/** What is caught may happen as well: a fallback often registers something. */
function tryStatement(machine: Machine, node: ts.TryStatement, frame: Frame): End {
  const end = inBlock(machine, node.tryBlock.statements, frame);
  if (node.catchClause !== undefined) {
    const { block, variableDeclaration } = node.catchClause;
    const scope = scopeIn(frame.scope, false);
    if (variableDeclaration !== undefined) bind(machine, variableDeclaration.name, unknown, scope, frame);
    const caught = machine.unsure(frame, () => inBlock(machine, block.statements, frame, scope));
    if (caught?.type === 'return') frame.returns.push(caught.value);
  }
  const last = node.finallyBlock === undefined ? null : inBlock(machine, node.finallyBlock.statements, frame);
  if (last !== null) return last;
  return end?.type === 'throw' && node.catchClause !== undefined ? null : end;
}

function switchStatement(machine: Machine, node: ts.SwitchStatement, frame: Frame): End {
  const value = evaluate(machine, node.expression, frame);
  const { clauses } = node.caseBlock;
  const matches = clauses.map((clause) => (ts.isCaseClause(clause) ? same(value, evaluate(machine, clause.expression, frame)) : false));
  if (matches.includes(undefined)) {
    for (const clause of clauses) {
      const end = machine.unsure(frame, () => inBlock(machine, clause.statements, frame));
      if (end?.type === 'return') frame.returns.push(end.value);
    }
    return null;
  }
  const first = matches.includes(true) ? matches.indexOf(true) : clauses.findIndex(ts.isDefaultClause);
  if (first < 0) return null;
  const end = inBlock(machine, clauses.slice(first).flatMap((clause) => [...clause.statements]), frame);
  return end?.type === 'break' ? null : end;
}

function enumeration(machine: Machine, node: ts.EnumDeclaration, frame: Frame): void {
  const made = object();
  let next = 0;
  for (const { name, initializer } of node.members) {
    const key = ts.isComputedPropertyName(name) ? '' : name.text;
    const value = initializer === undefined ? data(next) : evaluate(machine, initializer, frame);
    if (value.kind === 'data' && typeof value.value === 'number') {
      next = value.value + 1;
      made.props.set(String(value.value), data(key));
    }
    made.props.set(key, value);
  }
  frame.scope.names.set(node.name.text, made);
}

function namespace(machine: Machine, node: ts.ModuleDeclaration, frame: Frame): End {
  if (node.body === undefined || !ts.isModuleBlock(node.body)) return null;
  const scope = scopeIn(frame.scope, true);
  inBlock(machine, node.body.statements, frame, scope);
  frame.scope.names.set(node.name.text, object(scope.names));
  return null;
}

