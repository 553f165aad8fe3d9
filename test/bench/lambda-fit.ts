// node test/bench/lambda-fit.ts [--rounds <n>] [--only <app>]: measures on the shops in examples/ and on a few published servers what the
// variants that lwa-split makes cost, for `variantFacts` in src/model/lambda-facts.ts. No app that an error is published for takes part.
// Run it while nothing else runs.
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { resolveOptions } from '../../src/cli/options.ts';
import { variantFacts } from '../../src/model/lambda-facts.ts';
import type { AnalyzeOptions } from '../../src/model/options.ts';
import type { StartProfile } from '../../src/model/prediction.ts';
import { median } from '../../src/model/sample.ts';
import { builtProfile, deferredProfile, otherShare, startShares, type StartShares } from '../../src/query/predict-variants.ts';
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
import { installRecipe } from '../corpus/install.ts';
import { table } from '../corpus/table.ts';
import { repository } from '../helpers/installed.ts';
import { overheads } from './lambda-overheads.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' }, only: { type: 'string', multiple: true } } });
/** The shops with the same routes in examples/, and published servers, as different from each other as possible. */
const shops = ['express', 'koa', 'fastify', 'hono'];
const servers = ['json-server', 's3rver', 'node-red', 'peer'];
const manner: Manner = { probe: 'none', modules: 'skip', port: { kind: 'given' }, timeoutMs: 60_000, askAgain: true };

interface Fitted {
  app: string;
  files: number;
  /** Median milliseconds from the spawn to the first answer, as deployed and deferred, and what the model says of the latter. */
  plain: number;
  deferred: number;
  predicted: number;
  /** The app in a pack, and in one with imports deferred. */
  packs: { name: string; ms: number; shares: StartShares }[];
}

const notes = realpathSync(mkdtempSync(join(tmpdir(), 'lwa-split-fit-')));
process.on('exit', () => rmSync(notes, { recursive: true, force: true }));
const measured = await overheads(notes, 4 * Number(values.rounds));
const facts = { ...variantFacts, ...measured };
const fitted: Fitted[] = [];
const speeds: number[] = [];
for (const app of values.only ?? [...shops, ...servers]) {
  speeds.push(await machineSpeed(process.execPath));
  fitted.push(await fit(app));
}
const speed = median(speeds);
const left = leastSquares(fitted);
const whole = (value: number): string => String(Math.round(value));
console.log(table(['app', 'files', 'as deployed', 'deferred', 'predicted'], fitted.map((one) => [one.app, ...[one.files, one.plain, one.deferred, one.predicted].map(whole)])));
console.log(table(['app', 'pack', 'measured', 'by this fit', 'gone', 'resolve', 'read', 'evaluate', 'evaluate ESM', 'other', 'modules'], fitted.flatMap((one) => one.packs.map((pack) => packRow(one, pack)))));
console.log(`\nOn the reference machine (this one: ${speed.toFixed(2)}), by apps made for it: ${Object.entries(measured).map(([name, value]) => `${name} ${value.toFixed(3)}`).join(', ')}.`);
console.log(`By these packs, with those: evaluateLeft ${left[0]!.toFixed(2)}, evaluateEsmLeft ${left[1]!.toFixed(2)}, otherLeft ${left[2]!.toFixed(2)}`);
const errors = fitted.flatMap((one) => one.packs.map(({ ms, shares }) => Math.abs(packMsOf(one, shares, left) / ms - 1)));
console.log(`Error of the fit on these packs: ${percent(median(errors))} in the median, ${percent(errors.toSorted((a, b) => a - b)[Math.floor(errors.length * 0.9)]!)} in nine of ten.`);

/** What is left of evaluating CommonJS, of evaluating ES modules, and of what is not loading. */
type Left = readonly number[];

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function packRow(one: Fitted, { name, ms, shares }: Fitted['packs'][number]): string[] {
  const { gone, resolve, read, evaluate, evaluateEsm, modules } = shares;
  return [one.app, name, whole(ms), whole(packMsOf(one, shares, left)), ...[gone, resolve, read, evaluate, evaluateEsm, otherShare({ startMs: one.plain, waitingMs: 0 }, shares)].map((share) => share.toFixed(2)), String(modules)];
}

