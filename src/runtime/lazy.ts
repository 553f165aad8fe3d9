import { AsyncResource } from 'node:async_hooks';
import { writeSync } from 'node:fs';

/** Made while the app starts, outside any request: what first loads inside it sees no request's AsyncLocalStorage. */
const boot = new AsyncResource('lwa-split', { requireManualDestroy: true });
const eager = process.env['LWA_SPLIT_EAGER'] === '1';
const logs = process.env['LWA_SPLIT_LOG'] === '1';

let routeNow = (): string | undefined => undefined;

/** From now on, logged loads name the request that needed them, as `ask` gives it: method and path. */
export function logRoutes(ask: () => string | undefined): void {
  routeNow = ask;
}

/**
 * A function that loads at its first call and then always gives the same. A load that throws is tried again at the next call.
 * `LWA_SPLIT_EAGER=1` loads at once; `LWA_SPLIT_LOG=1` writes one JSON line to stderr for each load, under `name`.
 */
export function lazy<T>(load: () => T, name = ''): () => T {
  let done = false;
  let value: T;
  let depth = 0;
  const get = (): T => {
    if (done) return value;
    // Once more is a cycle of modules, which gives what there is so far; twice is a value that needs itself.
    if (depth > 1) throw new ReferenceError(`Cannot access '${name}' before initialization`);
    depth += 1;
    try {
      const loaded = boot.runInAsyncScope(logs && depth === 1 ? timed(load, name) : load);
      if (depth > 1) return loaded;
      done = true;
      return (value = loaded);
    } finally {
      depth -= 1;
    }
  };
  if (eager) atOnce(get);
  return get;
}

/** As `lazy`, for a load that takes time: all who ask meanwhile get the same promise, and one that is rejected is not kept. */
export function lazyAsync<T>(load: () => Promise<T>, name = ''): () => Promise<T> {
  let pending: Promise<T> | null = null;
  const get = (): Promise<T> => {
    if (pending !== null) return pending;
    const started = boot.runInAsyncScope(logs ? timedAsync(load, name) : async () => load());
    pending = started;
    started.catch(() => {
      if (pending === started) pending = null;
    });
    return started;
  };
  if (eager) void get();
  return get;
}

/** Of ES modules that import each other, Node refuses to load the one that is just being evaluated: that one is on its way already. */
function atOnce(get: () => unknown): void {
  try {
    get();
  } catch (error) {
    if ((error as { code?: unknown } | null)?.code !== 'ERR_REQUIRE_CYCLE_MODULE') throw error;
  }
}

/** The load, timed and told. The request is asked for here already: the load runs outside of it. */
function timed<T>(load: () => T, name: string): () => T {
  const route = routeNow();
  return () => {
    const start = performance.now();
    let error: unknown = null;
    try {
      return load();
    } catch (caught) {
      error = caught;
      throw caught;
    } finally {
      report(name, performance.now() - start, error, route);
    }
  };
}

function timedAsync<T>(load: () => Promise<T>, name: string): () => Promise<T> {
  const route = routeNow();
  return async () => {
    const start = performance.now();
    let error: unknown = null;
    try {
      return await load();
    } catch (caught) {
      error = caught;
      throw caught;
    } finally {
      report(name, performance.now() - start, error, route);
    }
  };
}

function report(module: string, ms: number, error: unknown, route: string | undefined): void {
  const failure = error === null ? {} : { error: error instanceof Error ? error.message : String(error) };
  try {
    writeSync(2, `${JSON.stringify({ event: 'late-load', module, ms: Math.round(ms * 1000) / 1000, ...(route === undefined ? {} : { route }), ...(eager ? { eager } : {}), ...failure })}\n`);
  } catch {
    // A closed or full stderr must not make a request fail.
  }
}
