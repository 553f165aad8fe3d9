import type { Boot, RequestRun } from '../model/boot.ts';
import type { Costs } from '../model/costs.ts';
import type { StartProfile } from '../model/prediction.ts';
import { halfInterval, median, sampleOf } from '../model/sample.ts';
import { goneWithout } from './reach.ts';

/** What a prediction needs to know of the starts that were measured at `speed`; null where the app never answered. */
export function startProfile(boot: Boot, costs: Costs, speed: number): StartProfile | null {
  const starts = boot.plainMs.filter((ms) => !Number.isNaN(ms));
  if (boot.evidence.answered === null || starts.length === 0) return null;
  const start = sampleOf(starts);
  const stays = 1 - transpilerShare(boot);
  const requests = boot.requests ?? [];
  const known = { startMs: start.medianMs * stays, cpuMs: usualCpu(requests, stays), requests: firstRequests(requests) };
  return {
    ...known,
    waitingMs: Math.min(known.startMs, costs.account?.waitingMs ?? 0),
    lateLoadMs: 0,
    noiseMs: halfInterval(start),
    speed,
    smallHeap: smallHeap(boot, known, stays),
  };
}

/** Each start with a small heap is compared with the plain one of its round: the machine is faster in some minutes than in others. */
function smallHeap({ smallHeap: small, plainMs }: Boot, { startMs, cpuMs, requests }: Pick<StartProfile, 'startMs' | 'cpuMs' | 'requests'>, stays: number): StartProfile['smallHeap'] {
  const longer = (small?.plainMs ?? []).flatMap((ms, round) => (Number.isFinite(plainMs[round]) ? [ms / plainMs[round]!] : []));
  if (small === undefined || longer.length === 0) return null;
  return { startMs: startMs * median(longer), cpuMs: usualCpu(small.requests, stays) ?? cpuMs, requests: small.requests.length === 0 ? requests : firstRequests(small.requests) };
}

function usualCpu(requests: readonly RequestRun[], stays: number): number | null {
  const cpu = requests.flatMap(({ initCpuMs }) => initCpuMs ?? []);
  return cpu.length === 0 ? null : median(cpu) * stays;
}

/** Where CPU time is not told, all of the time counts as CPU: what is wrong about that makes a prediction longer, not shorter. */
function firstRequests(requests: readonly RequestRun[]): StartProfile['requests'] {
  if (requests.length === 0) return [{ wallMs: 1, cpuMs: 1, afterCpuMs: 0 }];
  return requests.map(({ wallMs, cpuMs, afterCpuMs }) => ({ wallMs, cpuMs: cpuMs ?? wallMs, afterCpuMs: afterCpuMs ?? 0 }));
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
