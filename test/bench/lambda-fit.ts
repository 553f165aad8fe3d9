// node test/bench/lambda-fit.ts [--rounds <n>]: measures on the shops in examples/ what the variants that lwa-split makes cost, for
// `variantFacts` in src/model/lambda-facts.ts. No app that an error is published for takes part. CPU time is what is compared, because
// it says the same on a busy machine.
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { resolveOptions } from '../../src/cli/options.ts';
import type { AnalyzeOptions } from '../../src/model/options.ts';
import { median } from '../../src/model/sample.ts';
import { boot } from '../../src/steps/boot/index.ts';
import { launch, type Manner } from '../../src/steps/boot/launch.ts';
import { costs as costsOf } from '../../src/steps/costs/index.ts';
import { writePlan } from '../../src/steps/rewrite/plan.ts';
import { envFile } from '../../src/system/files.ts';
import { importFile } from '../../src/system/import-file.ts';
import { machineSpeed } from '../../src/system/machine.ts';
import { diskFiles } from '../../src/system/project-files.ts';
import { chosenRewrite } from '../corpus/deferred.ts';
import { table } from '../corpus/table.ts';
import { repository } from '../helpers/installed.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } });
const shops = ['express', 'koa', 'fastify', 'hono'];
const manner: Manner = { probe: 'none', modules: 'skip', port: { kind: 'given' }, timeoutMs: 60_000, askAgain: true };

interface Fitted {
  shop: string;
  files: number;
  plainMs: number;
  emptyPlanMs: number;
  unchangedMs: number;
  deferredMs: number;
  goneMs: number;
}

const fitted: Fitted[] = [];
for (const shop of shops) fitted.push(await fit(shop));
const speed = await machineSpeed(process.execPath);
console.log(table(['shop', 'files', 'as deployed', 'loader, nothing to do', 'unchanged texts', 'deferred', 'saved', 'predicted'], fitted.map(row)));
const base = median(fitted.map((one) => one.emptyPlanMs - one.plainMs)) * speed;
const perFile = median(fitted.filter(({ files }) => files > 0).map((one) => (one.unchangedMs - one.emptyPlanMs) / one.files)) * speed;
console.log(`\nCPU milliseconds at the speed of the reference machine (this one: ${speed}): loaderMs ${base.toFixed(2)}, loaderPerFileMs ${perFile.toFixed(3)}`);

async function fit(shop: string): Promise<Fitted> {
  const root = join(repository, 'examples', shop);
  const options: AnalyzeOptions = { ...(await resolveOptions(root, { runs: values.rounds }, { cwd: root, files: diskFiles, importFile, readEnvFile: envFile })), onProgress: () => {} };
  const started = await boot(options, () => {});
  const costs = costsOf(started.boot, () => 0);
  const rewritten = chosenRewrite(started, costs, { node: process.execPath, runs: values.rounds, review: true, onProgress: () => {} });
  const notes = realpathSync(mkdtempSync(join(tmpdir(), 'lwa-split-fit-')));
  try {
    const withPlan = (name: string, files: Parameters<typeof writePlan>[1]): AnalyzeOptions => ({ ...options, env: { ...options.env, ...writePlan(join(notes, name), files) } });
    const variants = { plainMs: options, emptyPlanMs: withPlan('empty', []), unchangedMs: withPlan('unchanged', rewritten.files.map((one) => ({ ...one, text: one.original }))), deferredMs: withPlan('deferred', rewritten.files) };
    const seen: Record<string, number[]> = {};
    for (let round = 0; round < Number(values.rounds); round++) {
      for (const [name, setup] of Object.entries(variants)) (seen[name] ??= []).push((await launch(setup, manner)).request?.initCpuMs ?? Number.NaN);
    }
    const middle = (name: keyof typeof variants): number => median(seen[name]!);
    const cut = new Set(rewritten.deferrals.map(({ importer, target }) => `${importer}\0${target}`));
    const { goneWithout } = await import('../../src/query/reach.ts');
    const { graph } = started.boot.evidence;
    const gone = new Set(goneWithout(graph, { edges: graph.edges.filter(({ from, to }) => cut.has(`${from}\0${to}`)) }));
    const goneMs = costs.modules.filter(({ id }) => gone.has(id)).reduce((sum, one) => sum + one.self.medianMs, 0) / (1 + Math.max(0, started.boot.probeOverhead ?? 0));
    return { shop, files: rewritten.files.length, plainMs: middle('plainMs'), emptyPlanMs: middle('emptyPlanMs'), unchangedMs: middle('unchangedMs'), deferredMs: middle('deferredMs'), goneMs };
  } finally {
    rmSync(notes, { recursive: true, force: true });
  }
}

function row(one: Fitted): string[] {
  const numbers = [one.files, one.plainMs, one.emptyPlanMs, one.unchangedMs, one.deferredMs, one.unchangedMs - one.deferredMs, one.goneMs];
  return [one.shop, ...numbers.map((value) => String(Math.round(value)))];
}
