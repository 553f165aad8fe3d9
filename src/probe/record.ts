import type { RawUse } from './coverage.ts';
import type { RawEffect } from './effects.ts';
import type { LedgerModule, Mark } from './ledger.ts';
import type { RawPlace, RawRoute } from './routes/types.ts';

/** How the tool tells the probe what to do: one environment variable, JSON. */
export interface ProbeOrder {
  /** Folder for what the probe writes: `<pid>-<n>.listen`, `<pid>-<n>.loaded`, `<pid>.json`. A file named `collect` there asks for the record. */
  folder: string;
  /** `routes`: which ones there are, without their places, and nothing else that takes time to see. */
  mode: 'timing' | 'evidence' | 'routes';
  /** `skip` where an earlier start showed that no ES modules worth timing are loaded: the hooks cost time on every require. */
  modules: 'watch' | 'skip';
  /** ES modules that an earlier start loaded by `require()`: the hooks are put back for these. */
  requiredModules?: string[];
  hooksFile: string;
  evidenceFile: string;
}

export const ORDER_VARIABLE = 'LWA_SPLIT_PROBE';

/** Written the moment a server listens, so that its port can be polled. */
export interface ListenRecord {
  pid: number;
  port: number;
  host: string;
  /** Epoch milliseconds. */
  atMs: number;
}

/** A module that began to run, told while its app starts. */
export interface LoadedRecord {
  file: string;
  /** What looks like CommonJS may turn out to be an ES module. */
  kind: 'cjs' | 'esm';
}

export interface ListenMark extends Mark {
  port: number;
  host: string;
}

export interface RawEdge {
  from: string;
  to: string;
  specifier: string;
  kind: 'require' | 'import' | 'dynamic-import';
  /** The server listened already. */
  late: boolean;
}

export interface RawFailure {
  message: string;
  code: string | null;
  place: RawPlace | null;
}

export interface RawEvidence {
  edges: RawEdge[];
  routes: RawRoute[];
  problems: string[];
  heapBytes: number;
  failure: RawFailure | null;
  waitingFor: string[];
  unsetVariables: string[];
  /** By file: what its evaluation changed outside of it. */
  effects: Record<string, RawEffect[]>;
  /** Null where this Node has no inspector. */
  uses: RawUse[] | null;
}

/** What one process saw of its own start. Times are milliseconds since its time origin. */
export interface ProbeRecord {
  pid: number;
  ppid: number;
  /** Started with a channel to its parent, as by `fork`. */
  forked: boolean;
  node: string;
  argv: string[];
  execArgv: string[];
  cwd: string;
  /** Epoch milliseconds at which the process began. */
  timeOriginMs: number;
  bootstrapMs: number;
  loopStartMs: number;
  /** The probe itself, from the end of Node's bootstrap until the app's first line could run. */
  probeFromMs: number;
  probeToMs: number;
  entry: string | null;
  modules: LedgerModule[];
  /** Looking for modules that were not there. */
  unresolvedMs: number;
  /** Where hooks for ES modules run in a thread of their own: what that worked, and what passed here between loads. Else 0 and null. */
  hookThreadMs: number;
  betweenMs: number | null;
  entryDone: Mark | null;
  listens: ListenMark[];
  firstAnswer: (Mark & { status: number }) | null;
  end: Mark;
  exitCode: number | null;
  evidence: RawEvidence | null;
}
