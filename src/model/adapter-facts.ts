/**
 * What the Lambda Web Adapter reads and where it is published, as of 2026-11-22: the string constants of its src/lib.rs at 0.7.0 to
 * 1.0.0, its changelog and guide for 1.0.1 and 1.1.0, its release pipeline for regions and accounts.
 */
export const newestAdapter = { version: '1.1.0', layer: 30 };

/** Versions that exist, oldest first, with the layer that holds them where a document of the project says so. */
export const adapterVersions: readonly { version: string; layer: number | null }[] = [
  ...['0.7.0', '0.7.1', '0.8.0', '0.8.1', '0.8.2', '0.8.3', '0.8.4', '0.9.0'].map((version) => ({ version, layer: null })),
  { version: '0.9.1', layer: 24 },
  { version: '1.0.0-rc1', layer: 26 },
  { version: '1.0.0', layer: 27 },
  { version: '1.0.1', layer: 28 },
  { version: '1.1.0', layer: 30 },
];

/** What a value must look like. `strict-boolean` takes the exact words true and false, everything else counts as false. */
export type AdapterValue = 'port' | 'host' | 'path' | 'protocol' | 'strict-boolean' | 'invoke-mode' | 'status-codes' | 'seconds' | 'address' | 'text';

export interface AdapterVariable {
  name: string;
  /** Its name before 0.7, still read but to go in 2.0. */
  oldName?: string;
  value: AdapterValue;
  /** First version that reads it, where that is not one of the first. */
  since?: string;
  /** First version that does not, and what to use in its place. */
  gone?: { since: string; instead: string };
}

export const adapterVariables: readonly AdapterVariable[] = [
  { name: 'AWS_LWA_PORT', value: 'port' },
  { name: 'AWS_LWA_HOST', value: 'host' },
  { name: 'AWS_LWA_READINESS_CHECK_PORT', oldName: 'READINESS_CHECK_PORT', value: 'port' },
  { name: 'AWS_LWA_READINESS_CHECK_PATH', oldName: 'READINESS_CHECK_PATH', value: 'path' },
  { name: 'AWS_LWA_READINESS_CHECK_PROTOCOL', oldName: 'READINESS_CHECK_PROTOCOL', value: 'protocol' },
  { name: 'AWS_LWA_READINESS_CHECK_MIN_UNHEALTHY_STATUS', value: 'text', gone: { since: '1.0.0', instead: 'AWS_LWA_READINESS_CHECK_HEALTHY_STATUS' } },
  { name: 'AWS_LWA_READINESS_CHECK_HEALTHY_STATUS', value: 'status-codes', since: '1.0.0-rc1' },
  { name: 'AWS_LWA_READINESS_CHECK_TIMEOUT_SECONDS', value: 'seconds', since: '1.1.0' },
  { name: 'AWS_LWA_ASYNC_INIT', oldName: 'ASYNC_INIT', value: 'strict-boolean' },
  { name: 'AWS_LWA_REMOVE_BASE_PATH', oldName: 'REMOVE_BASE_PATH', value: 'path' },
  { name: 'AWS_LWA_PASS_THROUGH_PATH', value: 'path', since: '0.8.0' },
  { name: 'AWS_LWA_ENABLE_COMPRESSION', value: 'strict-boolean' },
  { name: 'AWS_LWA_INVOKE_MODE', value: 'invoke-mode' },
  { name: 'AWS_LWA_AUTHORIZATION_SOURCE', value: 'text', since: '0.8.4' },
  { name: 'AWS_LWA_ERROR_STATUS_CODES', value: 'status-codes', since: '0.9.0' },
  { name: 'AWS_LWA_LAMBDA_RUNTIME_API_PROXY', value: 'address', since: '0.9.1' },
  { name: 'AWS_LWA_EXTENSION_REGISTER_BASE_MS', value: 'text', since: '1.1.0' },
  { name: 'AWS_LWA_POOL_IDLE_TIMEOUT_SECONDS', value: 'text', since: '1.1.0' },
  { name: 'AWS_LWA_SNAPSTART_BEFORE_CHECKPOINT_PATH', value: 'path', since: '1.1.0' },
  { name: 'AWS_LWA_SNAPSTART_AFTER_RESTORE_PATH', value: 'path', since: '1.1.0' },
  { name: 'AWS_LWA_ENABLE_TLS', value: 'text', gone: { since: '0.8.0', instead: 'plain HTTP between adapter and app' } },
  { name: 'AWS_LWA_TLS_CERT_FILE', value: 'text', gone: { since: '0.8.0', instead: 'plain HTTP between adapter and app' } },
  { name: 'AWS_LWA_TLS_SERVER_NAME', value: 'text', gone: { since: '0.8.0', instead: 'plain HTTP between adapter and app' } },
];

/** The port that is asked where nothing names one. */
export const defaultPort = 8080;
/** Taken by the runtime API of Lambda itself. */
export const runtimeApiPort = 9001;
/** Taken where Lambda Insights is attached. */
export const insightsPort = 3000;

export const adapterImage = 'public.ecr.aws/awsguru/aws-lambda-adapter';
export const adapterFile = '/opt/extensions/lambda-adapter';

/** Accounts that publish the layer, by partition and region. GovCloud has none. */
export const layerAccounts: Record<string, string> = { aws: '753240598075', 'aws-cn cn-north-1': '041581134020', 'aws-cn cn-northwest-1': '069767869989' };
export const layerNames = { LambdaAdapterLayerX86: 'x64', LambdaAdapterLayerArm64: 'arm64' } as const;
/** Regions that were dropped, with the last layer version that is there. */
export const droppedRegions: Record<string, number> = { 'me-south-1': 26, 'me-central-1': 27 };

/** Older first: negative where `a` was published before `b`. Versions that nobody knows compare by their numbers. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [numbersOf(a), numbersOf(b)];
  for (let i = 0; i < 4; i++) if (left[i] !== right[i]) return left[i]! - right[i]!;
  return 0;
}

/** Three numbers, and a fourth that puts a release candidate before its release. */
function numbersOf(version: string): number[] {
  const [, major, minor, patch, candidate] = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-rc(\d+))?/.exec(version) ?? [];
  return [Number(major ?? 0), Number(minor ?? 0), Number(patch ?? 0), candidate === undefined ? Number.MAX_SAFE_INTEGER : Number(candidate)];
}
