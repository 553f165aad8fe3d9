import { z } from 'zod';

/** A repeated measurement: median, median absolute deviation (its noise) and how many runs it rests on. Milliseconds. */
export const Sample = z.object({
  medianMs: z.number(),
  madMs: z.number(),
  runs: z.number().int(),
});
export type Sample = z.infer<typeof Sample>;

/** Middle value of the list; the mean of the two middle ones when their number is even. NaN for an empty list. */
export function median(values: readonly number[]): number {
  if (values.length === 0) return Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** Summarizes runs as a Sample, rounded to a hundredth of a millisecond so that documents stay readable. */
export function sampleOf(values: readonly number[]): Sample {
  const middle = median(values);
  const spread = median(values.map((value) => Math.abs(value - middle)));
  return { medianMs: roundMs(middle), madMs: roundMs(spread), runs: values.length };
}

/**
 * Half width of the 95 % interval of the median, milliseconds: 1.96 standard errors, where the standard deviation is
 * estimated as 1.4826 MAD and the median's error is 1.2533 times the mean's (both for normal noise).
 */
export function halfInterval(sample: Sample): number {
  return (1.96 * 1.2533 * 1.4826 * sample.madMs) / Math.sqrt(Math.max(1, sample.runs));
}

export function roundMs(ms: number): number {
  return Math.round(ms * 100) / 100;
}