/** All three at once, each pack's error counted as a share of its time. */
function leastSquares(all: readonly Fitted[]): Left {
  const rows = all.flatMap((one) =>
    one.packs.map(({ ms, shares }) => ({
      terms: [shares.evaluate, shares.evaluateEsm, otherShare({ startMs: one.plain, waitingMs: 0 }, shares)].map((share) => (share * one.plain) / ms),
      wanted: 1 - packMsOf(one, shares, [0, 0, 0]) / ms,
    })),
  );
  const sum = (value: (row: (typeof rows)[number]) => number): number => rows.reduce((total, row) => total + value(row), 0);
  const equations = [0, 1, 2].map((i) => [...[0, 1, 2].map((j) => sum(({ terms }) => terms[i]! * terms[j]!)), sum(({ terms, wanted }) => terms[i]! * wanted)]);
  return solved(equations);
}

/** Each equation: its coefficients, then what they give together. By elimination. */
function solved(equations: number[][]): number[] {
  for (const [i, pivot] of equations.entries()) {
    for (const other of equations) {
      if (other === pivot) continue;
      const factor = other[i]! / pivot[i]!;
      other.forEach((value, j) => (other[j] = value - factor * pivot[j]!));
    }
  }
  return equations.map((row, i) => row.at(-1)! / row[i]!);
}

/** Milliseconds that the model gives a pack with these in the place of its constants. */
function packMsOf({ plain }: Fitted, shares: StartShares, [evaluateLeft, evaluateEsmLeft, otherLeft]: Left): number {
  return builtProfile(profileOf(plain), shares, { ...facts, evaluateLeft: evaluateLeft!, evaluateEsmLeft: evaluateEsmLeft!, otherLeft: otherLeft! }).startMs;
}

function profileOf(startMs: number): StartProfile {
  return { startMs, waitingMs: 0, cpuMs: null, requests: [{ wallMs: 0, cpuMs: 0, afterCpuMs: 0 }], lateLoadMs: 0, noiseMs: 0, speed: median(speeds), smallHeap: null };
}

async function optionsOf(app: string): Promise<AnalyzeOptions> {
  const isShop = shops.includes(app);
  const root = isShop ? join(repository, 'examples', app) : await installRecipe(join(import.meta.dirname, 'fit-apps', app), 'install');
  const typed = { runs: values.rounds, ...(isShop ? {} : { start: 'bash run.sh' }) };
  return { ...(await resolveOptions(root, typed, { cwd: root, files: diskFiles, importFile, readEnvFile: envFile })), onProgress: () => {} };
}

async function fit(app: string): Promise<Fitted> {
  const options = await optionsOf(app);
  const started = await boot(options, () => {});
  const { graph } = started.boot.evidence;
  const costs = costsOf(started.boot, () => 0);
  const rewritten = chosenRewrite(started, costs, { node: process.execPath, runs: values.rounds, review: true, onProgress: () => {} });
  // As on Lambda, where nothing is loaded in advance after the start.
  const packed = async (name: string, imports: ReturnType<typeof deferredImports>): Promise<Record<string, string>> => {
    const outdir = join(notes, app, name);
    const { entry } = await pack({ ...options, outdir, graph, fileOf: (id) => started.ids.fileOf(id), deferrals: imports, unpacked: new Set(), routes: [], codeCache: true, mayStart: true, sourcemap: 'none' });
    return { ...standInEnvironment({ entry, server: realPath(join(outdir, 'server.cjs')), cache: null }), AWS_LAMBDA_FUNCTION_NAME: 'fit' };
  };
  const variants: Record<string, Record<string, string>> = {
    plain: {},
    deferred: writePlan(join(notes, app, 'deferred'), rewritten.files),
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
  const shares = startShares(started.boot, costs, prediction(graph, costs, rewritten.deferrals));
  const packs = [
    { name: 'as it is', ms: middle('packed'), shares: startShares(started.boot, costs, { gone: [], lighter: [] }) },
    { name: 'deferred', ms: middle('packedDeferred'), shares },
  ];
  const plain = middle('plain');
  return { app, files: rewritten.files.length, plain, deferred: middle('deferred'), predicted: deferredProfile(profileOf(plain), shares, rewritten.files.length, facts).startMs, packs };
}
