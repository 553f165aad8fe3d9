import { z } from 'zod';
import { Sample } from './sample.ts';
import { Finding } from './trouble.ts';

/** A module or package that the build leaves to Node as it is, and why. */
export const LeftOut = z.object({ package: z.string(), because: z.string() });
export type LeftOut = z.infer<typeof LeftOut>;

/** How the code cache came to be: after the app's first answer, by compiling alone, or not at all. */
export const CodeCacheKind = z.enum(['real-start', 'compile-only', 'none']);
export type CodeCacheKind = z.infer<typeof CodeCacheKind>;

/** What a build takes from a plan: the functions, each with what it loads before it listens. */
export const PlannedFunctions = z.object({
  kind: z.literal('plan'),
  functions: z.array(z.object({ name: z.string(), default: z.boolean().optional(), routes: z.array(z.string()), preload: z.array(z.string()) })),
});
export type PlannedFunctions = z.infer<typeof PlannedFunctions>;

/** What `build --json` prints. The shape is public: add freely, rename and remove nothing. */
export const Build = z.object({
  kind: z.literal('build'),
  version: z.literal(1),
  mode: z.enum(['pack', 'bundle']),
  /** As the user wrote it, or relative to the working folder. */
  outdir: z.string(),
  /** Command that takes the place of the original start; paths from the output folder. */
  start: z.string(),
  /** Size of the whole output folder. */
  bytes: z.number().int(),
  /** Specifiers that are loaded at their first use. */
  deferred: z.array(z.string()),
  external: z.array(LeftOut),
  /** Modules in the pack, and those of them that a start needs. */
  modules: z.object({ packed: z.number().int(), hot: z.number().int() }),
  codeCache: CodeCacheKind,
  /** Null where the app was not started, or did not answer. */
  coldStart: z.object({ before: Sample.nullable(), after: Sample.nullable() }),
  findings: z.array(Finding),
});
export type Build = z.infer<typeof Build>;
