import Module, { isBuiltin } from 'node:module';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script, constants } from 'node:vm';
import { ESM, KIND_BITS, PACK } from './format.ts';
import { loader } from './commonjs.ts';
import { urlFrom, urlOf } from './modules.ts';
import type { Pack } from './reader.ts';

/** Node's own loader of ES modules, for what the pack does not have. */
export interface NativeSide {
  import(importer: string, specifier: string, options: unknown): Promise<unknown>;
  /** As `import.meta.resolve`. */
  resolve(importer: string, specifier: string): string;
  /** From now on, Node's loader finds the pack's instances of ES modules instead of making its own. */
  connect(): void;
  /** The app, or a preload, has hooks of its own: what is not loaded yet goes through Node's loader, so that they are asked. */
  hooked(): boolean;
}

/** The pack's instances of ES modules. */
interface Instances {
  give(number: number): unknown;
  has(number: number): boolean;
}

type Importer = (specifier: string, options?: unknown) => Promise<unknown>;

export const INSTANCES = Symbol.for('lwa-split.instances');

export function nativeSide(pack: Pack, folder: string, instances: Instances): NativeSide {
  let connected = false;
  let hooked = hasHooks();
  let names: Record<string, string[]> | null = null;

  const connect = (): void => {
    if (connected) return;
    connected = true;
    silenceWarning();
    if (registerHooks === undefined) return;
    Object.defineProperty(globalThis, INSTANCES, { value: instances.give });
    registerHooks({
      load(url, context, nextLoad) {
        const number = url.startsWith('file:') && !/[?#]/.test(url) ? pack.find(fileURLToPath(url)) : -1;
        if (number < 0 || (pack.row(number)[1] & KIND_BITS) !== ESM || (hooked && !instances.has(number))) return nextLoad(url, context);
        names ??= JSON.parse(readFileSync(join(folder, PACK, 'names.json'), 'utf8')) as Record<string, string[]>;
        return { format: 'module', shortCircuit: true, source: handingOn(number, names[pack.row(number)[0]] ?? []) };
      },
    });
  };

  const noticing = <Args extends unknown[], Result>(register: (...args: Args) => Result) => (...args: Args): Result => {
    hooked = true;
    connect();
    return register.apply(Module, args);
  };
  const registerHooks = typeof Module.registerHooks === 'function' ? Module.registerHooks : undefined;
  if (registerHooks !== undefined) Module.registerHooks = noticing(registerHooks);
  Module.register = noticing(Module.register) as typeof Module.register;

  return {
    connect,
    hooked: () => hooked,
    import(importer, specifier, options) {
      connect();
      const from = importerAt(importer);
      return options === undefined ? from(specifier) : from(specifier, options);
    },
    resolve(importer, specifier) {
      const url = urlFrom(specifier, importer);
      if (url !== null) return url.href;
      if (isBuiltin(specifier)) return specifier.startsWith('node:') ? specifier : `node:${specifier}`;
      const parent = { id: importer, filename: importer, paths: loader._nodeModulePaths(dirname(importer)) };
      try {
        return urlOf(loader._resolveFilename(specifier, parent as never, false, { conditions: importConditions }));
      } catch (error) {
        if ((error as { code?: unknown }).code === 'MODULE_NOT_FOUND') throw Object.assign(new Error(`Cannot find package '${specifier}' imported from ${importer}`), { code: 'ERR_MODULE_NOT_FOUND' });
        throw error;
      }
    },
  };
}

const importConditions = new Set(['node', 'import', 'module-sync', 'node-addons']);

/** Hooks that were there before us cannot be seen, but only these options bring some. */
function hasHooks(): boolean {
  return [...process.execArgv, ...(process.env['NODE_OPTIONS'] ?? '').split(' ')].some((word) => /^--(?:import|loader|experimental-loader)\b/.test(word));
}

/** A module that gives the exports of the pack's instance. */
function handingOn(number: number, names: readonly string[]): string {
  const lines = names.map((name, i) => (name === 'default' ? 'export default m.default;' : `const m${i} = m[${JSON.stringify(name)}]; export { m${i} as ${JSON.stringify(name)} };`));
  return `const m = await globalThis[Symbol.for('lwa-split.instances')](${number});\n${lines.join('\n')}`;
}

/** An `import()` that resolves as code in the file does. */
function importerAt(file: string): Importer {
  return new Script('(specifier, options) => options === undefined ? import(specifier) : import(specifier, options)', {
    filename: urlOf(file),
    importModuleDynamically: constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }).runInThisContext() as Importer;
}

/** Node warns once, at the first `import()` of a script, that this is an experiment; the app did not ask for it. */
function silenceWarning(): void {
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    void importerAt(join(process.cwd(), 'any.js'))('node:module').catch(() => undefined);
  } finally {
    process.emitWarning = emitWarning;
  }
}
