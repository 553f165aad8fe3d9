import { ts } from 'ts-morph';
import { BASE, defineClass } from './classes.ts';
import { binaryExpression } from './assignments.ts';
import { binary } from './operators.ts';
import { helperNamed } from './emitted.ts';
import type { Frame, Machine } from './machine.ts';
import { propertyName } from './names.ts';
import { assignTo } from './patterns.ts';
import { data, isCallable, list, nothing, object, read, truthOf, unknown, scopeOf, type FunctionValue, type ObjectValue, type Value } from './values.ts';

const Kind = ts.SyntaxKind;

/** What an expression is, as far as it can be known; calls in it are carried out. */
export function evaluate(machine: Machine, node: ts.Expression, frame: Frame): Value {
  if (!machine.step()) return unknown;
  switch (node.kind) {
    case Kind.StringLiteral:
    case Kind.NoSubstitutionTemplateLiteral:
      return data((node as ts.StringLiteral).text);
    case Kind.NumericLiteral:
      return data(Number((node as ts.NumericLiteral).text));
    case Kind.TrueKeyword:
      return data(true);
    case Kind.FalseKeyword:
      return data(false);
    case Kind.NullKeyword:
      return data(null);
    case Kind.RegularExpressionLiteral:
      return regExp((node as ts.RegularExpressionLiteral).text);
    case Kind.TemplateExpression:
      return template(machine, node as ts.TemplateExpression, frame);
    case Kind.Identifier:
      return identifier(machine, node as ts.Identifier, frame);
    case Kind.ThisKeyword:
      return frame.self;
    case Kind.ParenthesizedExpression:
    case Kind.AsExpression:
    case Kind.SatisfiesExpression:
    case Kind.NonNullExpression:
    case Kind.TypeAssertionExpression:
    case Kind.ExpressionWithTypeArguments:
      return evaluate(machine, (node as ts.ParenthesizedExpression).expression, frame);
    case Kind.AwaitExpression:
      return evaluate(machine, (node as ts.AwaitExpression).expression, frame);
    case Kind.YieldExpression: {
      const { expression } = node as ts.YieldExpression;
      return expression === undefined ? unknown : evaluate(machine, expression, frame);
    }
    case Kind.ArrayLiteralExpression:
      return list(spread(machine, (node as ts.ArrayLiteralExpression).elements, frame));
    case Kind.ObjectLiteralExpression:
      return objectLiteral(machine, node as ts.ObjectLiteralExpression, frame);
    case Kind.ArrowFunction:
    case Kind.FunctionExpression:
      return machine.functionValue(node as ts.ArrowFunction, frame);
    case Kind.ClassExpression:
      return defineClass(machine, node as ts.ClassExpression, frame);
    case Kind.PropertyAccessExpression:
    case Kind.ElementAccessExpression:
      return access(machine, node as ts.PropertyAccessExpression | ts.ElementAccessExpression, frame).value;
    case Kind.CallExpression:
      return callExpression(machine, node as ts.CallExpression, frame);
    case Kind.NewExpression: {
      const { expression, arguments: given } = node as ts.NewExpression;
      return machine.construct(evaluate(machine, expression, frame), spread(machine, given ?? [], frame), machine.placeOf(node, frame));
    }
    case Kind.BinaryExpression:
      return binaryExpression(machine, node as ts.BinaryExpression, frame);
    case Kind.ConditionalExpression:
      return conditional(machine, node as ts.ConditionalExpression, frame);
    case Kind.PrefixUnaryExpression:
      return prefix(machine, node as ts.PrefixUnaryExpression, frame);
    case Kind.PostfixUnaryExpression: {
      const { operand, operator } = node as ts.PostfixUnaryExpression;
      const before = evaluate(machine, operand, frame);
      assignTo(machine, operand, binary(operator === Kind.PlusPlusToken ? '+' : '-', before, data(1)), frame);
      return before;
    }
    case Kind.TypeOfExpression:
      return typeOf(evaluate(machine, (node as ts.TypeOfExpression).expression, frame));
    case Kind.VoidExpression:
      evaluate(machine, (node as ts.VoidExpression).expression, frame);
      return nothing;
    case Kind.DeleteExpression:
      return data(true);
    case Kind.MetaProperty:
      return frame.module.scope.names.has('import.meta') ? read(frame.module.scope.names.get('import.meta')!) : unknown;
    case Kind.TaggedTemplateExpression: {
      const { tag, template: text } = node as ts.TaggedTemplateExpression;
      if (!ts.isNoSubstitutionTemplateLiteral(text)) for (const span of text.templateSpans) evaluate(machine, span.expression, frame);
      return machine.call(evaluate(machine, tag, frame), [], unknown, machine.placeOf(node, frame));
    }
    default:
      return unknown;
  }
}

