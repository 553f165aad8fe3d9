// What a build gives: starts of each app as deployed, of what else people do about it, and of its pack, in turn.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from '../../src/model/sample.ts';
import type { AnalyzeOptions } from '../../src/model/options.ts';
import { lastStart } from '../../src/pipeline.ts';
import { frameworkOf } from '../../src/query/framework.ts';
import { fromRoutes } from '../../src/steps/verify/requests-routes.ts';
import { machine } from '../../src/system/machine.ts';
import { apps, type CorpusApp } from '../corpus/apps.ts';
import { startOptions } from '../corpus/deferred.ts';
import { install } from '../corpus/install.ts';
import { isLoopbackOnly, runLoopbackOnly } from '../corpus/loopback-only.ts';
import { table } from '../corpus/table.ts';
import { nodeBinary } from '../helpers/nodes.ts';
import { startOf, type Start, type StartVariant } from './build-start.ts';
import { variantsOf, type Variants } from './build-variants.ts';
import { profileOf, type Share } from './profile.ts';
import { changeOf, geometricMean, seeded, type Change } from './statistics.ts';

export interface BuildBenchOptions {
  only?: string[] | undefined;
  rounds: string;
  json: boolean;
  /** How many routes are asked of each app. */
  routes: string;
}

/** Starts of one variant, one for each round that it answered in. */
interface Measured {
  name: string;
  wallMs: number[];
  cpuMs: number[];
  rssBytes: number[];
}

interface RouteMeasured {
  path: string;
  role: 'lightest' | 'heaviest' | 'by seed';
  deployedMs: number[];
  packMs: number[];
}

interface AppMeasured {
  app: string;
  node: number;
  variants: Measured[];
  routes: RouteMeasured[];
  /** Where the start of the pack goes. */
  profile: Share[];
  sizes: Variants['sizes'];
  deferred: number;
}

const SEED = 20261122;
/** So many routes are tried to find the heaviest of an app: each takes a start. */
const CANDIDATES = 24;
/** So many lines of a profile are told. */
const SHARES = 10;

/** Markdown for RESULTS.md, or the measurements as JSON. */
export async function buildBench(options: BuildBenchOptions): Promise<string> {
  const measured: AppMeasured[] = [];
  for (const app of apps) {
    if (options.only !== undefined && !options.only.includes(app.name)) continue;
    console.error(`${app.name} ...`);
    const one = app.loopbackOnly && !isLoopbackOnly ? await measureLoopbackOnly(app, options) : await measure(app, options);
    if (one === null) console.error(`${app.name} is skipped: it listens on all interfaces, and no network namespace can be made here.`);
    else measured.push(one);
  }
  return options.json ? JSON.stringify(measured) : markdown(measured, options);
}

async function measure(app: CorpusApp, { rounds, routes }: BuildBenchOptions): Promise<AppMeasured> {
  const folder = await install(app);
  const node = await nodeBinary(app.nodes[0]);
  const given = await startOptions(app, folder, { node, runs: '3', review: false, onProgress: (text) => console.error(`  ${text}`) });
  const start = await lastStart(given);
  const known: AnalyzeOptions = { ...given, app: { ...given.app, framework: frameworkOf(start.boot.evidence.graph, start.routes, given.app.framework) } };
  const made = await variantsOf(app, folder, node, known);
  try {
    const variants = await inTurn(made.variants, node, Number(rounds));
    const profile = await profileOf(made.variants.find(({ name }) => name === 'pack')!, node, join(tmpdir(), `lwa-split-profile-${process.pid}`));
    const paths = fromRoutes(start.routes).filter(({ method }) => method === 'GET').map(({ path }) => path);
    const asked = await routesInTurn(made.variants, node, { paths, count: Number(routes), rounds: Number(rounds), readinessPath: app.readinessPath });
    return { app: app.name, node: app.nodes[0], variants, profile, routes: asked, sizes: made.sizes, deferred: made.pack.deferred.length };
  } finally {
    made.remove();
  }
}

async function measureLoopbackOnly(app: CorpusApp, { rounds, routes }: BuildBenchOptions): Promise<AppMeasured | null> {
  // The namespace has no way to npm's registry.
  await install(app);
  await nodeBinary(app.nodes[0]);
  const printed = await runLoopbackOnly(fileURLToPath(new URL('run.ts', import.meta.url)), ['--build', '--only', app.name, '--rounds', rounds, '--routes', routes, '--json']);
  return printed === null ? null : (JSON.parse(printed) as AppMeasured[])[0]!;
}

/** Every round starts each variant once, beginning with another one, so that what else the machine does falls on all alike. */
async function inTurn(variants: readonly StartVariant[], node: string, rounds: number): Promise<Measured[]> {
  const measured = variants.map(({ name }): Measured => ({ name, wallMs: [], cpuMs: [], rssBytes: [] }));
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < variants.length; turn++) {
      const at = (round + turn) % variants.length;
      const start = await startOf(variants[at]!, node);
      if (start === null) continue;
      measured[at]!.wallMs.push(start.wallMs);
      if (start.cpuMs !== null) measured[at]!.cpuMs.push(start.cpuMs);
      measured[at]!.rssBytes.push(start.rssBytes);
    }
  }
  return measured;
}

