import type { Range } from '../model/prediction.ts';

/** How CPU is handed out: `quotaMs` of CPU in each `periodMs`; `parallel` is how many CPUs the work would keep busy. */
export interface Share {
  quotaMs: number;
  periodMs: number;
  parallel: number;
}

/** Something to do: a stretch on the CPU, or one asleep. */
export type Step = { cpuMs: number } | { sleepMs: number };

/** Starts spread over a period: nobody knows at which moment of it a request begins. */
const PHASES = 40;
const TAIL = 0.05;

/**
 * Milliseconds that the steps take one after the other under a CPU quota, as the Linux scheduler enforces it: at the start of each
 * period the quota is full again, what is left of the last one is lost, and whoever has used it up sleeps until the next. Work
 * of c that begins at moment φ of a period of length P with quota Q thus ends after about ⌈c/Q⌉-1 periods, less φ: in small
 * shares this is far from c·P/Q. Typical is the mean over all φ, low and high their 5th and 95th percentile.
 */
export function timeUnderQuota(steps: readonly Step[], share: Share): Range {
  const times = Array.from({ length: PHASES }, (_, i) => timeFrom(((i + 0.5) / PHASES) * share.periodMs, steps, share)).sort((a, b) => a - b);
  const at = (portion: number): number => times[Math.min(PHASES - 1, Math.floor(portion * PHASES))]!;
  return { low: at(TAIL), typical: times.reduce((sum, ms) => sum + ms, 0) / PHASES, high: at(1 - TAIL) };
}

/** The same for one moment `phaseMs` of a period, at which all of its quota is left. */
export function timeFrom(phaseMs: number, steps: readonly Step[], { quotaMs, periodMs, parallel }: Share): number {
  let now = phaseMs;
  let left = quotaMs;
  const period = (): number => Math.floor(now / periodMs + 1e-9);
  const goTo = (moment: number): void => {
    const before = period();
    now = moment;
    if (period() > before) left = quotaMs;
  };
  for (const step of steps) {
    if ('sleepMs' in step) {
      goTo(now + step.sleepMs);
      continue;
    }
    for (let todo = step.cpuMs; todo > 1e-9; ) {
      const end = (period() + 1) * periodMs;
      const used = Math.min(todo, left, (end - now) * parallel);
      todo -= used;
      left -= used;
      if (todo <= 1e-9) now += used / parallel;
      else goTo(left <= 1e-9 ? end : Math.min(end, now + used / parallel));
    }
  }
  return now - phaseMs;
}
