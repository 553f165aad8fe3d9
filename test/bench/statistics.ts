/** A relative change and its 95 % interval: -0.5 is half as long. */
export interface Change {
  low: number;
  middle: number;
  high: number;
}

/** Student's t, two-sided 95 %, by degrees of freedom. */
const T = [Number.POSITIVE_INFINITY, 12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.2, 2.18, 2.16, 2.14, 2.13, 2.12, 2.11, 2.1, 2.09, 2.09];

/** From the ratios of paired measurements: their geometric mean, and its interval by the spread of their logarithms. */
export function changeOf(ratios: readonly number[]): Change {
  const logs = ratios.map(Math.log);
  const mean = logs.reduce((a, b) => a + b, 0) / logs.length;
  const variance = logs.reduce((sum, one) => sum + (one - mean) ** 2, 0) / Math.max(1, logs.length - 1);
  const half = (T[logs.length - 1] ?? 1.96) * Math.sqrt(variance / logs.length);
  return { low: Math.exp(mean - half) - 1, middle: Math.exp(mean) - 1, high: Math.exp(mean + half) - 1 };
}

export function geometricMean(values: readonly number[]): number {
  const real = values.filter((value) => Number.isFinite(value) && value > 0);
  return Math.exp(real.reduce((sum, value) => sum + Math.log(value), 0) / real.length);
}

/** The same order for the same seed, on every machine (mulberry32). */
export function seeded(seed: number): { shuffled<Item>(items: readonly Item[]): Item[] } {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    shuffled(items) {
      const all = [...items];
      for (let i = all.length - 1; i > 0; i--) {
        const j = Math.floor(next() * (i + 1));
        [all[i], all[j]] = [all[j]!, all[i]!];
      }
      return all;
    },
  };
}
