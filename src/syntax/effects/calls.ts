import type { Expression, PropertyKey, SpreadElement } from 'oxc-parser';
import { builtinCall, builtinOf, callsBack, globalCall, handsOn, isPure, onlyReads } from './known.ts';
import { foreignOf, note, ownAt, spend, surer, write, type Place, type Run } from './run.ts';
import { ANY, addAll, member, put, type Code, type Scope, type Thing, type Things } from './things.ts';

/** A call as written: what it gives, its effects noted. */
export function writtenCall(run: Run, scope: Scope, at: Place, callee: Expression, list: readonly (Expression | SpreadElement)[]): Things {
  const plain = callee.type === 'ChainExpression' ? (callee.expression as Expression) : callee;
  const args = (): Things[] => list.map((one) => argument(run, scope, one));
  if (plain.type === 'Super') return superCall(run, scope, args(), at);
  if (plain.type !== 'MemberExpression') return callThings(run, run.evaluator.value(run, scope, plain), args(), new Set(), at, required(list));
  const object = run.evaluator.value(run, scope, plain.object);
  const name = plain.property.type === 'PrivateIdentifier' ? `#${plain.property.name}` : keyOf(run, scope, plain.property, plain.computed);
  return method(run, object, name, args(), at, required(list));
}

/** The text that `require` is called with; null where it is computed. */
function required(list: readonly (Expression | SpreadElement)[]): string | null {
  const [first] = list;
  return first?.type === 'Literal' && typeof first.value === 'string' ? first.value : null;
}

/** `new` as written. */
export function construct(run: Run, scope: Scope, at: Place, callee: Expression, list: readonly (Expression | SpreadElement)[]): Things {
  const made = new Set<Thing>();
  const args = list.map((one) => argument(run, scope, one));
  for (const thing of run.evaluator.value(run, scope, callee)) {
    if (thing.kind === 'own') {
      const instance = ownAt(run, at, `new ${thing.path}`);
      addAll(instance.above, member(thing, 'prototype'));
      if (thing.code) addAll(made, [...callCode(run, thing.code, args, new Set([instance]))].filter((one) => one.kind === 'own'));
      if (thing.code?.extended.size) constructBase(run, thing.code.extended, args, new Set([instance]), at, thing.code);
      made.add(instance);
    } else if (thing.kind === 'global' || (thing.kind === 'import' && builtinOf(thing.specifier) !== null)) {
      callForeign(run, thing, args, at, null);
      callBack(run, thing.path.split('.').at(-1)!, new Set(), args, at);
      const instance = thing.path === 'Function' ? foreignOf(run, 'unknown', 'new Function', null) : builtinInstance(run, thing, at);
      for (const arg of args) put(instance, ANY, arg);
      if (thing.path === 'Proxy') addAll(made, args[0] ?? []);
      made.add(instance);
    } else {
      addAll(made, callForeign(run, thing, args, at, null));
    }
  }
  return made;
}

/** A class without a constructor of its own hands its arguments on to what it extends; others do so by `super`. */
function constructBase(run: Run, bases: Things, args: Things[], self: Things, at: Place, code: Code): void {
  const { node } = code;
  const speaks = 'superClass' in node && node.body.body.some((element) => element.type === 'MethodDefinition' && element.kind === 'constructor');
  if (!speaks) superOf(run, bases, args, self, at);
}

function superCall(run: Run, scope: Scope, args: Things[], at: Place): Things {
  let inside: Scope | null = scope;
  while (inside && !(inside.code && 'superClass' in inside.code.node)) inside = inside.above;
  if (inside?.code) superOf(run, inside.code.extended, args, inside.self, at);
  return scope.self;
}

function superOf(run: Run, bases: Things, args: Things[], self: Things, at: Place): void {
  for (const base of bases) {
    if (base.kind === 'own' && base.code) callCode(run, base.code, args, self);
    else if (base.kind !== 'own') callForeign(run, base, args, at, null);
  }
}

/** Servers and sockets act when told to; other things that built-ins make are as good as our own. */
function builtinInstance(run: Run, thing: Thing, at: Place): Thing {
  const builtin = builtinOf(thing.specifier);
  const acts = builtin !== null && /^(?:http|https|http2|net|tls|dgram|worker_threads|child_process|async_hooks|perf_hooks|fs)$/.test(builtin);
  return acts ? foreignOf(run, 'instance', `${thing.path}()`, thing.specifier) : ownAt(run, at, `new ${thing.path}`);
}

