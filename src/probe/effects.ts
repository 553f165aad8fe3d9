// What a module does to its surroundings while it is evaluated. Loaded only in the evidence run.
import Module from 'node:module';
import { types } from 'node:util';
import { Portrait } from './effects/portrait.ts';
import { sharedObjects } from './effects/shared-objects.ts';

export interface RawEffect {
  kind: 'global' | 'prototype' | 'environment' | 'listener' | 'timer' | 'handle' | 'other-module' | 'process' | 'loader';
  /** What changed, never its value; for `other-module` the file that was changed, a space, and which property. */
  on: string;
}

export interface EffectsWatch {
  /** Around each evaluation of a module, nested as the evaluations are. */
  before(file: string): void;
  after(file: string): void;
  /** The file is evaluated: what its exports look like from now on is what others may change. `exports` of CommonJS only. */
  evaluated(file: string, exports: unknown): void;
  /** Somebody asked for the module: only its own imports can be changed by a module. */
  edge(from: string, to: string): void;
  environment(name: string): void;
  /** A server listens. */
  listens(): void;
  collect(): Record<string, RawEffect[]>;
}

/** Resources that keep working by themselves; reading a file or looking up a name passes. */
const lasting = /^(?:ProcessWrap|TCPServerWrap|TCPSocketWrap|TLSWrap|PipeServerWrap|UDPWRAP|UDPWrap|FSEventWrap|StatWatcher|Worker|MessagePort|Timeout|Immediate)$/;

/** What hardly anybody changes is looked at once in so many borders. */
const SELDOM = 32;

/** Properties of `process` in which listeners and Node itself keep their state. */
const bookkeeping = /^(?:_\w+|domain|mainModule|exitCode)$/;

/**
 * Compares what everybody shares at each border between modules, and books a difference on the module that ran until then; of what hardly
 * anybody changes, on all that ran since it was last compared. `isOurs` tells functions that the probe itself put in place.
 */
export function watchEffects(isOurs: (value: unknown) => boolean): EffectsWatch {
  const stack: string[] = [];
  const effects = new Map<string, Map<string, RawEffect>>();
  const shared = sharedObjects().map((one) => ({ ...one, portrait: new Portrait(one.object) }));
  /** Who ran since all of them were looked at. */
  const since = new Set<string>();
  let borders = 0;
  const watched: ReadonlySet<object> = new Set(shared.map(({ object }) => object));
  const exported = new Map<string, Portrait[]>();
  const imports = new Map<string, Set<string>>();
  const builtins = new Map<string, Portrait[]>();
  let listeners = listenerCounts();
  let resources = resourceCounts();

  const note = (file: string | undefined, kind: RawEffect['kind'], on: string): void => {
    if (file === undefined) return;
    const own = effects.get(file) ?? new Map<string, RawEffect>();
    effects.set(file, own);
    own.set(`${kind} ${on}`, { kind, on });
  };

  const compare = (all = ++borders % SELDOM === 0): void => {
    const file = stack.at(-1);
    if (file !== undefined) since.add(file);
    for (const one of shared) {
      if ((one.seldom && !all) || !one.portrait.isOther()) continue;
      for (const { property, value } of one.portrait.redraw()) {
        if (isOurs(value) || (one.name === 'process' && bookkeeping.test(property))) continue;
        // Any of them may have been it; its next change is seen at once.
        for (const author of one.seldom ? since : [file]) note(author, one.kind, one.name === '' ? `globalThis.${property}` : `${one.name}.${property}`);
      }
      one.seldom = false;
    }
    if (all) since.clear();
    const heard = listenerCounts();
    for (const [event, count] of heard) if (count !== (listeners.get(event) ?? 0)) note(file, 'listener', `process '${event}'`);
    listeners = heard;
    const held = resourceCounts();
    for (const [kind, count] of held) if (count > (resources.get(kind) ?? 0)) note(file, kind === 'Timeout' || kind === 'Immediate' ? 'timer' : 'handle', kind);
    resources = held;
  };

  const compareImports = (file: string): void => {
    for (const to of imports.get(file) ?? []) {
      if (to.startsWith('node:') && !builtins.has(to)) builtins.set(to, portraitsOf(loadedBuiltin(to), watched));
      for (const portrait of exported.get(to) ?? builtins.get(to) ?? []) {
        if (!portrait.isOther()) continue;
        for (const { property, value } of portrait.redraw()) if (!isOurs(value)) note(file, to === 'node:module' ? 'loader' : 'other-module', `${to} ${property}`);
      }
    }
  };

  return {
    before(file) {
      compare();
      stack.push(file);
    },
    after(file) {
      const at = stack.lastIndexOf(file);
      if (at < 0) return;
      compare();
      compareImports(file);
      stack.length = at;
    },
    evaluated: (file, exports) => void exported.set(file, portraitsOf(exports, watched, file.endsWith('.json'))),
    edge(from, to) {
      const known = imports.get(from);
      if (known) known.add(to);
      else imports.set(from, new Set([to]));
      // What a built-in looked like before its importer ran on.
      if (to.startsWith('node:') && !builtins.has(to)) {
        const object = loadedBuiltin(to);
        if (object !== null) builtins.set(to, portraitsOf(object, watched));
      }
    },
    environment: (name) => note(stack.at(-1), 'environment', `process.env.${name}`),
    listens: () => compare(true),
    collect() {
      compare(true);
      return Object.fromEntries([...effects].map(([file, found]) => [file, [...found.values()]]));
    },
  };
}

/** The exports, what hangs on them as a class's prototype, and a default export; without what is watched already, as `process` is. */
function portraitsOf(exports: unknown, watched: ReadonlySet<object>, isData = false): Portrait[] {
  const objects = new Set<object>();
  const add = (value: unknown): void => {
    // A proxy may answer anything, and looking may change it.
    if (((typeof value === 'object' && value !== null) || typeof value === 'function') && !types.isProxy(value) && !watched.has(value)) objects.add(value);
  };
  add(exports);
  for (const object of objects) {
    for (const name of ['prototype', 'default']) add(Object.getOwnPropertyDescriptor(object, name)?.value);
  }
  return [...objects].map((object) => new Portrait(object, isData));
}

/** A built-in that is loaded already; looking must not load it. */
function loadedBuiltin(name: string): object | null {
  const { moduleLoadList } = process as unknown as { moduleLoadList: string[] };
  if (!moduleLoadList.includes(`NativeModule ${name.slice('node:'.length)}`)) return null;
  return Module.createRequire(__filename)(name) as object;
}

function listenerCounts(): Map<string, number> {
  return new Map(process.eventNames().map((event) => [String(event), process.listenerCount(event)]));
}

function resourceCounts(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) if (lasting.test(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}
