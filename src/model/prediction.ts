import { z } from 'zod';

/** A constant that is not known exactly: about nine of ten cases lie between `low` and `high`. Milliseconds unless said otherwise. */
export const Range = z.object({ low: z.number(), typical: z.number(), high: z.number() });
export type Range = z.infer<typeof Range>;

export const Packaging = z.enum(['zip', 'image']);
export type Packaging = z.infer<typeof Packaging>;

export const Architecture = z.enum(['x64', 'arm64']);
export type Architecture = z.infer<typeof Architecture>;

const perArchitecture = z.record(Architecture, Range);
const perPackage = z.record(Packaging, perArchitecture);

/** Where a start takes place, in numbers. Those of real Lambda and their sources stand in lambda-facts.ts. */
export const LambdaConstants = z.object({
  name: z.string(),
  /** Day of the youngest source, ISO. */
  date: z.string(),
  /** Init Duration before any process of the function runs. */
  platform: perPackage,
  /** What starting Node takes beyond a bare server here: its binary comes from a cold disk. */
  coldNode: perPackage,
  /** Start and registration of the Lambda Web Adapter. */
  adapter: Range,
  /** The adapter asks for readiness once in this time. */
  pollMs: z.number(),
  /** Speed of one CPU against the machine that `machineSpeed` calls 1. */
  speed: perArchitecture,
  /** CPUs that init may use, whatever the memory. */
  initCpus: z.number(),
  /** Memory, MB, that stands for one whole CPU in a request. */
  fullCpuMb: z.number(),
  /** Memory, MB, up to which Node keeps its heap as small as it goes. */
  smallHeapMb: z.number(),
  /** Length of the spans in which a request's CPU share is handed out. */
  periodMs: z.number(),
  /** CPU that the adapter spends on a request, inside the function's share. */
  adapterRequest: Range,
  /** What else an invocation takes: the way from the runtime API and back, where no CPU of the function is used. */
  invoke: Range,
  /** How far the model is off where all of its parts are known, as a share of the total: so far at most in nine of ten. */
  modelError: z.number(),
  initLimitMs: z.number(),
  /** When asynchronous init gives up waiting, counted from the adapter's start. */
  asyncInitMs: z.number(),
  extensions: z.array(z.object({ name: z.string(), match: z.string(), init: Range })),
  /** An extension that nobody has published a number for. */
  unknownExtension: Range,
});
export type LambdaConstants = z.infer<typeof LambdaConstants>;

/** What `calibrate` found: takes the place of the constants of the same name. */
export const Calibration = LambdaConstants.partial().extend({ kind: z.literal('calibration'), version: z.literal(1), date: z.string() });
export type Calibration = z.infer<typeof Calibration>;

/** What is known of a start from this machine at full CPU, milliseconds. */
export interface StartProfile {
  /** Spawn to first answer. */
  startMs: number;
  /** Of that, asleep: it takes as long on a faster machine. */
  waitingMs: number;
  /** CPU of all its threads and processes together until then; null where it could not be read. */
  cpuMs: number | null;
  /** The first request after the one for readiness, of each start; at least one. */
  requests: readonly FirstRequest[];
  /** CPU of the modules that this request is the first to need. */
  lateLoadMs: number;
  /** Half width of the 95 % interval of `startMs`. */
  noiseMs: number;
  /** `machineSpeed` of this machine when that was measured. */
  speed: number;
  /** What is different with the heap that Node gives itself in a function of up to `smallHeapMb`; null where that is not known. */
  smallHeap: Pick<StartProfile, 'startMs' | 'cpuMs' | 'requests'> | null;
}

/** From sending it to its answer, and the CPU of all threads and processes in that time, and right after it. */
export interface FirstRequest {
  wallMs: number;
  cpuMs: number;
  afterCpuMs: number;
}

/** How the function is configured. */
export interface Placement {
  memoryMb: number;
  packaging: Packaging;
  architecture: Architecture;
  /** Environments are initialized before requests come. */
  provisioned: boolean;
  asyncInit: boolean;
  /** Names of layers or of files under /opt/extensions, the adapter's own left out. */
  extensions: string[];
}

/** A line of the prediction. `of` says whether a client waits for it before its request runs, or as part of it. */
export const PredictedPart = z.object({ name: z.string(), of: z.enum(['init', 'request']), ms: z.number(), lowMs: z.number(), highMs: z.number() });
export type PredictedPart = z.infer<typeof PredictedPart>;

export const Prediction = z.object({
  memoryMb: z.number(),
  initMs: z.number(),
  firstRequestMs: z.number(),
  /** What the first client waits for: under provisioned concurrency the request alone. */
  totalMs: z.number(),
  lowMs: z.number(),
  highMs: z.number(),
  parts: z.array(PredictedPart).optional(),
});
export type Prediction = z.infer<typeof Prediction>;