/** Calls a method on everything its object may be. */
function method(run: Run, object: Things, name: string, args: Things[], at: Place, literal: string | null): Things {
  const found = new Set<Thing>();
  if (object.size === 0) return callBack(run, name, object, args, at);
  for (const thing of object) {
    const functions = read(run, new Set([thing]), name);
    if (name === 'call' || name === 'apply' || name === 'bind') {
      const rest = name === 'apply' ? [read(run, args[1] ?? new Set(), ANY)] : args.slice(1);
      if (name === 'bind' && thing.kind !== 'own') found.add(thing);
      else if (thing.kind !== 'own' || thing.code) addAll(found, name === 'bind' ? bound(thing, rest, args[0]) : callThings(run, new Set([thing]), rest, args[0] ?? new Set(), at, null));
      continue;
    }
    if (thing.kind !== 'own') {
      for (const one of functions) addAll(found, callForeign(run, one, args, at, literal));
      continue;
    }
    const written = [...functions].filter((one) => one.code || one.kind !== 'own');
    if (written.length > 0) addAll(found, callThings(run, new Set(written), args, new Set([thing]), at, literal));
    else addAll(found, builtinMethod(run, thing, name, args, at));
  }
  return found;
}

function bound(thing: Thing, rest: Things[], self: Things | undefined): Things {
  if (thing.code && rest.length > 0) rest.forEach((arg, i) => addAll((thing.code!.args[i] ??= new Set()), arg));
  if (thing.code && self) addAll(thing.code.self, self);
  return new Set([thing]);
}

/** Methods of lists, maps and the like that keep what they are given, and those that give out what is in them. */
const keeps = /^(?:push|unshift|set|add|splice|fill|concat|with|toSpliced|insert\w*|append|enqueue)$/;
const givesOut = /^(?:pop|shift|get|at|values|entries|slice|splice|concat|flat|reverse|toReversed|toSorted|toSpliced|sort|filter|find|findLast|next|copyWithin|with|dequeue|then|catch|finally)$/;

/** A method that the thing has by nature, not by this module's text. */
function builtinMethod(run: Run, thing: Thing, name: string, args: Things[], at: Place): Things {
  if (keeps.test(name)) for (const arg of args) put(thing, ANY, arg);
  const result = callBack(run, name, new Set([thing]), args, at);
  if (givesOut.test(name)) addAll(result, member(thing, ANY));
  result.add(thing);
  return result;
}

function callBack(run: Run, name: string, on: Things, args: Things[], at: Place): Things {
  const result = new Set<Thing>();
  if (!callsBack.has(name)) return result;
  const contents = read(run, on, ANY);
  for (const arg of args) for (const one of arg) if (one.code) addAll(result, callCode(run, one.code, [contents, contents, contents, on], new Set()));
  if (result.size === 0) return result;
  const list = ownAt(run, at, 'list');
  put(list, ANY, result);
  return new Set([list, ...result]);
}

export function callThings(run: Run, things: Things, args: Things[], self: Things, at: Place, literal: string | null = null): Things {
  const result = new Set<Thing>();
  for (const thing of things) {
    if (thing.code) addAll(result, callCode(run, thing.code, args, self));
    else if (thing.kind !== 'own') addAll(result, callForeign(run, thing, args, at, literal));
  }
  return result;
}

/** Runs a function of the module, unless it ran already with all that it is now called with. */
function callCode(run: Run, code: Code, args: Things[], self: Things): Things {
  spend(run);
  let news = code.under === null || surer(run.when, code.under);
  spend(run, args.reduce((sum, arg) => sum + arg.size, self.size));
  args.forEach((arg, i) => (news = addAll((code.args[i] ??= new Set()), arg) || news));
  news = addAll(code.self, self) || news;
  if (code.state === 'running' || !news) return code.result;
  code.state = 'running';
  code.under = code.under === null || surer(run.when, code.under) ? run.when : code.under;
  run.evaluator.body(run, code);
  code.state = 'done';
  return code.result;
}

