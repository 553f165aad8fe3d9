import type { Class, Expression, Function, Node } from 'oxc-parser';
import type { Value } from '../model/summary.ts';
import { callValue, decoratorRegions, requestOf } from './summary-calls.ts';
import { boundBy, declareLexical, declareVars } from './summary-names.ts';
import { addMember, below, containerOf, further, inherit, keyOf, lookUp, mention, newName, newRegion, note, type At, type Scan } from './summary-scan.ts';
import { childrenOf } from './parse.ts';

/** Where the value of an expression may come from. What runs to evaluate it is noted; that the value is used is not. */
export function valueOf(scan: Scan, node: Node, at: At): Value[] {
  switch (node.type) {
    case 'Identifier':
      return [{ name: lookUp(at.scope, node.name) ?? -1, path: [] }];
    case 'ThisExpression':
    case 'Super':
      return at.self === null ? [] : [{ self: at.self, path: [] }];
    case 'MemberExpression':
      return propertyOf(scan, node, at);
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return [{ region: functionRegion(scan, node, at, null), path: [] }];
    case 'ClassExpression':
      return [{ region: classRegion(scan, node, at), path: [] }];
    case 'ObjectExpression':
      return [{ region: objectRegion(scan, node, at), path: [] }];
    case 'ArrayExpression':
      return [{ region: arrayRegion(scan, node.elements, at, node), path: [] }];
    case 'CallExpression':
    case 'NewExpression':
      return callValue(scan, node, at);
    case 'ImportExpression':
      return [{ request: requestOf(scan, node, node.source, 'dynamic-import', at), path: [] }];
    case 'AssignmentExpression':
      return assigned(scan, node.left, node.right, at);
    case 'ConditionalExpression':
      mention(scan, node.test, at);
      return [...valueOf(scan, node.consequent, at), ...valueOf(scan, node.alternate, at)];
    case 'LogicalExpression':
      return [...valueOf(scan, node.left, at), ...valueOf(scan, node.right, at)];
    case 'SequenceExpression':
      for (const one of node.expressions.slice(0, -1)) mention(scan, one, at);
      return valueOf(scan, node.expressions.at(-1)!, at);
    case 'AwaitExpression':
      return valueOf(scan, node.argument, at);
    case 'ChainExpression':
    case 'ParenthesizedExpression':
    case 'TSAsExpression':
    case 'TSNonNullExpression':
    case 'TSSatisfiesExpression':
    case 'TSTypeAssertion':
    case 'TSInstantiationExpression':
      return valueOf(scan, node.expression, at);
    case 'TaggedTemplateExpression':
      for (const to of valueOf(scan, node.tag, at)) {
        note(scan, at, { ...to, how: 'run' });
        for (const one of node.quasi.expressions) mention(scan, one, at, { how: 'give', to });
      }
      return [];
    case 'JSXIdentifier': {
      const name = lookUp(at.scope, node.name);
      return name === null ? [] : [{ name, path: [] }];
    }
    case 'Literal':
    case 'MetaProperty':
      return [];
    default:
      if (node.type.startsWith('TS')) return [];
      for (const child of childrenOf(node)) mention(scan, child, at);
      return [];
  }
}

/** Where the value of an initializer comes from; one that takes code to make gets a region of its own. */
export function madeBy(scan: Scan, node: Node, at: At): Value[] {
  if (isPlain(node)) return valueOf(scan, node, at);
  const region = newRegion(scan, 'value', at.region, true, node.start, node.end);
  const values = valueOf(scan, node, { ...at, region });
  return [{ region, path: [] }, ...values];
}

function isPlain(node: Node): boolean {
  switch (node.type) {
    case 'Identifier':
    case 'Literal':
    case 'ThisExpression':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
    case 'ClassExpression':
    case 'ObjectExpression':
    case 'ArrayExpression':
      return true;
    case 'MemberExpression':
      return !node.computed && isPlain(node.object);
    case 'AwaitExpression':
      return isPlain(node.argument);
    case 'ChainExpression':
    case 'TSAsExpression':
    case 'TSNonNullExpression':
    case 'TSSatisfiesExpression':
      return isPlain(node.expression);
    default:
      return false;
  }
}

