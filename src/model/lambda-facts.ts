import type { Calibration, LambdaConstants, Range } from './prediction.ts';

/**
 * Every constant of the cold-start model, compiled on 2026-11-22, each with its source. "lambda-perf" is the public daily
 * benchmark maxday/lambda-perf: 33 files from 2026-07-20 to 2026-08-22, ten cold starts of a trivial function a day for
 * each runtime, package, architecture and memory; p50 and p90 of all memory sizes together, because Init Duration does not
 * depend on memory there (nodejs24 zip x86: 135, 134, 134, 132 ms at 128, 256, 512, 1024 MB). Where no number was ever
 * published the comment begins with "Assumed": these are what a calibration should replace first.
 */
export const lambdaConstants: LambdaConstants = {
  name: 'AWS Lambda',
  date: '2026-08-22',

  // lambda-perf, Rust on provided.al2023, a program that starts in no time: p50 16 ms in a zip, 34 to 37 in an image, p90
  // 16 to 22 and 66 to 76. ARM is not listed there and is taken to be the same.
  platform: {
    zip: { x64: range(14, 16, 22), arm64: range(14, 16, 22) },
    image: { x64: range(30, 35, 73), arm64: range(30, 35, 73) },
  },

  // lambda-perf, nodejs24: zip x86 p50 134 (p90 150), ARM 122 (133); image x86 269 (p90 491 to 571), ARM 230 (658 to 677).
  // Less the platform and 40 ms for a bare server on the reference machine this leaves 78, 66, 194 and 155 ms for a cold
  // disk, a slower CPU and the managed runtime's own client, which does not run behind the adapter. How it is shared among
  // the three is not published. Assumed: half of it in a zip, three quarters in an image is the disk.
  coldNode: {
    zip: { x64: range(10, 39, 78), arm64: range(8, 33, 66) },
    image: { x64: range(60, 145, 400), arm64: range(50, 116, 520) },
  },

  // Measured on 2026-11-22 with the real adapter 1.0.0-rc1 in src/lambda, ten starts of a bare server: 2 to 6 ms of CPU. Assumed: what
  // its process and the wrapper script of a zip take beside that.
  adapter: range(3, 8, 20),
  // Lambda Web Adapter 0.9.1 and 1.0.0, src/readiness.rs: a fixed pause of 10 ms between two questions.
  pollMs: 10,

  // Assumed: nobody publishes the speed of Lambda's CPUs in terms of anything that can be run here.
  speed: { x64: range(0.6, 0.8, 1.1), arm64: range(0.6, 0.8, 1.1) },
  // Community measurements of 2022; AWS says only that init gets more CPU. lambda-perf agrees: see above.
  initCpus: 2,
  // Lambda developer guide: one vCPU at 1,769 MB, in proportion below and above.
  fullCpuMb: 1769,
  // V8 (src/heap/heap.cc) takes half of the memory for its heap, but not less than 256 MB, with a young generation in proportion to it; so does Node
  // 24 in src/lambda (test/lambda/environment.test.ts). Lambda's own machines have so much memory as the function.
  smallHeapMb: 512,
  // pwrdrvr/lambda-throttling, 2025-03-01: pauses in steps of 20 ms at every memory below 1,769 MB. lambda-perf agrees: 2 ms of
  // CPU handed out in 20 ms spans give 12 ms on average at 128 MB and 2 to 3 above, and 10.8 to 13.6 and 2.7 to 4.9 were seen.
  periodMs: 20,
  // lambda-perf: the first invocation of a trivial function takes 2.7 to 4.7 ms where nothing is throttled.
  adapterRequest: range(0.3, 0.7, 2),
  invoke: range(0.8, 1.5, 3),
  // The 90th percentile of the error in src/lambda that was published before this was a part of the interval (test/bench/RESULTS.md, 2026-11-27).
  modelError: 0.17,
  // Lambda developer guide, on-demand functions; for images a maintainer of the adapter once said that there is no limit.
  initLimitMs: 10_000,
  // Lambda Web Adapter, src/lib.rs, 0.9.1 to 1.1.0.
  asyncInitMs: 9800,

  extensions: [
    // Datadog Engineering, 2025-04-09: about 70 ms since its rewrite in Rust, which cut it by 82 % (so some 390 before).
    { name: 'Datadog extension', match: 'datadog-extension', init: range(50, 70, 390) },
    // Secondary: texts of February and of summer 2026 name 50 to 150 ms for the collector and 200 to 800 for the SDK.
    { name: 'OpenTelemetry layer', match: 'otel|opentelemetry', init: range(250, 450, 950) },
  ],
  // Assumed: extensions start beside the app, so that a small one is not seen at all.
  unknownExtension: range(0, 40, 150),
};

/**
 * The environment of src/lambda on this machine: no platform, a warm disk, this machine's own CPU. `adapter` and `invoke` are
 * of its built-in stand-in for the adapter.
 */
export const emulatorConstants: LambdaConstants = {
  ...lambdaConstants,
  name: 'emulator',
  date: '2026-11-22',
  platform: { zip: { x64: exactly(0), arm64: exactly(0) }, image: { x64: exactly(0), arm64: exactly(0) } },
  coldNode: { zip: { x64: exactly(0), arm64: exactly(0) }, image: { x64: exactly(0), arm64: exactly(0) } },
  adapter: range(0, 2, 5),
  speed: { x64: exactly(1), arm64: exactly(1) },
  adapterRequest: exactly(0),
  invoke: range(0.5, 1, 3),
  extensions: [],
  unknownExtension: exactly(0),
};

/** The constants with what a calibration knows better. */
export function calibrated(constants: LambdaConstants, { kind: _, version: __, ...known }: Calibration): LambdaConstants {
  return { ...constants, ...known, name: known.name ?? `${constants.name}, calibrated` };
}

function range(low: number, typical: number, high: number): Range {
  return { low, typical, high };
}

function exactly(value: number): Range {
  return { low: value, typical: value, high: value };
}

/**
 * What the variants that lwa-split makes cost, milliseconds on the reference machine; shares are of the time as deployed. From what
 * `node test/bench/lambda-fit.ts --rounds 3` measured on 2026-11-27, never on an app that an error is published for: what the loader and a pack
 * take by themselves on apps made for it; evaluateLeft, evaluateEsmLeft and otherLeft by least squares over 16 packs, of the shops in examples/ and
 * of four published servers, which they give back within 7 % in the median and 15 % in nine of ten. Assumed: what is left of looking for files and
 * of reading them.
 */
export const variantFacts = {
  loaderMs: 2,
  loaderPerFileMs: 0.11,
  resolveLeft: 0.05,
  readLeft: 0.2,
  evaluateLeft: 0.58,
  evaluateEsmLeft: 0.27,
  otherLeft: 0.7,
  packMs: 4,
  packPerModuleMs: 0.034,
};
