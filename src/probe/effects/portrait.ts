import { types } from 'node:util';

export interface Change {
  property: string;
  /** What it has now. */
  value: unknown;
}

type Check = (object: object, keys: readonly PropertyKey[], values: readonly unknown[]) => boolean;

/** So many looks at the same properties are worth compiling a check of just these, as long as it stays small. */
const OFTEN = 64;
const LARGE = 1000;

/** The properties of an object as they were when last looked at, so that looking again tells what changed. Runs no getter. */
export class Portrait {
  private readonly object: object;
  private isData: boolean;
  private keys: PropertyKey[] = [];
  private plain: PropertyKey[] = [];
  private values: unknown[] = [];
  private looks = 0;
  private isSame: Check = oneByOne;

  /** `isData`: it was read from a JSON text, so it has no getters. Such ones may be large. */
  constructor(object: object, isData = false) {
    this.object = object;
    this.isData = isData;
    this.draw();
  }

  /** Whether something was added, replaced or removed since the last look. */
  isOther(): boolean {
    if (++this.looks === OFTEN && this.plain.length <= LARGE) this.isSame = compiled(this.plain, this.values);
    return Reflect.ownKeys(this.object).length !== this.keys.length || !this.isSame(this.object, this.plain, this.values);
  }

  /** What that was; and looks again. */
  redraw(): Change[] {
    const before = new Map(this.plain.map((key, i) => [key, this.values[i]]));
    const known = new Set(this.keys);
    // Who changes it may have given it getters.
    this.isData = false;
    this.draw();
    const after = new Map(this.plain.map((key, i) => [key, this.values[i]]));
    const changed = this.keys.filter((key) => !known.has(key) || (before.has(key) && !Object.is(before.get(key), after.get(key))));
    const removed = [...known].filter((key) => !this.keys.includes(key));
    return [...changed, ...removed].map((key) => ({ property: String(key), value: after.get(key) }));
  }

  private draw(): void {
    this.looks = 0;
    this.isSame = oneByOne;
    this.keys = Reflect.ownKeys(this.object);
    if (this.isData || isTable(this.object)) {
      this.plain = Object.keys(this.object);
      this.values = Object.values(this.object);
      if (isTable(this.object) && this.values.length === this.object.length) this.isSame = elementByElement;
      return;
    }
    this.plain = [];
    this.values = [];
    for (const key of this.keys) {
      // Of a function in sloppy mode, these two are looked for on the whole stack at each look.
      if (typeof this.object === 'function' && (key === 'arguments' || key === 'caller')) continue;
      const descriptor = Object.getOwnPropertyDescriptor(this.object, key);
      if (descriptor === undefined || !('value' in descriptor)) continue;
      this.plain.push(key);
      this.values.push(descriptor.value);
    }
  }
}

/** A long list is data, too: nobody gives getters to its elements, and those of typed arrays cannot have any. */
function isTable(object: object): object is { length: number } {
  return (Array.isArray(object) || types.isTypedArray(object)) && object.length > LARGE;
}

const elementByElement: Check = (object, _keys, values) => values.every((value, i) => Object.is((object as unknown[])[i], value));

const oneByOne: Check = (object, keys, values) => keys.every((key, i) => Object.is((object as Record<PropertyKey, unknown>)[key], values[i]));

/** A property that is written out is looked up some ten times as fast as one whose name is in a variable. */
function compiled(keys: readonly PropertyKey[], values: readonly unknown[]): Check {
  const terms = keys.map((key, i) => {
    const now = typeof key === 'string' ? `object[${JSON.stringify(key)}]` : `object[keys[${i}]]`;
    return Number.isNaN(values[i]) ? `Object.is(${now}, NaN)` : `(${now} === values[${i}])`;
  });
  try {
    // Without branches, which coverage would count.
    return new Function('object', 'keys', 'values', `return (${['1', ...terms].join(' & ')}) === 1`) as Check;
  } catch {
    // Node can be told to make no code from texts.
    return oneByOne;
  }
}
