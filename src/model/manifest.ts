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
  /** Version of the Node that the build was made for, `24.21.0`. */
  node: z.string(),
  /** Whose code cache lies beside it: every other Node compiles the sources as usual. Null where there is none. */
  codeCache: z.object({ kind: CodeCacheKind, node: z.string(), arch: z.string(), platform: z.string() }).nullable(),
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