/** Calls what this module did not write. */
function callForeign(run: Run, thing: Thing, args: Things[], at: Place, literal: string | null): Things {
  if (thing.kind === 'loader') return load(run, thing, args, at, literal);
  if (thing.kind === 'global') return callGlobal(run, thing, args, at);
  const { specifier } = thing;
  const builtin = builtinOf(specifier);
  if (builtin !== null) return callBuiltin(run, thing, builtin, args, at, literal);
  if (specifier !== null && handsOn.test(thing.path) && isPure(specifier, thing.path)) return args[0] ?? new Set();
  if (specifier !== null && thing.path === '__decorate') {
    for (const decorator of read(run, args[0] ?? new Set(), ANY)) callThings(run, new Set([decorator]), args.slice(1), new Set(), at);
    return args[1] ?? new Set();
  }
  if (specifier !== null && isPure(specifier, thing.path)) return new Set([holding(ownAt(run, at, thing.path), args)]);
  const last = thing.path.split('.').at(-1)!;
  if (onlyReads.test(thing.path)) {
    callBack(run, last, new Set([thing]), args, at);
    return new Set([foreignOf(run, 'instance', `${thing.path}()`, specifier)]);
  }
  // An instance was made by a call of the same import, which is noted already.
  if (thing.kind !== 'instance') note(run, thing.kind === 'import' && /^(?:on|once|addListener|prependListener)$/.test(last) ? 'listener' : 'unknown-call', called(thing), at, specifier);
  handOver(run, thing, args, at);
  return new Set([foreignOf(run, 'instance', `${thing.path}()`, specifier)]);
}

function holding(thing: Thing, args: Things[]): Thing {
  for (const arg of args) put(thing, ANY, arg);
  return thing;
}

function called(thing: Thing): string {
  return thing.path === '' || thing.path === 'default' ? (thing.specifier ?? 'a computed function') : thing.path;
}

/** What foreign code is given it may change: other modules, and what belongs to everybody. */
function handOver(run: Run, to: Thing, args: Things[], at: Place): void {
  for (const arg of args) {
    for (const one of arg) {
      if (one.kind === 'import' && one.specifier !== to.specifier && builtinOf(one.specifier) === null) note(run, 'unknown-call', `${called(to)}(${called(one)})`, at, one.specifier);
      if (one === run.globalThis || (one.kind === 'global' && /^process(?:\.env)?$|\.prototype$/.test(one.path))) note(run, 'unknown-call', `${called(to)}(${one.path || 'globalThis'})`, at);
    }
  }
}

function load(run: Run, thing: Thing, args: Things[], at: Place, literal: string | null): Things {
  if (thing !== run.requires) return /\.resolve(?:\.paths)?$/.test(thing.path) ? new Set() : (note(run, 'loader', thing.path, at), new Set());
  run.asked.require.add(literal);
  if (literal === null) return args.length === 0 ? new Set() : new Set([foreignOf(run, 'unknown', 'require()', null)]);
  return new Set([foreignOf(run, 'import', '', literal)]);
}

function callBuiltin(run: Run, thing: Thing, builtin: string, args: Things[], at: Place, literal: string | null): Things {
  const path = thing.path.replace(/^default\./, '');
  if (builtin === 'process') return callGlobal(run, { ...thing, path: `process.${path}` }, args, at);
  if (builtin === 'module' && path.endsWith('createRequire')) return new Set([run.requires]);
  if (builtin === 'util' && path === 'inherits') {
    for (const child of args[0] ?? []) for (const prototype of read(run, new Set([child]), 'prototype')) addAll(prototype.above, read(run, args[1] ?? new Set(), 'prototype'));
    return new Set();
  }
  const effect = builtinCall(builtin, path);
  if (effect !== null) note(run, effect, `${builtin}.${path}`, at, thing.specifier);
  callBack(run, path.split('.').at(-1)!, new Set(), args, at);
  const made = builtinInstance(run, { ...thing, path }, at);
  if (literal !== null || made.kind !== 'own') return new Set([made]);
  return new Set([holding(made, args)]);
}

/** Functions of the language that change what they are given first. */
const changesFirst = /^(?:Object\.(?:assign|defineProperty|defineProperties|setPrototypeOf|freeze|seal|preventExtensions)|Reflect\.(?:set|defineProperty|deleteProperty|setPrototypeOf))$/;

