import { z } from 'zod';
import { Account } from './boot.ts';
import { Architecture, Packaging, PredictedPart, Prediction } from './prediction.ts';
import { HandlerPlace } from './routes.ts';
import { Sample } from './sample.ts';
import { Finding } from './trouble.ts';

/** One row of `routes`. Null: not known yet from what was measured; never guessed. */
export const AnalyzedRoute = z.object({
  id: z.string(),
  method: z.string(),
  path: z.string(),
  seenBy: z.enum(['static', 'runtime', 'both']),
  /** Where the route's handler stands in a file that a person edits. */
  declaredAt: HandlerPlace.nullable(),
  registeredAt: z.array(HandlerPlace),
  /** Modules that its handler and middleware can touch, packages as a whole: an upper bound (see `Reach`). */
  modules: z.number().int(),
  /** What a cold start costs today when this route is asked first: all routes share one process. */
  coldStartMs: z.number().nullable(),
  /** The same when all that is safe to defer is deferred: without the modules that this route cannot touch. At full CPU. */
  afterMs: z.number().nullable(),
  /** Among the modules that not every request touches. */
  heaviest: z.array(z.object({ module: z.string(), ms: z.number() })),
  streams: z.boolean().nullable(),
  readsAuthorization: z.boolean().nullable(),
  takesBody: z.boolean().nullable(),
  boundBy: z.enum(['cpu', 'io']).nullable(),
});
export type AnalyzedRoute = z.infer<typeof AnalyzedRoute>;

export const AnalyzedModule = z.object({
  id: z.string(),
  package: z.string().nullable(),
  version: z.string().nullable(),
  bytes: z.number().int(),
  selfMs: z.number(),
  inclusiveMs: z.number(),
  retainedMs: z.number(),
  /** Noise (median absolute deviation) of the retained time. */
  noiseMs: z.number(),
  loadedBy: z.array(z.string()),
});
export type AnalyzedModule = z.infer<typeof AnalyzedModule>;

/** An import worth looking at first: what a start would save without it, and how many imports would have to go for that. */
export const HeavyImport = z.object({
  module: z.string(),
  package: z.string().nullable(),
  retainedMs: z.number(),
  noiseMs: z.number(),
  modules: z.number().int(),
  /** What a start saves when the cut is made; more than `retainedMs` where the cut takes importers away too. */
  savesMs: z.number(),
  /** All of the cut stands in dependencies: a build can defer it, a person cannot. */
  inDependencies: z.boolean(),
  /** The smallest set of imports whose absence keeps it from loading; empty for what is preloaded. */
  cut: z.array(z.object({ file: z.string(), line: z.number().int(), specifier: z.string() })),
});
export type HeavyImport = z.infer<typeof HeavyImport>;

/** What `analyze --json` prints. The shape is public: add freely, rename and remove nothing. */
export const Analysis = z.object({
  kind: z.literal('analysis'),
  version: z.literal(1),
  app: z.object({
    name: z.string(),
    entry: z.string().nullable(),
    framework: z.object({ name: z.string(), version: z.string() }).nullable(),
    format: z.enum(['esm', 'cjs']),
    node: z.string(),
    form: z.enum(['source', 'compiled', 'bundle']),
  }),
  machine: z.object({ node: z.string(), arch: z.string(), cpu: z.string(), speed: z.number() }),
  coldStart: z.object({
    now: Sample.nullable(),
    floor: Sample.nullable(),
    init: Sample.nullable(),
    appInit: Sample.nullable(),
    /** Share by which the probe slows a start: 0.08 is 8 %. */
    probeOverhead: z.number().nullable(),
    account: Account.nullable(),
  }),
  /** Predicted, not measured: see `lambdaBasis`. */
  lambda: z.array(Prediction.omit({ parts: true })),
  lambdaBasis: z
    .object({
      /** Whose constants, and the day of the youngest: of AWS Lambda as published, or of a calibration. */
      constants: z.string(),
      date: z.string(),
      /** What the function is taken to be configured as. */
      memoryMb: z.number(),
      packaging: Packaging,
      architecture: Architecture,
      provisioned: z.boolean(),
      /** The most that deferring imports could take off a cold start there; null where imports were not judged. */
      codeSavesMs: z.number().nullable(),
      /** The lines that the prediction for this memory is made of. */
      parts: z.array(PredictedPart),
    })
    .optional(),
  routes: z.array(AnalyzedRoute),
  modules: z.array(AnalyzedModule),
  heavyImports: z.array(HeavyImport),
  deferrals: z.array(
    z.object({
      import: z.object({ file: z.string(), line: z.number().int(), specifier: z.string() }),
      verdict: z.enum(['defer', 'review', 'keep', 'no-win']),
      reasons: z.array(z.string()),
      savesMs: z.number(),
      noiseMs: z.number(),
      neededByFirstRequest: z.number(),
      /** Imports with the same cut save their milliseconds together, once. */
      cut: z.string(),
    }),
  ),
  findings: z.array(Finding),
});
export type Analysis = z.infer<typeof Analysis>;

/** What `why <module> --json` prints. */
export const Why = z.object({
  kind: z.literal('why'),
  version: z.literal(1),
  module: z.string(),
  selfMs: z.number(),
  inclusiveMs: z.number(),
  retainedMs: z.number(),
  noiseMs: z.number(),
  /** Chains from a root to the module, shortest first; `ms` is each step's inclusive time. */
  chains: z.array(z.array(z.object({ module: z.string(), ms: z.number(), line: z.number().int().nullable(), specifier: z.string().nullable() }))),
  /** How many chains there are in all; `chains` may hold fewer. */
  chainsInAll: z.number().int(),
  /** at-least where import cycles make counting them all too long. */
  chainsCounted: z.enum(['exact', 'at-least']),
  /** The fewest imports whose absence keeps the module from loading (minimum cut). */
  cut: z.array(z.object({ file: z.string(), line: z.number().int().nullable(), specifier: z.string() })),
  /** What a start would save if the cut were made. */
  cutSavesMs: z.number(),
  /** Set where the smallest cut would leave out the app itself or its framework: the smallest one that does not. */
  practicalCut: z
    .object({ cut: z.array(z.object({ file: z.string(), line: z.number().int().nullable(), specifier: z.string() })), savesMs: z.number() })
    .nullable(),
});
export type Why = z.infer<typeof Why>;