function propertyOf(scan: Scan, node: Node & { type: 'MemberExpression' }, at: At): Value[] {
  const path: string[] = [];
  let base: Node = node;
  while (base.type === 'MemberExpression') {
    path.unshift(keyOf(scan, base.property, base.computed, at));
    base = base.object;
    while (base.type === 'ChainExpression' || base.type === 'TSNonNullExpression' || base.type === 'TSAsExpression') base = base.expression;
  }
  if (base.type === 'Identifier' && base.name === 'module' && path[0] === 'exports' && scan.moduleExports !== null && lookUp(at.scope, 'module') === null) {
    return [{ name: scan.moduleExports, path: path.slice(1) }];
  }
  const values = valueOf(scan, base, at);
  return values.length === 0 ? [{ path }] : values.map((value) => further(value, path));
}

/** An assignment, from right to left: the value becomes a variable's, a property's, or leaves our sight. */
export function assigned(scan: Scan, left: Node, right: Node, at: At): Value[] {
  const values = madeBy(scan, right, at);
  if (left.type !== 'MemberExpression') bind(scan, left, values, at);
  else for (const target of propertyOf(scan, left, at)) setProperty(scan, target, values, at);
  return values;
}

function setProperty(scan: Scan, target: Value, values: readonly Value[], at: At): void {
  const { name, self } = target;
  if (name !== undefined && name >= 0 && target.as === undefined) {
    if (target.path.length === 0) scan.names[name]!.values.push(...values);
    const path = target.path[0] === 'prototype' ? target.path.slice(1) : target.path;
    const container = containerOf(scan, name);
    if (path.length > 0) addMember(scan, container, path[0]!, values);
    else if (target.path.length > 0) inherit(scan, container, values);
  } else if (self !== undefined && target.path.length > 0) addMember(scan, self, target.path[0]!, values);
  for (const value of values) if (!isCode(scan, value)) note(scan, at, { ...value, how: 'give', to: target, stored: true });
}

function isCode(scan: Scan, { region }: Value): boolean {
  return region !== undefined && scan.regions[region]!.kind === 'value';
}

/** Gives the names of a pattern their values. */
export function bind(scan: Scan, pattern: Node, values: readonly Value[], at: At): void {
  switch (pattern.type) {
    case 'Identifier': {
      const name = lookUp(at.scope, pattern.name);
      if (name !== null) scan.names[name]!.values.push(...values);
      break;
    }
    case 'ObjectPattern':
      for (const one of pattern.properties) {
        if (one.type === 'RestElement') bind(scan, one.argument, values, at);
        else bind(scan, one.value, readOff(scan, values, keyOf(scan, one.key, one.computed, at)), at);
      }
      break;
    case 'ArrayPattern':
      for (const one of pattern.elements) if (one !== null) bind(scan, one.type === 'RestElement' ? one.argument : one, readOff(scan, values, '*'), at);
      break;
    case 'AssignmentPattern':
      bind(scan, pattern.left, [...values, ...madeBy(scan, pattern.right, at)], at);
      break;
    case 'MemberExpression':
      for (const target of propertyOf(scan, pattern, at)) setProperty(scan, target, values, at);
  }
}

function readOff(scan: Scan, values: readonly Value[], key: string): Value[] {
  return values.map((value) => (isCode(scan, value) ? value : further(value, [key])));
}

/** A function's region; `self` is what `this` is in it, an arrow function has that of its surroundings. */
export function functionRegion(scan: Scan, node: Function | (Node & { type: 'ArrowFunctionExpression' }), at: At, self: number | null): number {
  const region = newRegion(scan, 'function', at.region, false, node.start, node.end);
  const scope = below(at.scope);
  const inside: At = { region, scope, self: node.type === 'ArrowFunctionExpression' ? at.self : self };
  if (node.type === 'FunctionExpression' && node.id != null) scan.names[newName(scan, scope, node.id.name)]!.values.push({ region, path: [] });
  const params = node.params.map((param) => parameter(scan, param as Node, inside, self));
  scan.params.set(region, params);
  const { body } = node;
  if (body === null) return region;
  if (body.type === 'BlockStatement') {
    declareVars(scan, scope, body.body);
    declareLexical(scan, scope, body.body);
    scan.evaluator.statements(scan, body.body, inside);
  } else mention(scan, body as Expression, inside);
  return region;
}

/** Declares a parameter; returns its name, or -1 for a pattern. */
function parameter(scan: Scan, param: Node, inside: At, self: number | null): number {
  const pattern = param.type === 'TSParameterProperty' ? param.parameter : param;
  for (const name of boundBy(pattern)) newName(scan, inside.scope, name, true);
  bind(scan, pattern, [], inside);
  const target = pattern.type === 'AssignmentPattern' ? pattern.left : pattern;
  if (target.type !== 'Identifier') return -1;
  const name = lookUp(inside.scope, target.name)!;
  const type = typeOf(scan, target, inside);
  if (type !== null) scan.names[name]!.type = type;
  if (param.type === 'TSParameterProperty' && self !== null) addMember(scan, self, target.name, [{ name, path: [] }]);
  return name;
}

