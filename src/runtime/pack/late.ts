import { createRequire } from 'node:module';
import { join } from 'node:path';
import { lazy, logRoutes } from '../lazy.ts';
import { log, logs, warn } from './log.ts';
import type { Pack } from './reader.ts';

/** What is loaded at its first use: kept in mind, so that it can be loaded before the first request, or right after the start. */
export interface Late {
  register<T>(load: () => T, name: string, importer: number): () => T;
  /** Calls back when the first server is about to listen, and when it does. */
  watch(): void;
  /** Loads all that was not loaded so far, each in a turn of the event loop of its own: requests go on meanwhile. */
  loadInTurns(done: () => void): void;
}

interface LateImport {
  name: string;
  importer: number;
  get: () => unknown;
}

/** Pause after the server listens, and between two loads, ms: requests come first. */
const PAUSE_MS = 100;
const SLICE_MS = 20;

const { env } = process;

export function lateImports(pack: Pack): Late {
  const known: LateImport[] = [];
  const wanted = env['LWA_SPLIT_FUNCTION'];
  const everything = env['AWS_LAMBDA_INITIALIZATION_TYPE'] === 'provisioned-concurrency';
  const onLambda = env['AWS_LAMBDA_FUNCTION_NAME'] !== undefined;
  const makesCache = pack.scripts !== null;

  const load = ({ get }: LateImport): void => {
    try {
      get();
    } catch {
      // It is tried again when it is needed, and throws there.
    }
  };
  const loadAll = (): void => {
    // Loading one may make others known.
    for (let i = 0; i < known.length; i++) load(known[i]!);
  };
  const loadInTurns = (done: () => void, from = 0): void => {
    if (from >= known.length) return done();
    load(known[from]!);
    setImmediate(loadInTurns, done, from + 1);
  };
  const loadWanted = (): void => {
    if (everything) return loadAll();
    if (wanted === undefined) return;
    const preload = new Set(preloadOf(pack, wanted));
    for (let i = 0; i < known.length; i++) if (isMeant(pack, known[i]!, preload)) load(known[i]!);
  };
  const loadRest = (from: number): void => {
    if (from >= known.length) return;
    load(known[from]!);
    setTimeout(loadRest, SLICE_MS, from + 1).unref();
  };

  return {
    register(get, name, importer) {
      const made = lazy(get, name);
      known.push({ name, importer, get: made });
      return made;
    },
    loadInTurns,
    watch() {
      if (!logs && !everything && wanted === undefined && (onLambda || makesCache)) return;
      const builtin = createRequire(join(process.cwd(), 'any.js'));
      if (logs) watchRequests(builtin);
      const { Server } = builtin('node:net') as typeof import('node:net');
      const { listen } = Server.prototype;
      let first = true;
      Server.prototype.listen = function (this: InstanceType<typeof Server>, ...args: unknown[]) {
        if (!first) return (listen as (...given: unknown[]) => InstanceType<typeof Server>).apply(this, args);
        first = false;
        Server.prototype.listen = listen;
        loadWanted();
        this.once('listening', () => {
          log({ event: 'ready', ms: Math.round(performance.now() * 1000) / 1000, deferred: known.length, codeCache: pack.cacheProblem() ?? 'used' });
          if (!onLambda && !makesCache) setTimeout(loadRest, PAUSE_MS, 0).unref();
        });
        return (listen as (...given: unknown[]) => InstanceType<typeof Server>).apply(this, args);
      } as typeof listen;
    },
  };
}

/** Lets the log name requests by method and path. */
function watchRequests(builtin: NodeJS.Require): void {
  const { AsyncLocalStorage } = builtin('node:async_hooks') as typeof import('node:async_hooks');
  const { Server } = builtin('node:http') as typeof import('node:http');
  const requests = new AsyncLocalStorage<string>();
  const { emit } = Server.prototype;
  Server.prototype.emit = function (this: unknown, event: string, ...args: unknown[]): boolean {
    const send = (): boolean => (emit as (...given: unknown[]) => boolean).call(this, event, ...args);
    if (event !== 'request') return send();
    const { method = '', url = '' } = args[0] as { method?: string; url?: string };
    return requests.run(`${method} ${url.replace(/[?#].*$/s, '')}`, send);
  } as typeof emit;
  logRoutes(() => requests.getStore());
}

/** What a function of the plan needs from the start; an unknown name means the default one. */
function preloadOf({ head: { functions } }: Pack, name: string): string[] {
  const named = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (named === undefined) warn({ event: 'unknown-function', function: name });
  return (named ?? Object.values(functions).find((one) => one.default))?.preload ?? [];
}

/** Preload lists name packages, or modules by id. */
function isMeant(pack: Pack, { name, importer }: LateImport, preload: ReadonlySet<string>): boolean {
  if (preload.has(name)) return true;
  const row = pack.row(importer);
  const target = pack.lookUp(row[5], name) ?? pack.lookUp(row[7], name);
  const id = typeof target === 'number' ? pack.row(target)[0] : typeof target === 'string' ? target.replace(/^=/, '') : null;
  if (id === null) return false;
  const [, inPackage] = /.*(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(id) ?? [];
  return preload.has(id) || (inPackage !== undefined && preload.has(inPackage));
}
