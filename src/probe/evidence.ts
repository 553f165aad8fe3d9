// Loaded only in the evidence run: what is costly to see.
import { dirname } from 'node:path';
import type { Socket } from 'node:net';
import type { LoadedModule } from './commonjs.ts';
import { watchCoverage } from './coverage.ts';
import { watchEffects } from './effects.ts';
import type { RawEdge, RawEvidence, RawFailure } from './record.ts';
import { redactor } from './redact.ts';
import { isStandIn } from './routes/patch.ts';
import { captureStack } from './routes/stack.ts';
import { watchRoutes } from './routes/index.ts';
import type { RawPlace } from './routes/types.ts';

export interface EvidenceWatch {
  edge(from: string | null, specifier: string, to: string | null, kind: RawEdge['kind']): void;
  /** Around the evaluation of each module. */
  before(file: string): void;
  after(file: string): void;
  /** A server listens. */
  listens(): void;
  /** The text that runs begins with so many characters that are not the file's. */
  shifted(file: string, by: number): void;
  loaded(filename: string, module: LoadedModule): void;
  rewrite(url: string, source: string): string;
  watchSockets(net: typeof import('node:net')): void;
  collect(): RawEvidence;
}

/** With `routesOnly`, the rest of what could be told is empty. */
export function watchEvidence(listening: () => boolean, routesOnly: boolean): EvidenceWatch {
  const edges = routesOnly ? null : new Edges(listening);
  const routes = watchRoutes({ places: !routesOnly });
  const inherited = { ...process.env };
  const effects = routesOnly ? null : watchEffects(isStandIn);
  const coverage = routesOnly ? null : watchCoverage();
  const unset = effects === null ? new Set<string>() : watchEnvironment(effects.environment);
  const peers = new Map<string, string>();
  let failure: RawFailure | null = null;
  // The monitor hears of an exception and changes nothing about what happens next.
  process.on('uncaughtExceptionMonitor', (error: unknown) => (failure ??= failureOf(error, redactor(since(inherited), inherited))));
  return {
    edge(from, specifier, to, kind) {
      edges?.add(from, specifier, to, kind);
      if (from !== null && to !== null) effects?.edge(from, to);
    },
    before: (file) => effects?.before(file),
    after: (file) => effects?.after(file),
    listens() {
      effects?.listens();
      coverage?.listening();
    },
    shifted: (file, by) => coverage?.shifted(file, by),
    loaded(filename, module) {
      routes.afterCommonJs(filename, module);
      effects?.evaluated(filename, module.exports);
    },
    rewrite: (url, source) => routes.rewriteModule(url, source),
    watchSockets: (net) => watchSockets(net, peers),
    collect() {
      const found = routes.collect();
      return {
        edges: edges?.all() ?? [],
        routes: found.routes,
        problems: found.problems,
        heapBytes: process.memoryUsage().heapUsed,
        failure,
        waitingFor: [...waitingFor(peers)],
        unsetVariables: [...unset].sort(),
        effects: effects?.collect() ?? {},
        uses: coverage?.collect() ?? null,
      };
    },
  };
}

/** Who asked for what. Node answers a repeated relative request of the same folder without resolving it again. */
class Edges {
  private readonly byKey = new Map<string, RawEdge>();
  private readonly byFolder = new Map<string, string>();
  private readonly open = new Map<string, { from: string; specifier: string; late: boolean }>();
  private readonly listening: () => boolean;

  constructor(listening: () => boolean) {
    this.listening = listening;
  }

  add(from: string | null, specifier: string, to: string | null, kind: RawEdge['kind']): void {
    if (from === null) return;
    const late = this.listening();
    const request = `${from}\0${specifier}`;
    if (to === null) {
      if (!this.open.has(request)) this.open.set(request, { from, specifier, late });
      return;
    }
    if (kind === 'require') this.byFolder.set(`${dirname(from)}\0${specifier}`, to);
    this.put({ from, to, specifier, kind, late });
  }

  all(): RawEdge[] {
    for (const { from, specifier, late } of this.open.values()) {
      const to = this.byFolder.get(`${dirname(from)}\0${specifier}`);
      if (to !== undefined) this.put({ from, to, specifier, kind: 'require', late });
    }
    return [...this.byKey.values()];
  }

