import Module from 'node:module';
import { isAbsolute } from 'node:path';
import type { EvidenceWatch } from './evidence.ts';
import { EVALUATE, READ, RESOLVE, UNRESOLVED, type Kind, type Ledger } from './ledger.ts';
import type { HooksGate, Importers } from './modules.ts';

/** The loader's own functions; they are not in Node's types, but every transpiler and tracer patches them. */
interface Loader {
  _cache: Record<string, unknown>;
  _load(request: string, parent: LoadedModule | undefined, isMain: boolean): unknown;
  _resolveFilename(request: string, parent: LoadedModule | undefined, isMain: boolean, options?: unknown): string;
  prototype: {
    load(this: LoadedModule, filename: string): void;
    _compile(this: LoadedModule, content: string, filename: string, ...rest: unknown[]): unknown;
  };
}

export interface LoadedModule {
  id: string;
  filename: string | null;
  exports: unknown;
  loaded: boolean;
}

/** Built-ins that bring a TCP server with them. */
export const SERVER_MODULES = new Set(['node:net', 'node:http', 'node:https', 'node:http2', 'node:tls', 'node:cluster']);

/** What else wants to hear of loads; `evidence` only in the run that may be slow. */
export interface CommonJsListeners {
  evidence: EvidenceWatch | null;
  importers: Importers;
  onServerModule(): void;
  /** Absent where the hooks for ES modules stay all the time, or are not there. */
  gate: () => HooksGate | null;
  /** Files that are known to be ES modules though they are loaded by `require()`. */
  requiredModules: ReadonlySet<string>;
}

/** Loads a built-in without booking it: for what the probe itself needs. */
export type LoadUnwatched = (builtin: string) => unknown;

/** Times CommonJS, JSON, native add-ons and built-ins by wrapping the four functions every load goes through. */
export function watchCommonJs(ledger: Ledger, { evidence, importers, onServerModule, gate, requiredModules }: CommonJsListeners): LoadUnwatched {
  const loader = Module as unknown as Loader;
  const { _load, _resolveFilename } = loader;
  const { load, _compile } = loader.prototype;
  const builtins = new Set<string>();
  let parentOfNext: string | null = null;
  // What is being required; a resolution of anything else is a require.resolve(), which loads nothing.
  let asked: string | null = null;

  loader._load = function (request, parent, isMain) {
    parentOfNext = parent?.filename ?? null;
    if (!builtins.has(request) && Module.isBuiltin(request)) {
      builtins.add(request);
      const file = request.startsWith('node:') ? request : `node:${request}`;
      evidence?.edge(parentOfNext, request, file, 'require');
      if (ledger.find(file) === undefined) {
        const depth = ledger.enter(ledger.moduleOf(file, 'builtin', parentOfNext), EVALUATE);
        try {
          return _load.call(this, request, parent, isMain);
        } finally {
          ledger.leave(depth);
          if (SERVER_MODULES.has(file)) onServerModule();
        }
      }
    }
    asked = request;
    evidence?.edge(parentOfNext, request, null, 'require');
    return _load.call(this, request, parent, isMain);
  };

  loader._resolveFilename = function (request, parent, isMain, options) {
    const importer = parent?.filename ?? null;
    // The file is not known yet: booked on a nameless module first, moved when the name is there.
    const depth = ledger.enter(UNRESOLVED, RESOLVE);
    try {
      const file = _resolveFilename.call(this, request, parent, isMain, options);
      // Tracers look into caches of their own before they call Node's require(), and say nothing about a main module.
      const isAnsweredByHook = isMain === undefined && file in loader._cache;
      const isAsked = importer === parentOfNext && asked !== null && (asked === request || isAliasOf(asked, request));
      if (isAsked || isAnsweredByHook) evidence?.edge(importer, isAsked ? asked! : request, Module.isBuiltin(file) ? `node:${file.replace(/^node:/, '')}` : file, 'require');
      if (!Module.isBuiltin(file)) {
        const module = ledger.moduleOf(file, kindOf(file), importer);
        ledger.leave(depth);
        ledger.move(UNRESOLVED, RESOLVE, module, RESOLVE);
      }
      return file;
    } finally {
      ledger.leave(depth);
    }
  };

  loader.prototype.load = function (filename) {
    const importer = parentOfNext ?? importers.of(filename);
    const kind = kindOf(filename);
    const index = ledger.moduleOf(filename, kind, importer);
    const module = ledger.modules[index]!;
    const isEntry = ledger.entry === -1 && this.id === '.';
    if (isEntry) ledger.entry = index;
    const depth = ledger.enter(index, kind === 'native' ? EVALUATE : READ);
    // No ES module is imported while this one is loaded, but by import(), which comes later.
    const hooks = gate();
    const open = hooks?.(requiredModules.has(filename));
    try {
      load.call(this, filename);
      module.done = true;
    } finally {
      if (open !== undefined) hooks?.(open);
      ledger.leave(depth);
      // A .js file that was never compiled here is an ES module loaded by require().
      if (kind === 'cjs' && !compiled.delete(filename)) {
        module.kind = 'esm';
        ledger.move(index, READ, index, EVALUATE);
      }
      if (isEntry && module.kind === 'cjs') ledger.entryEnds();
    }
    evidence?.loaded(filename, this);
  };

  const compiled = new Set<string>();
  loader.prototype._compile = function (content, filename, ...rest) {
    compiled.add(filename);
    const index = ledger.moduleOf(filename, 'cjs', null);
    ledger.modules[index]!.started = true;
    const depth = ledger.enter(index, EVALUATE);
    evidence?.before(filename);
    try {
      return _compile.call(this, content, filename, ...rest);
    } finally {
      evidence?.after(filename);
      ledger.leave(depth);
    }
  };
  return (builtin) => _load.call(loader, builtin, undefined, false);
}

export function kindOf(file: string): Kind {
  if (file.startsWith('node:')) return 'builtin';
  if (file.endsWith('.json')) return 'json';
  if (file.endsWith('.node')) return 'native';
  if (file.endsWith('.wasm')) return 'wasm';
  if (/\.m[jt]s$/.test(file)) return 'esm';
  return 'cjs';
}

/** Packages for aliases turn `@/users` into the path of a file before Node looks for it. */
function isAliasOf(specifier: string, request: string): boolean {
  return isAbsolute(request) && !specifier.startsWith('.') && !isAbsolute(specifier);
}
