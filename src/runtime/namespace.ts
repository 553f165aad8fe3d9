import { createRequire, isBuiltin } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { types } from 'node:util';

/**
 * What `import` of a resolved module would give, loaded synchronously: take the url from `import.meta.resolve`. `names` are the
 * exports that will be read, null for all. Of a CommonJS module they are taken once, as Node does. Throws
 * ERR_REQUIRE_ASYNC_MODULE for a module with top-level await, and ERR_REQUIRE_ESM where Node cannot require ES modules.
 */
export function namespaceOf(url: string, names: string[] | null): Record<string, unknown> {
  const exports: unknown = isBuiltin(url) ? createRequire(join(process.cwd(), 'any.js'))(url) : createRequire(url)(fileURLToPath(url));
  if (types.isModuleNamespaceObject(exports)) return exports as Record<string, unknown>;
  const namespace: Record<string, unknown> = { default: exports };
  if (exports === null || (typeof exports !== 'object' && typeof exports !== 'function')) return namespace;
  const members = exports as Record<string, unknown>;
  for (const name of names ?? Object.keys(members)) if (name !== 'default') namespace[name] = members[name];
  return namespace;
}
