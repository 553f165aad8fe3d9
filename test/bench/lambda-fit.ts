// node test/bench/lambda-fit.ts [--rounds <n>]: measures on the shops in examples/ what the variants that lwa-split makes cost, for
// `variantFacts` in src/model/lambda-facts.ts. No app that an error is published for takes part. Run it while nothing else runs.
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { resolveOptions } from '../../src/cli/options.ts';
import { variantFacts } from '../../src/model/lambda-facts.ts';
import type { AnalyzeOptions } from '../../src/model/options.ts';
import { median } from '../../src/model/sample.ts';
import { startShares, type StartShares } from '../../src/query/predict-variants.ts';
import { boot } from '../../src/steps/boot/index.ts';
import { launch, type Manner } from '../../src/steps/boot/launch.ts';
import { costs as costsOf } from '../../src/steps/costs/index.ts';
import { deferredImports } from '../../src/steps/build/deferrable.ts';
import { pack } from '../../src/steps/build/index.ts';
import { standInEnvironment } from '../../src/steps/build/make-cache.ts';
import { writePlan } from '../../src/steps/rewrite/plan.ts';
import { envFile, realPath } from '../../src/system/files.ts';
import { importFile } from '../../src/system/import-file.ts';
import { machineSpeed } from '../../src/system/machine.ts';
import { diskFiles } from '../../src/system/project-files.ts';
import { chosenRewrite, prediction } from '../corpus/deferred.ts';
import { table } from '../corpus/table.ts';
import { repository } from '../helpers/installed.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' }, only: { type: 'string', multiple: true } } });
const shops = ['express', 'koa', 'fastify', 'hono'];
const manner: Manner = { probe: 'none', modules: 'skip', port: { kind: 'given' }, timeoutMs: 60_000, askAgain: true };

interface Fitted {
  shop: string;
  files: number;
  /** Median milliseconds from the spawn to the first answer: as deployed; with a loader that has nothing to do, or nothing to change; deferred. */
  plain: number;
  idleLoader: number;
  unchanged: number;
  deferred: number;
  /** The app in a pack, and in one with imports deferred. */
  packs: { name: string; ms: number; modules: number; shares: StartShares }[];
}

const fitted: Fitted[] = [];
const speeds: number[] = [];
for (const shop of values.only ?? shops) {
  speeds.push(await machineSpeed(process.execPath));
  fitted.push(await fit(shop));
}
const speed = median(speeds);
const perFile = (one: Fitted): number => ((one.unchanged - one.idleLoader) * speed) / one.files;
console.log(table(['shop', 'files', 'as deployed', 'idle loader', 'unchanged texts', 'deferred', 'saved', 'predicted'], fitted.map(row)));
const { evaluateLeft, packPerModuleMs } = leastSquares(fitted);
const packRow = (one: Fitted, pack: Fitted['packs'][number]): string[] => [
  one.shop,
  pack.name,
  ...[pack.modules, pack.ms, packMsOf(one, pack, evaluateLeft, packPerModuleMs)].map((value) => String(Math.round(value))),
  ...[pack.shares.resolve, pack.shares.read, pack.shares.evaluate, pack.shares.compute, pack.shares.gone].map((share) => share.toFixed(2)),
];
console.log(table(['shop', 'pack', 'modules', 'measured', 'by this fit', 'resolve', 'read', 'evaluate', 'compute', 'gone'], fitted.flatMap((one) => one.packs.map((pack) => packRow(one, pack)))));
const loaderMs = median(fitted.map((one) => (one.idleLoader - one.plain) * speed));
const loaderPerFileMs = median(fitted.filter(({ files }) => files > 0).map(perFile));
console.log(`\nOn the reference machine (this one: ${speed}): loaderMs ${loaderMs.toFixed(1)}, loaderPerFileMs ${loaderPerFileMs.toFixed(2)}, evaluateLeft ${evaluateLeft.toFixed(2)}, packPerModuleMs ${packPerModuleMs.toFixed(3)}`);