function callGlobal(run: Run, thing: Thing, args: Things[], at: Place): Things {
  const { path } = thing;
  const [first = new Set<Thing>(), ...rest] = args;
  const name = path.split('.').at(-1)!;
  if (path === 'require') return new Set();
  if (changesFirst.test(path)) return change(run, name, first, rest, at);
  if (path === 'Object.create') {
    const made = ownAt(run, at, 'created');
    addAll(made.above, first);
    return new Set([made]);
  }
  if (path === 'Function') return new Set([foreignOf(run, 'unknown', 'new Function', null)]);
  if (/^Object\.(?:getPrototypeOf|keys|getOwnProperty\w+)$|^Reflect\.(?:getPrototypeOf|ownKeys)$/.test(path)) {
    if (path.endsWith('getPrototypeOf')) return new Set([...first].flatMap((one) => (one.kind === 'own' ? [...one.above] : [...member(one, 'prototype')])));
    if (!path.includes('Descriptor')) return new Set();
  }
  const effect = globalCall(path);
  const kind = effect === 'listener' || effect === 'process' ? 'always' : 'plain';
  if (effect !== null) note(run, effect, path, at);
  if (effect === 'unknown-call') handOver(run, thing, args, at);
  const back = kind === 'plain' ? callBack(run, name, first, args, at) : new Set<Thing>();
  const made = ownAt(run, at, path);
  if (/^(?:Object(?:\.(?:values|entries|fromEntries|groupBy))?|Array(?:\.(?:from|of))?|Promise\.\w+|Map\.groupBy)$/.test(path)) holding(made, args);
  return new Set([made, ...back, ...(path === 'Object' || path === 'Promise.resolve' ? first : [])]);
}

/** Object.assign and its kin. */
function change(run: Run, name: string, targets: Things, rest: Things[], at: Place): Things {
  for (const target of targets) {
    if (name === 'setPrototypeOf') {
      if (target.kind === 'own') rest.forEach((arg) => addAll(target.above, arg));
      else write(run, target, '__proto__', [], at);
      continue;
    }
    const values = name === 'assign' ? read(run, new Set(rest.flatMap((arg) => [...arg])), ANY) : name === 'defineProperty' ? definedBy(run, rest[1]) : rest.flatMap((arg) => [...arg]);
    if (name !== 'freeze' && name !== 'seal' && name !== 'preventExtensions') write(run, target, ANY, values, at);
    else if (target.kind !== 'own' && target.kind !== 'instance') write(run, target, ANY, [], at);
  }
  return targets;
}

/** The value in a property descriptor, and the getter as what it is. */
function definedBy(run: Run, descriptor: Things = new Set()): Things {
  for (const getter of read(run, descriptor, 'get')) if (getter.code) getter.code.getter = true;
  return new Set([...read(run, descriptor, 'value'), ...[...descriptor].flatMap((one) => (one.kind === 'own' ? [...(one.props.get('get') ?? [])] : []))]);
}

/** A list element or argument; of a spread one, its contents. */
export function argument(run: Run, scope: Scope, node: Expression | SpreadElement): Things {
  return node.type === 'SpreadElement' ? read(run, run.evaluator.value(run, scope, node.argument), ANY) : run.evaluator.value(run, scope, node);
}

/** A property of everything a value may be; getters of own objects run. */
export function read(run: Run, things: Things, name: string): Things {
  const found = new Set<Thing>();
  spend(run, things.size);
  for (const thing of things) {
    for (const one of thing === run.globalThis && ['globalThis', 'global'].includes(name) ? [thing] : member(thing, name)) {
      if (one.code?.getter && name !== ANY) addAll(found, callCode(run, one.code, [], new Set([thing])));
      else found.add(one);
    }
  }
  spend(run, found.size);
  return found;
}

/** The name of a property; computed names are evaluated for what that does. */
export function keyOf(run: Run, scope: Scope, key: PropertyKey, computed: boolean): string {
  if (!computed) return key.type === 'Identifier' ? key.name : key.type === 'PrivateIdentifier' ? `#${key.name}` : key.type === 'Literal' ? String(key.value) : ANY;
  if (key.type === 'Literal') return String(key.value);
  if (key.type !== 'PrivateIdentifier') run.evaluator.value(run, scope, key);
  return ANY;
}
