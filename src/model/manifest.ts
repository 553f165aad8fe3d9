import { z } from 'zod';
import { CodeCacheKind, LeftOut } from './build.ts';
import { Finding } from './trouble.ts';

/** `manifest.json` of a build: what it was made from, and what the emitted infrastructure and the boot loader need to know of it. */
export const Manifest = z.object({
  kind: z.literal('manifest'),
  version: z.literal(1),
  mode: z.enum(['pack', 'bundle']),
  /** 32 hexadecimal digits over the inputs alone: two builds of the same input have the same, whatever their code caches. */
  inputHash: z.string(),
  app: z.object({ name: z.string(), entry: z.string(), readinessPath: z.string() }),
  start: z.string(),
  /** Node that the build was made with. */
  node: z.string(),
  /** Route ids of the contract. */
  routes: z.array(z.string()),
  /** By name; `preload` holds packages or module ids. The first one that says so is the default. */
  functions: z.record(z.string(), z.object({ default: z.boolean(), preload: z.array(z.string()), routes: z.array(z.string()) })),
  deferred: z.array(z.object({ file: z.string(), specifier: z.string(), target: z.string() })),
  external: z.array(LeftOut),
  modules: z.object({ packed: z.number().int(), hot: z.number().int() }),
  findings: z.array(Finding),
});
export type Manifest = z.infer<typeof Manifest>;

/** `pack/code-cache.json`: whose code cache lies beside it. It stands apart from the manifest because it differs from run to run. */
export const CodeCacheNote = z.object({ kind: CodeCacheKind, node: z.string(), arch: z.string(), modules: z.number().int(), bytes: z.number().int(), because: z.string().nullable() });
export type CodeCacheNote = z.infer<typeof CodeCacheNote>;
