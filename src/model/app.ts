import { z } from 'zod';

/** What is known about the user's app before it is started. Paths are relative to `root` unless said otherwise. */
export const App = z.object({
  name: z.string(),
  /** The entry file, from the root; null when only a start command is known. The start then tells which it was. */
  entry: z.string().nullable(),
  /** Shell command that starts the app, run in the root. */
  start: z.string(),
  framework: z.object({ name: z.string(), version: z.string() }).nullable(),
  format: z.enum(['esm', 'cjs']),
  /** source: TypeScript run as it is; compiled: a file that is (or was built to) JavaScript; bundle: one file without imports of its own. */
  form: z.enum(['source', 'compiled', 'bundle']),
  packageManager: z.enum(['npm', 'pnpm', 'yarn', 'bun']),
  /** Folder with the lock file or the workspace manifest, from the root ('.' or '../..'). */
  workspaceRoot: z.string(),
  /** Names of the workspace's packages and their folders, from the root. */
  workspaces: z.array(z.object({ name: z.string(), folder: z.string() })),
  /** Path that is polled until the app answers, as the adapter's AWS_LWA_READINESS_CHECK_PATH. */
  readinessPath: z.string(),
});
export type App = z.infer<typeof App>;
