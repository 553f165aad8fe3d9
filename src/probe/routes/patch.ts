/** Any function, as the probe sees functions it knows nothing about. */
export type Callable = (this: unknown, ...args: unknown[]) => unknown;

export type Bag = Record<PropertyKey, unknown>;

/** True for objects and functions: things with properties. */
export function isBag(value: unknown): value is Bag {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

export function isCallable(value: unknown): value is Callable {
  return typeof value === 'function';
}

const wrapped = new WeakSet<object>();

/** A stand-in for `original` with the same name, length, prototype and own properties. */
export function standIn(original: Callable, replacement: Callable): Callable {
  Object.setPrototypeOf(replacement, Object.getPrototypeOf(original));
  for (const key of Reflect.ownKeys(original)) {
    const descriptor = Object.getOwnPropertyDescriptor(original, key);
    if (descriptor !== undefined) Reflect.defineProperty(replacement, key, descriptor);
  }
  wrapped.add(replacement);
  return replacement;
}

/** Whether a function is one that the probe put in place of another. */
export function isStandIn(value: unknown): boolean {
  return isCallable(value) && wrapped.has(value);
}

/** Replaces a method in place, once; says whether there was one to replace. */
export function wrapMethod(owner: unknown, name: string, make: (original: Callable) => Callable): boolean {
  if (!isBag(owner)) return false;
  const descriptor = Object.getOwnPropertyDescriptor(owner, name);
  const original: unknown = descriptor?.value;
  if (descriptor === undefined || !isCallable(original) || wrapped.has(original)) return false;
  return Reflect.defineProperty(owner, name, { ...descriptor, value: standIn(original, make(original)) });
}

/** Runs what must never disturb the app: its error goes to `report`. */
export function quietly(report: (message: string) => void, work: () => void): void {
  try {
    work();
  } catch (error) {
    report(error instanceof Error ? error.message : String(error));
  }
}