/** Both of a pack's constants at once, each pack's error counted as a share of its time. */
function leastSquares(all: readonly Fitted[]): { evaluateLeft: number; packPerModuleMs: number } {
  const rows = all.flatMap((one) => one.packs.map((pack) => {
    const rest = packMsOf(one, pack, 0, 0);
    return { left: (packMsOf(one, pack, 1, 0) - rest) / pack.ms, modules: (packMsOf(one, pack, 0, 1) - rest) / pack.ms, wanted: (pack.ms - rest) / pack.ms };
  }));
  const sum = (pick: (row: (typeof rows)[number]) => number): number => rows.reduce((total, row) => total + pick(row), 0);
  const [ll, lm, mm] = [sum(({ left }) => left * left), sum(({ left, modules }) => left * modules), sum(({ modules }) => modules * modules)];
  const [lw, mw] = [sum(({ left, wanted }) => left * wanted), sum(({ modules, wanted }) => modules * wanted)];
  const determinant = ll * mm - lm * lm;
  return { evaluateLeft: (lw * mm - mw * lm) / determinant, packPerModuleMs: (mw * ll - lw * lm) / determinant };
}

/** `builtProfile`, with these in the place of its constants. */
function packMsOf({ plain }: Fitted, { modules, shares: { resolve, read, evaluate, compute, gone } }: Fitted['packs'][number], evaluateLeft: number, perModuleMs: number): number {
  const { resolveLeft, readLeft, packMs } = variantFacts;
  const stays = 1 - gone / (resolve + read + evaluate - compute);
  return plain * (1 - gone - stays * ((1 - resolveLeft) * resolve + (1 - readLeft) * read + (1 - evaluateLeft) * (evaluate - compute))) + (packMs + modules * perModuleMs) / speed;
}

async function fit(shop: string): Promise<Fitted> {
  const root = join(repository, 'examples', shop);
  const options: AnalyzeOptions = { ...(await resolveOptions(root, { runs: values.rounds }, { cwd: root, files: diskFiles, importFile, readEnvFile: envFile })), onProgress: () => {} };
  const started = await boot(options, () => {});
  const { graph } = started.boot.evidence;
  const costs = costsOf(started.boot, () => 0);
  const rewritten = chosenRewrite(started, costs, { node: process.execPath, runs: values.rounds, review: true, onProgress: () => {} });
  const notes = realpathSync(mkdtempSync(join(tmpdir(), 'lwa-split-fit-')));
  try {
    // As on Lambda, where nothing is loaded in advance after the start.
    const packed = async (name: string, imports: ReturnType<typeof deferredImports>): Promise<Record<string, string>> => {
      const outdir = join(notes, name);
      const { entry } = await pack({ ...options, outdir, graph, fileOf: (id) => started.ids.fileOf(id), deferrals: imports, unpacked: new Set(), routes: [], codeCache: true, mayStart: true, sourcemap: 'none' });
      return { ...standInEnvironment({ entry, server: realPath(join(outdir, 'server.cjs')), cache: null }), AWS_LAMBDA_FUNCTION_NAME: 'fit' };
    };
    const variants: Record<string, Record<string, string>> = {
      plain: {},
      idleLoader: writePlan(join(notes, 'idle'), []),
      unchanged: writePlan(join(notes, 'unchanged'), rewritten.files.map((one) => ({ ...one, text: one.original }))),
      deferred: writePlan(join(notes, 'deferred'), rewritten.files),
      packed: await packed('packed', []),
      packedDeferred: await packed('packed-deferred', deferredImports(rewritten.deferrals, graph)),
    };
    const seen: Record<string, number[]> = {};
    for (let round = 0; round < Number(values.rounds); round++) {
      for (const [name, env] of Object.entries(variants)) {
        const { answered, spawnedAtMs } = await launch({ ...options, env: { ...options.env, ...env } }, manner);
        (seen[name] ??= []).push(answered === null ? Number.NaN : answered.atMs - spawnedAtMs);
      }
    }
    const middle = (name: string): number => median(seen[name]!);
    const { predictedMs, gone, lighter } = prediction(graph, costs, rewritten.deferrals);
    const asIs = startShares(started.boot, costs, 0, []);
    const deferred = startShares(started.boot, costs, predictedMs, [...gone, ...lighter]);
    const packs = [
      { name: 'as it is', ms: middle('packed'), modules: graph.modules.length, shares: asIs },
      { name: 'deferred', ms: middle('packedDeferred'), modules: graph.modules.length - gone.length, shares: deferred },
    ];
    return { shop, files: rewritten.files.length, plain: middle('plain'), idleLoader: middle('idleLoader'), unchanged: middle('unchanged'), deferred: middle('deferred'), packs };
  } finally {
    rmSync(notes, { recursive: true, force: true });
  }
}

function row(one: Fitted): string[] {
  const numbers = [one.files, one.plain, one.idleLoader, one.unchanged, one.deferred, one.unchanged - one.deferred, one.packs[1]!.shares.gone * one.plain];
  return [one.shop, ...numbers.map((value) => String(Math.round(value)))];
}
