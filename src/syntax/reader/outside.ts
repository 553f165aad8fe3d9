import type { Machine } from './machine.ts';
import { foreign, isCallable, nothing, unknown, type ForeignValue, type Place, type Value } from './values.ts';

/** A call of something that a package has: recorded, and followed as far as its meaning is known. */
export function callOutside(machine: Machine, callee: ForeignValue, args: Value[], at: Place): Value {
  const isMethod = callee.how === 'member' && callee.parent !== null;
  const receiver = isMethod ? callee.parent! : callee;
  const method = isMethod ? callee.name : '';
  const traits = machine.loading.traitsOf(callee.root);
  const plain = calledThrough(machine, receiver, method, args, at);
  if (plain !== null) return plain;
  const isInstance = receiver.how === 'call' || receiver.how === 'new';
  const result = traits !== null && isInstance && traits.fluent.has(method) ? receiver : foreign({ root: callee.root, how: 'call', parent: callee, name: method, args, place: at });
  if (result !== receiver) (traits === null ? machine.madeElsewhere : machine.made).push(result);
  receiver.calls.push({ method, args, place: at, result });
  if (traits === null && args.some((arg) => machine.isFrameworkObject(arg))) {
    const opened = machine.loading.open(callee);
    if (opened !== null && isCallable(opened)) return machine.call(opened, args, unknown, at);
  }
  if (traits === null || (isInstance && traits.runs.has(method))) machine.runCallbacks(args);
  return result;
}

/** Promises and `bind`, `call`, `apply` of outside functions. */
function calledThrough(machine: Machine, receiver: ForeignValue, method: string, args: Value[], at: Place): Value | null {
  if (method === 'then' || method === 'finally') {
    const [callback] = args;
    if (callback === undefined || !isCallable(callback)) return receiver;
    const result = machine.call(callback, method === 'then' ? [receiver] : [], unknown, at);
    return result === nothing || method === 'finally' ? receiver : result;
  }
  if (method === 'catch') return receiver;
  if (receiver.how !== 'member') return null;
  if (method === 'bind') return receiver;
  if (method === 'call') return callOutside(machine, receiver, args.slice(1), at);
  if (method === 'apply') return callOutside(machine, receiver, args[1]?.kind === 'list' ? args[1].items : [unknown], at);
  return null;
}
