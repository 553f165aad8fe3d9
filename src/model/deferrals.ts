import { z } from 'zod';
import { HandlerPlace } from './routes.ts';

/** Why an import got its verdict. Stable: config files, CI output and tests name them. Sentences stand in `reasons.ts`. */
export const ReasonCode = z.enum([
  'SAFE',
  'SIDE_EFFECT_IMPORT',
  'EFFECT_STATIC',
  'EFFECT_OBSERVED',
  'CYCLE',
  'TOP_LEVEL_USE',
  'EXTENDS',
  'DECORATOR',
  'TOP_LEVEL_AWAIT',
  'REEXPORT',
  'NAMESPACE_ESCAPES',
  'LIVE_BINDING_WRITTEN',
  'INSTRUMENTED',
  'SHARED_STATE',
  'COMPUTED_SPECIFIER',
  'VALUE_INITIALIZER',
  'CANNOT_REWRITE',
  'NOT_PARSED',
  'STILL_EAGER',
  'NEEDED_AT_START',
  'NEEDED_BY_FIRST_REQUEST',
  'BELOW_NOISE',
  'BELOW_THRESHOLD',
  'BECOMES_ASYNC',
  'OPT_OUT',
  'OPT_IN',
]);
export type ReasonCode = z.infer<typeof ReasonCode>;

/** What the verdicts mean: defer (safe and pays), review (pays, a person must look), keep (not safe), no-win (nothing to gain). */
export const Verdict = z.enum(['defer', 'review', 'keep', 'no-win']);
export type Verdict = z.infer<typeof Verdict>;

/** The verdict on one import of the loaded graph. Times in milliseconds. */
export const Deferral = z.object({
  import: z.object({ file: z.string(), line: z.number().int(), specifier: z.string() }),
  /** Ids in the loaded graph: who imports, and what. */
  importer: z.string(),
  target: z.string(),
  verdict: Verdict,
  reasons: z.array(ReasonCode),
  /** What stops loading when this import and the rest of its cut are deferred, and the cuts that it needs. */
  savesMs: z.number(),
  noiseMs: z.number(),
  /** Chance, 0 to 1, that the first request of an environment needs the target. */
  neededByFirstRequest: z.number(),
  /** Imports with the same cut only pay together; the id is the target they keep from loading. */
  cut: z.string(),
  /** Cuts without which this one saves less, because they load what it loads. */
  needs: z.array(z.string()).optional(),
});
export type Deferral = z.infer<typeof Deferral>;

export const Deferrals = z.object({
  kind: z.literal('deferrals'),
  version: z.literal(1),
  deferrals: z.array(Deferral),
  /** What the chosen set saves, and what no set of deferrals could exceed. */
  savesMs: z.number(),
  upperBoundMs: z.number(),
  /** Modules that only deferred imports lead to, and that had better be loaded at the start all the same: the first request needs them. */
  preload: z.array(z.string()).optional(),
});
export type Deferrals = z.infer<typeof Deferrals>;

/**
 * The evidence file, `lwa-split.deferrals.json`: small, committed by the user, and enough for the plugin, for
 * `lazy --check` and for CI. One entry for each import judged `defer` or `review`, sorted by file and specifier.
 */
export const DeferralsFile = z.object({
  $schema: z.string().optional(),
  version: z.literal(1),
  imports: z.array(
    z.object({
      /** Module id of the importer; a package's version is part of what `hash` covers. */
      file: z.string(),
      specifier: z.string(),
      verdict: z.enum(['defer', 'review']),
      savesMs: z.number(),
      /** First 16 hexadecimal digits of the SHA-256 of the importer's source: an entry whose importer changed is ignored. */
      hash: z.string(),
      /** True where `lazy --write` has deferred it in the source: from then on its loading at once again is a loss. */
      applied: z.literal(true).optional(),
      /** Where only a build can defer an import of the app's own: the codemod cannot move it, or not all of its cut. */
      by: z.literal('build').optional(),
    }),
  ),
});
export type DeferralsFile = z.infer<typeof DeferralsFile>;

/** What loading a module does besides making its exports, as seen in its text or while it ran. */
export const Effect = z.object({
  kind: z.enum(['global', 'prototype', 'environment', 'listener', 'timer', 'handle', 'other-module', 'process', 'loader', 'unknown-call', 'not-parsed']),
  /** What it acts on, in a few words: `globalThis.fetch`, `Array.prototype.at`, `process.env.TZ`, a module id. Never a value. */
  on: z.string(),
  place: HandlerPlace.nullable(),
  /** All places of the text that have it, as offsets; only for what was found in a text. */
  at: z.array(z.number().int()).optional(),
  /** The import by which the module came to what it acts on, as written; null for what is everybody's. */
  specifier: z.string().nullable(),
  /** Only under some condition? A feature test asks nothing but what this version of Node has. */
  when: z.enum(['always', 'feature-test', 'condition']),
});
export type Effect = z.infer<typeof Effect>;
