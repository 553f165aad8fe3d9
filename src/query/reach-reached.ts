import type { Value } from '../model/summary.ts';

/** What one walk may not enter unless it is told to by name: calls that register routes, and the handlers of routes. */
export interface Walls {
  calls: ReadonlySet<number>;
  handlers: ReadonlySet<number>;
}

/** Values that the start handed to a variable, or to a file without a summary: reached with it. Keys are `ReachKeys.name` and the file. */
export interface Attached {
  toName: ReadonlyMap<number, readonly Handed[]>;
  toFile: ReadonlyMap<number, readonly Handed[]>;
}

export interface Handed {
  file: number;
  value: Value;
}

/** `run`: called. `take`: there for whoever asks for a member by name. `full`: every member may be called. */
export type Manner = 'run' | 'take' | 'full';

/** What a walk has reached so far; one that is based on another has only what comes on top of it. */
export class Reached {
  readonly files = new Set<number>();
  readonly regions = new Set<number>();
  /** Requests by which something was reached: `ReachKeys.request`. */
  readonly requests = new Set<number>();
  /** Requests for what nobody can tell. */
  readonly unknown = new Set<number>();
  /** Classes and objects whose members can be reached by name. */
  readonly available = new Set<number>();
  /** Names of members that were asked of something unknown. */
  readonly asked = new Set<string>();
  private readonly seen = new Set<number>();
  readonly base: Reached | null;
  constructor(base: Reached | null = null) {
    this.base = base;
  }

  hasRegion(global: number): boolean {
    return this.regions.has(global) || this.base?.regions.has(global) === true;
  }

  hasFile(file: number): boolean {
    return this.files.has(file) || this.base?.files.has(file) === true;
  }

  offers(holder: number): boolean {
    return this.available.has(holder) || this.base?.available.has(holder) === true;
  }

  asks(key: string): boolean {
    return this.asked.has(key) || this.base?.asked.has(key) === true;
  }

  /** False where this was followed before: by name or, when it is only swept now, at all. `key` is one of `ReachKeys`. */
  isNew(key: number, swept: boolean): boolean {
    const [named, asSwept] = [2 * key, 2 * key + 1];
    if (this.follows(named) || (swept && this.follows(asSwept))) return false;
    this.seen.add(swept ? asSwept : named);
    return true;
  }

  private follows(one: number): boolean {
    return this.seen.has(one) || this.base?.seen.has(one) === true;
  }
}
