import { EventEmitter } from 'node:events';
import Module from 'node:module';

interface SharedObject {
  /** Empty for the global object. */
  name: string;
  object: object;
  kind: 'global' | 'prototype' | 'process' | 'loader';
}

const classes = [
  'Object', 'Function', 'Array', 'String', 'Number', 'Boolean', 'Symbol', 'BigInt', 'Date', 'RegExp', 'Error', 'TypeError', 'RangeError', 'Promise', 'Map', 'Set', 'WeakMap', 'WeakSet', 'WeakRef', 'Proxy', 'ArrayBuffer', 'SharedArrayBuffer', 'DataView', 'Uint8Array', 'Int32Array', 'Float64Array', 'Buffer', 'URL', 'URLSearchParams', 'EventTarget', 'Event', 'AbortController', 'AbortSignal', 'TextEncoder', 'TextDecoder', 'Iterator',
];
const namespaces = ['Math', 'JSON', 'Reflect', 'Intl', 'Atomics', 'console', 'WebAssembly'];

/** The objects that belong to everybody and that packages are known to change. Touches no global that loads something. */
export function sharedObjects(): SharedObject[] {
  const shared: SharedObject[] = [{ name: '', object: globalThis, kind: 'global' }];
  const add = (name: string, object: unknown, kind: SharedObject['kind']): void => {
    if ((typeof object === 'object' && object !== null) || typeof object === 'function') shared.push({ name, object, kind });
  };
  for (const name of classes) {
    const held = Object.getOwnPropertyDescriptor(globalThis, name)?.value as { prototype?: unknown } | undefined;
    add(name, held, 'global');
    if (typeof held === 'function') add(`${name}.prototype`, held.prototype, 'prototype');
  }
  for (const name of namespaces) add(name, Object.getOwnPropertyDescriptor(globalThis, name)?.value, 'global');
  add('process', process, 'process');
  add('Module', Module, 'loader');
  add('Module.prototype', Module.prototype, 'loader');
  add('Module._extensions', (Module as unknown as { _extensions: object })._extensions, 'loader');
  add('EventEmitter', EventEmitter, 'global');
  add('EventEmitter.prototype', EventEmitter.prototype, 'prototype');
  add('ArrayIterator.prototype', Object.getPrototypeOf([][Symbol.iterator]()), 'prototype');
  add('TypedArray.prototype', Object.getPrototypeOf(Uint8Array.prototype), 'prototype');
  return shared;
}
