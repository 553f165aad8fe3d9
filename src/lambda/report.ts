/** One invocation as Lambda's log reports it. */
export interface Report {
  requestId: string;
  durationMs: number;
  /** Whole milliseconds of init and invocation together. */
  billedMs: number;
  memoryMb: number;
  maxMemoryMb: number;
  /** Only on the first invocation after an init that came to its end. */
  initMs: number | null;
  status: 'success' | 'error' | 'timeout';
  errorType: string | null;
  /** CPU time of the environment's processes during the invocation; null where the system does not tell. */
  cpuMs: number | null;
  /** True when the CPU share was not enforced but reckoned afterwards; such times prove nothing. */
  modeled: boolean;
}

/** Init is billed for every package since August 2025: billed = ceil(init + duration). */
export function billedMs(durationMs: number, initMs: number | null): number {
  return Math.ceil(durationMs + (initMs ?? 0));
}

/**
 * What a stretch of time would have been with a share of one CPU: the CPU time is stretched, waiting is not.
 * wall + cpu * (1 / share - 1). Exact for one thread that either runs or waits.
 */
export function stretched(wallMs: number, cpuMs: number, vcpus: number): number {
  return vcpus >= 1 ? wallMs : wallMs + cpuMs * (1 / vcpus - 1);
}

/** The REPORT line, fields in Lambda's order, separated by tabs. */
export function reportLine(report: Report): string {
  const fields = [
    `REPORT RequestId: ${report.requestId}`,
    `Duration: ${report.durationMs.toFixed(2)} ms`,
    `Billed Duration: ${report.billedMs} ms`,
    `Memory Size: ${report.memoryMb} MB`,
    `Max Memory Used: ${Math.ceil(report.maxMemoryMb)} MB`,
    ...(report.initMs === null ? [] : [`Init Duration: ${report.initMs.toFixed(2)} ms`]),
    ...(report.status === 'success' ? [] : [`Status: ${report.status}`]),
    ...(report.errorType === null ? [] : [`Error Type: ${report.errorType}`]),
  ];
  return `${fields.join('\t')}\t`;
}

/** The INIT_REPORT line, which Lambda writes for an init that failed or took too long. */
export function initReportLine(init: { ms: number; phase: 'init' | 'invoke'; status: 'error' | 'timeout'; errorType: string | null }): string {
  const type = init.errorType === null ? '' : `\tError Type: ${init.errorType}`;
  return `INIT_REPORT Init Duration: ${init.ms.toFixed(2)} ms\tPhase: ${init.phase}\tStatus: ${init.status}${type}`;
}
