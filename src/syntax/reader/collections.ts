import { assign } from './emitted.ts';
import type { Machine } from './machine.ts';
import { data, isCallable, list, native, read, unknown, type ForeignValue, type NativeValue, type Value } from './values.ts';

/** Lodash and Underscore, as far as apps register things with them. */
export const collectionPackages: ReadonlySet<string> = new Set(['lodash', 'lodash-es', 'underscore']);

/** Functions of a list that are methods of arrays too, by their names in both. */
const asMethods: Record<string, string> = { each: 'forEach', forEach: 'forEach', map: 'map', filter: 'filter', reduce: 'reduce', find: 'find', some: 'some', every: 'every', flatMap: 'flatMap', flatten: 'flat', includes: 'includes', concat: 'concat', sortBy: 'toSorted' };

const kinds: Record<string, (value: Value) => boolean> = {
  isUndefined: (value) => value.kind === 'data' && value.value === undefined,
  isNil: (value) => value.kind === 'data' && (value.value === undefined || value.value === null),
  isFunction: isCallable,
  isArray: (value) => value.kind === 'list',
  isString: (value) => value.kind === 'data' && typeof value.value === 'string',
};

export function addCollections(machine: Machine, module: ForeignValue): void {
  const add = (name: string, call: NativeValue['call']): void => void module.props.set(name, native(name, call));
  for (const [name, method] of Object.entries(asMethods)) {
    add(name, ([of = unknown, ...args], _, at) => {
      if (of.kind !== 'object') return machine.call(machine.member(of, method), args, of, at);
      // Objects go by value and key.
      const [callback = unknown] = args;
      const results = Array.from(of.props, ([key, slot]) => machine.call(callback, [read(slot, of), data(key), of], unknown, at));
      return method === 'map' ? list(results) : method === 'forEach' ? of : unknown;
    });
  }
  for (const [name, test] of Object.entries(kinds)) add(name, ([value = unknown]) => (value.kind === 'unknown' || value.kind === 'foreign' ? unknown : data(test(value))));
  for (const name of ['merge', 'assign', 'extend', 'defaults']) add(name, ([to = unknown, ...sources]) => assign(to, sources));
  for (const name of ['keys', 'values']) add(name, (args, self, at) => machine.call(machine.member(machine.globals.get('Object')!, name), args, self, at));
}
