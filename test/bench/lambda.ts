// npm run bench -- --lambda: predicts the cold starts of corpus apps before their variants ever ran, then measures them in the
// environment of src/lambda under a real CPU quota, and prints the error. It is the error against that emulator, not against AWS.
import { availableParallelism, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { coldStart } from '../../src/lambda/index.ts';
import { calibrated, emulatorConstants } from '../../src/model/lambda-facts.ts';
import type { Calibration, LambdaConstants, Placement, Prediction, Range } from '../../src/model/prediction.ts';
import { median } from '../../src/model/sample.ts';
import { predict } from '../../src/query/predict.ts';
import { apps, type CorpusApp } from '../corpus/apps.ts';
import { install } from '../corpus/install.ts';
import { isLoopbackOnly, runLoopbackOnly } from '../corpus/loopback-only.ts';
import { table } from '../corpus/table.ts';
import { nodeBinary } from '../helpers/nodes.ts';
import { bareServer, variantsOf, type LambdaVariant } from './lambda-variants.ts';

export interface LambdaBenchOptions {
  only?: string[] | undefined;
  rounds: string;
  /** Only these variants: deployed, deferred, built. */
  variant?: string[] | undefined;
  json: boolean;
}

interface Compared {
  app: string;
  variant: string;
  memoryMb: number;
  predicted: Pick<Prediction, 'initMs' | 'firstRequestMs' | 'totalMs' | 'lowMs' | 'highMs'>;
  initMs: number;
  firstRequestMs: number;
  totalMs: number;
  /** CPU time of init, predicted and measured: what other work on the machine spoils least. Null where the system does not tell. */
  initCpuMs: [predicted: number | null, measured: number | null];
  /** Predicted ÷ measured total, less 1. */
  error: number;
  modeled: boolean;
}

const SIZES = [128, 512, 1024, 1769];
/** Far more than any first request takes: a time limit would cut what is to be measured. */
const TIMEOUT_S = 120;

/** Predicts and measures; returns Markdown, or JSON for whoever called it for one app. */
export async function lambdaBench(options: LambdaBenchOptions): Promise<string> {
  const compared: Compared[] = [];
  const loads = [loadavg()[0]!];
  for (const app of apps) {
    if (options.only !== undefined && !options.only.includes(app.name)) continue;
    console.error(`${app.name} ...`);
    if (!app.loopbackOnly || isLoopbackOnly) compared.push(...(await compareApp(app, options)));
    else compared.push(...(await compareLoopbackOnly(app, options)));
    loads.push(loadavg()[0]!);
  }
  return options.json ? JSON.stringify(compared) : markdown(compared, options, loads);
}

async function compareApp(app: CorpusApp, options: LambdaBenchOptions): Promise<Compared[]> {
  const folder = await install(app);
  const node = await nodeBinary(app.nodes[0]);
  const calibration = await calibrate(node, Number(options.rounds));
  console.error(`  calibrated with a bare server: ${JSON.stringify({ adapter: calibration.adapter, invoke: calibration.invoke })}`);
  const { variants, profile, startOutside, remove } = await variantsOf(app, folder, node, options);
  try {
    const seen = new Map<LambdaVariant, Map<number, Awaited<ReturnType<typeof coldStart>>[]>>(variants.map((variant) => [variant, new Map(SIZES.map((size) => [size, []]))]));
    const plainMs = new Map(SIZES.map((size) => [size, [] as number[]]));
    for (let round = 1; round <= Number(options.rounds); round++) {
      console.error(`  measuring: ${round} of ${options.rounds}`);
      let before = await startOutside();
      for (const memoryMb of SIZES) {
        for (const variant of variants) {
          seen.get(variant)!.get(memoryMb)!.push(await coldStart({ ...variant.function, node, memoryMb, timeoutS: TIMEOUT_S }));
        }
        const after = await startOutside();
        plainMs.get(memoryMb)!.push((before + after) / 2);
        before = after;
      }
    }
    return variants.flatMap((variant) =>
      SIZES.flatMap((memoryMb) => {
        const outside = plainMs.get(memoryMb)!;
        const constants = atSpeed(calibrated(emulatorConstants, calibration), profile.speed * (profile.startMs / median(outside)));
        const rounds = seen.get(variant)!.get(memoryMb)!.map((start, round) => ({ ...start, slower: outside[round]! / median(outside) }));
        const good = rounds.filter(({ init, status }) => init === 'success' && status < 500);
        if (good.length > 0) return [compare(app, variant, memoryMb, good, constants)];
        console.error(`  ${variant.name} at ${memoryMb} MB never came up, and is left out`);
        return [];
      }),
    );
  } finally {
    remove();
  }
}

/** `slower`: the app outside took so many times as long in that round as in the median one. The same is taken out of what was measured. */
type Seen = Awaited<ReturnType<typeof coldStart>> & { slower: number };

function compare(app: CorpusApp, variant: LambdaVariant, memoryMb: number, seen: Seen[], constants: LambdaConstants): Compared {
  const predicted = predict(variant.profile, placement(memoryMb), constants);
  const totalMs = median(seen.map((one) => one.totalMs / one.slower));
  const cpu = seen.flatMap((one) => one.initCpuMs ?? []);
  return {
    app: app.name,
    variant: variant.name,
    memoryMb,
    predicted,
    initMs: median(seen.map((one) => one.initMs / one.slower)),
    firstRequestMs: median(seen.map((one) => one.firstRequestMs / one.slower)),
    totalMs,
    initCpuMs: [variant.profile.cpuMs, cpu.length === 0 ? null : median(cpu)],
    error: predicted.totalMs / totalMs - 1,
    modeled: seen.some((one) => one.modeled),
  };
}

function placement(memoryMb: number): Placement {
  return { memoryMb, packaging: 'zip', architecture: 'x64', provisioned: false, asyncInit: false, extensions: [] };
}

/** What the emulator itself costs, from a bare server that is no app of the corpus: the same way as a function on AWS would be calibrated. */
async function calibrate(node: string, rounds: number): Promise<Calibration> {
  const server = bareServer();
  const [plain, there] = [[] as number[], [] as Awaited<ReturnType<typeof coldStart>>[]];
  for (let round = 0; round < Math.max(5, rounds); round++) {
    plain.push(await server.startMs(node));
    there.push(await coldStart({ ...server.function, node, memoryMb: 1769, timeoutS: TIMEOUT_S }));
  }
  const adapter = around(there.map((one) => one.initMs - median(plain)));
  const invoke = around(there.map((one) => Math.max(0, one.firstRequestMs - ((one.cpuMs ?? 0) - (one.initCpuMs ?? 0)))));
  // The difference holds the wait for the next poll already.
  return { kind: 'calibration', version: 1, date: emulatorConstants.date, adapter, invoke, pollMs: 0 };
}

function around(values: number[]): Range {
  const sorted = values.toSorted((a, b) => a - b);
  return { low: sorted[0]!, typical: median(values), high: sorted.at(-1)! };
}

/**
 * Others use the machine too, and it is faster or slower by a fifth from minute to minute. So the app as deployed is started between the
 * cold starts, outside of the emulator: around those of a memory size the emulator is taken to be as much faster or slower than the machine
 * was when the app was analyzed as these starts are, and each round as much faster or slower than the median one as those next to it.
 */
function atSpeed(constants: LambdaConstants, speed: number): LambdaConstants {
  const exactly = { low: speed, typical: speed, high: speed };
  return { ...constants, speed: { x64: exactly, arm64: exactly } };
}

async function compareLoopbackOnly(app: CorpusApp, options: LambdaBenchOptions): Promise<Compared[]> {
  // The namespace has no way to npm's registry.
  await install(app);
  await nodeBinary(app.nodes[0]);
  const variants = (options.variant ?? []).flatMap((name) => ['--variant', name]);
  const printed = await runLoopbackOnly(fileURLToPath(new URL('run.ts', import.meta.url)), ['--lambda', '--only', app.name, '--rounds', options.rounds, '--json', ...variants]);
  if (printed !== null) return JSON.parse(printed) as Compared[];
  console.error(`${app.name} is skipped: it listens on all interfaces, and no network namespace can be made here.`);
  return [];
}

function markdown(all: Compared[], { rounds }: LambdaBenchOptions, loads: number[]): string {
  const rows = all.map(({ app, variant, memoryMb, predicted, initMs, firstRequestMs, totalMs, initCpuMs, error }) => [
    app,
    variant,
    String(memoryMb),
    `${ms(predicted.initMs)} / ${ms(initMs)}`,
    `${ms(predicted.firstRequestMs)} / ${ms(firstRequestMs)}`,
    `${ms(predicted.totalMs)} / ${ms(totalMs)}`,
    percent(error),
    initCpuMs.map((value) => (value === null ? '?' : ms(value))).join(' / '),
    totalMs >= predicted.lowMs && totalMs <= predicted.highMs ? 'yes' : 'no',
  ]);
  const names = [...new Set(all.map(({ variant }) => variant))];
  const summary = [...names.map((name) => [name, all.filter(({ variant }) => variant === name)] as const), ['all', all] as const];
  const modeled = all.some((one) => one.modeled) ? 'No CPU quota could be set here, so these times are modeled and prove nothing.' : 'Under a real CPU quota.';
  return [
    `Emulator error: total of init and first request, predicted before the variant ran, against the median of ${rounds} cold starts. ${modeled}`,
    // Above its number of CPUs a machine is busy with more than this, and times say little.
    `Load average ${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)} on ${availableParallelism()} CPUs.`,
    table(['variant', 'rows', 'median', '90th percentile', 'within the interval'], summary.map(([name, some]) => [name, String(some.length), ...errorsOf(some)])),
    'Predicted / measured, ms:',
    table(['app', 'variant', 'MB', 'init', 'first request', 'together', 'error', 'CPU of init', 'in interval'], rows),
  ].join('\n\n');
}

function errorsOf(some: readonly Compared[]): string[] {
  const sizes = some.map(({ error }) => Math.abs(error)).sort((a, b) => a - b);
  const inside = some.filter(({ predicted, totalMs }) => totalMs >= predicted.lowMs && totalMs <= predicted.highMs);
  return [percent(median(sizes)), percent(sizes[Math.ceil(0.9 * sizes.length) - 1] ?? Number.NaN), `${inside.length} of ${some.length}`];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function ms(value: number): string {
  return String(Math.round(value));
}
