import { median, roundMs } from '../model/sample.ts';
import type { LambdaConstants, Placement, PredictedPart, Prediction, Range, StartProfile } from '../model/prediction.ts';
import { timeUnderQuota, type Step } from './cpu-share.ts';

/** Sizes that people choose among, MB. */
export const commonSizes = [128, 256, 512, 1024, 1769, 3008];

interface Part extends Range {
  name: string;
  of: 'init' | 'request';
}

/**
 * What a cold start takes on Lambda, from one that was measured here.
 *
 *     init    = platform + cold Node + adapter + poll/2 + extensions + waiting + max(busy, cpu/initCpus)·s
 *     request = invoke + quota((cpu + beside)·s + late loads·s + the adapter's CPU, waiting)
 *     total   = init + request, under provisioned concurrency the request alone
 *
 * - s: speed of this machine ÷ speed of Lambda's CPU
 * - busy: spawn to first answer, less waiting. Init has a burst of CPU at every memory size, so memory is not in its formula.
 * - quota: query/cpu-share.ts, with memory ÷ fullCpuMb of a CPU; the median over the requests of all starts, since garbage is collected in some
 * - beside: CPU that the app's other threads go on to use after the answer, (1 - memory ÷ fullCpuMb) of it. With less than a CPU it is taken from
 *   the request's, but the scheduler gives others no more than the request, so it counts as much as cpu at most.
 * - Up to `smallHeapMb`, start and requests are those with the heap that Node gives itself there.
 * - An init beyond Lambda's limit is begun anew in the first request, at its share; with asynchronous init it goes on there.
 *
 * The interval takes the parts' errors as independent of each other: low and high lie as far from the typical value as the root
 * of the sum of the squares of each part's own distance, and of how far the model is off where all parts are known. A CPU speed that
 * is off makes all CPU parts wrong alike, so it is one part.
 */
export function predict(measured: StartProfile, placement: Placement, constants: LambdaConstants): Prediction {
  const profile = placement.memoryMb <= constants.smallHeapMb ? { ...measured, ...measured.smallHeap } : measured;
  const init = initParts(profile, placement, constants);
  const untimely = beyondLimit(sum(init, 'typical'), placement, constants);
  const request = requestParts(profile, placement, constants, untimely.leftMs);
  const counted = placement.provisioned ? request : [...cutInit(init, untimely.initMs), ...request];
  const initMs = untimely.initMs ?? sum(init, 'typical');
  const firstRequestMs = sum(request, 'typical');
  const totalMs = sum(counted, 'typical');
  return {
    memoryMb: placement.memoryMb,
    initMs: roundMs(initMs),
    firstRequestMs: roundMs(firstRequestMs),
    totalMs: roundMs(totalMs),
    lowMs: roundMs(totalMs - Math.hypot(constants.modelError * totalMs, ...counted.map(({ typical, low }) => typical - low))),
    highMs: roundMs(totalMs + Math.hypot(constants.modelError * totalMs, ...counted.map(({ typical, high }) => high - typical))),
    parts: [...cutInit(init, untimely.initMs), ...request].map(shown),
  };
}

/** The prediction at the configured memory and at the common sizes, smallest first. */
export function predictSizes(profile: StartProfile, placement: Placement, constants: LambdaConstants): Prediction[] {
  const sizes = [...new Set([...commonSizes, placement.memoryMb])].sort((a, b) => a - b);
  return sizes.map((memoryMb) => predict(profile, { ...placement, memoryMb }, constants));
}

