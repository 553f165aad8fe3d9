import type { Machine } from './machine.ts';
import { promiseMember } from './promises.ts';
import { same } from './operators.ts';
import { data, fromPlain, list, native, nothing, toPlain, truthOf, unknown, type ListValue, type Place, type Value } from './values.ts';

type Method = (machine: Machine, of: ListValue, args: Value[], at: Place) => Value;

/** Methods of arrays, with callbacks carried out for each item; a filter that cannot be told lets its item pass. */
const methods: Record<string, Method> = {
  forEach: (machine, of, args, at) => {
    each(machine, of, args, at);
    return nothing;
  },
  map: (machine, of, args, at) => list(each(machine, of, args, at)),
  flatMap: (machine, of, args, at) => list(flat(each(machine, of, args, at), 1)),
  filter: (machine, of, args, at) => {
    const kept = each(machine, of, args, at);
    return list(of.items.filter((_, index) => kept[index] === undefined || truthOf(kept[index]) !== false));
  },
  find: (machine, of, args, at) => findIn(machine, of, args, at),
  findLast: (machine, of, args, at) => findIn(machine, list([...of.items].reverse()), args, at),
  findIndex: (machine, of, args, at) => {
    const truths = each(machine, of, args, at).map(truthOf);
    const certain = truths.slice(0, truths.includes(true) ? truths.indexOf(true) : undefined);
    return certain.includes(undefined) ? unknown : data(truths.indexOf(true));
  },
  some: (machine, of, args, at) => anyOf(each(machine, of, args, at).map(truthOf)),
  every: (machine, of, args, at) => {
    const result = anyOf(each(machine, of, args, at).map((value) => opposite(truthOf(value))));
    return result.kind === 'data' ? data(!result.value) : unknown;
  },
  reduce: (machine, of, [callback, ...initial], at) => fold(machine, of.items, callback, initial, at),
  reduceRight: (machine, of, [callback, ...initial], at) => fold(machine, [...of.items].reverse(), callback, initial, at),
  push: (_, of, args) => {
    for (const arg of args) of.items.push(arg);
    return data(of.items.length);
  },
  unshift: (_, of, args) => data(of.items.unshift(...args)),
  pop: (_, of) => of.items.pop() ?? nothing,
  shift: (_, of) => of.items.shift() ?? nothing,
  concat: (_, of, args) => list([...of.items, ...args.flatMap((arg) => (arg.kind === 'list' ? arg.items : [arg]))]),
  slice: (_, of, args) => (numbers(args) === null ? of : list(of.items.slice(...numbers(args)!))),
  splice: (_, of, args) => (numbers(args.slice(0, 2)) === null ? unknown : list(of.items.splice(...(numbers(args.slice(0, 2)) as [number, number]), ...args.slice(2)))),
  flat: (_, of, [depth]) => list(flat(of.items, depth?.kind === 'data' ? Number(depth.value) : 1)),
  reverse: (_, of) => {
    of.items.reverse();
    return of;
  },
  toReversed: (_, of) => list([...of.items].reverse()),
  // The order of what is registered matters little: only plain lists are sorted for real.
  sort: (_, of, [compare]) => (compare === undefined && toPlain(of) !== null ? fromPlain([...(toPlain(of)!.value as unknown[])].sort()) : of),
  toSorted: (_, of) => of,
  join: (_, of, args) => {
    const plain = toPlain(of);
    const separator = args[0] === undefined ? { value: ',' } : toPlain(args[0]);
    return plain === null || separator === null ? unknown : data((plain.value as unknown[]).join(String(separator.value)));
  },
  includes: (_, of, [wanted]) => (wanted === undefined ? unknown : anyOf(of.items.map((item) => same(item, wanted)))),
  indexOf: (_, of, [wanted]) => {
    const found = of.items.findIndex((item) => wanted !== undefined && same(item, wanted) === true);
    return found < 0 && of.items.some((item) => item.kind === 'unknown') ? unknown : data(found);
  },
  at: (_, of, [index]) => (index?.kind === 'data' ? (of.items.at(Number(index.value)) ?? nothing) : unknown),
  entries: (_, of) => list(of.items.map((item, index) => list([data(index), item]))),
  keys: (_, of) => list(of.items.map((__, index) => data(index))),
  values: (_, of) => of,
  fill: (_, of, [value]) => list(of.items.map(() => value ?? nothing)),
  // Sets are lists here.
  add: (_, of, [value]) => {
    if (value !== undefined && !of.items.some((item) => same(item, value) === true)) of.items.push(value);
    return of;
  },
  has: (machine, of, args, at) => methods['includes']!(machine, of, args, at),
  delete: () => unknown,
};

export function listMember(machine: Machine, of: ListValue, name: string): Value {
  if (name === 'length' || name === 'size') return data(of.items.length);
  if (/^\d+$/.test(name)) return of.items[Number(name)] ?? nothing;
  if (name === 'then' || name === 'catch' || name === 'finally') return promiseMember(machine, of, name);
  if (!Object.hasOwn(methods, name)) return nothing;
  return native(name, (args, self, at) => methods[name]!(machine, self.kind === 'list' ? self : of, args, at));
}

function each(machine: Machine, of: ListValue, [callback, self = unknown]: Value[], at: Place): Value[] {
  if (callback === undefined) return [];
  return [...of.items].map((item, index) => machine.call(callback, [item, data(index), of], self, at));
}

function findIn(machine: Machine, of: ListValue, args: Value[], at: Place): Value {
  const truths = each(machine, of, args, at).map(truthOf);
  const first = truths.findIndex((truth) => truth !== false);
  return first < 0 ? nothing : truths[first] === true ? of.items[first]! : unknown;
}

function anyOf(truths: (boolean | undefined)[]): Value {
  return truths.includes(true) ? data(true) : truths.includes(undefined) ? unknown : data(false);
}

function opposite(truth: boolean | undefined): boolean | undefined {
  return truth === undefined ? undefined : !truth;
}

function fold(machine: Machine, items: readonly Value[], callback: Value | undefined, initial: Value[], at: Place): Value {
  if (callback === undefined) return unknown;
  const rest = initial.length > 0 ? items : items.slice(1);
  return rest.reduce((result, item, index) => machine.call(callback, [result, item, data(index)], unknown, at), initial[0] ?? items[0] ?? unknown);
}

function flat(items: readonly Value[], depth: number): Value[] {
  return items.flatMap((item) => (item.kind === 'list' && depth > 0 ? flat(item.items, depth - 1) : [item]));
}

function numbers(args: readonly Value[]): number[] | null {
  const found = args.map((arg) => (arg.kind === 'data' && typeof arg.value === 'number' ? arg.value : null));
  return found.includes(null) ? null : (found as number[]);
}