/** The values of a list of arguments or elements; what a spread of something unknown holds is left out. */
export function spread(machine: Machine, nodes: readonly ts.Expression[], frame: Frame): Value[] {
  const values: Value[] = [];
  for (const node of nodes) {
    if (!ts.isSpreadElement(node)) {
      values.push(node.kind === Kind.OmittedExpression ? nothing : evaluate(machine, node, frame));
      continue;
    }
    const spreadValue = evaluate(machine, node.expression, frame);
    if (spreadValue.kind === 'list') for (const item of spreadValue.items) values.push(item);
    else values.push(spreadValue.kind === 'foreign' ? spreadValue : unknown);
  }
  return values;
}

function identifier(machine: Machine, node: ts.Identifier, frame: Frame): Value {
  const name = node.text;
  if (name === 'undefined') return nothing;
  const helper = helperNamed(name);
  if (helper !== null) return helper(machine);
  const scope = scopeOf(name, frame.scope);
  if (scope !== null) return read(scope.names.get(name)!);
  return machine.globals.get(name) ?? unknown;
}

function regExp(text: string): Value {
  const end = text.lastIndexOf('/');
  try {
    return data(new RegExp(text.slice(1, end), text.slice(end + 1)));
  } catch {
    return unknown;
  }
}

function template(machine: Machine, node: ts.TemplateExpression, frame: Frame): Value {
  let text: string | null = node.head.text;
  let why: Value = unknown;
  for (const span of node.templateSpans) {
    const value = evaluate(machine, span.expression, frame);
    if (value.kind === 'data') text = text === null ? null : text + String(value.value) + span.literal.text;
    else {
      text = null;
      if (value.kind === 'unknown') why = value;
    }
  }
  if (text !== null) return data(text);
  return why.kind === 'unknown' && why.why !== null ? why : machine.unreadable('a text that is put together', machine.placeOf(node, frame));
}

function objectLiteral(machine: Machine, node: ts.ObjectLiteralExpression, frame: Frame): ObjectValue {
  const made = object();
  for (const property of node.properties) {
    if (ts.isSpreadAssignment(property)) {
      const source = evaluate(machine, property.expression, frame);
      if (source.kind === 'object' || isCallable(source)) for (const [key, slot] of source.props) made.props.set(key, slot);
      // A copy of an app has the app's own methods.
      else if (source.kind === 'foreign' && machine.isFrameworkObject(source)) made.props.set(BASE, source);
      continue;
    }
    const key = propertyName(machine, property.name, frame);
    if (ts.isPropertyAssignment(property)) {
      const value = evaluate(machine, property.initializer, frame);
      if (value.kind === 'function' && value.name === '' && key !== null) value.name = key;
      if (key !== null) made.props.set(key, value);
    } else if (key === null) continue;
    else if (ts.isShorthandPropertyAssignment(property)) made.props.set(key, identifier(machine, property.name, frame));
    else if (ts.isMethodDeclaration(property)) made.props.set(key, { ...machine.functionValue(property, frame), name: key, home: made });
    else if (ts.isGetAccessorDeclaration(property)) {
      const getter = machine.functionValue(property, frame);
      made.props.set(key, { kind: 'getter', get: (self) => machine.call(getter, [], self, machine.placeOf(property, frame)) });
    }
  }
  return made;
}

