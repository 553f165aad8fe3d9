import { ts } from 'ts-morph';
import type { Frame, Machine } from './machine.ts';
import { propertyName } from './names.ts';
import { data, object, read, scopeIn, type FunctionValue, type ObjectValue, type Value } from './values.ts';

/** Where an instance keeps the outside object that its class extends, as in `class App extends Koa`. */
export const BASE = '#base';

/** A class as a value; its decorators and those of its members are evaluated, as they are when the class is defined. */
export function defineClass(machine: Machine, node: ts.ClassLikeDeclaration, frame: Frame): FunctionValue {
  const made = machine.functionValue(node, frame);
  const heritage = node.heritageClauses?.find((clause) => clause.token === ts.SyntaxKind.ExtendsKeyword)?.types[0];
  made.parentClass = heritage === undefined ? null : machine.evaluate(heritage.expression, frame);
  const prototype = object([['constructor', made]], prototypeOf(made.parentClass));
  made.props.set('prototype', prototype);
  if (node.name !== undefined) frame.scope.names.set(node.name.text, made);
  const inside: Frame = { ...frame, self: made, scope: scopeIn(frame.scope, false) };
  if (node.name !== undefined) inside.scope.names.set(node.name.text, made);
  made.scope = inside.scope;
  for (const member of node.members) defineMember(machine, made, prototype, member, inside);
  made.decorators.push(...decoratorsOf(machine, node, frame));
  if (made.decorators.length > 0 || made.members.length > 0) machine.decorated(made);
  return made;
}

function prototypeOf(parent: Value | null): Value | null {
  if (parent?.kind !== 'function') return null;
  const prototype = parent.props.get('prototype');
  return prototype === undefined ? null : read(prototype);
}

function defineMember(machine: Machine, made: FunctionValue, prototype: ObjectValue, member: ts.ClassElement, frame: Frame): void {
  const isStatic = ts.canHaveModifiers(member) && (ts.getModifiers(member) ?? []).some((modifier) => modifier.kind === ts.SyntaxKind.StaticKeyword);
  if (ts.isClassStaticBlockDeclaration(member)) {
    machine.executeAll(member.body.statements, { ...frame, scope: scopeIn(frame.scope, true) });
    return;
  }
  if (member.name === undefined) return;
  const key = propertyName(machine, member.name as ts.PropertyName, frame);
  if (key === null) return;
  const holder = isStatic ? made : prototype;
  if (ts.isMethodDeclaration(member) && member.body !== undefined) {
    holder.props.set(key, Object.assign(machine.functionValue(member, frame), { name: key, home: holder, self: null }));
    const parameters = member.parameters.flatMap((parameter, index) => decoratorsOf(machine, parameter, frame).map((decorator) => ({ index, decorator })));
    const decorators = decoratorsOf(machine, member, frame);
    if (decorators.length > 0 || parameters.length > 0) made.members.push({ name: key, decorators, parameters });
  } else if (ts.isGetAccessorDeclaration(member)) {
    const getter = Object.assign(machine.functionValue(member, frame), { name: key, home: holder });
    holder.props.set(key, { kind: 'getter', get: (self) => machine.call(getter, [], self, machine.placeOf(member, frame)) });
  } else if (ts.isPropertyDeclaration(member)) {
    if (isStatic) holder.props.set(key, member.initializer === undefined ? data(undefined) : machine.evaluate(member.initializer, frame));
    const decorators = decoratorsOf(machine, member, frame);
    if (decorators.length > 0) made.members.push({ name: key, decorators, parameters: [] });
  }
}

function decoratorsOf(machine: Machine, node: ts.Node, frame: Frame): Value[] {
  const decorators = ts.canHaveDecorators(node) ? (ts.getDecorators(node) ?? []) : [];
  return decorators.map((decorator) => machine.evaluate(decorator.expression, frame));
}

/** Fields and parameter properties of one class of an instance's chain, before the rest of its constructor runs. */
export function initializeFields(machine: Machine, made: FunctionValue, instance: ObjectValue): void {
  const node = made.node as ts.ClassLikeDeclaration;
  const frame = machine.frameIn(made, instance);
  for (const member of node.members) {
    const isStatic = ts.canHaveModifiers(member) && (ts.getModifiers(member) ?? []).some((modifier) => modifier.kind === ts.SyntaxKind.StaticKeyword);
    if (!ts.isPropertyDeclaration(member) || isStatic || member.initializer === undefined) continue;
    const key = propertyName(machine, member.name, frame);
    const value = machine.evaluate(member.initializer, frame);
    if (value.kind === 'function' && value.name === '' && key !== null) value.name = key;
    if (key !== null) instance.props.set(key, value);
  }
}

export function constructorOf(made: FunctionValue): ts.ConstructorDeclaration | null {
  if (!isClass(made)) return null;
  const node = made.node as ts.ClassLikeDeclaration;
  return node.members.find((member): member is ts.ConstructorDeclaration => ts.isConstructorDeclaration(member) && member.body !== undefined) ?? null;
}

export function isClass(value: FunctionValue): boolean {
  return ts.isClassLike(value.node);
}
