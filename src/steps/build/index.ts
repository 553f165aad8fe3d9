import type { App } from '../../model/app.ts';
import type { CodeCacheKind, LeftOut } from '../../model/build.ts';
import type { ModuleGraph } from '../../model/graph.ts';
import type { StartOptions } from '../../model/options.ts';
import type { Finding } from '../../model/trouble.ts';

/** An import to load at its first use, by ids of the measured graph. */
export interface DeferredImport {
  importer: string;
  target: string;
  /** As written in the importer. */
  specifier: string;
  /** Also put off initializers that run code. */
  values: boolean;
}

export interface PackInput extends StartOptions {
  app: App;
  /** Absolute, without symbolic links. */
  root: string;
  /** Absolute. Made when absent; what an earlier build left in it is replaced. */
  outdir: string;
  /** What a start loaded; null where none could be made. */
  graph: ModuleGraph | null;
  /** Absolute path of a module by id. */
  fileOf(id: string): string | null;
  deferrals: readonly DeferredImport[];
  /** Ids of modules that shall run from their files, as Node loads them. */
  unpacked: ReadonlySet<string>;
  routes: readonly string[];
  codeCache: boolean;
  /** Start the built app, to order its modules and fill the code cache. */
  mayStart: boolean;
  sourcemap: 'linked' | 'external' | 'none';
  onProgress(text: string): void;
}

export interface Packed {
  /** `node server.cjs`. */
  start: string;
  bytes: number;
  /** Those of the input that the importers' texts allow. */
  deferred: DeferredImport[];
  refused: (DeferredImport & { reason: string })[];
  external: LeftOut[];
  modules: { packed: number; hot: number };
  codeCache: CodeCacheKind;
  findings: Finding[];
}

/** Writes a pack of the app into the output folder. Throws a UserError where there is no entry to start from. */
export async function pack(input: PackInput): Promise<Packed> {
  throw new Error(`pack of ${input.app.name} is being written`);
}
