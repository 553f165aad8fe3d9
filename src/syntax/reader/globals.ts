import { assign } from './emitted.ts';
import type { Machine } from './machine.ts';
import { data, foreign, fromPlain, isCallable, list, native, nothing, object, read, toPlain, truthOf, unknown, type NativeValue, type Value } from './values.ts';

/** The objects and functions of the language that an app uses while it sets itself up. */
export function addGlobals(machine: Machine, argv: readonly string[], root: string): void {
  const { globals } = machine;
  const named = (name: string, call: NativeValue['call'], members: Record<string, NativeValue['call']> = {}): void => {
    const props = Object.entries(members).map(([key, method]) => [key, native(`${name}.${key}`, method)] as const);
    globals.set(name, native(name, call, props));
  };
  named('Object', ([value]) => value ?? object(), objectMembers(machine));
  named('Array', (args) => (args.length === 1 && args[0]?.kind === 'data' && typeof args[0].value === 'number' ? list(blanks(args[0].value)) : list(args)), {
    isArray: ([value]) => (value === undefined || value.kind === 'unknown' || value.kind === 'foreign' ? unknown : data(value.kind === 'list')),
    from: ([of, callback], _, at) => {
      const items = of?.kind === 'list' ? of.items : of?.kind === 'object' ? lengthItems(of.props.get('length')) : null;
      if (items === null) return unknown;
      return list(callback === undefined ? [...items] : items.map((item, index) => machine.call(callback, [item, data(index)], unknown, at)));
    },
    of: (args) => list(args),
  });
  named('String', ([value]) => (value?.kind === 'data' ? data(String(value.value)) : (value ?? data(''))), { raw: () => unknown });
  named('Number', ([value]) => (value?.kind === 'data' ? data(Number(value.value)) : unknown), { isInteger: () => unknown, parseInt: () => unknown });
  named('parseInt', ([value, radix]) => (value?.kind === 'data' ? data(Number.parseInt(String(value.value), radix?.kind === 'data' ? Number(radix.value) : 10)) : unknown));
  named('Boolean', ([value]) => {
    const truth = value === undefined ? false : truthOf(value);
    return truth === undefined ? unknown : data(truth);
  });
  named('RegExp', (args) => {
    const plain = args.map((arg) => toPlain(arg));
    return plain.includes(null) ? unknown : attempt(() => new RegExp(...(plain.map((one) => one!.value) as [string, string])));
  });
  named('JSON', () => unknown, {
    parse: ([text]) => (text?.kind === 'data' && typeof text.value === 'string' ? attempt(() => JSON.parse(text.value as string)) : unknown),
    stringify: ([value]) => {
      const plain = value === undefined ? null : toPlain(value);
      return plain === null ? unknown : attempt(() => JSON.stringify(plain.value));
    },
  });
  named('Promise', ([work], _, at) => settled(machine, work, at), {
    resolve: ([value]) => value ?? nothing,
    reject: () => unknown,
    all: ([values]) => values ?? unknown,
    race: ([values]) => (values?.kind === 'list' ? (values.items[0] ?? unknown) : unknown),
    allSettled: ([values]) => (values?.kind === 'list' ? list(values.items.map((value) => object([['status', data('fulfilled')], ['value', value]]))) : unknown),
  });
  named('Map', ([entries]) => object(pairsOf(entries)));
  named('WeakMap', () => object());
  named('Set', ([items]) => list(items?.kind === 'list' ? [...items.items] : []));
  named('WeakSet', () => list([]));
  named('Symbol', ([name]) => data(`@@${name?.kind === 'data' ? String(name.value) : ''}`), { for: ([name]) => data(`@@${name?.kind === 'data' ? String(name.value) : ''}`) });
  named('Reflect', () => unknown, {
    apply: ([fn = unknown, self = unknown, args], _, at) => machine.call(fn, args?.kind === 'list' ? args.items : [], self, at),
    construct: ([made = unknown, args], _, at) => machine.construct(made, args?.kind === 'list' ? args.items : [], at),
    ownKeys: ([of]) => keysOf(of),
    getMetadata: () => unknown,
    defineMetadata: () => nothing,
    get: ([of = unknown, key]) => (key?.kind === 'data' ? machine.member(of, String(key.value)) : unknown),
    has: () => unknown,
  });
  named('Proxy', ([target = unknown]) => target);
  for (const name of ['setTimeout', 'setImmediate', 'queueMicrotask']) named(name, ([callback, , ...args], _, at) => (callback === undefined ? unknown : machine.call(callback, args, unknown, at)));
  named('setInterval', (args, _, at) => {
    const timers = foreign({ root: 'timers', how: 'import', name: 'timers' });
    return machine.call(machine.member(timers, 'setInterval'), args, timers, at);
  });
  for (const name of ['Error', 'TypeError', 'clearTimeout', 'clearInterval']) named(name, () => unknown);
  named('URL', ([path, base]) => {
    const parts = [path, base].flatMap((part) => (part === undefined ? [] : [part.kind === 'object' ? read(part.props.get('href') ?? unknown) : part]));
    if (parts.length === 0 || !parts.every((part) => part.kind === 'data')) return unknown;
    return attempt(() => {
      const { href, pathname, protocol } = new URL(String(plainOf(parts[0])), parts[1] === undefined ? undefined : String(plainOf(parts[1])));
      return { href, pathname, protocol };
    });
  });
  const globalObject = object();
  globalObject.props = globals;
  globals.set('globalThis', globalObject);
  globals.set('global', globalObject);
  globals.set('NaN', data(Number.NaN));
  globals.set('process', processObject(machine, argv, root));
  globals.set('Math', foreign({ root: 'language', how: 'import', name: 'Math' }));
  globals.set('console', foreign({ root: 'language', how: 'import', name: 'console' }));
}

