import Module from 'node:module';
import { dirname } from 'node:path';
import { CJS, CONTEXT, ESM, KIND_BITS } from './format.ts';
import type { Callable, Pack } from './reader.ts';

/** The parts of Node's CommonJS loader that others patch too, and that are therefore used as they are found. */
interface Loader {
  _resolveFilename(request: string, parent: LoadedModule | null | undefined, isMain?: boolean, options?: unknown): string;
  _findPath(path: string, folders: null, isMain: boolean): string | false;
  _nodeModulePaths(folder: string): string[];
  _resolveLookupPaths(request: string, parent: LoadedModule): string[] | null;
  _load(request: string, parent: LoadedModule | null | undefined, isMain: boolean): unknown;
  _extensions: Record<string, (module: LoadedModule, file: string) => unknown>;
  _cache: Record<string, LoadedModule | undefined>;
  prototype: { _compile(this: LoadedModule, content: string, file: string, format?: string): unknown };
}

export interface LoadedModule {
  filename: string | null;
  exports: unknown;
  require(specifier: string): unknown;
  _compile(content: string, file: string, format?: string): unknown;
}

export const loader = Module as unknown as Loader;

/** What CommonJS needs of the other side. */
export interface ModuleSide {
  /** What `require` of an ES module gives. */
  required(number: number): unknown;
  /** The context of a module's text. */
  context(number: number): unknown;
  /** A file that the pack does not have begins to run, and may import as it likes. */
  outside(): void;
  /** See NativeSide. */
  hooked(): boolean;
}

/** Gives Node's own loader what it would look for: where specifiers lead, texts, and compiled code. All else stays Node's. */
export function patchCommonJs(pack: Pack, side: ModuleSide): void {
  const { _resolveFilename, prototype, _extensions } = loader;
  const { _compile } = prototype;
  const requiresModules = (process.features as { require_module?: boolean }).require_module === true;

  loader._resolveFilename = function (request, parent, isMain, options) {
    if (options === undefined || noSpecialOptions(options)) {
      if (parent?.filename == null) {
        if (typeof request === 'string' && request.startsWith(pack.files) && pack.find(request) >= 0) return request;
      } else {
        const importer = pack.find(parent.filename);
        const target = importer < 0 ? undefined : pack.lookUp(pack.row(importer)[5], request);
        if (typeof target === 'number') return pack.fileOf(target);
        if (target !== undefined) return pack.files + target.slice(1);
        // A path that the app has put together, to a file that is there under that very name.
        if (importer >= 0 && typeof request === 'string' && request.startsWith(pack.files) && pack.find(request) >= 0) return request;
      }
    }
    return _resolveFilename.call(this, request, parent, isMain, options);
  };

  // The list is long, and the same for all modules of a folder; each gets its own. Below the app's files a folder has that of the
  // one above it, and its own place before.
  const { _nodeModulePaths } = loader;
  const pathsOf = new Map<string, readonly string[]>();
  const pathsFrom = (folder: string): readonly string[] => {
    let known = pathsOf.get(folder);
    if (known === undefined) {
      const above = folder.slice(0, folder.lastIndexOf('/'));
      if (!folder.startsWith(pack.files) || !plainFolder.test(folder)) known = _nodeModulePaths.call(loader, folder);
      else known = folder.endsWith('/node_modules') ? pathsFrom(above) : [`${folder}/node_modules`, ...pathsFrom(above)];
      pathsOf.set(folder, known);
    }
    return known;
  };
  loader._nodeModulePaths = (folder) => (typeof folder === 'string' ? pathsFrom(folder).slice() : _nodeModulePaths.call(loader, folder));

  const run = (number: number, module: LoadedModule, file: string): unknown => {
    let wrapper = pack.compile(number, file);
    if ((pack.row(number)[1] & CONTEXT) !== 0) wrapper = wrapper(side.context(number)) as Callable;
    const { exports } = module;
    return wrapper.call(exports, exports, requireOf(module), module, file, dirname(file));
  };

  const compile: Loader['prototype']['_compile'] = function (content, file, format) {
    const number = pack.find(file);
    if (number >= 0 && (pack.row(number)[1] & KIND_BITS) === CJS && content === pack.original(number)) return run(number, this, file);
    if (number < 0) side.outside();
    return _compile.call(this, content, file, format);
  };
  prototype._compile = compile;

  const script = _extensions['.js']!;
  _extensions['.js'] = function (module, file) {
    const number = pack.find(file);
    if (number < 0 || side.hooked()) {
      side.outside();
      return script.call(this, module, file);
    }
    const kind = pack.row(number)[1] & KIND_BITS;
    if (kind === CJS) return module._compile === compile ? run(number, module, file) : module._compile(pack.original(number), file, 'commonjs');
    if (kind !== ESM || !requiresModules) return script.call(this, module, file);
    module.exports = side.required(number);
    return undefined;
  };

  const json = _extensions['.json']!;
  _extensions['.json'] = function (module, file) {
    const number = pack.find(file);
    if (number < 0 || side.hooked()) return json.call(this, module, file);
    module.exports = JSON.parse(pack.text(number));
    return undefined;
  };
}

/** Without `.`, `..` and empty parts. */
const plainFolder = /^(?:\/(?!\.{0,2}(?:\/|$))[^/]+)+$/;

/** Node's own loader may pass an object that asks for nothing. */
function noSpecialOptions(options: unknown): boolean {
  return options === null || (typeof options === 'object' && !('paths' in options) && !('conditions' in options));
}

/** The `require` of a module, as Node makes it. */
function requireOf(module: LoadedModule): unknown {
  const require = (specifier: string): unknown => module.require(specifier);
  const resolve = (request: string, options?: unknown): string => {
    if (typeof request !== 'string') return loader._resolveFilename.call(loader, request, module, false, options);
    return loader._resolveFilename(request, module, false, options);
  };
  const paths = (request: string): string[] | null => loader._resolveLookupPaths(request, module);
  return Object.assign(require, { resolve: Object.assign(resolve, { paths }), main: process.mainModule, extensions: loader._extensions, cache: loader._cache });
}
