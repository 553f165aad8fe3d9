import { performance } from 'node:perf_hooks';

export const RESOLVE = 0;
export const READ = 1;
export const EVALUATE = 2;
/** Index of a nameless first module: looking for files that are not known yet, or not there. */
export const UNRESOLVED = 0;
export type Phase = typeof RESOLVE | typeof READ | typeof EVALUATE;

export type Kind = 'cjs' | 'esm' | 'json' | 'native' | 'builtin' | 'wasm' | 'other';

export interface LedgerModule {
  /** Absolute path, `node:` name or URL. */
  file: string;
  kind: Kind;
  importer: string | null;
  /** Self times by phase, milliseconds. */
  times: [number, number, number];
  /** When its load began, milliseconds since this process's time origin. */
  startMs: number;
  /** Suspended at a top-level await. */
  awaits: boolean;
  started: boolean;
  done: boolean;
}

/** A point in time with what was spent in the loader, by phase, asleep, and by the probe itself until then, so that spans can be subtracted. */
export interface Mark {
  atMs: number;
  loaderMs: [resolve: number, read: number, evaluate: number];
  idleMs: number;
  apartMs: number;
}

export function inLoader(mark: Mark): number {
  return mark.loaderMs[RESOLVE] + mark.loaderMs[READ] + mark.loaderMs[EVALUATE];
}

/** The two clocks a ledger reads, milliseconds: time, and of that the event loop's sleep (0 until the loop has started). */
export interface Clocks {
  now(): number;
  idle(): number;
}

const realClocks: Clocks = {
  now: performance.now.bind(performance),
  idle: () => performance.eventLoopUtilization().idle,
};

/**
 * Books every moment that the main thread spends loading modules on exactly one module and phase: a stack of frames,
 * where time goes to the top one. All loading is synchronous but for ES modules that wait at a top-level await; those
 * leave the stack when they suspend and get what is left over while they were pending.
 */
export class Ledger {
  readonly modules: LedgerModule[] = [];
  private readonly byFile = new Map<string, number>();
  private readonly stackModule: number[] = [];
  private readonly stackPhase: number[] = [];
  /** True for frames opened by a mark in an ES module's source: they close at its last line or when it suspends. */
  private readonly stackMarked: boolean[] = [];
  private depth = 0;
  private last = 0;
  /** Time in the loader so far by phase, milliseconds. */
  private readonly totals: [number, number, number] = [0, 0, 0];
  /** The top frame stands for compiling and linking after a hook was left; the next event of any kind ends it. */
  private linking = false;
  /** Modules that were found and read since the last one began to run: they share what linking them took. */
  private linked: number[] = [];
  /** When an ES module ended and nothing else happened since: what passes until the next one begins is that one's. */
  private endedAt = -1;
  /** Where the hooks work in a thread of their own: what passed here between loads until the entry had ended. */
  betweenMs: number | null = null;
  private apartMs = 0;
  private readonly pending: { module: number; since: Mark }[] = [];
  private sweepQueued = false;
  private linkSweepQueued = false;
  /** The entry's index, so that its own top-level await counts as the app's work and not as loading. */
  entry = -1;
  /** Set when the entry has been evaluated, or has suspended for the first time. */
  entryDone: Mark | null = null;
  onEntryDone: () => void = () => {};
  private readonly now: () => number;
  private readonly idle: () => number;

  constructor({ now, idle }: Clocks = realClocks) {
    this.now = now;
    this.idle = idle;
    this.moduleOf('', 'other', null);
  }

  /** Counts from now on: see `betweenMs`. */
  countBetween(): void {
    this.betweenMs = 0;
    this.last = this.now();
  }

  moduleOf(file: string, kind: Kind, importer: string | null): number {
    const known = this.byFile.get(file);
    if (known !== undefined) return known;
    const index = this.modules.length;
    this.modules.push({ file, kind, importer, times: [0, 0, 0], startMs: this.now(), awaits: false, started: false, done: false });
    this.byFile.set(file, index);
    return index;
  }

  find(file: string): number | undefined {
    return this.byFile.get(file);
  }

  /** Opens a frame; returns the depth to hand to `leave`. */
  enter(module: number, phase: Phase, marked = false): number {
    const t = this.now();
    if (this.linking) this.endLinking(t);
    if (this.depth > 0) this.charge(t);
    else {
      if (!marked) this.endedAt = -1;
      if (this.betweenMs !== null && this.entryDone === null) this.betweenMs += t - this.last;
    }
    const depth = this.depth;
    this.stackModule[depth] = module;
    this.stackPhase[depth] = phase;
    this.stackMarked[depth] = marked;
    this.depth = depth + 1;
    this.last = t;
    return depth;
  }

  /** Closes the frame opened at `depth` and whatever was left open above it by an exception. */
  leave(depth: number): void {
    if (this.depth <= depth) return;
    const t = this.now();
    this.charge(t);
    this.linking = false;
    this.close(depth, t);
  }

  /** The probe's own work: what it takes is booked on no module. */
  apart<Result>(work: () => Result): Result {
    const from = this.now();
    const { last } = this;
    try {
      return work();
    } finally {
      const ms = this.now() - from;
      this.apartMs += ms;
      this.last = this.last === last ? last + ms : from + ms;
      if (this.endedAt >= 0) this.endedAt += ms;
    }
  }