  private put(edge: RawEdge): void {
    const key = `${edge.from}\0${edge.to}`;
    const known = this.byKey.get(key);
    if (known === undefined) this.byKey.set(key, edge);
    else if (known.late && !edge.late) known.late = false;
  }
}

/** Names (never values) of variables that the app's code read while they had no value. */
function watchEnvironment(onChange: (name: string) => void): Set<string> {
  const unset = new Set<string>();
  const seen = new Set<string>();
  process.env = new Proxy(process.env, {
    // Straight to the target: the real environment refuses the partial property that a proxy would define on it.
    set(target, name, value: string) {
      target[name as string] = value;
      onChange(String(name));
      return true;
    },
    deleteProperty(target, name) {
      if (name in target) onChange(String(name));
      return delete target[name as string];
    },
    get(target, name, receiver) {
      const value = Reflect.get(target, name, receiver) as unknown;
      if (value === undefined && typeof name === 'string' && !seen.has(name)) {
        seen.add(name);
        const caller = captureStack()[0];
        if (caller && !isDependency(caller.file)) unset.add(name);
      }
      return value;
    },
  });
  return unset;
}

/** A package below the entry's own one. The app itself may be an installed package. */
function isDependency(file: string): boolean {
  const main = process.argv[1] ?? '';
  const own = main.lastIndexOf('/node_modules/');
  return file.indexOf('/node_modules/', own < 0 ? 0 : own + 1) >= 0 && file.lastIndexOf('/node_modules/') !== own;
}

/** Remembers where sockets were to be connected, so that an app that hangs can be told what it hangs on. */
function watchSockets(net: typeof import('node:net'), peers: Map<string, string>): void {
  const { prototype } = net.Socket as unknown as { prototype: Record<string, unknown> };
  const connect = prototype['connect'] as (this: Socket, ...args: unknown[]) => Socket;
  prototype['connect'] = function (this: Socket, ...args: unknown[]): Socket {
    const first = (Array.isArray(args[0]) ? (args[0] as unknown[])[0] : args[0]) as { port?: number; host?: string; path?: string } | number | string;
    const options = typeof first === 'object' && first !== null ? first : { port: Number(first), host: typeof args[1] === 'string' ? args[1] : undefined };
    const peer = options.path ?? `${options.host ?? 'localhost'}:${options.port}`;
    peers.set(peer, 'no answer');
    this.once('connect', () => peers.set(peer, 'connected'));
    // prependListener alone would make an error count as handled: only watch where somebody listens anyway.
    const note = (error: NodeJS.ErrnoException): void => void peers.set(peer, error.code ?? 'error');
    const { destroy } = this;
    this.destroy = function (error?: Error) {
      if (error) note(error as NodeJS.ErrnoException);
      return destroy.call(this, error);
    };
    return connect.apply(this, args);
  };
}

function* waitingFor(peers: Map<string, string>): Generator<string> {
  for (const [peer, state] of peers) {
    if (state === 'connected') continue;
    yield state === 'ECONNREFUSED' ? `${peer} (connection refused)` : state === 'ENOTFOUND' ? `${peer} (host not found)` : `${peer} (${state})`;
  }
  const kinds = new Set(process.getActiveResourcesInfo());
  if (kinds.has('Timeout')) yield 'a timer';
  if (kinds.has('ProcessWrap')) yield 'a child process';
  if (kinds.has('FSReqCallback') || kinds.has('FSReqPromise')) yield 'the file system';
}

/** Variables that the app set itself, from a file of its own: they are as secret as those it was given. */
function since(inherited: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name, value]) => inherited[name] !== value));
}

/** Message, code and first own place of what stopped the app, with the values of environment variables taken out. */
function failureOf(error: unknown, redact: (text: string) => string): RawFailure {
  const known = error instanceof Error ? error : new Error(String(error));
  const message = redact(known.message.split('\n')[0] ?? '').slice(0, 300);
  return { message: `${known.name}: ${message}`, code: (known as NodeJS.ErrnoException).code ?? null, place: placeOf(known) };
}

function placeOf(error: Error): RawPlace | null {
  for (const line of (error.stack ?? '').split('\n')) {
    const found = /(?:\(|at |^)((?:file:\/\/)?\/[^():]+):(\d+)(?::(\d+))?\)?$/.exec(line.trim());
    if (found && !isDependency(found[1]!)) return { file: found[1]!, line: Number(found[2]), column: Number(found[3] ?? 1) };
  }
  return null;
}
