import { realpathSync } from 'node:fs';
import Module from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { SERVER_MODULES } from './commonjs.ts';
import { READ, RESOLVE, UNRESOLVED, type Kind, type Ledger } from './ledger.ts';

export interface ModuleWatcher {
  edge(from: string | null, specifier: string, to: string, dynamic: boolean): void;
  rewrite(url: string, source: string): string;
  /** Around the evaluation of each ES module. */
  before(file: string): void;
  after(file: string): void;
  /** The text that runs begins with so many characters that are not the file's. */
  shifted(file: string, by: number): void;
}

/** Names under which rewritten sources reach the ledger; short, because they stand in every module's first and last line. */
const STARTS = '__lwaSplitStarts';
const ENDS = '__lwaSplitEnds';

/** Absolute path for file URLs (query and hash kept behind it), the URL itself otherwise. */
export function fileOf(url: string): string {
  if (!url.startsWith('file:')) return url;
  const cut = url.search(/[?#]/);
  return cut < 0 ? fileURLToPath(url) : fileURLToPath(url.slice(0, cut)) + url.slice(cut);
}

/** Puts a call on the first and the last line of an ES module, without moving any line. `name` is a literal: index or path. */
export function withMarks(source: string, name: string): string {
  const start = `${STARTS}(${name});`;
  const end = `\n;${ENDS}(${name});`;
  if (!source.startsWith('#!')) return start + source + end;
  const line = source.indexOf('\n');
  return line < 0 ? source : `${source.slice(0, line + 1)}${start}${source.slice(line + 1)}${end}`;
}

/** The globals that marks call; not enumerable, so that an app that lists globals does not see them. */
function defineMarks(ledger: Ledger, watcher: ModuleWatcher | null, onStart: (name: number | string) => void): void {
  const indexOf = (name: number | string): number => (typeof name === 'number' ? name : ledger.moduleOf(name, 'esm', null));
  const define = (global: string, value: (name: number | string) => void): void => {
    Object.defineProperty(globalThis, global, { value, enumerable: false, configurable: true });
  };
  define(STARTS, (name) => {
    onStart(name);
    const index = indexOf(name);
    watcher?.before(ledger.modules[index]!.file);
    ledger.moduleStarts(index);
  });
  define(ENDS, (name) => {
    const index = indexOf(name);
    watcher?.after(ledger.modules[index]!.file);
    ledger.moduleEnds(index);
  });
}

/** How the loader came by a file that CommonJS hooks cannot tell: by URL, the ES module that imported it first. */
export class Importers {
  private readonly byFile = new Map<string, string | null>();
  note(file: string, importer: string | null): void {
    if (!this.byFile.has(file)) this.byFile.set(file, importer);
  }
  of(file: string): string | null {
    return this.byFile.get(file) ?? null;
  }
}

/** Takes the hooks away, or puts them back; answers how it was before. While they are there, each `require()` goes through them. */
export type HooksGate = (open: boolean) => boolean;

/** Synchronous hooks in this thread, Node 22.15 and later. */
export function watchModules(ledger: Ledger, importers: Importers, watcher: ModuleWatcher | null, onServerModule: () => void): HooksGate {
  let serverModuleLoading = false;
  defineMarks(ledger, watcher, () => {
    if (!serverModuleLoading) return;
    serverModuleLoading = false;
    onServerModule();
  });
  const handlers: Parameters<typeof Module.registerHooks>[0] = {
    resolve(specifier, context, nextResolve) {
      if (isRequire(context.conditions)) return nextResolve(specifier, context);
      const importer = context.parentURL === undefined ? null : fileOf(context.parentURL);
      const depth = ledger.enter(UNRESOLVED, RESOLVE);
      try {
        const result = nextResolve(specifier, context);
        const file = fileOf(result.url);
        const fresh = ledger.find(file) === undefined;
        const index = ledger.moduleOf(file, kindOfFormat(result.format, file), importer);
        ledger.leaveIntoLinking(depth, index);
        ledger.move(UNRESOLVED, RESOLVE, index, RESOLVE);
        if (fresh) importers.note(file, importer);
        if (context.parentURL === undefined && ledger.entry === -1) ledger.entry = index;
        if (importer !== null && watcher) watcher.edge(importer, specifier, file, isDynamic(ledger, importer));
        return result;
      } catch (error) {
        ledger.leave(depth);
        throw error;
      }
    },
    load(url, context, nextLoad): Module.LoadFnOutput {
      if (isRequire(context.conditions) && context.format !== 'module') return nextLoad(url, context);
      const file = fileOf(url);
      if (SERVER_MODULES.has(file)) serverModuleLoading = true;
      const index = ledger.moduleOf(file, kindOfFormat(context.format, file), importers.of(file));
      const depth = ledger.enter(index, READ);
      let failed = false;
      try {
        // With no source Node loads CommonJS as it does without hooks: through Module._load.
        const result =
          context.format === 'commonjs' ? { format: 'commonjs', source: undefined, shortCircuit: true } : nextLoad(url, context);
        ledger.modules[index]!.kind = kindOfFormat(result.format, file);
        if (result.format === 'commonjs') return { ...result, source: undefined };
        if ((result.format === 'module' || result.format === 'module-typescript') && result.source != null) {
          const text = typeof result.source === 'string' ? result.source : Buffer.from(result.source as Uint8Array).toString('utf8');
          if (watcher) watcher.shifted(file, text.startsWith('#!') ? 0 : withMarks('', String(index)).indexOf('\n'));
          return { ...result, source: withMarks(watcher ? watcher.rewrite(url, text) : text, String(index)) };
        }
        return result;
      } catch (error) {
        failed = true;
        throw error;
      } finally {
        if (failed) ledger.leave(depth);
        else ledger.leaveIntoLinking(depth, index);
      }
    },
  };
  let hooks: ReturnType<typeof Module.registerHooks> | null = Module.registerHooks(handlers);
  return (open) => {
    const before = hooks !== null;
    if (open !== before) {
      hooks?.deregister();
      hooks = open ? Module.registerHooks(handlers) : null;
    }
    return before;
  };
}

/** Static imports are resolved before the importer's first line runs, so one that runs already has called `import()`. */
function isDynamic(ledger: Ledger, importer: string): boolean {
  const index = ledger.find(importer);
  return index === undefined || ledger.modules[index]!.kind !== 'esm' || ledger.modules[index]!.started;
}

function isRequire(conditions: readonly string[] | undefined): boolean {
  return conditions?.includes('require') ?? false;
}

function kindOfFormat(format: string | null | undefined, file: string): Kind {
  switch (format) {
    case 'module':
    case 'module-typescript':
      return 'esm';
    case 'commonjs':
    case 'commonjs-typescript':
      return 'cjs';
    case 'json':
    case 'builtin':
    case 'wasm':
      return format;
    case 'addon':
      return 'native';
    default:
      return file.startsWith('node:') ? 'builtin' : file.endsWith('.json') ? 'json' : file.endsWith('.cjs') ? 'cjs' : 'esm';
  }
}

function realpath(file: string | undefined): string | null {
  try {
    return file === undefined ? null : realpathSync(file);
  } catch {
    return null;
  }
}

/** What the hooks' own thread saw, in the order it saw it. Times in milliseconds, files as in the ledger. */
export type HookMessage =
  | { type: 'resolve'; specifier: string; parent: string | null; file: string; format: string | null; ms: number }
  | { type: 'load'; file: string; format: string | null; ms: number };

/**
 * Hooks in a thread of their own, for Node 20 and early 22. They cost more, and the main thread sleeps meanwhile.
 * Returns what books the thread's messages; it answers how long the thread worked, milliseconds.
 */
export function watchModulesOffThread(ledger: Ledger, hooksFile: string, watcher: ModuleWatcher | null): () => number {
  const entry = realpath(process.argv[1]);
  defineMarks(ledger, watcher, (file) => {
    if (ledger.entry === -1 && file === entry) ledger.entry = ledger.moduleOf(file, 'esm', null);
  });
  const { port1, port2 } = new MessageChannel();
  port1.unref();
  Module.register(pathToFileURL(hooksFile).href, { data: { port: port2, rewrite: watcher !== null }, transferList: [port2] });
  ledger.countBetween();
  let threadMs = 0;
  return () => {
    for (let next = receiveMessageOnPort(port1); next; next = receiveMessageOnPort(port1)) {
      const message = next.message as HookMessage;
      threadMs += message.ms;
      const known = ledger.find(message.file);
      const importer = message.type === 'resolve' ? message.parent : null;
      const index = known ?? ledger.moduleOf(message.file, kindOfFormat(message.format, message.file), importer);
      const module = ledger.modules[index]!;
      if (message.format !== null) module.kind = kindOfFormat(message.format, message.file);
      module.importer ??= importer;
      module.times[message.type === 'resolve' ? RESOLVE : READ] += message.ms;
      if (message.type === 'resolve') {
        // The thread cannot tell import() from import: it sees no evaluation.
        if (message.parent !== null) watcher?.edge(message.parent, message.specifier, message.file, false);
      }
    }
    return threadMs;
  };
}
