type Variables = Record<string, string | undefined>;

/** What the Lambda Web Adapter reads from its environment, as version 1.1.0 understands it. */
export interface AdapterSettings {
  host: string;
  port: number;
  readiness: {
    port: number;
    path: string;
    protocol: 'http' | 'tcp';
    /** Status codes that count as ready. */
    healthy: ReadonlySet<number>;
    /** Milliseconds; null waits without end. */
    timeoutMs: number | null;
  };
  asyncInit: boolean;
  /** Without a slash at its end; null when nothing is removed. */
  basePath: string | null;
  passThroughPath: string;
  compression: boolean;
  invokeMode: 'buffered' | 'response_stream';
  authorizationSource: string | null;
  /** Status codes that make an invocation fail. */
  errorStatusCodes: ReadonlySet<number>;
}

/** Names without the prefix AWS_LWA_ that still count, in second place. */
const WITHOUT_PREFIX = new Set(['PORT', 'HOST', 'READINESS_CHECK_PORT', 'READINESS_CHECK_PATH', 'READINESS_CHECK_PROTOCOL', 'ASYNC_INIT', 'REMOVE_BASE_PATH']);

/** Reads the settings; values that the adapter does not understand mean what they mean to it, not an error. */
export function adapterSettings(env: Variables): AdapterSettings {
  const value = (name: string): string | undefined => env[`AWS_LWA_${name}`] ?? (WITHOUT_PREFIX.has(name) ? env[name] : undefined);
  // Parsed as Rust parses a bool: `1`, `True` and `yes` are false.
  const flag = (name: string): boolean => value(name) === 'true';
  const port = Number(value('PORT') ?? 8080);
  const timeoutS = Number(value('READINESS_CHECK_TIMEOUT_SECONDS') ?? Number.NaN);
  const base = (value('REMOVE_BASE_PATH') ?? '').replace(/\/+$/, '');
  const invokeMode = value('INVOKE_MODE')?.toLowerCase() === 'response_stream' ? 'response_stream' : 'buffered';
  return {
    host: value('HOST') ?? '127.0.0.1',
    port,
    readiness: {
      port: Number(value('READINESS_CHECK_PORT') ?? port),
      path: value('READINESS_CHECK_PATH') ?? '/',
      protocol: value('READINESS_CHECK_PROTOCOL')?.toLowerCase() === 'tcp' ? 'tcp' : 'http',
      healthy: statusCodes(value('READINESS_CHECK_HEALTHY_STATUS') ?? '100-499'),
      timeoutMs: timeoutS > 0 ? timeoutS * 1000 : null,
    },
    // Version 1.1.0 leaves it out where init has minutes.
    asyncInit: flag('ASYNC_INIT') && env['AWS_LAMBDA_INITIALIZATION_TYPE'] !== 'provisioned-concurrency',
    basePath: base === '' ? null : base,
    passThroughPath: value('PASS_THROUGH_PATH') ?? '/events',
    compression: flag('ENABLE_COMPRESSION') && invokeMode === 'buffered',
    invokeMode,
    authorizationSource: value('AUTHORIZATION_SOURCE')?.toLowerCase() ?? null,
    errorStatusCodes: statusCodes(value('ERROR_STATUS_CODES') ?? ''),
  };
}

/** `500,502-504` as a set; parts that are neither a code nor a range are left out. */
export function statusCodes(text: string): ReadonlySet<number> {
  return new Set(
    text.split(',').flatMap((part) => {
      const match = /^(\d+)(?:-(\d+))?$/.exec(part.trim());
      if (match === null) return [];
      const [first, last] = [Number(match[1]), Number(match[2] ?? match[1])];
      return Array.from({ length: Math.max(0, Math.min(last, 999) - first + 1) }, (_, index) => first + index);
    }),
  );
}

/** The path that the app sees: the base path is taken off once, at the end of a segment only. */
export function withoutBase(path: string, basePath: string | null): string {
  if (basePath === null || (path !== basePath && !path.startsWith(`${basePath}/`))) return path;
  return path.slice(basePath.length) || '/';
}