/** A member, and what it was found on. */
function access(machine: Machine, node: ts.PropertyAccessExpression | ts.ElementAccessExpression, frame: Frame): { value: Value; self: Value } {
  if (node.expression.kind === Kind.SuperKeyword) {
    const base = frame.fn?.home;
    const from = base?.kind === 'object' || base?.kind === 'function' ? superOf(base) : null;
    const name = memberName(machine, node, frame);
    return { value: from === null || name === null ? unknown : machine.member(from, name, frame.self), self: frame.self };
  }
  const self = evaluate(machine, node.expression, frame);
  const name = memberName(machine, node, frame);
  if (name === null) return { value: anyMember(self), self };
  return { value: machine.member(self, name), self };
}

function superOf(home: ObjectValue | FunctionValue): Value | null {
  return home.kind === 'function' ? home.parentClass : home.proto;
}

/** `handlers[name]` with an unknown name: the only member there is, or something unknown. */
function anyMember(of: Value): Value {
  const values = of.kind === 'list' ? of.items : of.kind === 'object' ? [...of.props.values()].map((slot) => read(slot)) : [];
  return values.length === 1 ? values[0]! : of.kind === 'unknown' ? of : unknown;
}

function memberName(machine: Machine, node: ts.PropertyAccessExpression | ts.ElementAccessExpression, frame: Frame): string | null {
  if (ts.isPropertyAccessExpression(node)) return node.name.text;
  const key = evaluate(machine, node.argumentExpression, frame);
  return key.kind === 'data' ? String(key.value) : null;
}

function callExpression(machine: Machine, node: ts.CallExpression, frame: Frame): Value {
  const callee = ts.skipPartiallyEmittedExpressions(node.expression);
  const place = machine.placeOf(node, frame);
  if (callee.kind === Kind.SuperKeyword) {
    machine.superCall(frame, spread(machine, node.arguments, frame), place);
    return frame.self;
  }
  if (callee.kind === Kind.ImportKeyword) {
    const specifier = evaluate(machine, node.arguments[0]!, frame);
    return machine.load(specifier, frame.module, 'import', place);
  }
  let self: Value = unknown;
  let target: Value;
  if (ts.isPropertyAccessExpression(callee) || ts.isElementAccessExpression(callee)) ({ value: target, self } = access(machine, callee, frame));
  else target = evaluate(machine, callee, frame);
  if (node.questionDotToken !== undefined && target.kind === 'data') return nothing;
  return machine.call(target, spread(machine, node.arguments, frame), self, place);
}

function conditional(machine: Machine, node: ts.ConditionalExpression, frame: Frame): Value {
  const truth = truthOf(evaluate(machine, node.condition, frame));
  if (truth !== undefined) return evaluate(machine, truth ? node.whenTrue : node.whenFalse, frame);
  const both = [node.whenTrue, node.whenFalse].map((side) => machine.unsure(frame, () => evaluate(machine, side, frame)));
  return both.find((value) => value.kind !== 'unknown' && !(value.kind === 'data' && (value.value === undefined || value.value === null))) ?? both[0]!;
}

function prefix(machine: Machine, node: ts.PrefixUnaryExpression, frame: Frame): Value {
  const value = evaluate(machine, node.operand, frame);
  if (node.operator === Kind.ExclamationToken) {
    const truth = truthOf(value);
    return truth === undefined ? unknown : data(!truth);
  }
  if (node.operator === Kind.PlusPlusToken || node.operator === Kind.MinusMinusToken) {
    const after = binary(node.operator === Kind.PlusPlusToken ? '+' : '-', value, data(1));
    assignTo(machine, node.operand, after, frame);
    return after;
  }
  if (value.kind !== 'data' || typeof value.value === 'bigint') return unknown;
  const number = Number(value.value);
  return data(node.operator === Kind.MinusToken ? -number : node.operator === Kind.TildeToken ? ~number : number);
}

function typeOf(value: Value): Value {
  if (value.kind === 'data') return data(value.value instanceof RegExp ? 'object' : typeof value.value);
  if (isCallable(value)) return data('function');
  if (value.kind === 'object' || value.kind === 'list') return data('object');
  return unknown;
}

