// node test/bench/lambda-fit.ts [--rounds <n>]: measures on the shops in examples/ what the variants that lwa-split makes cost, for
// `variantFacts` in src/model/lambda-facts.ts. No app that an error is published for takes part. CPU time is what is compared, because
// other work on the machine changes it least; run it on a machine whose speed is near 1, which it prints.
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { resolveOptions } from '../../src/cli/options.ts';
import { variantFacts } from '../../src/model/lambda-facts.ts';
import type { AnalyzeOptions } from '../../src/model/options.ts';
import { median } from '../../src/model/sample.ts';
import { startShares } from '../../src/query/predict-variants.ts';
import { boot } from '../../src/steps/boot/index.ts';
import { launch, type Manner } from '../../src/steps/boot/launch.ts';
import { costs as costsOf } from '../../src/steps/costs/index.ts';
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
  modules: number;
  /** CPU milliseconds from the spawn to the first answer: as deployed; with a loader that has nothing to do, or nothing to change; deferred; packed. */
  plain: number;
  idleLoader: number;
  unchanged: number;
  deferred: number;
  packed: number;
  shares: ReturnType<typeof startShares>;
}

const fitted: Fitted[] = [];
for (const shop of values.only ?? shops) fitted.push(await fit(shop));
const speed = await machineSpeed(process.execPath);
const perFile = (one: Fitted): number => (one.unchanged - one.idleLoader) / one.files;
const evaluateLeft = ({ plain, packed, modules, shares }: Fitted): number => {
  const { resolveLeft, readLeft, packMs, packPerModuleMs } = variantFacts;
  const less = 1 - (packed - (packMs + modules * packPerModuleMs)) / plain;
  return 1 - (less - (1 - resolveLeft) * shares.resolve - (1 - readLeft) * shares.read) / shares.evaluate;
};
console.log(table(['shop', 'files', 'modules', 'as deployed', 'idle loader', 'unchanged texts', 'deferred', 'saved', 'predicted', 'packed', 'evaluateLeft'], fitted.map(row)));
const loaderMs = median(fitted.map((one) => one.idleLoader - one.plain));
const loaderPerFileMs = median(fitted.filter(({ files }) => files > 0).map(perFile));
console.log(`\nspeed ${speed}: loaderMs ${loaderMs.toFixed(1)}, loaderPerFileMs ${loaderPerFileMs.toFixed(2)}, evaluateLeft ${median(fitted.map(evaluateLeft)).toFixed(2)}`);

async function fit(shop: string): Promise<Fitted> {
  const root = join(repository, 'examples', shop);
  const options: AnalyzeOptions = { ...(await resolveOptions(root, { runs: values.rounds }, { cwd: root, files: diskFiles, importFile, readEnvFile: envFile })), onProgress: () => {} };
  const started = await boot(options, () => {});
  const { graph } = started.boot.evidence;
  const costs = costsOf(started.boot, () => 0);
  const rewritten = chosenRewrite(started, costs, { node: process.execPath, runs: values.rounds, review: true, onProgress: () => {} });
  const notes = realpathSync(mkdtempSync(join(tmpdir(), 'lwa-split-fit-')));
  try {
    const outdir = join(notes, 'packed');
    const { entry } = await pack({ ...options, outdir, graph, fileOf: (id) => started.ids.fileOf(id), deferrals: [], unpacked: new Set(), routes: [], codeCache: true, mayStart: true, sourcemap: 'none' });
    const withVariables = (env: Record<string, string>): AnalyzeOptions => ({ ...options, env: { ...options.env, ...env } });
    const variants = {
      plain: options,
      idleLoader: withVariables(writePlan(join(notes, 'idle'), [])),
      unchanged: withVariables(writePlan(join(notes, 'unchanged'), rewritten.files.map((one) => ({ ...one, text: one.original })))),
      deferred: withVariables(writePlan(join(notes, 'deferred'), rewritten.files)),
      // As on Lambda, where nothing is loaded in advance after the start.
      packed: withVariables({ ...standInEnvironment({ entry, server: realPath(join(outdir, 'server.cjs')), cache: null }), AWS_LAMBDA_FUNCTION_NAME: 'fit' }),
    };
    const seen: Record<string, number[]> = {};
    for (let round = 0; round < Number(values.rounds); round++) {
      for (const [name, setup] of Object.entries(variants)) (seen[name] ??= []).push((await launch(setup, manner)).request?.initCpuMs ?? Number.NaN);
    }
    const middle = (name: keyof typeof variants): number => median(seen[name]!);
    const { predictedMs } = prediction(graph, costs, rewritten.deferrals);
    const cpu = { plain: middle('plain'), idleLoader: middle('idleLoader'), unchanged: middle('unchanged'), deferred: middle('deferred'), packed: middle('packed') };
    return { shop, files: rewritten.files.length, modules: graph.modules.length, ...cpu, shares: startShares(started.boot, predictedMs) };
  } finally {
    rmSync(notes, { recursive: true, force: true });
  }
}

function row(one: Fitted): string[] {
  const numbers = [one.files, one.modules, one.plain, one.idleLoader, one.unchanged, one.deferred, one.unchanged - one.deferred, one.shares.gone * one.plain, one.packed];
  return [one.shop, ...numbers.map((value) => String(Math.round(value))), evaluateLeft(one).toFixed(2)];
}
