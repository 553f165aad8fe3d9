/** A tiny app, run by plain Node and from its pack; what both print and how they end must be the same. */
export interface PackCase {
  /** A sentence about what the app does; gaps are listed under it. */
  name: string;
  /** Path below the app's root to content. A package.json is made when none is given. */
  files: Record<string, string | Uint8Array>;
  /** The first file unless given. */
  entry?: string;
  /** Path of a symbolic link to what it points to, both below the root. */
  links?: Record<string, string>;
  /** A package of this repository that is copied into the app's node_modules; the case skips itself where it is not installed. */
  installed?: string;
  /** Major versions of Node whose behavior the case is about; all that are tested unless given. */
  nodes?: readonly number[];
  args?: readonly string[];
  /** For Node itself, before the entry. `<root>` stands for the app's root. */
  execArgv?: readonly string[];
  env?: Record<string, string>;
  /** Exit code under plain Node: what keeps a case from comparing two failures. */
  exit?: number;
  /** GET paths that a server on PORT is asked, in order; it is ended afterwards. */
  requests?: readonly string[];
  /** What the app says on stderr is of no interest, because Node words it by its own internals. */
  anyStderr?: boolean;
}

/** JavaScript as it is written here, backslashes included. */
export const js = String.raw;
