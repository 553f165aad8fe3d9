import type { App } from '../../../model/app.ts';
import type { CodeCacheKind } from '../../../model/build.ts';
import { findings, type Finding } from '../../../model/trouble.ts';
import { imageFiles } from './dockerfile.ts';
import { sizeFindings, zipFiles } from './zip.ts';

export interface PackagingInput {
  app: Pick<App, 'name' | 'packageManager' | 'readinessPath'>;
  /** The app's folder from the one with the lock file: `.` or `apps/shop`. */
  folder: string;
  /** Name of the lock file; null where there is none. */
  lockFile: string | null;
  hasBuildScript: boolean;
  /** From the app's folder; null where it is not below it. */
  outdir: string | null;
  /** Further options of `lwa-split build`, to be repeated in the image. */
  buildOptions: readonly string[];
  /** File that starts the build, from the output folder. */
  server: string;
  /** What the app's start command gives to Node and to the server, as a shell reads it. */
  given: { variables: readonly string[]; flags: readonly string[]; words: readonly string[] };
  /** Where the app's own files lie, from the output folder: its working folder. */
  workdir: string;
  /** Where the app listens whatever PORT says. */
  port: number | null;
  /** Tag of the Node image: `24` or `24.1.0`. */
  node: string;
  /** Version of the adapter's image. */
  adapter: string;
  /** Version of lwa-split, installed in the image. */
  tool: string;
}

/** The adapter's current release when this was written: https://github.com/aws/aws-lambda-web-adapter, read 2026-11. */
export const ADAPTER_VERSION = '1.1.0';

/** A file of the output folder. `mode` as for chmod. */
export interface PackagedFile {
  path: string;
  text: string;
  mode: number;
}

/** What makes the output folder a container image or a zip function with the adapter's layer. */
export function packaging(input: PackagingInput): PackagedFile[] {
  return [...imageFiles(input), ...zipFiles(input)];
}

/** What to know before the output is uploaded. */
export function packagingFindings({ bytes, codeCache }: { bytes: number; codeCache: CodeCacheKind }): Finding[] {
  return [...sizeFindings(bytes), ...(codeCache === 'none' ? [] : [findings['code-cache-needs-its-node']({})])];
}
