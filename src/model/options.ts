import type { App } from './app.ts';

/** How the app is started and how often: what the command line and the config file agreed on, checked and complete. */
export interface StartOptions {
  /** Shell command given by the user. `app.start` is the one to run: it is this one where there is one. */
  start?: string;
  /** Absolute path of the Node to measure with; ours when absent. */
  node?: string;
  /** Variables from --env, --env-file and the config, on top of the inherited ones. Values must reach no document, cache or log. */
  env: Record<string, string>;
  /** Shell command to run before each start. */
  before?: string;
  /** `auto`: until it is known well; `brief`: until it can be told what pays. */
  runs: number | 'auto' | 'brief';
  /** Given by the user. `app.readinessPath` is the one to poll: it is this one where there is one. */
  readinessPath?: string;
  /** The app's port, where it cannot be told by PORT; a free one is chosen when absent. */
  port?: number;
  /** How long one start may take until its first answer. */
  timeoutMs: number;
}

/** What the analysis step is asked. `root` is absolute; everything in `app` is relative to it. */
export interface AnalyzeOptions extends StartOptions {
  app: App;
  root: string;
  /** Lambda memory to predict for, MB. */
  memoryMb?: number;
  /** Packages that are never deferred, and such that always are, from the config. */
  eager?: string[];
  lazy?: string[];
  /** Route id, path or pattern with `*`: only these routes are of interest. */
  route?: string;
  /** Told what is being done now, in a few words, for people who wait. */
  onProgress(text: string): void;
}
