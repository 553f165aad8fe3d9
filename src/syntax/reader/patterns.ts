import { ts } from 'ts-morph';
import type { Frame, Machine } from './machine.ts';
import { propertyName } from './names.ts';
import { isCallable, list, object, unknown, scopeOf, type Scope, type Value } from './values.ts';

/** Gives the names of a declaration or parameter their values, in `scope`. */
export function bind(machine: Machine, name: ts.BindingName, value: Value, scope: Scope, frame: Frame): void {
  if (ts.isIdentifier(name)) {
    if (value.kind === 'function' && value.name === '') value.name = name.text;
    // A loop or branch that may not run leaves what was known.
    if (!(value.kind === 'unknown' && frame.unsure > 0 && scope.names.has(name.text))) scope.names.set(name.text, value);
    return;
  }
  if (ts.isArrayBindingPattern(name)) {
    name.elements.forEach((element, index) => {
      if (ts.isOmittedExpression(element)) return;
      const given = element.dotDotDotToken === undefined ? itemOf(value, index) : restOf(value, index);
      bind(machine, element.name, orDefault(machine, given, element.initializer, frame), scope, frame);
    });
    return;
  }
  const taken = new Set<string>();
  for (const element of name.elements) {
    if (element.dotDotDotToken !== undefined) {
      bind(machine, element.name, withoutKeys(value, taken), scope, frame);
      continue;
    }
    const key = propertyName(machine, element.propertyName ?? (element.name as ts.Identifier), frame);
    if (key !== null) taken.add(key);
    const given = key === null ? unknown : machine.member(value, key);
    bind(machine, element.name, orDefault(machine, given, element.initializer, frame), scope, frame);
  }
}

/** Carries out an assignment to a variable, a member or a destructuring pattern. */
export function assignTo(machine: Machine, target: ts.Expression, value: Value, frame: Frame): void {
  if (ts.isParenthesizedExpression(target) || ts.isNonNullExpression(target) || ts.isAsExpression(target)) return assignTo(machine, target.expression, value, frame);
  if (ts.isIdentifier(target)) {
    const scope = scopeOf(target.text, frame.scope) ?? frame.module.scope;
    if (value.kind === 'unknown' && frame.unsure > 0 && scope.names.has(target.text)) return;
    scope.names.set(target.text, value);
  } else if (ts.isPropertyAccessExpression(target) || ts.isElementAccessExpression(target)) {
    const holder = target.expression.kind === ts.SyntaxKind.SuperKeyword ? frame.self : machine.evaluate(target.expression, frame);
    const key = ts.isPropertyAccessExpression(target) ? target.name.text : keyOf(machine.evaluate(target.argumentExpression, frame));
    if (key !== null) machine.setMember(holder, key, value);
  } else if (ts.isArrayLiteralExpression(target)) {
    target.elements.forEach((element, index) => {
      if (ts.isSpreadElement(element)) assignTo(machine, element.expression, restOf(value, index), frame);
      else if (!ts.isOmittedExpression(element)) assignWithDefault(machine, element, itemOf(value, index), frame);
    });
  } else if (ts.isObjectLiteralExpression(target)) {
    for (const property of target.properties) {
      if (ts.isSpreadAssignment(property)) assignTo(machine, property.expression, value, frame);
      else if (ts.isShorthandPropertyAssignment(property)) assignTo(machine, property.name, orDefault(machine, machine.member(value, property.name.text, value), property.objectAssignmentInitializer, frame), frame);
      else if (ts.isPropertyAssignment(property)) {
        const key = propertyName(machine, property.name, frame);
        assignWithDefault(machine, property.initializer, key === null ? unknown : machine.member(value, key, value), frame);
      }
    }
  }
}

function assignWithDefault(machine: Machine, target: ts.Expression, value: Value, frame: Frame): void {
  if (ts.isBinaryExpression(target) && target.operatorToken.kind === ts.SyntaxKind.EqualsToken) assignTo(machine, target.left, orDefault(machine, value, target.right, frame), frame);
  else assignTo(machine, target, value, frame);
}

function keyOf(value: Value): string | null {
  return value.kind === 'data' ? String(value.value) : null;
}

/** The default where nothing is given, and where it is not known whether something is. */
function orDefault(machine: Machine, value: Value, initializer: ts.Expression | undefined, frame: Frame): Value {
  if (initializer === undefined || !mayBeAbsent(value)) return value;
  return machine.evaluate(initializer, frame);
}

/** Not given, or a setting that a package or the environment may or may not have; what a package exports is there. */
function mayBeAbsent(value: Value): boolean {
  if (value.kind === 'foreign') return value.how === 'member' && (value.root === 'language' || value.parent?.how !== 'import');
  return value.kind === 'unknown' || (value.kind === 'data' && value.value === undefined);
}

function itemOf(value: Value, index: number): Value {
  return value.kind === 'list' ? (value.items[index] ?? { kind: 'data', value: undefined }) : value.kind === 'unknown' ? value : unknown;
}

function restOf(value: Value, from: number): Value {
  return value.kind === 'list' ? list(value.items.slice(from)) : unknown;
}

function withoutKeys(value: Value, keys: ReadonlySet<string>): Value {
  if (value.kind !== 'object' && !isCallable(value)) return value;
  return object([...value.props].filter(([key]) => !keys.has(key)));
}

/** Parameters of a call: patterns, defaults and the rest. */
export function bindParameters(machine: Machine, parameters: readonly ts.ParameterDeclaration[], args: readonly Value[], frame: Frame): void {
  const given = parameters.filter((parameter) => !(ts.isIdentifier(parameter.name) && parameter.name.text === 'this'));
  given.forEach((parameter, index) => {
    const value = parameter.dotDotDotToken === undefined ? (args[index] ?? { kind: 'data' as const, value: undefined }) : list(args.slice(index));
    bind(machine, parameter.name, orDefault(machine, value, parameter.initializer, frame), frame.scope, frame);
  });
}
