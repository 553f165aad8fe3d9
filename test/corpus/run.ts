// Runs `analyze` on published servers and holds what it says against what can be found out without it:
// npm run corpus [-- --small (two apps, times not held as tightly)] [--only <name>] [--runs <n>] [--node <major>] [--json]
// With --static it starts nothing but the listing: how many of the routes are found in the sources.
// With --deferred it defers what is safe instead (--review: and what a person should look at), and proves that the apps do as before.
// With --reach it asks their routes, and those of the examples, under coverage: what ran must lie in each route's static reach.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { nodeBinary } from '../helpers/nodes.ts';
import { analyze } from './analyzing.ts';
import { apps, type CorpusApp, smallApps } from './apps.ts';
import { type Check, checkOutcome, type Outcome } from './checks.ts';
import { checkDeferred, predictionCheck } from './deferred-checks.ts';
import { deferCorpusApp, type DeferredOutcome } from './deferred.ts';
import { install } from './install.ts';
import { listedRoutes } from './listed-routes.ts';
import { isLoopbackOnly, runLoopbackOnly } from './loopback-only.ts';
import { checkStatic, readRoutes } from './static.ts';
import { checkReach } from './reach/reach-checks.ts';
import { reachSoundness } from './reach/soundness.ts';
import { table } from './table.ts';

interface Row {
  app: string;
  node: number;
  checks: Check[];
  /** What `analyze` said when it did not do its work. */
  notes: string;
  deferred?: DeferredOutcome;
}

const { values: options } = parseArgs({
  options: {
    small: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
    runs: { type: 'string', default: '5' },
    node: { type: 'string' },
    json: { type: 'boolean', default: false },
    deferred: { type: 'boolean', default: false },
    static: { type: 'boolean', default: false },
    review: { type: 'boolean', default: false },
    reach: { type: 'boolean', default: false },
  },
});

/** Asked too where reach is judged. */
const exampleNames = ['express', 'fastify', 'hono', 'koa', 'nest'];

const rows: Row[] = [];
for (const app of apps) {
  if (options.small && !smallApps.includes(app.name)) continue;
  if (options.only !== undefined && !options.only.includes(app.name)) continue;
  console.error(`${app.name} ...`);
  const row = app.loopbackOnly && !isLoopbackOnly ? await checkedLoopbackOnly(app) : await checked(app);
  if (row === null) console.error(`${app.name} is skipped: it listens on all interfaces, and no network namespace can be made here.`);
  else rows.push(row);
}
if (options.reach && !isLoopbackOnly) {
  for (const name of exampleNames) if (options.only?.includes(`examples/${name}`) ?? true) rows.push(await exampleRow(name));
}
console.log(options.json ? JSON.stringify(rows) : report(rows));
process.exitCode = rows.some(failed) ? 1 : 0;

async function checked(app: CorpusApp): Promise<Row> {
  const folder = await install(app);
  const major = majorFor(app);
  const node = await nodeBinary(major);
  if (options.deferred) return deferredRow(app, folder, node, major);
  if (options.static) return staticRow(app, folder, major);
  if (options.reach) return { app: app.name, node: major, checks: checkReach(await reachSoundness({ folder, start: 'bash run.sh', node, readinessPath: app.readinessPath })), notes: '' };
  // What the framework lists does not depend on Node, and the listing needs a new one.
  const listing = await listedRoutes(app, folder, await nodeBinary(app.nodes[0]));
  const first = await analyze(app, folder, node, options.runs);
  const again = options.small ? null : await analyze(app, folder, node, options.runs);
  const outcome: Outcome = { ...first, listing, againMs: again?.beyondMs ?? null };
  return { app: app.name, node: major, checks: checkOutcome(app, outcome, options.small ? 3 : 1), notes: outcome.analysis === null ? outcome.notes : '' };
}

async function deferredRow(app: CorpusApp, folder: string, node: string, major: number): Promise<Row> {
  const deferred = await deferCorpusApp(app, folder, { node, runs: options.runs, review: options.review, onProgress: () => {} });
  return { app: app.name, node: major, checks: checkDeferred(deferred), notes: '', deferred };
}

async function staticRow(app: CorpusApp, folder: string, major: number): Promise<Row> {
  const listing = await listedRoutes(app, folder, await nodeBinary(app.nodes[0]));
  const { analysis, notes, tookMs } = await readRoutes(folder, ['--start', 'bash run.sh']);
  return { app: app.name, node: major, checks: checkStatic(app, analysis, listing, tookMs), notes: analysis === null ? notes : '' };
}

async function exampleRow(name: string): Promise<Row> {
  console.error(`examples/${name} ...`);
  const folder = fileURLToPath(new URL(`../../examples/${name}/`, import.meta.url));
  const { scripts } = JSON.parse(readFileSync(`${folder}package.json`, 'utf8')) as { scripts: { start: string } };
  const checks = checkReach(await reachSoundness({ folder: folder.slice(0, -1), start: scripts.start, node: process.execPath, readinessPath: '/' }));
  return { app: `examples/${name}`, node: Number(process.versions.node.split('.')[0]), checks, notes: '' };
}

async function checkedLoopbackOnly(app: CorpusApp): Promise<Row | null> {
  // The namespace has no way to npm's registry.
  await install(app);
  await Promise.all([nodeBinary(app.nodes[0]), nodeBinary(majorFor(app))]);
  const printed = await runLoopbackOnly(fileURLToPath(import.meta.url), ['--only', app.name, '--runs', options.runs, '--node', String(majorFor(app)), '--json', ...passedOn()]);
  return printed === null ? null : (JSON.parse(printed) as Row[])[0]!;
}

function passedOn(): string[] {
  return [...(options.deferred ? ['--deferred'] : []), ...(options.static ? ['--static'] : []), ...(options.reach ? ['--reach'] : []), ...(options.review ? ['--review'] : [])];
}

function majorFor(app: CorpusApp): number {
  return options.node === undefined ? app.nodes[0] : Number(options.node);
}

function report(all: Row[]): string {
  const columns: Check['name'][] = options.deferred
    ? ['deferred', 'answer', 'absent', 'loads', 'same', 'before', 'after', 'saved', 'predicted']
    : options.static
    ? ['listing', 'recall', 'precision', 'told', 'took']
    : options.reach
    ? ['asked', 'sound', 'precision', 'took']
    : ['answer', 'account', 'overhead', 'listing', 'routes', 'beyond', 'again'];
  const lines = all.map((row) => [row.app, String(row.node), ...columns.map((name) => cell(row, name)), failed(row) ? 'failed' : 'passed']);
  const failures = all.filter(failed);
  return [
    table(['app', 'node', ...columns, ''], lines),
    ...failures.map((row) => [`${row.app}:`, ...row.checks.filter((check) => !check.ok).map((check) => `  ${check.name}: ${check.found}`), row.notes].join('\n').trimEnd()),
    ...(options.deferred ? [predictionCheck(all.flatMap((row) => row.deferred ?? [])).line] : []),
    `${all.length - failures.length} passed, ${failures.length} failed`,
  ].join('\n\n');
}

/** The finding without the routes it names, and a mark where it failed. */
function cell(row: Row, name: Check['name']): string {
  const check = row.checks.find((one) => one.name === name);
  return check === undefined ? '' : `${check.found.split('\n')[0]!.split(' -')[0]!.split(' +')[0]}${check.ok ? '' : ' !'}`;
}

function failed(row: Row): boolean {
  return row.checks.some((check) => !check.ok);
}
