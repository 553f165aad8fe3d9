import { z } from 'zod';
import { Effect } from './deferrals.ts';
import { ModuleGraph } from './graph.ts';
import { HandlerPlace } from './routes.ts';
import { Finding } from './trouble.ts';

/** Self times of one module in one start, milliseconds: finding the file, reading it, compiling and running it. */
export const ModuleTime = z.object({
  id: z.string(),
  resolveMs: z.number(),
  readMs: z.number(),
  evaluateMs: z.number(),
  /** When its load began, since the spawn. */
  startMs: z.number(),
});
export type ModuleTime = z.infer<typeof ModuleTime>;

/**
 * Where one start's init went, milliseconds. Every part but the last has its own instrument; `unattributedMs` is
 * what is left of `initMs`, and may be slightly negative when instruments overlap.
 */
export const Account = z.object({
  /** Spawn until the server that answered listens. The probe's own start is already taken out. */
  initMs: z.number(),
  /** Spawn of the start command until Node is ready to run the user's first line. */
  bootstrapMs: z.number(),
  /** Of that, what passed before the process that listens existed: a shell, a package manager, a first process of the app. */
  launcherMs: z.number(),
  resolveMs: z.number(),
  readMs: z.number(),
  evaluateMs: z.number(),
  /** Turns of the event loop (and what is queued right after the entry ended) outside module loading. */
  ownWorkMs: z.number(),
  /** The event loop slept: timers, sockets, child processes. */
  waitingMs: z.number(),
  unattributedMs: z.number(),
});
export type Account = z.infer<typeof Account>;

/** One start under the probe; of a slow app with `runs: brief`, the evidence run in proportion to a plain start. */
export const TimingRun = z.object({
  account: Account,
  /** Spawn to first answer; null when it never answered. */
  firstAnswerMs: z.number().nullable(),
  modules: z.array(ModuleTime),
});
export type TimingRun = z.infer<typeof TimingRun>;

/** The first request after the one for readiness, in a start without a probe. */
export const RequestRun = z.object({
  /** CPU of all processes and threads of the app from their start until the first answer; null where the system does not tell. */
  initCpuMs: z.number().nullable(),
  wallMs: z.number(),
  /** The same while this request ran. */
  cpuMs: z.number().nullable(),
  /** And in the moment after it, where a collection of garbage that was due goes on. */
  afterCpuMs: z.number().nullable(),
});
export type RequestRun = z.infer<typeof RequestRun>;

/** What one module did in the evidence run. */
export const Observed = z.object({
  id: z.string(),
  /** Changes of what is not its own, seen when its evaluation ended; `on` of `other-module` begins with the id of that module. */
  effects: z.array(Effect),
  /**
   * Four numbers for each function but the top level: where it begins and ends in the text that ran, 1 if it ran until the
   * server listened, 1 if first from then to the first answer. A function inside one that never ran may be left out.
   */
  functions: z.array(z.number().int()),
  /** The same for each part of such a function that ran where what is around it did not, or the other way round. */
  blocks: z.array(z.number().int()),
});
export type Observed = z.infer<typeof Observed>;

/** What is costly to see, from a start of its own: the graph and why an app did not come up. */
export const Evidence = z.object({
  graph: ModuleGraph,
  node: z.string(),
  /** Heap used after the start, bytes. */
  heapBytes: z.number(),
  /** Conditions that packages are resolved by besides Node's own. */
  conditions: z.array(z.string()).optional(),
  /** The server was started with --enable-source-maps. */
  sourceMaps: z.boolean().optional(),
  /** The script of the app's first process, where the one that listens was forked from it with another script. */
  main: z.string().optional(),
  /** Arguments that the app's first process was given; their texts may come from the environment, and are not kept. */
  argumentCount: z.int().optional(),
  /** The port and path that answered; null when none did. */
  answered: z.object({ port: z.number(), status: z.number() }).nullable(),
  portFromEnvironment: z.boolean(),
  /** What modules did besides making their exports, and how much of them ran; modules with nothing to tell are left out. */
  observed: z.array(Observed),
  listens: z.array(z.object({ port: z.number(), host: z.string() })),
  /** Through which loader TypeScript or JSX went while running, if any. */
  transpiler: z.string().nullable(),
  failure: z
    .object({
      kind: z.enum(['exit', 'exception', 'never-listened', 'never-answered']),
      message: z.string(),
      place: HandlerPlace.nullable(),
      /** What the process was waiting for when it was ended: resource kinds and, for sockets, the peer's address. */
      waitingFor: z.array(z.string()),
      /** Names of environment variables that were read while they had no value. */
      unsetVariables: z.array(z.string()),
    })
    .nullable(),
});
export type Evidence = z.infer<typeof Evidence>;

/** What happened when the app really started. Milliseconds, on this machine. */
export const Boot = z.object({
  kind: z.literal('boot'),
  version: z.literal(1),
  evidence: Evidence,
  timing: z.array(TimingRun),
  /** Spawn to first answer of starts without any probe, alternating with the timing runs. */
  plainMs: z.array(z.number()),
  /** One for each of these starts that also answered a second time. */
  requests: z.array(RequestRun).optional(),
  /** The same two with the heap that Node gives itself in a small function, in turn with these starts; absent where none was made, empty where it does not come up so. */
  smallHeap: z.object({ plainMs: z.array(z.number()), requests: z.array(RequestRun) }).optional(),
  /** Spawn to first answer of a bare `node:http` server. */
  floorMs: z.array(z.number()),
  /** Median share by which a timing run is slower than a plain one: 0.08 is 8 %. Null where the app never answered. */
  probeOverhead: z.number().nullable(),
  findings: z.array(Finding),
});
export type Boot = z.infer<typeof Boot>;
