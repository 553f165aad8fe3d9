import type { Boot } from '../model/boot.ts';
import type { Costs } from '../model/costs.ts';
import type { StartProfile } from '../model/prediction.ts';
import { halfInterval, median, sampleOf } from '../model/sample.ts';

/** What a prediction needs to know of the starts that were measured at `speed`; null where the app never answered. */
export function startProfile(boot: Boot, costs: Costs, speed: number): StartProfile | null {
  const starts = boot.plainMs.filter((ms) => !Number.isNaN(ms));
  if (boot.evidence.answered === null || starts.length === 0) return null;
  const requests = boot.requests ?? [];
  const start = sampleOf(starts);
  const cpu = requests.flatMap(({ initCpuMs }) => initCpuMs ?? []);
  return {
    startMs: start.medianMs,
    waitingMs: Math.min(start.medianMs, costs.account?.waitingMs ?? 0),
    cpuMs: cpu.length === 0 ? null : median(cpu),
    request: usualRequest(requests),
    lateLoadMs: 0,
    noiseMs: halfInterval(start),
    speed,
  };
}

/** Where CPU time is not told, all of the time counts as CPU: what is wrong about that makes a prediction longer, not shorter. */
function usualRequest(requests: NonNullable<Boot['requests']>): StartProfile['request'] {
  if (requests.length === 0) return { wallMs: 1, cpuMs: 1 };
  return { wallMs: median(requests.map(({ wallMs }) => wallMs)), cpuMs: median(requests.map(({ wallMs, cpuMs }) => cpuMs ?? wallMs)) };
}
