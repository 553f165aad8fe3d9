import type { Boot } from '../model/boot.ts';
import type { Costs } from '../model/costs.ts';
import type { StartProfile } from '../model/prediction.ts';
import { halfInterval, median, sampleOf } from '../model/sample.ts';
import { goneWithout } from './reach.ts';

/** What a prediction needs to know of the starts that were measured at `speed`; null where the app never answered. */
export function startProfile(boot: Boot, costs: Costs, speed: number): StartProfile | null {
  const starts = boot.plainMs.filter((ms) => !Number.isNaN(ms));
  if (boot.evidence.answered === null || starts.length === 0) return null;
  const requests = boot.requests ?? [];
  const start = sampleOf(starts);
  const cpu = requests.flatMap(({ initCpuMs }) => initCpuMs ?? []);
  const stays = 1 - transpilerShare(boot);
  return {
    startMs: start.medianMs * stays,
    waitingMs: Math.min(start.medianMs * stays, costs.account?.waitingMs ?? 0),
    cpuMs: cpu.length === 0 ? null : median(cpu) * stays,
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

/**
 * What is deployed is compiled: of a start through tsx, ts-node and the like, the share that goes with the transpiler and its
 * launcher. What it took to compile each of the app's files cannot be told from running it, and stays.
 */
function transpilerShare({ evidence: { graph, transpiler }, timing }: Boot): number {
  if (transpiler === null) return 0;
  const modules = graph.modules.filter((module) => module.package === transpiler).map(({ id }) => id);
  // What nothing is known to load, goes with nothing.
  const never = new Set(goneWithout(graph, {}));
  const gone = new Set(goneWithout(graph, { modules }).filter((id) => !never.has(id)));
  const shares = timing.flatMap(({ account, firstAnswerMs, modules: times }) => {
    if (firstAnswerMs === null) return [];
    const loadingMs = times.filter(({ id }) => gone.has(id)).reduce((sum, one) => sum + one.resolveMs + one.readMs + one.evaluateMs, 0);
    return [(account.launcherMs + loadingMs) / firstAnswerMs];
  });
  return shares.length === 0 ? 0 : Math.min(1, median(shares));
}
