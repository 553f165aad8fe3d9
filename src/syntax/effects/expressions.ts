import type { AssignmentTarget, Class, Expression } from 'oxc-parser';
import { argument, callThings, construct, keyOf, read, writtenCall } from './calls.ts';
import { fold, isFeatureTest } from './folding.ts';
import { codeAt, foreignOf, note, ownAt, scopeAt, spend, under, write, type Run } from './run.ts';
import { ANY, addAll, declare, lookUp, member, put, type Scope, type Thing, type Things, type When } from './things.ts';

/** What an expression may be, its effects noted on the way. */
export function evaluate(run: Run, scope: Scope, node: Expression): Things {
  spend(run);
  const of = (one: Expression): Things => evaluate(run, scope, one);
  switch (node.type) {
    case 'Identifier':
      return lookUp(scope, node.name) ?? globalNamed(run, node.name);
    case 'ThisExpression':
      return scope.self;
    case 'Super':
      return scope.code?.extended ?? new Set();
    case 'MemberExpression':
      return readMember(run, scope, node);
    case 'CallExpression':
      return writtenCall(run, scope, node, node.callee, node.arguments);
    case 'NewExpression':
      return construct(run, scope, node, node.callee, node.arguments);
    case 'TaggedTemplateExpression':
      return writtenCall(run, scope, node, node.tag, node.quasi.expressions);
    case 'ChainExpression':
    case 'ParenthesizedExpression':
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSTypeAssertion':
    case 'TSNonNullExpression':
    case 'TSInstantiationExpression':
      return of(node.expression);
    case 'AssignmentExpression': {
      const when: When | null = /^(?:\?\?|\|\||&&)=$/.test(node.operator) ? (isTarget(node.left) && isFeatureTest(scope, node.left) ? 'feature-test' : 'condition') : null;
      const value = of(node.right);
      const kept = when !== null && isTarget(node.left) ? of(node.left) : [];
      if (when === null) assign(run, scope, node.left, value);
      else under(run, when, () => assign(run, scope, node.left, value));
      return new Set([...value, ...kept]);
    }
    case 'UpdateExpression':
      assign(run, scope, node.argument, new Set());
      return new Set();
    case 'UnaryExpression':
      if (node.operator === 'delete' && node.argument.type === 'MemberExpression') assign(run, scope, node.argument, new Set());
      else if (node.operator !== 'typeof' || node.argument.type !== 'Identifier') of(node.argument);
      return new Set();
    case 'BinaryExpression': {
      if (fold(run, scope, node) !== null) return new Set();
      if (node.left.type !== 'PrivateIdentifier') of(node.left);
      of(node.right);
      return new Set();
    }
    case 'LogicalExpression': {
      const left = of(node.left);
      const answer = fold(run, scope, node.left);
      if (answer !== null && node.operator !== '??' && answer !== (node.operator === '&&')) return left;
      const when: When = answer !== null ? 'always' : isFeatureTest(scope, node.left) ? 'feature-test' : 'condition';
      const right = under(run, when, () => of(node.right));
      return node.operator === '&&' ? right : new Set([...left, ...right]);
    }
    case 'ConditionalExpression': {
      of(node.test);
      const answer = fold(run, scope, node.test);
      if (answer !== null) return of(answer ? node.consequent : node.alternate);
      const when: When = isFeatureTest(scope, node.test) ? 'feature-test' : 'condition';
      return under(run, when, () => new Set([...of(node.consequent), ...of(node.alternate)]));
    }
    case 'SequenceExpression':
      return node.expressions.reduce<Things>((_, each) => of(each), new Set());
    case 'ArrayExpression': {
      const list = ownAt(run, node, 'list');
      for (const element of node.elements) if (element) put(list, ANY, argument(run, scope, element));
      return new Set([list]);
    }
    case 'ObjectExpression':
      return new Set([objectOf(run, scope, node)]);
    case 'FunctionExpression':
    case 'FunctionDeclaration':
    case 'ArrowFunctionExpression':
      return new Set([codeAt(run, scope, node)]);
    case 'ClassExpression':
    case 'ClassDeclaration':
      return evaluateClass(run, scope, node);
    case 'TemplateLiteral':
      node.expressions.forEach(of);
      return new Set();
    case 'AwaitExpression':
      return of(node.argument);
    case 'YieldExpression':
      if (node.argument && scope.code) addAll(scope.code.result, of(node.argument));
      return new Set();
    case 'ImportExpression': {
      const specifier = node.source.type === 'Literal' && typeof node.source.value === 'string' ? node.source.value : null;
      run.asked.import.add(specifier);
      return new Set([specifier !== null ? foreignOf(run, 'import', '', specifier) : foreignOf(run, 'unknown', 'import()', null)]);
    }
    case 'MetaProperty':
    case 'Literal':
      return new Set();
    case 'JSXElement':
    case 'JSXFragment':
      return new Set([ownAt(run, node, 'element')]);
    default:
      return new Set([foreignOf(run, 'unknown', node.type, null)]);
  }
}

function isTarget(target: AssignmentTarget): target is Extract<AssignmentTarget, Expression> {
  return target.type !== 'ArrayPattern' && target.type !== 'ObjectPattern';
}