/** Variables that the environment may or may not have: what is set by the app itself is known, the rest is not. */
function processObject(machine: Machine, argv: readonly string[], root: string): Value {
  const environment = foreign({ root: 'language', how: 'import', name: 'env' });
  const process = foreign({ root: 'process', how: 'import', name: 'process' });
  process.props.set('argv', list(argv.map(data)));
  process.props.set('cwd', native('cwd', () => data(root)));
  process.props.set('env', environment);
  process.props.set('nextTick', native('nextTick', ([callback, ...args], _, at) => (callback === undefined ? unknown : machine.call(callback, args, unknown, at))));
  return process;
}

function objectMembers(machine: Machine): Record<string, NativeValue['call']> {
  return {
    keys: ([of]) => keysOf(of),
    getOwnPropertyNames: ([of]) => (of?.kind === 'object' || (of !== undefined && isCallable(of)) ? list([...of.props.keys()].map(data)) : unknown),
    values: ([of]) => (of?.kind === 'object' ? list([...of.props.values()].map((slot) => read(slot, of))) : (of ?? unknown)),
    entries: ([of]) => (of?.kind === 'object' ? list([...of.props].map(([key, slot]) => list([data(key), read(slot, of)]))) : unknown),
    fromEntries: ([pairs]) => (pairs?.kind === 'list' ? object(pairsOf(pairs)) : unknown),
    assign: ([to = object(), ...sources]) => assign(to, sources),
    create: ([proto]) => object([], proto?.kind === 'object' ? proto : null),
    freeze: ([of = unknown]) => of,
    seal: ([of = unknown]) => of,
    setPrototypeOf: ([of = unknown, proto]) => {
      if (of.kind === 'object' && proto !== undefined) of.proto = proto;
      return of;
    },
    getPrototypeOf: ([of]) => (of?.kind === 'object' ? (of.proto ?? unknown) : unknown),
    getOwnPropertyDescriptor: () => unknown,
    defineProperties: ([of = unknown]) => of,
    defineProperty: ([of = unknown, key, descriptor], _, at) => {
      if (key?.kind !== 'data' || descriptor?.kind !== 'object' || of.kind === 'data' || of.kind === 'unknown' || of.kind === 'list') return of;
      const getter = descriptor.props.get('get');
      const value = descriptor.props.get('value');
      if (value !== undefined) of.props.set(String(key.value), value);
      else if (getter !== undefined) of.props.set(String(key.value), { kind: 'getter', get: (self) => machine.call(read(getter), [], self, at) });
      return of;
    },
  };
}

function keysOf(of: Value | undefined): Value {
  if (of?.kind === 'list') return list(of.items.map((_, index) => data(String(index))));
  return of?.kind === 'object' || (of !== undefined && isCallable(of)) ? list([...of.props.keys()].filter((key) => !key.startsWith('#') && key !== '__esModule').map(data)) : unknown;
}

function pairsOf(entries: Value | undefined): [string, Value][] {
  if (entries?.kind !== 'list') return [];
  return entries.items.flatMap((entry): [string, Value][] => {
    const [key, value] = entry.kind === 'list' ? entry.items : [];
    return key?.kind === 'data' && value !== undefined ? [[String(key.value), value]] : [];
  });
}

function lengthItems(length: unknown): Value[] | null {
  const value = length as Value | undefined;
  return value?.kind === 'data' && typeof value.value === 'number' ? blanks(value.value) : null;
}

function blanks(length: number): Value[] {
  return Array.from({ length: Math.min(length, 1000) }, () => nothing);
}

/** What a promise's executor resolves it with; awaited values stand for themselves. */
function settled(machine: Machine, work: Value | undefined, at: Parameters<NativeValue['call']>[2]): Value {
  let result: Value = unknown;
  const resolve = native('resolve', ([value]) => {
    if (result.kind === 'unknown') result = value ?? nothing;
    return nothing;
  });
  if (work !== undefined) machine.call(work, [resolve, native('reject', () => nothing)], unknown, at);
  return result;
}

function plainOf(value: Value | undefined): unknown {
  return value?.kind === 'data' ? value.value : undefined;
}

function attempt(make: () => unknown): Value {
  try {
    return fromPlain(make());
  } catch {
    return unknown;
  }
}
