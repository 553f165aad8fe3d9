/**
 * Steps of `work` that make one second of CPU time on the reference machine: one core of an AMD EPYC server under
 * Node 24.21 on x64, calibrated 2026-11-22. The steps are the constant; how long they take is up to the machine.
 */
export const STEPS_PER_REFERENCE_SECOND = 605_000_000;

/**
 * Spends a fixed amount of CPU work and returns its result, so that nothing can optimize it away. It stands for what a
 * large library does while it loads. The environment variable SCALE (1 if unset) multiplies the amount.
 */
export function work(referenceSeconds) {
  const steps = Math.round(referenceSeconds * STEPS_PER_REFERENCE_SECOND * Number(process.env.SCALE ?? 1));
  let state = 1;
  for (let step = 0; step < steps; step++) {
    // One step of Marsaglia's xorshift generator with shifts 13, 17, 5: each needs the one before it.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
  }
  return state >>> 0;
}