  /** The same frame goes on in another phase. */
  become(phase: Phase): void {
    if (this.depth === 0) return;
    this.charge(this.now());
    this.stackPhase[this.depth - 1] = phase;
  }

  /** After a hook for ES modules the loader goes on, compiling and linking: the frame stays open until the next event. */
  leaveIntoLinking(depth: number, module: number): void {
    if (this.depth !== depth + 1) return this.leave(depth);
    this.become(EVALUATE);
    this.stackModule[depth] = module;
    if (this.linked.at(-1) !== module) this.linked.push(module);
    this.linking = true;
    if (depth === 0 && !this.linkSweepQueued) {
      this.linkSweepQueued = true;
      setImmediate(() => {
        this.linkSweepQueued = false;
        if (this.linking && this.depth === 1) this.endLinking(this.now(), true);
      });
    }
  }

  /** First line of an ES module. */
  moduleStarts(module: number): void {
    const t = this.now();
    this.modules[module]!.started = true;
    if (this.linking) this.endLinking(t, true);
    // Nothing can begin right inside a running ES module but by require(), which has a frame of its own: it suspended.
    if (this.depth > 0 && this.stackMarked[this.depth - 1]) this.suspend(t);
    const bottom = this.depth === 0;
    if (bottom && this.endedAt >= 0) this.book(module, EVALUATE, t - this.endedAt);
    this.endedAt = -1;
    this.enter(module, EVALUATE, true);
    if (bottom) this.sweepLater();
  }

  /** Last line of an ES module. */
  moduleEnds(module: number): void {
    const found = this.modules[module];
    if (found) found.done = true;
    for (let depth = this.depth - 1; depth >= 0; depth--) {
      if (this.stackMarked[depth] && this.stackModule[depth] === module) {
        this.leave(depth);
        if (this.depth === 0 && this.betweenMs === null) this.endedAt = this.last;
        if (module === this.entry) this.entryEnds();
        return;
      }
    }
    this.resume(module);
  }

  /** Books a module's time of one phase on another module or phase. */
  move(from: number, fromPhase: Phase, to: number, toPhase: Phase): void {
    const ms = this.modules[from]!.times[fromPhase];
    this.modules[from]!.times[fromPhase] = 0;
    this.modules[to]!.times[toPhase] += ms;
    this.totals[fromPhase] -= ms;
    this.totals[toPhase] += ms;
  }

  entryEnds(): void {
    if (this.entryDone !== null) return;
    this.entryDone = this.mark();
    this.onEntryDone();
  }

  mark(): Mark {
    const t = this.now();
    if (this.depth > 0) this.charge(t);
    return { atMs: t, loaderMs: [...this.totals], idleMs: this.idle(), apartMs: this.apartMs };
  }

  private charge(t: number): void {
    this.book(this.stackModule[this.depth - 1]!, this.stackPhase[this.depth - 1] as Phase, t - this.last);
    this.last = t;
  }

  private book(module: number, phase: Phase, ms: number): void {
    this.modules[module]!.times[phase] += ms;
    this.totals[phase] += ms;
  }

  private close(depth: number, t: number): void {
    this.depth = depth;
    this.last = t;
  }

  /** At the last moment before modules run, the whole graph is linked: that time is shared by all it brought. */
  private endLinking(t: number, whole = false): void {
    if (whole) {
      const share = (t - this.last) / this.linked.length;
      for (const module of this.linked) this.book(module, EVALUATE, share);
      this.linked = [];
      this.last = t;
    } else {
      this.charge(t);
    }
    this.linking = false;
    this.close(this.depth - 1, t);
  }

  /** When this microtask runs the stack of calls is empty: an ES module that is still open has suspended or thrown. */
  private sweepLater(): void {
    if (this.sweepQueued) return;
    this.sweepQueued = true;
    void Promise.resolve().then(() => {
      this.sweepQueued = false;
      this.endedAt = -1;
      const t = this.now();
      while (this.depth > 0 && this.stackMarked[this.depth - 1]) this.suspend(t);
    });
  }

  private suspend(t: number): void {
    this.charge(t);
    const module = this.stackModule[this.depth - 1]!;
    this.close(this.depth - 1, t);
    this.modules[module]!.awaits = true;
    if (module === this.entry) this.entryEnds();
    this.pending.push({ module, since: this.mark() });
  }

  /** What was neither loading nor asleep since the oldest pending module suspended was that module's own evaluation. */
  private resume(module: number): void {
    const at = this.pending.findIndex((one) => one.module === module);
    if (at < 0) return;
    const [one] = this.pending.splice(at, 1);
    if (at > 0 || module === this.entry || this.entryDone) return;
    const mark = this.mark();
    const active = mark.atMs - one!.since.atMs - (inLoader(mark) - inLoader(one!.since)) - (mark.idleMs - one!.since.idleMs);
    if (active <= 0) return;
    this.book(module, EVALUATE, active);
    // This span is booked now: it must not count again for those that are still pending.
    for (const other of this.pending) other.since = this.mark();
  }
}
