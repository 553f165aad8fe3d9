import { environment, type EnvironmentOptions, type Init } from './environment.ts';
import type { UrlRequest } from './function-url.ts';

/** A cold start as a client of the function sees it, milliseconds. */
export interface ColdStart {
  /** Length of the init phase, also of one that failed. */
  initMs: number;
  init: Init['status'];
  /** Duration of the first invocation; it contains a second init when the first one failed. */
  firstRequestMs: number;
  totalMs: number;
  /** CPU time of init and first request together; null where the system does not tell. */
  cpuMs: number | null;
  initCpuMs: number | null;
  maxMemoryMb: number;
  status: number;
  /** True when the CPU share could not be enforced: reckoned, not measured. */
  modeled: boolean;
}

/** Starts a fresh environment, sends it one request (GET of the readiness path when absent), and ends it. */
export async function coldStart(options: EnvironmentOptions & { request?: UrlRequest }): Promise<ColdStart> {
  const { request, ...rest } = options;
  const path = options.env?.['AWS_LWA_READINESS_CHECK_PATH'] ?? '/';
  const started = environment(rest);
  try {
    const init = await started.ready;
    const answer = await started.invoke(request ?? { method: 'GET', path, headers: [], body: null });
    answer.body.resume().on('error', () => undefined);
    const report = await answer.report;
    if (report === null) throw new Error('The first request is over the limit of 6 MB.');
    return {
      initMs: init.ms,
      init: init.status,
      firstRequestMs: report.durationMs,
      totalMs: init.ms + report.durationMs,
      cpuMs: init.cpuMs === null || report.cpuMs === null ? null : init.cpuMs + report.cpuMs,
      initCpuMs: init.cpuMs,
      maxMemoryMb: report.maxMemoryMb,
      status: answer.status,
      modeled: report.modeled,
    };
  } finally {
    await started.close();
  }
}
