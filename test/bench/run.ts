// Measures starts and the tool's own time, and prints Markdown for RESULTS.md:
// npm run bench [-- --only <name>] [--rounds <n>] [--json]
// npm run bench -- --build [--routes <n>] and the same: starts of builds and of what they are compared with, see build.ts
// npm run bench -- --build-time [--only <name>] [--rounds <n>] [--json]: how long a build takes, see build-time.ts
// npm run bench -- --lambda [--variant <name>] and the same: predicted and measured cold starts, see lambda.ts
// npm run bench -- --reach [--rounds <n>]: reach of generated apps, beside tools that follow imports, see reach.ts
// npm run bench -- --plugin [--only <name>] [--rounds <n>]: builds with the esbuild plugin, beside plain ones, see plugin.ts
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Account } from '../../src/model/boot.ts';
import { median } from '../../src/model/sample.ts';
import { machine } from '../../src/system/machine.ts';
import { analyze, TOOL } from '../corpus/analyzing.ts';
import { apps, type CorpusApp } from '../corpus/apps.ts';
import { install } from '../corpus/install.ts';
import { isLoopbackOnly, runLoopbackOnly } from '../corpus/loopback-only.ts';
import { table } from '../corpus/table.ts';
import { nodeBinary } from '../helpers/nodes.ts';
import { type StartTimes, startTimes } from './variants.ts';

interface Measured extends StartTimes {
  app: string;
  node: number;
  account: Account | null;
  /** What `analyze` adds to the starts it makes: for the first time, and when nothing has changed. */
  beyondMs: number | null;
  againMs: number | null;
}

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    rounds: { type: 'string', default: '7' },
    json: { type: 'boolean', default: false },
    build: { type: 'boolean', default: false },
    'build-time': { type: 'boolean', default: false },
    routes: { type: 'string', default: '10' },
    lambda: { type: 'boolean', default: false },
    variant: { type: 'string', multiple: true },
    reach: { type: 'boolean', default: false },
    plugin: { type: 'boolean', default: false },
  },
});

if (options.reach) {
  const { reachBench } = await import('./reach.ts');
  console.log(reachBench(options));
} else if (options.plugin) {
  const { pluginBench } = await import('./plugin.ts');
  console.log(await pluginBench(options));
} else if (options.lambda) {
  const { lambdaBench } = await import('./lambda.ts');
  console.log(await lambdaBench(options));
} else if (options['build-time']) {
  const { buildTimeBench } = await import('./build-time.ts');
  console.log(await buildTimeBench(options));
} else if (options.build) {
  const { buildBench } = await import('./build.ts');
  console.log(await buildBench(options));
} else {
  console.log(await startsBench());
}

async function startsBench(): Promise<string> {
  const measured: Measured[] = [];
  for (const app of apps) {
    if (options.only !== undefined && !options.only.includes(app.name)) continue;
    console.error(`${app.name} ...`);
    const one = app.loopbackOnly && !isLoopbackOnly ? await measureLoopbackOnly(app) : await measure(app);
    if (one === null) console.error(`${app.name} is skipped: it listens on all interfaces, and no network namespace can be made here.`);
    else measured.push(one);
  }
  return options.json ? JSON.stringify(measured) : markdown(measured);
}

async function measure(app: CorpusApp): Promise<Measured> {
  const folder = await install(app);
  const node = await nodeBinary(app.nodes[0]);
  const times = await startTimes(app, folder, node, Number(options.rounds));
  const first = await analyze(app, folder, node, options.rounds);
  const again = await analyze(app, folder, node, options.rounds);
  return {
    app: app.name,
    node: app.nodes[0],
    ...times,
    account: first.analysis?.coldStart.account ?? null,
    beyondMs: first.beyondMs,
    againMs: again.beyondMs,
  };
}

async function measureLoopbackOnly(app: CorpusApp): Promise<Measured | null> {
  // The namespace has no way to npm's registry.
  await install(app);
  await nodeBinary(app.nodes[0]);
  const printed = await runLoopbackOnly(fileURLToPath(import.meta.url), ['--only', app.name, '--rounds', options.rounds, '--json']);
  return printed === null ? null : (JSON.parse(printed) as Measured[])[0]!;
}

function markdown(all: Measured[]): string {
  const { cpu, arch, node } = machine();
  const starts = all.map((one) => {
    const plain = median(one.plainMs);
    return [
      one.app,
      String(one.node),
      ms(plain),
      `${ms(median(one.probedMs))} (${change(plain, median(one.probedMs))})`,
      `${ms(median(one.cachedMs))} (${change(plain, median(one.cachedMs))})`,
      ms(one.beyondMs),
      ms(one.againMs),
    ];
  });
  const accounts = all.flatMap(({ app, account }) => (account === null ? [] : [accountRow(app, account)]));
  return [
    `${cpu}, ${arch}, Node ${node}. Medians of ${options.rounds} interleaved starts, ms; \`--help\` answers in ${ms(median(helpTimes()))} ms.`,
    'Spawn to first answer, and what `analyze` adds to the starts it makes (first time, nothing changed):',
    table(['app', 'Node', 'as it is', 'under the probe', 'with compile cache', 'analyze adds', 'again'], starts),
    'Where init goes, ms, in the median run:',
    table(['app', 'init', 'bootstrap', 'resolve', 'read', 'evaluate', 'own work', 'waiting', 'unattributed'], accounts),
  ].join('\n\n');
}

function accountRow(app: string, account: Account): string[] {
  const { initMs, bootstrapMs, resolveMs, readMs, evaluateMs, ownWorkMs, waitingMs, unattributedMs } = account;
  const parts = [initMs, bootstrapMs, resolveMs, readMs, evaluateMs, ownWorkMs, waitingMs].map(ms);
  return [app, ...parts, `${ms(unattributedMs)} (${((100 * unattributedMs) / initMs).toFixed(1)} %)`];
}

/** Milliseconds from spawn to exit of `lwa-split --help`, nine times. */
function helpTimes(): number[] {
  return Array.from({ length: 9 }, () => {
    const begun = performance.now();
    execFileSync(process.execPath, [TOOL, '--help'], { stdio: 'ignore' });
    return performance.now() - begun;
  });
}

function ms(value: number | null): string {
  return value === null ? '' : String(Math.round(value));
}

function change(from: number, to: number): string {
  const percent = Math.round((100 * (to - from)) / from);
  return `${percent > 0 ? '+' : ''}${percent} %`;
}
