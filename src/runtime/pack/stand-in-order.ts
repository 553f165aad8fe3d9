/** What the builder asks of a process in which a build stands in for the app: the variable LWA_SPLIT_STAND_IN, as JSON. */
export type StandInOrder = {
  /** Absolute path of the original entry, without symbolic links, and of the build's `server.cjs`. */
  entry: string;
  server: string;
  /** Where to write parts of a code cache: when a file `collect` appears there, or at once and without starting the app. */
  cache: { folder: string; starts: boolean } | null;
};

/**
 * What one process of a start adds to the code cache: the file `<when>-<pid>.part`, with this as its first line and the data after it.
 * `<when>-<pid>.began` was there before.
 */
export type PartHead = {
  node: string;
  arch: string;
  platform: string;
  /** Of the pack: how it is known, its modules of a start, all its modules. */
  stamp: number;
  hot: number;
  count: number;
  /** Module and length in bytes in turn, in the order of the data. */
  entries: number[];
};
