import type { Machine } from './machine.ts';
import { isCallable, native, unknown, type Value } from './values.ts';

/** Awaited values stand for themselves, so that `then` can be asked of anything. */
export function promiseMember(machine: Machine, value: Value, name: string): Value {
  return native(name, ([callback], _, at) => {
    if (name === 'catch' || callback === undefined || !isCallable(callback)) return value;
    const result = machine.call(callback, name === 'then' ? [value] : [], unknown, at);
    return name === 'then' ? result : value;
  });
}