/** The name in a type annotation, where it is as simple as a class is. */
function typeOf(scan: Scan, node: Node, at: At): Value | null {
  const annotation = 'typeAnnotation' in node ? (node.typeAnnotation as Node | null | undefined) : null;
  const type = annotation?.type === 'TSTypeAnnotation' ? annotation.typeAnnotation : null;
  if (type?.type !== 'TSTypeReference') return null;
  const { typeName } = type;
  const path: string[] = [];
  let base: Node = typeName as Node;
  for (; base.type === 'TSQualifiedName'; base = base.left as Node) path.unshift(base.right.name);
  if (base.type !== 'Identifier') return null;
  const name = lookUp(at.scope, base.name);
  return name === null ? null : { name, path };
}

export function classRegion(scan: Scan, node: Class, at: At): number {
  const region = newRegion(scan, 'class', at.region, true, node.start, node.end);
  const inside: At = { region, scope: below(at.scope), self: region };
  if (node.id != null && node.type === 'ClassExpression') scan.names[newName(scan, inside.scope, node.id.name)]!.values.push({ region, path: [] });
  if (node.superClass !== null) {
    const above = valueOf(scan, node.superClass, inside);
    inherit(scan, region, above);
    for (const value of above) note(scan, inside, { ...value, how: 'take' });
  }
  const decorators: Record<string, number[]> = {};
  const decorated = (key: string, nodes: readonly Node[]): void => {
    const made = decoratorRegions(scan, nodes, at);
    if (made.length > 0) decorators[key] = [...(Object.hasOwn(decorators, key) ? decorators[key]! : []), ...made];
  };
  decorated('', node.decorators);
  for (const one of node.body.body) {
    switch (one.type) {
      case 'MethodDefinition': {
        const key = keyOf(scan, one.key, one.computed, inside);
        decorated(key, [...one.decorators, ...one.value.params.flatMap((param) => ('decorators' in param ? (param.decorators as Node[]) ?? [] : []))]);
        addMember(scan, region, key, [{ region: functionRegion(scan, one.value, inside, region), path: [] }]);
        break;
      }
      case 'PropertyDefinition':
      case 'AccessorProperty': {
        const key = keyOf(scan, one.key, one.computed, inside);
        decorated(key, one.decorators);
        const type = typeOf(scan, one, at);
        if (type !== null) addMember(scan, region, key, [{ name: scan.names.push({ values: [], given: true, type }) - 1, path: [] }]);
        if (one.value !== null) addMember(scan, region, key, memberValue(scan, one.value, inside, region));
        break;
      }
      case 'StaticBlock':
        declareVars(scan, inside.scope, one.body);
        declareLexical(scan, inside.scope, one.body);
        scan.evaluator.statements(scan, one.body, inside);
    }
  }
  if (Object.keys(decorators).length > 0) scan.regions[region]!.decorators = decorators;
  return region;
}

function memberValue(scan: Scan, node: Node, inside: At, self: number): Value[] {
  return node.type === 'FunctionExpression' ? [{ region: functionRegion(scan, node, inside, self), path: [] }] : madeBy(scan, node, inside);
}

function objectRegion(scan: Scan, node: Node & { type: 'ObjectExpression' }, at: At): number {
  const region = newRegion(scan, 'object', at.region, true, node.start, node.end);
  const inside: At = { region, scope: at.scope, self: at.self };
  for (const one of node.properties) {
    if (one.type === 'SpreadElement') inherit(scan, region, madeBy(scan, one.argument, inside));
    else addMember(scan, region, keyOf(scan, one.key, one.computed, inside), memberValue(scan, one.value, inside, region));
  }
  return region;
}

/** Elements are members that no key tells apart. */
export function arrayRegion(scan: Scan, elements: readonly (Node | null)[], at: At, place: Node): number {
  const region = newRegion(scan, 'object', at.region, true, place.start, place.end);
  const inside: At = { ...at, region };
  for (const one of elements) {
    if (one === null) continue;
    if (one.type === 'SpreadElement') inherit(scan, region, madeBy(scan, one.argument, inside));
    else addMember(scan, region, '*', madeBy(scan, one, inside));
  }
  return region;
}
