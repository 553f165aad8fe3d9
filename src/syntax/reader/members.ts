import { BASE, isClass } from './classes.ts';
import { listMember } from './lists.ts';
import { promiseMember } from './promises.ts';
import type { Machine } from './machine.ts';
import { helperNamed } from './emitted.ts';
import { data, foreign, isCallable, list, native, nothing, read, toPlain, fromPlain, unknown, type ForeignValue, type FunctionValue, type Place, type Value } from './values.ts';

/** What `of.name` is. */
export function memberOf(machine: Machine, of: Value, name: string, self: Value): Value {
  switch (of.kind) {
    case 'unknown':
      return of;
    case 'data':
      return typeof of.value === 'string' ? stringMember(machine, of.value, name) : regExpMember(of.value, name);
    case 'list':
      return listMember(machine, of, name);
    case 'foreign':
      return foreignMember(machine, of, name);
    case 'native': {
      const slot = of.props.get(name);
      return slot === undefined ? functionMember(machine, of, name) : read(slot, self);
    }
    case 'function': {
      const slot = of.props.get(name);
      if (slot !== undefined) return read(slot, self);
      if (of.parentClass !== null) return memberOf(machine, of.parentClass, name, self);
      return functionMember(machine, of, name);
    }
    case 'object': {
      const slot = of.props.get(name);
      if (slot !== undefined) return read(slot, self);
      const base = of.props.get(BASE);
      const above = of.proto === null ? nothing : memberOf(machine, of.proto, name, self);
      if (above === nothing && base?.kind === 'foreign') return foreignMember(machine, base, name);
      return above === nothing ? objectMember(machine, of, name) : above;
    }
  }
}

function foreignMember(machine: Machine, of: ForeignValue, name: string): Value {
  const slot = of.props.get(name);
  if (slot !== undefined) return read(slot, of);
  if (name === '__esModule') return unknown;
  // The interop of compilers and Node alike: a package is its own default export.
  if (name === 'default' && of.how === 'import') return of;
  const helper = /^(?:tslib|@swc\/helpers|@babel\/runtime)/.test(of.root) ? helperNamed(name.startsWith('_') ? name : `_${name}`) : null;
  if (helper !== null) return helper(machine);
  let member = of.members.get(name);
  if (member === undefined) {
    member = foreign({ root: of.root, how: 'member', parent: of, name });
    of.members.set(name, member);
  }
  return member;
}

/** `call`, `apply` and `bind` of functions. */
function functionMember(machine: Machine, of: Value, name: string): Value {
  if (!isCallable(of)) return unknown;
  switch (name) {
    case 'call':
      return native('call', ([self = unknown, ...args], _, at) => (of.kind === 'function' ? callWith(machine, of, args, self, at) : machine.call(of, args, self, at)));
    case 'apply':
      return native('apply', ([self = unknown, args], _, at) => (of.kind === 'function' ? callWith(machine, of, args?.kind === 'list' ? args.items : [], self, at) : machine.call(of, args?.kind === 'list' ? args.items : [], self, at)));
    case 'bind':
      return native('bind', ([self = unknown, ...args]) => (of.kind === 'function' ? { ...of, self: of.self ?? self, boundArgs: [...of.boundArgs, ...args] } : of));
    case 'name':
      return data(of.name);
    case 'length':
      return unknown;
    default:
      return nothing;
  }
}

/** `Base.call(this, ...)` of a class that a package has: then `this` is what it extends. */
function callWith(machine: Machine, fn: FunctionValue, args: Value[], self: Value, at: Place): Value {
  return isClass(fn) ? machine.construct(fn, args, at) : machine.call(fn, args, self, at);
}

function objectMember(machine: Machine, of: Value, name: string): Value {
  if (of.kind !== 'object') return nothing;
  switch (name) {
    case 'hasOwnProperty':
      return native(name, ([key]) => (key?.kind === 'data' ? data(of.props.has(String(key.value))) : unknown));
    case 'then':
    case 'finally':
      return native(name, ([callback], _, at) => {
        if (callback === undefined || !isCallable(callback)) return of;
        const result = machine.call(callback, name === 'then' ? [of] : [], unknown, at);
        return name === 'then' ? result : of;
      });
    case 'catch':
      return native(name, () => of);
    case 'get':
      // A Map: `new Map()` is an object here.
      return native(name, ([key]) => (key?.kind === 'data' ? read(of.props.get(String(key.value)) ?? unknown) : unknown));
    case 'set':
      return native(name, ([key, value]) => {
        if (key?.kind === 'data' && value !== undefined) of.props.set(String(key.value), value);
        return of;
      });
    case 'forEach':
      return native(name, ([callback], _, at) => {
        if (callback !== undefined) for (const [key, slot] of Array.from(of.props)) machine.call(callback, [read(slot), data(key), of], unknown, at);
        return nothing;
      });
    case 'entries':
      return native(name, () => list([...of.props].map(([key, slot]) => list([data(key), read(slot)]))));
    case 'keys':
      return native(name, () => list([...of.props.keys()].map(data)));
    case 'values':
      return native(name, () => list([...of.props.values()].map((slot) => read(slot))));
    case 'has':
      return native(name, ([key]) => (key?.kind === 'data' ? data(of.props.has(String(key.value))) : unknown));
    default:
      return nothing;
  }
}

const stringMethods = new Set(
  'at charAt concat endsWith includes indexOf lastIndexOf match padEnd padStart repeat replace replaceAll search slice split startsWith substr substring toLocaleLowerCase toLowerCase toLocaleUpperCase toUpperCase toString trim trimEnd trimStart valueOf localeCompare charCodeAt normalize'.split(' '),
);

/** Methods of a known string are carried out for real where all their arguments are known. */
function stringMember(machine: Machine, text: string, name: string): Value {
  if (name === 'length') return data(text.length);
  if (/^\d+$/.test(name)) return data(text[Number(name)]);
  if (name === 'then' || name === 'catch' || name === 'finally') return promiseMember(machine, data(text), name);
  if (!stringMethods.has(name)) return nothing;
  return native(name, (args, _, at) => {
    const plain = args.map((arg) => (isCallable(arg) ? { value: (...given: unknown[]) => textOf(machine.call(arg, given.map(fromPlain), unknown, at)) } : toPlain(arg)));
    if (plain.includes(null)) return unknown;
    try {
      const method = (text as unknown as Record<string, (...all: unknown[]) => unknown>)[name]!;
      return fromPlain(method.apply(text, plain.map((one) => one!.value)));
    } catch {
      return unknown;
    }
  });
}

function textOf(value: Value): string {
  return value.kind === 'data' ? String(value.value) : '';
}

function regExpMember(value: unknown, name: string): Value {
  if (!(value instanceof RegExp)) return typeof value === 'number' && name === 'toString' ? native(name, () => data(String(value))) : nothing;
  if (name === 'source' || name === 'flags') return data(value[name]);
  if (name !== 'test' && name !== 'exec') return nothing;
  return native(name, ([text]) => {
    if (text?.kind !== 'data' || typeof text.value !== 'string') return unknown;
    const again = new RegExp(value.source, value.flags.replace('g', ''));
    return name === 'test' ? data(again.test(text.value)) : fromPlain(again.exec(text.value));
  });
}

