import { z } from 'zod';

/**
 * What one start loaded, as plain data. Ids follow the contract: path from the app's root for own files,
 * `<name>/<path>` for workspace packages, `node_modules/<package>/...` for dependencies, `node:fs` for built-ins.
 */
export const ModuleNode = z.object({
  id: z.string(),
  kind: z.enum(['cjs', 'esm', 'json', 'native', 'builtin', 'wasm', 'other']),
  /** Package the file belongs to; null for the app's own files and for built-ins. */
  package: z.string().nullable(),
  version: z.string().nullable(),
  /** Size of the file on disk; 0 for built-ins. */
  bytes: z.number().int(),
  /** Position in the order in which modules began to load. */
  order: z.number().int(),
  /** The module whose import loaded it first; null for the entry and for preloads. */
  importer: z.string().nullable(),
  /** True where a top-level await made it evaluate in several pieces: its evaluate time is an interval. */
  topLevelAwait: z.boolean(),
});
export type ModuleNode = z.infer<typeof ModuleNode>;

export const ImportEdge = z.object({
  from: z.string(),
  to: z.string(),
  /** The first specifier under which `from` asked for `to`. */
  specifier: z.string(),
  kind: z.enum(['require', 'import', 'dynamic-import']),
  /** False when it was asked for only after the server listened: such a load costs the first request, not the init. */
  whileLoading: z.boolean(),
});
export type ImportEdge = z.infer<typeof ImportEdge>;

/** Modules in load order, edges sorted by (from, to). `roots` are the entry and what was preloaded before it. */
export const ModuleGraph = z.object({
  entry: z.string(),
  roots: z.array(z.string()),
  modules: z.array(ModuleNode),
  edges: z.array(ImportEdge),
});
export type ModuleGraph = z.infer<typeof ModuleGraph>;
