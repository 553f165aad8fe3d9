import type { Value } from '../model/summary.ts';
import type { Manner } from './reach-reached.ts';
import type { ReachFile } from './reach-world.ts';

const manners: Record<Manner, number> = { run: 0, take: 1, full: 2 };

/** Stand for a path where a class is constructed, or all of a thing's members are meant. */
const constructed = -1;
const everyMember = -2;

interface Step {
  id: number;
  next: Map<string, Step>;
}

/**
 * Numbers for what walks follow and remember. Thousands of routes come by the same things: a text put together each time
 * would cost more than following it.
 */
export class ReachKeys {
  private readonly requestBase: Int32Array;
  private readonly nameBase: Int32Array;
  private readonly names: number;
  private readonly regions: number;
  private readonly root: Step = { id: 0, next: new Map() };
  private paths = 0;
  private readonly byThing: (Map<number, number> | undefined)[] = [];
  private followed = 0;
  private readonly callees = new WeakMap<Value, Value>();

  constructor(files: readonly ReachFile[], regions: number) {
    this.requestBase = summed(files, ({ summary }) => summary?.imports.length ?? 0);
    this.nameBase = summed(files, ({ summary }) => summary?.names.length ?? 0);
    this.names = this.nameBase.at(-1)!;
    this.regions = regions;
  }

  request(file: number, request: number): number {
    return this.requestBase[file]! + request;
  }

  requestAt(key: number): { file: number; request: number } {
    let [low, high] = [0, this.requestBase.length - 1];
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      if (this.requestBase[middle]! <= key) low = middle;
      else high = middle;
    }
    return { file: low, request: key - this.requestBase[low]! };
  }

  name(file: number, index: number): number {
    return this.nameBase[file]! + index;
  }

  ofName(name: number, path: readonly string[], manner: Manner): number {
    return this.key(name, this.pathId(path), manners[manner]);
  }

  ofMember(global: number, path: readonly string[], manner: Manner): number {
    return this.key(this.names + global, this.pathId(path), manners[manner]);
  }

  ofConstruction(global: number): number {
    return this.key(this.names + global, constructed, 0);
  }

  ofMembers(global: number): number {
    return this.key(this.names + global, everyMember, 0);
  }

  ofExports(file: number, manner: Manner): number {
    return this.key(this.names + this.regions + file, 0, manners[manner]);
  }

  /** What is called or constructed for the value, the same object each time. */
  calleeOf(value: Value): Value {
    const known = this.callees.get(value);
    if (known !== undefined) return known;
    const { as: _, rest: __, ...callee } = value;
    this.callees.set(value, callee);
    return callee;
  }

  private key(thing: number, path: number, manner: number): number {
    const keys = (this.byThing[thing] ??= new Map<number, number>());
    const within = path * 3 + manner;
    let key = keys.get(within);
    if (key === undefined) {
      key = this.followed++;
      keys.set(within, key);
    }
    return key;
  }

  private pathId(path: readonly string[]): number {
    let step = this.root;
    for (const key of path) {
      let next = step.next.get(key);
      if (next === undefined) {
        next = { id: ++this.paths, next: new Map() };
        step.next.set(key, next);
      }
      step = next;
    }
    return step.id;
  }
}

function summed(files: readonly ReachFile[], count: (file: ReachFile) => number): Int32Array {
  const sums = new Int32Array(files.length + 1);
  files.forEach((file, f) => (sums[f + 1] = sums[f]! + count(file)));
  return sums;
}
