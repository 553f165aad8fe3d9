/** What the builder asks of a process in which a build stands in for the app: the variable LWA_SPLIT_STAND_IN, as JSON. */
export type StandInOrder = {
  /** Absolute path of the original entry, without symbolic links, and of the build's `server.cjs`. */
  entry: string;
  server: string;
  /** Where to write a code cache: when a file `collect` appears there, or at once and without starting the app. */
  cache: { folder: string; starts: boolean } | null;
};
