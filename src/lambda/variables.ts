/** What Lambda knows of a function when it starts an environment for it. */
export interface FunctionFacts {
  name: string;
  memoryMb: number;
  region: string;
  /** `provisioned-concurrency` lifts the limit on init. */
  initializationType: 'on-demand' | 'provisioned-concurrency';
  logStream: string;
  /** Start script, as the setting Handler of a zip package names it. */
  handler: string;
}

/**
 * The environment that processes of a Lambda environment see: what Lambda sets, then the function's own variables.
 * Nothing is inherited but PATH, where `node` is found. There are no credentials in it.
 */
export function environmentVariables(options: { facts: FunctionFacts; own: Record<string, string>; path: string; taskRoot: string; runtimeApi: string }): Record<string, string> {
  const { facts, own, path, taskRoot, runtimeApi } = options;
  return {
    ...own,
    PATH: own['PATH'] ?? path,
    LANG: own['LANG'] ?? 'en_US.UTF-8',
    TZ: own['TZ'] ?? ':UTC',
    _HANDLER: facts.handler,
    LAMBDA_TASK_ROOT: taskRoot,
    AWS_REGION: facts.region,
    AWS_DEFAULT_REGION: own['AWS_DEFAULT_REGION'] ?? facts.region,
    AWS_LAMBDA_FUNCTION_NAME: facts.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(facts.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: facts.initializationType,
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${facts.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: facts.logStream,
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
  };
}

/** What extensions see of it: names that begin with an underscore are for the runtime only. */
export function extensionVariables(variables: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !name.startsWith('_')));
}

/** vCPUs of a memory size: one at 1,769 MB, in proportion, six at most (10,240 MB). Lambda developer guide, "Memory". */
export function vcpusOf(memoryMb: number): number {
  return Math.min(6, memoryMb / 1769);
}