function globalNamed(run: Run, name: string): Things {
  if (name === 'undefined' || name === 'NaN' || name === 'Infinity' || name === '__filename' || name === '__dirname') return new Set();
  if (name === 'globalThis' || name === 'global' || name === 'GLOBAL' || name === 'root') return new Set([run.globalThis]);
  return member(run.globalThis, name);
}

function readMember(run: Run, scope: Scope, node: Extract<Expression, { type: 'MemberExpression' }>): Things {
  const object = evaluate(run, scope, node.object);
  const name = node.property.type === 'PrivateIdentifier' ? `#${node.property.name}` : keyOf(run, scope, node.property, node.computed);
  if (name === 'main' && [...object].some((thing) => thing === run.requires)) note(run, 'loader', 'require.main', node);
  return read(run, object, name);
}

/** Assigns to a name, a property or a pattern of these. */
export function assign(run: Run, scope: Scope, target: AssignmentTarget, value: Things): void {
  switch (target.type) {
    case 'Identifier': {
      const known = lookUp(scope, target.name);
      if (known) addAll(known, value);
      else write(run, run.globalThis, target.name, value, target);
      return;
    }
    case 'MemberExpression': {
      const object = evaluate(run, scope, target.object);
      const name = target.property.type === 'PrivateIdentifier' ? `#${target.property.name}` : keyOf(run, scope, target.property, target.computed);
      for (const thing of object) write(run, thing, name, value, target);
      if (name === '__proto__' || name === 'prototype') for (const thing of object) addAll(thing.above, value);
      return;
    }
    case 'ArrayPattern':
      for (const element of target.elements) {
        if (!element) continue;
        if (element.type === 'RestElement') assign(run, scope, element.argument, value);
        else assignDefault(run, scope, element, read(run, value, ANY));
      }
      return;
    case 'ObjectPattern':
      for (const property of target.properties) {
        if (property.type === 'RestElement') assign(run, scope, property.argument, value);
        else assignDefault(run, scope, property.value, read(run, value, keyOf(run, scope, property.key, property.computed)));
      }
      return;
    default:
      if (isTarget(target.expression as AssignmentTarget)) assign(run, scope, target.expression as AssignmentTarget, value);
  }
}

function assignDefault(run: Run, scope: Scope, target: AssignmentTarget | { type: 'AssignmentPattern'; left: AssignmentTarget; right: Expression }, value: Things): void {
  if (target.type !== 'AssignmentPattern') return assign(run, scope, target, value);
  assign(run, scope, target.left, new Set([...value, ...evaluate(run, scope, target.right)]));
}

function objectOf(run: Run, scope: Scope, node: Extract<Expression, { type: 'ObjectExpression' }>): Thing {
  const object = ownAt(run, node, 'object');
  for (const property of node.properties) {
    if (property.type === 'SpreadElement') {
      put(object, ANY, argument(run, scope, property));
      continue;
    }
    const name = keyOf(run, scope, property.key, property.computed);
    const value = evaluate(run, scope, property.value);
    if (property.kind === 'get') for (const thing of value) if (thing.code) thing.code.getter = true;
    if (property.kind !== 'set') put(object, name, value);
    if (name === '__proto__') addAll(object.above, value);
  }
  return object;
}

/** Defines a class: what it extends, computed names, decorators, static fields and blocks run now. */
export function evaluateClass(run: Run, scope: Scope, node: Class): Things {
  const inner = scopeAt(run, node, scope);
  const made = codeAt(run, inner, node);
  const code = made.code!;
  if (node.id) declare(inner, node.id.name, new Set([made]));
  const [prototype] = member(made, 'prototype');
  if (node.superClass) {
    addAll(code.extended, evaluate(run, scope, node.superClass));
    addAll(made.above, code.extended);
    addAll(prototype!.above, read(run, code.extended, 'prototype'));
  }
  for (const { expression } of node.decorators) decorate(run, scope, expression, made);
  const whole = scopeAt(run, node.body, inner, true, new Set([made]), null);
  for (const element of node.body.body) {
    if (element.type === 'StaticBlock') run.evaluator.statements(run, whole, element.body);
    if (element.type === 'StaticBlock' || element.type === 'TSIndexSignature') continue;
    for (const { expression } of element.decorators) decorate(run, scope, expression, prototype!);
    const owner = element.static ? made : prototype!;
    const key = keyOf(run, inner, element.key, element.computed);
    if (element.type === 'MethodDefinition') {
      if (element.kind === 'constructor') {
        for (const param of element.value.params) for (const { expression } of param.decorators ?? []) decorate(run, scope, expression, made);
        continue;
      }
      const held = codeAt(run, inner, element.value);
      const method = held.code!;
      method.getter = element.kind === 'get';
      addAll(method.extended, element.static ? code.extended : read(run, code.extended, 'prototype'));
      if (element.kind !== 'set') put(owner, key, [held]);
    } else if (element.static && element.value) {
      put(made, key, evaluate(run, whole, element.value));
    }
  }
  return new Set([made]);
}

/** Calls a decorator with what it decorates. */
function decorate(run: Run, scope: Scope, expression: Expression, target: Thing): void {
  callThings(run, evaluate(run, scope, expression), [new Set([target])], new Set(), expression);
}
