// How a build's first answer is compared with its app's.
import type { AnalyzeOptions } from './model/options.ts';
import { halfInterval, sampleOf, type Sample } from './model/sample.ts';
import type { Times } from './build-proof.ts';
import { launch, type Setup } from './steps/boot/launch.ts';
import { epochMs } from './system/clock.ts';

/** How often both are timed: until their 95 % intervals are within this share of their medians, or for so long. A slow start varies little. */
const TIMED = { least: 3, most: 5, precision: 0.05, limitMs: 2000 };

function timedEnough(runs: AnalyzeOptions['runs'], times: number, samples: readonly number[][], tookMs: number): boolean {
  if (typeof runs === 'number') return times >= runs;
  const known = samples.map(sampleOf).every((sample) => halfInterval(sample) <= TIMED.precision * sample.medianMs);
  return times >= TIMED.most || (times >= TIMED.least && known) || (times > 0 && tookMs >= TIMED.limitMs);
}

/**
 * The app and the build in turn, so that what else the machine does falls on both alike. Of both the start that the user's command makes;
 * `times` are those of the starts in which they were asked.
 */
export async function timeBoth(options: AnalyzeOptions, built: Setup, { app, build }: Times): Promise<{ before: Sample | null; after: Sample | null }> {
  const [before, after] = [app, build].map((ms) => (ms === null ? [] : [ms])) as [number[], number[]];
  const begun = epochMs() - (app ?? 0) - (build ?? 0);
  for (let done = app === null || build === null ? 0 : 1; !timedEnough(options.runs, done, [before, after], epochMs() - begun); done++) {
    options.onProgress(`timing the app and the build: ${done + 1}`);
    for (const [setup, times] of [[options, before], [built, after]] as const) {
      if (times.length > done) continue;
      const { answered, spawnedAtMs } = await launch(setup, { probe: 'none', modules: 'skip', port: { kind: 'given' }, timeoutMs: options.timeoutMs });
      if (answered !== null) times.push(answered.atMs - spawnedAtMs);
    }
  }
  return { before: before.length > 0 ? sampleOf(before) : null, after: after.length > 0 ? sampleOf(after) : null };
}
