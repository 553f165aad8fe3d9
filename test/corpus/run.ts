// Runs `analyze` on published servers and holds what it says against what can be found out without it:
// npm run corpus [-- --small] [--only <name>] [--runs <n>] [--json]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Analysis } from '../../src/model/analysis.ts';
import { nodeBinary } from '../helpers/nodes.ts';
import { apps, type CorpusApp, smallApps } from './apps.ts';
import { type Check, checkOutcome, type Outcome } from './checks.ts';
import { install } from './install.ts';
import { listedRoutes } from './listed-routes.ts';
import { isLoopbackOnly, runLoopbackOnly } from './loopback-only.ts';
import { watchTimeBeyondStarts } from './starts-watch.ts';
import { table } from './table.ts';

const TOOL = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));

interface Row {
  app: string;
  node: number;
  checks: Check[];
  notes: string;
}

const { values: options } = parseArgs({
  options: {
    small: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
    runs: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
  },
});

const rows: Row[] = [];
for (const app of apps) {
  if (options.small && !smallApps.includes(app.name)) continue;
  if (options.only !== undefined && !options.only.includes(app.name)) continue;
  console.error(`${app.name} ...`);
  const row = app.loopbackOnly && !isLoopbackOnly ? await checkedLoopbackOnly(app) : await checked(app);
  if (row === null) console.error(`${app.name} is skipped: it listens on all interfaces, and no network namespace can be made here.`);
  else rows.push(row);
}
if (options.json) console.log(JSON.stringify(rows));
else console.log(report(rows));
process.exitCode = rows.some(failed) ? 1 : 0;

async function checked(app: CorpusApp): Promise<Row> {
  const folder = await install(app);
  const node = await nodeBinary(app.nodes[0]);
  const listing = await listedRoutes(app, folder, node);
  const first = await analyze(app, folder, node);
  const again = options.small ? null : await analyze(app, folder, node);
  const outcome: Outcome = { ...first, listing, againMs: again?.beyondMs ?? null };
  return { app: app.name, node: app.nodes[0], checks: checkOutcome(app, outcome), notes: outcome.notes };
}

async function checkedLoopbackOnly(app: CorpusApp): Promise<Row | null> {
  // The namespace has no way to npm's registry.
  await install(app);
  await nodeBinary(app.nodes[0]);
  const printed = await runLoopbackOnly(fileURLToPath(import.meta.url), ['--only', app.name, '--runs', options.runs, '--json']);
  return printed === null ? null : (JSON.parse(printed) as Row[])[0]!;
}

async function analyze(app: CorpusApp, folder: string, node: string): Promise<Omit<Outcome, 'listing' | 'againMs'>> {
  const args = ['--json', '--start', 'bash run.sh', '--node', node, '--readiness-path', app.readinessPath, '--runs', options.runs];
  const child = spawn(process.execPath, [TOOL, 'analyze', folder, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const beyond = watchTimeBeyondStarts(child.pid!);
  const [printed, notes, [exitCode]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { exitCode: exitCode as number | null, analysis: analysisIn(printed), notes: notes.slice(-2000), beyondMs: beyond() };
}

function analysisIn(printed: string): Analysis | null {
  try {
    return Analysis.parse(JSON.parse(printed));
  } catch {
    return null;
  }
}

function report(all: Row[]): string {
  const columns: Check['name'][] = ['answer', 'account', 'overhead', 'listing', 'routes', 'beyond', 'again'];
  const found = (row: Row, name: Check['name']) => {
    const check = row.checks.find((one) => one.name === name);
    return check === undefined ? '' : `${check.found.replace(/ [-+][A-Z].*$/, '')}${check.ok ? '' : ' !'}`;
  };
  const lines = all.map((row) => [row.app, String(row.node), ...columns.map((name) => found(row, name)), failed(row) ? 'failed' : 'passed']);
  const reasons = all.filter(failed).map((row) => {
    const what = row.checks.filter((check) => !check.ok).map((check) => `  ${check.name}: ${check.found}`);
    const exit = row.checks.find((check) => check.name === 'exit')!;
    return [`${row.app}:`, ...what, ...(exit.ok ? [] : [row.notes])].join('\n');
  });
  const failures = reasons.length;
  return [table(['app', 'node', ...columns, ''], lines), ...reasons, `${all.length - failures} passed, ${failures} failed`].join('\n\n');
}

function failed(row: Row): boolean {
  return row.checks.some((check) => !check.ok);
}
