// What the esbuild plugin adds to a build: plain builds beside builds with it, in turn, each in a process of its own.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuildOptions } from 'esbuild';
import { median } from '../../src/model/sample.ts';
import { builtFile } from '../../src/system/own-files.ts';
import { TOOL } from '../corpus/analyzing.ts';
import { apps } from '../corpus/apps.ts';
import { install } from '../corpus/install.ts';
import { table } from '../corpus/table.ts';
import { repository } from '../helpers/installed.ts';
import { nodeBinary } from '../helpers/nodes.ts';
import type { PluginOrder, PluginTimes } from './plugin-once.ts';

interface Bundled {
  name: string;
  folder: string;
  entry: string;
  format: 'cjs' | 'esm';
  /** Beyond what an example needs to be started. */
  start: string[];
}

const evidenceName = 'lwa-split.deferrals.json';
const once = fileURLToPath(new URL('plugin-once.ts', import.meta.url));
/** What Nest and sequelize ask for where it is there. */
const optional = ['pg-hstore', '@nestjs/websockets', '@nestjs/websockets/socket-module', '@nestjs/microservices', '@nestjs/microservices/microservices-module', 'class-validator', 'class-transformer', 'class-transformer/storage', '@fastify/static', '@fastify/view'];

/** Markdown: medians of builds with nothing kept, of later ones and of rebuilds, and how many times the plain one they take. */
export async function pluginBench({ rounds, only }: { rounds: string; only?: string[] | undefined }): Promise<string> {
  const rows: string[][] = [];
  for (const app of [...examples(), ...(await published())]) {
    if (only !== undefined && !only.includes(app.name)) continue;
    console.error(`${app.name} ...`);
    rows.push(rowOf(app, Number(rounds)));
  }
  return [
    `Node ${process.versions.node}. Medians of ${rounds} interleaved builds, each in a new process, ms, from before esbuild and the plugin are loaded. First: nothing of earlier builds is kept.`,
    table(['app', 'plain', 'without evidence, first', 'later', 'with evidence, first', 'later', 'imports deferred', 'plain rebuild', 'without evidence', 'with evidence'], rows),
  ].join('\n\n');
}

function examples(): Bundled[] {
  const shop = (name: string, entry: string, format: 'cjs' | 'esm'): Bundled => ({ name, folder: fileURLToPath(new URL(`../../examples/${name}`, import.meta.url)), entry, format, start: [] });
  return [shop('express', 'src/server.js', 'esm'), shop('fastify', 'src/server.js', 'esm'), shop('hono', 'src/server.ts', 'esm'), shop('koa', 'src/server.js', 'cjs'), shop('nest', 'dist/main.js', 'cjs')];
}

/** The two published servers that esbuild can bundle. */
async function published(): Promise<Bundled[]> {
  const entries: Record<string, string> = { 'turborepo-remote-cache': 'node_modules/turborepo-remote-cache/dist/cli.js', azurite: 'node_modules/azurite/dist/src/azurite.js' };
  return Promise.all(
    apps.flatMap(async (app) => {
      const entry = entries[app.name];
      if (entry === undefined) return [];
      const start = ['--start', 'bash run.sh', '--node', await nodeBinary(app.nodes[0]), '--readiness-path', app.readinessPath];
      return [{ name: app.name, folder: await install(app), entry, format: app.format, start }];
    }),
  ).then((found) => found.flat());
}

function rowOf(app: Bundled, rounds: number): string[] {
  const notes = realpathSync(mkdtempSync(join(tmpdir(), 'lwa-split-bench-plugin-')));
  try {
    const evidence = join(notes, evidenceName);
    writeFileSync(evidence, evidenceOf(app));
    const options: BuildOptions = { entryPoints: [app.entry], absWorkingDir: realpathSync(app.folder), outdir: join(notes, 'out'), bundle: true, platform: 'node', format: app.format, target: 'node22', external: optional, loader: { '.node': 'copy' }, logLevel: 'silent' };
    const plugin = builtFile('esbuild.js');
    const without = { options, plugin, analysis: join(notes, 'none.json') };
    const withEvidence = { options, plugin, analysis: evidence };
    const orders: (PluginOrder & { first?: boolean })[] = [{ options, plugin: null, analysis: '' }, { ...without, first: true }, without, { ...withEvidence, first: true }, withEvidence];
    const times = orders.map((): PluginTimes[] => []);
    // The first round only warms the disk.
    for (let round = 0; round <= rounds; round++) orders.forEach((order, i) => {
      if (order.first === true) forget(app.folder);
      const one = build(order);
      if (round > 0) times[i]!.push(one);
    });
    const deferred = (JSON.parse(readFileSync(evidence, 'utf8')) as { imports: { verdict: string }[] }).imports.filter(({ verdict }) => verdict === 'defer').length;
    const rebuilds = [times[0]!, times[2]!, times[4]!];
    return [app.name, ...cells(times.map((all) => median(all.map(({ buildMs }) => buildMs)))), String(deferred), ...cells(rebuilds.map((all) => median(all.map(({ rebuildMs }) => rebuildMs))))];
  } finally {
    rmSync(notes, { recursive: true, force: true });
  }
}

/** What earlier builds of the app, or of the workspace that it is in, have kept. */
function forget(folder: string): void {
  for (const home of [folder, repository]) for (const name of ['texts', 'loads']) rmSync(join(home, 'node_modules/.cache/lwa-split', `esbuild-${name}.json`), { force: true });
}

function build(order: PluginOrder): PluginTimes {
  return JSON.parse(execFileSync(process.execPath, [once, JSON.stringify(order)], { encoding: 'utf8' })) as PluginTimes;
}

function cells([plain, ...others]: number[]): string[] {
  return [String(Math.round(plain!)), ...others.map((one) => `${Math.round(one)} (${(one / plain!).toFixed(2)} ×)`)];
}

/** What `lazy --evidence-only` writes for the app, whose folder is left as it was. */
function evidenceOf({ folder, start }: Bundled): string {
  const file = join(folder, evidenceName);
  const before = existsSync(file) ? readFileSync(file, 'utf8') : null;
  try {
    execFileSync(process.execPath, [TOOL, 'lazy', folder, '--evidence-only', '--runs', '3', ...start], { stdio: 'ignore' });
    return readFileSync(file, 'utf8');
  } finally {
    if (before === null) rmSync(file, { force: true });
    else writeFileSync(file, before);
  }
}
