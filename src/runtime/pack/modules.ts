import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { loader } from './commonjs.ts';
import { ASYNC, CYCLIC, ESM, JSON_TEXT, KIND_BITS, OWN_AWAIT, type Request, type Target } from './format.ts';
import type { Late } from './late.ts';
import { asNamespace, valueOf, withMark, type Namespace } from './namespaces.ts';
import type { NativeSide } from './native.ts';
import type { Callable, Pack } from './reader.ts';

const NEW = 0;
const RUNNING = 1;
const WAITING = 2;
const DONE = 3;

/** One ES module of the pack. */
interface Instance {
  number: number;
  state: typeof NEW | typeof RUNNING | typeof WAITING | typeof DONE;
  failed: boolean;
  error: unknown;
  /** Set while and after it waits. */
  promise: Promise<void> | null;
  namespace: Namespace | null;
  exposed: boolean;
  /** What each of its requests gives. */
  given: (Namespace | undefined)[];
  /** Of a module in a cycle, which has handed over its exports and has not run yet. */
  body: Iterator<unknown> | AsyncIterator<unknown> | null;
  context: ModuleContext;
  /** What `require` gives, where that is not the namespace. */
  required: unknown;
}

/** Runs the ES modules of a pack as Node would: each once, dependencies first, waiting only where some module waits. */
export interface ModuleRunner {
  /** Runs the module and all it needs; gives its namespace, or a promise of it where it waits. */
  give(number: number): Namespace | Promise<Namespace>;
  required(number: number): unknown;
  /** True when there is an instance, whatever its state. */
  has(number: number): boolean;
  /** The context of a CommonJS module's text. */
  contextOf(number: number): ModuleContext;
}

/** What texts in the pack reach their surroundings by. */
export interface ModuleContext {
  readonly meta: object;
  import(specifier: unknown, options?: unknown): Promise<unknown>;
  /** As `lazy` of src/runtime, known to whoever loads everything at once. */
  lazy<T>(load: () => T, name: string): () => T;
  /** What `import` of the specifier gives, now. `names` are those that will be read, null for the namespace object. */
  load(specifier: string, names: string[] | null): Namespace;
  /** Takes the exports of a module in a cycle, before it runs, or of one that waits. */
  x(namespace: Namespace): void;
}