/** The first request of a fresh start, until its answer: the lightest and the heaviest of some routes, and others by a fixed seed. */
async function routesInTurn(variants: readonly StartVariant[], node: string, { paths, count, rounds, readinessPath }: { paths: string[]; count: number; rounds: number; readinessPath: string }): Promise<RouteMeasured[]> {
  const [deployed, pack] = ['as deployed', 'pack'].map((name) => variants.find((one) => one.name === name)!) as [StartVariant, StartVariant];
  const late = async (variant: StartVariant, path: string): Promise<{ status: number; ms: number } | null> => {
    const start: Start | null = await startOf(variant, node, path);
    return start?.route == null ? null : { status: start.route.status, ms: start.route.wallMs };
  };
  const weighed: { path: string; afterReadyMs: number }[] = [];
  // What answers the readiness check is a route too, and often the lightest.
  for (const path of [...new Set([readinessPath, ...seeded(SEED).shuffled(paths)])].slice(0, CANDIDATES)) {
    const [before, start] = [await late(deployed, path), await startOf(pack, node, path)];
    // A route that needs a server elsewhere, or that answers otherwise from time to time, tells nothing about starts.
    if (start?.route == null || before === null || before.status !== start.route.status) continue;
    weighed.push({ path, afterReadyMs: start.route.wallMs - start.wallMs });
  }
  const byWeight = weighed.toSorted((a, b) => a.afterReadyMs - b.afterReadyMs).map(({ path }) => path);
  const [lightest, heaviest] = [byWeight[0], byWeight.at(-1)];
  const chosen = [...new Set([lightest, heaviest, ...weighed.map(({ path }) => path)])].filter((path) => path !== undefined).slice(0, count);
  const measured = chosen.map((path): RouteMeasured => ({ path, role: path === lightest ? 'lightest' : path === heaviest ? 'heaviest' : 'by seed', deployedMs: [], packMs: [] }));
  for (let round = 0; round < rounds; round++) {
    for (const one of measured) {
      const before = await late(deployed, one.path);
      const after = await late(pack, one.path);
      // Pairs only: their ratios are what counts.
      if (before === null || after === null) continue;
      one.deployedMs.push(before.ms);
      one.packMs.push(after.ms);
    }
  }
  return measured.filter(({ packMs }) => packMs.length > 0);
}

function markdown(all: readonly AppMeasured[], { rounds }: BuildBenchOptions): string {
  const { cpu, arch, node } = machine();
  const names = [...new Set(all.flatMap(({ variants }) => variants.map(({ name }) => name)))];
  const numbers = (pick: (one: Measured) => number[], unit = 1): string[][] =>
    all.map(({ app, node, variants }) => [app, String(node), ...names.map((name) => shown(median(pick(variants.find((one) => one.name === name) ?? { name, wallMs: [], cpuMs: [], rssBytes: [] })) / unit))]);
  const means = ['geometric mean, times as fast', '', ...names.map((name) => `${geometricMean(all.flatMap(({ variants }) => ratioOf(variants, name))).toFixed(2)}`)];
  const routes = all.flatMap((one) => one.routes.map((route) => routeRow(one.app, route)));
  const slower = all.flatMap((one) => one.routes.filter((route) => changeOfRoute(route).low > 0.05).map(({ path }) => `${one.app} ${path}`));
  return [
    `${cpu}, ${arch}, Node ${node}. Medians of ${rounds} interleaved starts.`,
    'Spawn to first answer, ms:',
    table(['app', 'Node', ...names], [...numbers(({ wallMs }) => wallMs), means]),
    'CPU of all processes and threads until then, ms:',
    table(['app', 'Node', ...names], numbers(({ cpuMs }) => cpuMs)),
    'Memory held then, MB:',
    table(['app', 'Node', ...names], numbers(({ rssBytes }) => rssBytes, 1e6)),
    'Sizes, MB, and what was done:',
    table(['app', 'installed', 'output', 'pack alone', 'imports deferred'], all.map(({ app, sizes, deferred }) => [app, mb(sizes.app), mb(sizes.output), mb(sizes.pack), String(deferred)])),
    "Where the pack's start goes, by V8's profile of the main thread (which is in it):",
    table(['app', 'shares of the busy time'], all.map(({ app, profile }) => [app, profile.slice(0, SHARES).map(([what, share]) => `${what} ${Math.round(100 * share)} %`).join(', ')])),
    'Spawn to the answer of one route, asked first after readiness, ms:',
    table(['app', 'route', '', 'as deployed', 'pack', 'change, 95 % interval'], routes),
    `Times as fast, geometric mean over the apps: ${geometricMean(all.map(({ routes }) => speedUp(routes.filter(({ role }) => role === 'lightest')))).toFixed(2)} on the lightest route, ${geometricMean(all.map(({ routes }) => speedUp(routes))).toFixed(2)} on the mean of the routes.`,
    slower.length === 0 ? 'No route is slower: no interval lies wholly above +5 %.' : `Slower than by 5 %: ${slower.join(', ')}.`,
  ].join('\n\n');
}

function ratioOf(variants: readonly Measured[], name: string): number[] {
  const [deployed, other] = ['as deployed', name].map((one) => variants.find((variant) => variant.name === one));
  return deployed === undefined || other === undefined ? [] : [median(deployed.wallMs) / median(other.wallMs)];
}

function speedUp(routes: readonly RouteMeasured[]): number {
  const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  return mean(routes.map(({ deployedMs }) => median(deployedMs))) / mean(routes.map(({ packMs }) => median(packMs)));
}

function routeRow(app: string, route: RouteMeasured): string[] {
  const { low, high, middle } = changeOfRoute(route);
  return [app, route.path, route.role, shown(median(route.deployedMs)), shown(median(route.packMs)), `${percent(middle)} (${percent(low)} to ${percent(high)})`];
}

function changeOfRoute({ deployedMs, packMs }: RouteMeasured): Change {
  return changeOf(packMs.map((ms, i) => ms / deployedMs[i]!));
}

function shown(value: number): string {
  return Number.isNaN(value) ? '' : String(Math.round(value));
}

function mb(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

function percent(share: number): string {
  return `${share > 0 ? '+' : ''}${Math.round(100 * share)} %`;
}
