import { EventEmitter } from 'node:events';
import Module from 'node:module';

interface SharedObject {
  /** Empty for the global object. */
  name: string;
  object: object;
  kind: 'global' | 'prototype' | 'process' | 'loader';
  /** Hardly any server changes it. */
  seldom: boolean;
}

const often = { classes: ['Object', 'Function', 'Array', 'String', 'Symbol', 'Error', 'Promise'], namespaces: ['Math', 'JSON', 'Reflect', 'console'] };
const seldom = {
  classes: [
    'Number', 'Boolean', 'BigInt', 'Date', 'RegExp', 'TypeError', 'RangeError', 'Map', 'Set', 'WeakMap', 'WeakSet', 'WeakRef', 'Proxy', 'ArrayBuffer', 'SharedArrayBuffer', 'DataView', 'Uint8Array', 'Int32Array', 'Float64Array', 'Buffer', 'URL', 'URLSearchParams', 'EventTarget', 'Event', 'AbortController', 'AbortSignal', 'TextEncoder', 'TextDecoder', 'Iterator',
  ],
  namespaces: ['Intl', 'Atomics', 'WebAssembly'],
};

/** The objects that belong to everybody and that packages are known to change. Touches no global that loads something. */
export function sharedObjects(): SharedObject[] {
  const shared: SharedObject[] = [{ name: '', object: globalThis, kind: 'global', seldom: false }];
  const add = (name: string, object: unknown, kind: SharedObject['kind'], isSeldom = false): void => {
    if ((typeof object === 'object' && object !== null) || typeof object === 'function') shared.push({ name, object, kind, seldom: isSeldom });
  };
  for (const { classes, namespaces } of [often, seldom]) {
    const isSeldom = classes === seldom.classes;
    for (const name of classes) {
      const held = Object.getOwnPropertyDescriptor(globalThis, name)?.value as { prototype?: unknown } | undefined;
      add(name, held, 'global', isSeldom);
      if (typeof held === 'function') add(`${name}.prototype`, held.prototype, 'prototype', isSeldom);
    }
    for (const name of namespaces) add(name, Object.getOwnPropertyDescriptor(globalThis, name)?.value, 'global', isSeldom);
  }
  add('process', process, 'process');
  add('Module', Module, 'loader');
  add('Module.prototype', Module.prototype, 'loader');
  add('Module._extensions', (Module as unknown as { _extensions: object })._extensions, 'loader');
  add('EventEmitter', EventEmitter, 'global');
  add('EventEmitter.prototype', EventEmitter.prototype, 'prototype');
  add('ArrayIterator.prototype', Object.getPrototypeOf([][Symbol.iterator]()), 'prototype', true);
  add('TypedArray.prototype', Object.getPrototypeOf(Uint8Array.prototype), 'prototype', true);
  return shared;
}