export function moduleRunner(pack: Pack, native: NativeSide, late: Late): ModuleRunner {
  const instances = new Map<number, Instance>();
  const facades = new Map<string, Namespace>();
  const namespaces = new Map<string, Namespace>();

  const instanceOf = (number: number): Instance => {
    let known = instances.get(number);
    if (known === undefined) {
      known = { number, state: NEW, failed: false, error: null, promise: null, namespace: null, exposed: false, given: [], body: null, context: contextOf(number), required: undefined };
      instances.set(number, known);
    }
    return known;
  };

  const requestsOf = (number: number): Request[] => pack.row(number)[6] || [];
  const isModule = (target: Target): target is number => typeof target === 'number' && (pack.row(target)[1] & KIND_BITS) === ESM;

  const functionOf = (number: number): Callable => pack.compile(number, urlOf(pack.fileOf(number)));

  /** Lets a module of a cycle, and all of the cycle, hand over their exports. */
  const prepare = (instance: Instance): void => {
    if (instance.namespace !== null || instance.failed) return;
    instance.context.x = (namespace) => void (instance.namespace = namespace);
    instance.body = functionOf(instance.number)(instance.context, instance.given) as Iterator<unknown>;
    void instance.body.next();
    for (const [k, [target]] of requestsOf(instance.number).entries()) {
      if (!isModule(target) || (pack.row(target)[1] & CYCLIC) === 0) continue;
      prepare(instanceOf(target));
      instance.given[k] = instanceOf(target).namespace ?? undefined;
    }
  };

  const runBody = (instance: Instance): void | Promise<void> => {
    const { number, given } = instance;
    const waits = (pack.row(number)[1] & OWN_AWAIT) !== 0;
    for (const [k, [target, names]] of requestsOf(number).entries()) {
      if (isModule(target)) given[k] = names === 1 ? exposed(instanceOf(target)) : instanceOf(target).namespace!;
    }
    if (instance.body !== null) {
      const step = instance.body.next();
      return waits ? (step as Promise<unknown>).then(() => undefined) : undefined;
    }
    if (waits) instance.context.x = (namespace) => void (instance.namespace = namespace);
    const made = functionOf(number).call(undefined, instance.context, given);
    if (waits) return made as Promise<void>;
    instance.namespace = made as Namespace;
    return undefined;
  };

  const fail = (instance: Instance, error: unknown): void => {
    instance.state = DONE;
    instance.failed = true;
    instance.error = error;
  };

  const evaluate = (instance: Instance): Promise<void> | undefined => {
    if (instance.state === DONE) {
      if (instance.failed) throw instance.error;
      return undefined;
    }
    if (instance.state === WAITING) return instance.promise!;
    if (instance.state === RUNNING) return undefined;
    instance.state = RUNNING;
    try {
      if ((pack.row(instance.number)[1] & CYCLIC) !== 0) prepare(instance);
      const waits: Promise<void>[] = [];
      for (const [k, [target, names]] of requestsOf(instance.number).entries()) {
        if (isModule(target)) {
          const pending = evaluate(instanceOf(target));
          if (pending !== undefined) waits.push(pending);
        } else instance.given[k] = facadeOf(target, names === 1 ? null : names);
      }
      const pending = waits.length > 0 ? Promise.all(waits).then(() => runBody(instance)) : runBody(instance);
      if (pending === undefined) {
        instance.state = DONE;
        return undefined;
      }
      instance.state = WAITING;
      instance.promise = pending.then(
        () => void (instance.state = DONE),
        (error: unknown) => {
          fail(instance, error);
          throw error;
        },
      );
      // Whoever asked for it sees the failure.
      instance.promise.catch(() => undefined);
      return instance.promise;
    } catch (error) {
      fail(instance, error);
      throw error;
    }
  };

  const exposed = (instance: Instance): Namespace => {
    const namespace = instance.namespace!;
    if (!instance.exposed) {
      instance.exposed = true;
      asNamespace(namespace);
    }
    return namespace;
  };

  const give = (number: number): Namespace | Promise<Namespace> => {
    const instance = instanceOf(number);
    const pending = evaluate(instance);
    return pending === undefined ? exposed(instance) : pending.then(() => exposed(instance));
  };

  /** What ES modules see of CommonJS, JSON, a built-in or a native add-on: names are taken when they are first asked for. */
  const facadeOf = (target: Target, names: string[] | null): Namespace => {
    const key = typeof target === 'number' ? pack.fileOf(target) : target.startsWith('=') ? pack.files + target.slice(1) : target;
    let facade = facades.get(key);
    if (facade === undefined) {
      facade = { __proto__: null, default: loader._load(key, undefined, false) } as unknown as Namespace;
      facades.set(key, facade);
    }
    const members = facade['default'] as Namespace | null;
    const readable = members !== null && (typeof members === 'object' || typeof members === 'function');
    if (names === null) {
      let namespace = namespaces.get(key);
      if (namespace === undefined) {
        namespace = { __proto__: null } as unknown as Namespace;
        for (const name of [...new Set(['default', ...(readable ? allNames(target, members) : [])])].sort()) namespace[name] = valueOf(members, name);
        asNamespace(namespace);
        namespaces.set(key, namespace);
      }
      return namespace;
    }
    if (readable) for (const name of names) if (!(name in facade)) facade[name] = valueOf(members, name);
    return facade;
  };

  const allNames = (target: Target, members: Namespace): string[] => {
    if (typeof target === 'number') return (pack.row(target)[1] & KIND_BITS) === JSON_TEXT ? [] : [...(pack.row(target)[8] || []), ...(exportsWhole ? ['module.exports'] : [])];
    return target.startsWith('node:') ? Object.keys(members) : [];
  };

  const giveAny = (target: number): unknown => (isModule(target) ? give(target) : facadeOf(target, null));

  const required = (number: number): unknown => {
    const instance = instanceOf(number);
    if ((pack.row(number)[1] & ASYNC) !== 0) throw coded(new Error(`require() cannot be used on an ESM graph with top-level await. Use import() instead. Requiring ${pack.fileOf(number)}`), 'ERR_REQUIRE_ASYNC_MODULE');
    if (instance.state === RUNNING) throw coded(new Error(`Cannot require() ES Module ${pack.fileOf(number)} in a cycle.`), 'ERR_REQUIRE_CYCLE_MODULE');
    const namespace = give(number) as Namespace;
    if ('module.exports' in namespace) return namespace['module.exports'];
    if (!('default' in namespace) || '__esModule' in namespace) return namespace;
    return (instance.required ??= withMark(namespace));
  };

  const targetOf = (number: number, specifier: string): Target | undefined => {
    const known = pack.lookUp(pack.row(number)[7], specifier);
    if (known !== undefined) return known;
    const url = urlFrom(specifier, pack.fileOf(number));
    if (url === null || url.protocol !== 'file:' || url.search !== '' || url.hash !== '') return undefined;
    const found = pack.find(fileURLToPath(url));
    return found < 0 ? undefined : found;
  };

  const contextOf = (number: number): ModuleContext => {
    let meta: object | null = null;
    return {
      get meta() {
        return (meta ??= metaOf(number));
      },
      async import(specifier, options) {
        const text = String(specifier);
        const target = !native.hooked() && (options === undefined || isJsonRequest(options)) ? targetOf(number, text) : undefined;
        if (typeof target !== 'number' || ((pack.row(target)[1] & KIND_BITS) === JSON_TEXT) !== (options !== undefined)) return native.import(pack.fileOf(number), text, options);
        // As in Node, nothing runs before the caller has gone on.
        await undefined;
        return giveAny(target);
      },
      lazy: (load, name) => late.register(load, name, number),
      load: (specifier, names) => {
        const target = pack.lookUp(pack.row(number)[7], specifier) ?? specifier;
        if (!isModule(target)) return facadeOf(target, names);
        return give(target) as Namespace;
      },
      x: () => undefined,
    };
  };

  const metaOf = (number: number): object => {
    const file = pack.fileOf(number);
    const resolve = (specifier: unknown): string => {
      const text = String(specifier);
      const target = pack.lookUp(pack.row(number)[7], text);
      if (typeof target === 'number') return urlOf(pack.fileOf(target));
      if (target !== undefined) return target.startsWith('=') ? urlOf(pack.files + target.slice(1)) : target;
      return native.resolve(file, text);
    };
    const main = hasMain ? { main: pack.main === number } : {};
    return Object.assign(Object.create(null) as object, { dirname: dirname(file), filename: file, ...main, resolve, url: urlOf(file) });
  };

  return { give, required, contextOf, has: (number) => instances.has(number) };
}

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
/** `import.meta.main` is there from 24.2 and 22.18 on. */
const hasMain = major > 24 || (major === 24 && minor >= 2) || (major === 22 && minor >= 18);
/** From 23 on the namespace of a CommonJS module has all of it under this name too. */
const exportsWhole = major >= 23;

function isJsonRequest(options: unknown): boolean {
  return (options as { with?: { type?: unknown } } | null)?.with?.type === 'json';
}

/** Relative specifiers, absolute paths and URLs; null for names of packages. */
export function urlFrom(specifier: string, importer: string): URL | null {
  if (/^\.{0,2}\//.test(specifier)) return new URL(specifier, urlOf(importer));
  return URL.canParse(specifier) ? new URL(specifier) : null;
}

export function urlOf(file: string): string {
  return /^[\w/.@+~-]+$/.test(file) ? `file://${file}` : pathToFileURL(file).href;
}

function coded(error: Error, code: string): Error {
  return Object.assign(error, { code });
}
