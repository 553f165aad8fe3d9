import { z } from 'zod';
import { ReasonCode, Verdict } from './deferrals.ts';

/** An import that the codemod moves. `file` and `line` as they were before, in the source a person edits; times in milliseconds. */
export const MovedImport = z.object({
  file: z.string(),
  line: z.number().int(),
  specifier: z.string(),
  verdict: Verdict,
  savesMs: z.number(),
  noiseMs: z.number(),
  /** Imports of one cut save their milliseconds together, once; they are moved together or not at all. */
  cut: z.string(),
});
export type MovedImport = z.infer<typeof MovedImport>;

/**
 * An import that would pay, but stays. `review`: a person must look first. `build`: only a build can defer it, the source cannot.
 * `no-source`: it runs compiled, and nothing tells where its source is.
 */
export const LeftImport = z.object({ ...MovedImport.shape, because: z.enum(['review', 'build', 'no-source', 'not-asked-for']), reasons: z.array(ReasonCode) });
export type LeftImport = z.infer<typeof LeftImport>;

/** What `lazy` changes in the app's sources, or would change. */
export const LazyReport = z.object({
  kind: z.literal('lazy'),
  version: z.literal(1),
  written: z.boolean(),
  imports: z.array(MovedImport),
  savesMs: z.number(),
  left: z.array(LeftImport),
  /** Moves with which the app did not start, or the command of --verify failed: their sources are as before. */
  takenBack: z.array(MovedImport),
  /** Last line of what the command of --fix-command said, where it failed. */
  fixFailed: z.string().nullable(),
  /** The app runs what a compiler made of the sources: it must run again before anything changes. */
  rebuild: z.boolean(),
  /** The app was started with what was written: the deferred modules that did not load, and those that did all the same. Null where it was not. */
  proof: z.object({ absent: z.array(z.string()), loaded: z.array(z.object({ module: z.string(), by: z.string() })) }).nullable(),
  /** Where the paths of the diffs start, from the app's root: `.`, or `../..` where sources of other packages change. */
  base: z.string(),
  /** Unified diffs. Without what --fix-command changed. */
  files: z.array(z.object({ path: z.string(), diff: z.string() })),
});
export type LazyReport = z.infer<typeof LazyReport>;

/** What `lazy --check` finds in the sources by the evidence file, without starting anything. */
export const LazyCheck = z.object({
  kind: z.literal('lazy-check'),
  version: z.literal(1),
  /** Safe wins that `lazy --write` would bring. */
  pending: z.array(z.object({ file: z.string(), line: z.number().int(), specifier: z.string(), savesMs: z.number() })),
  /** Imports that were deferred when the evidence was written and load at once again. */
  lost: z.array(z.object({ file: z.string(), line: z.number().int(), specifier: z.string(), savesMs: z.number() })),
  /** Entries that say nothing any more, because their importer is not what it was. */
  stale: z.array(z.object({ file: z.string(), specifier: z.string(), because: z.enum(['changed', 'missing']) })),
});
export type LazyCheck = z.infer<typeof LazyCheck>;

export function holds({ pending, lost }: LazyCheck): boolean {
  return pending.length === 0 && lost.length === 0;
}
