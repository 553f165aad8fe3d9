import type { ts } from 'ts-morph';

/** A place in a file as it is on disk: absolute path, line and column from 1. */
export interface Place {
  file: string;
  line: number;
  column: number;
}

/** What an expression can be while the app is only read: as much of it as the sources tell. */
export type Value = DataValue | ListValue | ObjectValue | FunctionValue | NativeValue | ForeignValue | UnknownValue;

/** A string, number, boolean, null, undefined, bigint or regular expression that is known exactly. */
export interface DataValue {
  kind: 'data';
  value: string | number | boolean | bigint | RegExp | null | undefined;
}

export interface ListValue {
  kind: 'list';
  items: Value[];
}

/** Read when it is asked for: exports of modules in a cycle, `Object.defineProperty(exports, 'x', { get })`. */
export interface Getter {
  kind: 'getter';
  get(self: Value): Value;
}

export interface ObjectValue {
  kind: 'object';
  props: Map<string, Value | Getter>;
  /** What members are looked up in next: a class's prototype, or the outside object that a class extends. */
  proto: Value | null;
}

/** A function or class of the app, with the scope it closes over. */
export interface FunctionValue {
  kind: 'function';
  name: string;
  node: ts.FunctionLikeDeclaration | ts.ClassLikeDeclaration;
  scope: Scope;
  module: ModuleState;
  /** `this` of an arrow function or of a bound one. */
  self: Value | null;
  boundArgs: Value[];
  props: Map<string, Value | Getter>;
  /** The object whose prototype `super` looks in. */
  home: Value | null;
  parentClass: Value | null;
  /** Decorators of a class, and of its members, in source order. */
  decorators: Value[];
  members: DecoratedMember[];
  /** Classes of its constructor's parameters, where a compiler wrote them down. */
  injected: Value[];
  /** Functions given to the call that made this one: what a wrapper such as `asyncHandler(fn)` wraps. */
  wraps: FunctionValue[];
}

export interface DecoratedMember {
  name: string;
  decorators: Value[];
  /** Decorators of its parameters, by position. */
  parameters: { index: number; decorator: Value }[];
}

/** A function of the language or of Node whose effect is known. */
export interface NativeValue {
  kind: 'native';
  name: string;
  call(args: Value[], self: Value, at: Place): Value;
  props: Map<string, Value | Getter>;
}

/** A thing of a package whose sources are not read: all that is known of it is how it came about, and what was done with it. */
export interface ForeignValue {
  kind: 'foreign';
  /** The package or `node:` name it comes from in the end. */
  root: string;
  how: 'import' | 'member' | 'call' | 'new';
  parent: ForeignValue | null;
  /** The specifier, or the member's name. */
  name: string;
  args: Value[];
  place: Place | null;
  /** Calls of its methods (`method` is '' where it was called itself), in order. */
  calls: Call[];
  members: Map<string, ForeignValue>;
  props: Map<string, Value | Getter>;
}

export interface Call {
  method: string;
  args: Value[];
  place: Place;
  result: Value;
}

export interface UnknownValue {
  kind: 'unknown';
  /** What could not be read, and where: told only where something depends on it. */
  why: { what: string; place: Place } | null;
}

export interface Scope {
  names: Map<string, Value | Getter>;
  parent: Scope | null;
  /** The nearest scope of a function or module, where `var` declarations go. */
  function: Scope;
}

/** A scope of its own below `parent`; `var` goes through blocks up to the function. */
export function scopeIn(parent: Scope | null, isFunction: boolean): Scope {
  const scope: Partial<Scope> & Omit<Scope, 'function'> = { names: new Map(), parent };
  scope.function = isFunction || parent === null ? (scope as Scope) : parent.function;
  return scope as Scope;
}

/** The scope that a name belongs to, from the inside out; null for names that nobody declared. */
export function scopeOf(name: string, from: Scope): Scope | null {
  for (let scope: Scope | null = from; scope !== null; scope = scope.parent) if (scope.names.has(name)) return scope;
  return null;
}

/** A module of the app while its top level is being evaluated, and after. */
export interface ModuleState {
  file: string;
  esm: boolean;
  scope: Scope;
  /** `module.exports`, or the namespace object. */
  exports: Value;
  source: ts.SourceFile;
}

export const unknown: UnknownValue = { kind: 'unknown', why: null };
export const nothing: DataValue = { kind: 'data', value: undefined };

export function data(value: DataValue['value']): DataValue {
  return value === undefined ? nothing : { kind: 'data', value };
}

export function list(items: Value[]): ListValue {
  return { kind: 'list', items };
}

export function object(entries: Iterable<readonly [string, Value | Getter]> = [], proto: Value | null = null): ObjectValue {
  return { kind: 'object', props: new Map(entries), proto };
}

export function native(name: string, call: NativeValue['call'], props: Iterable<readonly [string, Value | Getter]> = []): NativeValue {
  return { kind: 'native', name, call, props: new Map(props) };
}

export function foreign(fields: Pick<ForeignValue, 'root' | 'how' | 'name'> & Partial<ForeignValue>): ForeignValue {
  return { kind: 'foreign', parent: null, args: [], place: null, calls: [], members: new Map(), props: new Map(), ...fields };
}

export function isCallable(value: Value): value is FunctionValue | NativeValue {
  return value.kind === 'function' || value.kind === 'native';
}

/** True, false, or undefined where it cannot be told. */
export function truthOf(value: Value): boolean | undefined {
  if (value.kind === 'data') return Boolean(value.value);
  if (value.kind === 'unknown') return undefined;
  if (value.kind === 'foreign') return value.how === 'import' || value.how === 'new' ? true : undefined;
  return true;
}

export function stringOf(value: Value | undefined): string | null {
  return value?.kind === 'data' && typeof value.value === 'string' ? value.value : null;
}

/** The JavaScript value where all of it is known; null else. */
export function toPlain(value: Value, depth = 0): { value: unknown } | null {
  if (depth > 20) return null;
  if (value.kind === 'data') return { value: value.value };
  if (value.kind === 'list') {
    const items = value.items.map((item) => toPlain(item, depth + 1));
    return items.includes(null) ? null : { value: items.map((item) => item!.value) };
  }
  if (value.kind !== 'object' || value.proto !== null) return null;
  const entries: [string, unknown][] = [];
  for (const [key, slot] of value.props) {
    const plain = toPlain(read(slot), depth + 1);
    if (plain === null) return null;
    entries.push([key, plain.value]);
  }
  return { value: Object.fromEntries(entries) };
}

/** Anything JSON can hold, and regular expressions, as a value. */
export function fromPlain(plain: unknown): Value {
  if (Array.isArray(plain)) return list(plain.map(fromPlain));
  if (plain instanceof RegExp) return data(plain);
  if (typeof plain === 'object' && plain !== null) return object(Object.entries(plain).map(([key, value]) => [key, fromPlain(value)] as const));
  return typeof plain === 'function' || typeof plain === 'symbol' ? unknown : data(plain as DataValue['value']);
}

export function read(slot: Value | Getter, self: Value = unknown): Value {
  return slot.kind === 'getter' ? slot.get(self) : slot;
}
