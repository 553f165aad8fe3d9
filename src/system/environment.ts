import { delimiter } from 'node:path';

type Variables = Record<string, string | undefined>;

/** Names the run, and through nesting every outer run, in the environment of all processes it started. */
export const RUN_VARIABLE = 'LWA_SPLIT_RUN';

/** How this very tool was started: true of us, not of the app. */
const OURS = new Set([
  'INIT_CWD',
  'NODE',
  'NODE_CHANNEL_FD',
  'NODE_CHANNEL_SERIALIZATION_MODE',
  'NODE_COMPILE_CACHE',
  'NODE_OPTIONS',
  'NODE_PATH', // written by pnpm's launchers, for the tool they launch
  'NODE_TEST_CONTEXT',
  'NODE_UNIQUE_ID',
  'NODE_V8_COVERAGE',
  'PNPM_SCRIPT_SRC_DIR',
  'VSCODE_INSPECTOR_OPTIONS',
]);

/**
 * The environment the app is started with: what we inherited, without what a package manager or a test runner told us
 * about ourselves, then `given`. `runId` is appended to the run we are part of, if any. With `node`, its folder comes
 * first on PATH and its file stands in NODE and npm_node_execpath.
 */
export function appEnvironment(options: { inherited: Variables; given: Variables; runId: string; node?: { file: string; folder: string } }): Record<string, string> {
  const { inherited, given, runId, node } = options;
  const underPackageManager = inherited['npm_lifecycle_event'] !== undefined || inherited['npm_command'] !== undefined;
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(inherited)) {
    if (value === undefined || OURS.has(name)) continue;
    if (underPackageManager && name.startsWith('npm_')) continue;
    environment[name] = value;
  }
  environment['LWA_SPLIT_ANALYZE'] = '1';
  // A package manager that starts the app must not look for a newer one of itself.
  environment['npm_config_update_notifier'] = 'false';
  for (const [name, value] of Object.entries(given)) if (value !== undefined) environment[name] = value;
  const outer = inherited[RUN_VARIABLE];
  environment[RUN_VARIABLE] = outer === undefined ? runId : `${outer}/${runId}`;
  if (node !== undefined) {
    environment['PATH'] = [node.folder, environment['PATH'] ?? ''].filter((part) => part !== '').join(delimiter);
    environment['NODE'] = node.file;
    environment['npm_node_execpath'] = node.file;
  }
  return environment;
}

/** True when a process that carries this value of LWA_SPLIT_RUN was started by the run, or by a session of that id. */
export function belongsToRun(value: string, runId: string): boolean {
  return value.split('/').some((part) => part === runId || part.startsWith(`${runId}-`));
}