function initParts(profile: StartProfile, { packaging, architecture, extensions }: Placement, constants: LambdaConstants): Part[] {
  const busyMs = Math.max(profile.startMs - profile.waitingMs, (profile.cpuMs ?? 0) / constants.initCpus);
  const speed = constants.speed[architecture];
  const at = (ofLambda: number): number => (busyMs * profile.speed) / ofLambda;
  const noise = (profile.noiseMs * profile.speed) / speed.typical;
  return [
    { name: 'platform', of: 'init', ...constants.platform[packaging][architecture] },
    { name: 'Node from a cold disk', of: 'init', ...constants.coldNode[packaging][architecture] },
    { name: 'adapter', of: 'init', ...constants.adapter },
    { name: 'readiness poll', of: 'init', low: 0, typical: constants.pollMs / 2, high: constants.pollMs },
    ...extensions.map((one): Part => ({ name: extensionNamed(one, constants)?.name ?? one, of: 'init', ...(extensionNamed(one, constants)?.init ?? constants.unknownExtension) })),
    { name: 'app on the CPU', of: 'init', low: Math.min(at(speed.high), at(speed.typical) - noise), typical: at(speed.typical), high: Math.max(at(speed.low), at(speed.typical) + noise) },
    { name: 'app waiting', of: 'init', low: profile.waitingMs, typical: profile.waitingMs, high: profile.waitingMs },
  ];
}

function extensionNamed(name: string, { extensions }: LambdaConstants): LambdaConstants['extensions'][number] | undefined {
  return extensions.find(({ match }) => new RegExp(match, 'i').test(name));
}

/** How long Lambda waits for an init that takes too long (else null), and what is left of it, or to be done again, in the first request. */
function beyondLimit(initMs: number, { provisioned, asyncInit }: Placement, { initLimitMs, asyncInitMs }: LambdaConstants): { initMs: number | null; leftMs: number } {
  if (provisioned || initMs <= (asyncInit ? asyncInitMs : initLimitMs)) return { initMs: null, leftMs: 0 };
  return asyncInit ? { initMs: asyncInitMs, leftMs: initMs - asyncInitMs } : { initMs: initLimitMs, leftMs: initMs };
}

/** All lines share what Lambda waits for at most. */
function cutInit(parts: Part[], limitMs: number | null): Part[] {
  if (limitMs === null) return parts;
  return [{ name: 'init until its limit', of: 'init', low: limitMs, typical: limitMs, high: limitMs }];
}

function requestParts({ requests, lateLoadMs, speed }: StartProfile, { memoryMb, architecture, provisioned }: Placement, constants: LambdaConstants, leftMs: number): Part[] {
  const ofLambda = constants.speed[architecture];
  const cpus = memoryMb / constants.fullCpuMb;
  const late = provisioned ? 0 : lateLoadMs;
  const ranges = requests.map(({ wallMs, cpuMs, afterCpuMs }): Range => {
    const waitingMs = Math.max(0, wallMs - cpuMs);
    const besideMs = Math.min(cpuMs, afterCpuMs * Math.max(0, 1 - cpus));
    const share = { quotaMs: cpus * constants.periodMs, periodMs: constants.periodMs, parallel: Math.max(1, cpuMs / wallMs) };
    // Half of the work before the wait and half after: a database asked in the middle of a handler.
    const steps = (ms: number): Step[] => (waitingMs > 0 ? [{ cpuMs: ms / 2 }, { sleepMs: waitingMs }, { cpuMs: ms / 2 }] : [{ cpuMs: ms }]);
    const cpu = (at: keyof Range, speedAt: number): number => ((cpuMs + besideMs + late) * speed) / speedAt + constants.adapterRequest[at] + leftMs;
    const typical = timeUnderQuota(steps(cpu('typical', ofLambda.typical)), share);
    return {
      low: Math.min(typical.low, timeUnderQuota(steps(cpu('low', ofLambda.high)), share).typical),
      typical: typical.typical,
      high: Math.max(typical.high, timeUnderQuota(steps(cpu('high', ofLambda.low)), share).typical),
    };
  });
  return [
    { name: 'invocation', of: 'request', ...constants.invoke },
    {
      name: late > 0 ? 'request and late loads, at its CPU share' : 'request, at its CPU share',
      of: 'request',
      low: Math.min(...ranges.map(({ low }) => low)),
      typical: median(ranges.map(({ typical }) => typical)),
      high: Math.max(...ranges.map(({ high }) => high)),
    },
  ];
}

function sum(parts: readonly Part[], at: keyof Range): number {
  return parts.reduce((total, part) => total + part[at], 0);
}

function shown({ name, of, typical, low, high }: Part): PredictedPart {
  return { name, of, ms: roundMs(typical), lowMs: roundMs(low), highMs: roundMs(high) };
}
