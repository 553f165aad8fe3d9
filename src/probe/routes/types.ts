/** A place in code as it ran: absolute path or URL, line and column from 1, before source maps. */
export interface RawPlace {
  file: string;
  line: number;
  column: number;
}

/** A route that a watcher found, still holding the live functions. */
export interface FoundRoute {
  /** As the framework has it: `get`, `ALL`, one entry for each method. */
  method: string;
  /** Full pattern, prefixes of mounted routers included, in the framework's own spelling. */
  path: string;
  framework: string;
  /** What the framework calls last; a wrapper around the user's handler is looked through later. */
  handler: unknown;
  /** Call stack of the registration, innermost frame first, as captured by `captureStack`. */
  registeredAt: RawPlace[];
}

/** The same, with nothing live in it: this is what leaves the process. */
export interface RawRoute {
  method: string;
  path: string;
  framework: string;
  handler: RawPlace | null;
  registeredAt: RawPlace[];
}

/** Tells a watcher apart from the rest of the probe: it sees framework files as they finish loading, and is asked at the end. */
export interface FrameworkWatcher {
  name: string;
  /** Package names whose files the watcher wants to see. */
  packages: string[];
  /**
   * A file of one of `packages` has just finished evaluating, before its importer goes on. `file` is its path inside
   * the package (`lib/router/index.js`), `exports` what it exports: `module.exports` for CommonJS (assign to
   * `module.exports` to replace it), an object with the same names for an ES module (classes can be patched in place).
   */
  loaded(file: string, module: { exports: unknown }): void;
  /** All routes that are reachable from a server now. */
  collect(): FoundRoute[];
}
