// What people wait for: `build` as it is typed, of an app that nothing is known of, and again when nothing has changed.
import { execFile } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Build } from '../../src/model/build.ts';
import { median } from '../../src/model/sample.ts';
import { cacheFolder } from '../../src/system/files.ts';
import { listTree } from '../../src/system/file-tree.ts';
import { machine } from '../../src/system/machine.ts';
import { TOOL } from '../corpus/analyzing.ts';
import { apps, type CorpusApp } from '../corpus/apps.ts';
import { install } from '../corpus/install.ts';
import { isLoopbackOnly, runLoopbackOnly } from '../corpus/loopback-only.ts';
import { table } from '../corpus/table.ts';
import { nodeBinary } from '../helpers/nodes.ts';

export interface BuildTimeOptions {
  only?: string[] | undefined;
  rounds: string;
  json: boolean;
}

interface Timed {
  app: string;
  /** Of each round, s. */
  firstS: number[];
  againS: number[];
  appBytes: number;
  build: Build;
}

/**
 * Names the folder that a bench in a namespace leaves its output in, for the outer one to remove at the end: ext4 makes files several
 * times as slowly where some were deleted in the minutes before.
 */
const NOTES = 'LWA_SPLIT_BENCH_NOTES';

export async function buildTimeBench(options: BuildTimeOptions): Promise<string> {
  const given = process.env[NOTES];
  if (given !== undefined) return measureAll(options);
  const notes = (process.env[NOTES] = realpathSync(mkdtempSync(join(tmpdir(), 'lwa-split-bench-'))));
  try {
    return await measureAll(options);
  } finally {
    rmSync(notes, { recursive: true, force: true });
  }
}

async function measureAll({ only, rounds, json }: BuildTimeOptions): Promise<string> {
  const timed: Timed[] = [];
  for (const app of apps) {
    if (only !== undefined && !only.includes(app.name)) continue;
    console.error(`${app.name} ...`);
    const one = app.loopbackOnly && !isLoopbackOnly ? await measureLoopbackOnly(app, rounds) : await measure(app, Number(rounds));
    if (one === null) console.error(`${app.name} is skipped: it listens on all interfaces, and no network namespace can be made here.`);
    else timed.push(one);
  }
  return json ? JSON.stringify(timed) : markdown(timed, rounds);
}

async function measure(app: CorpusApp, rounds: number): Promise<Timed> {
  const folder = await install(app);
  const node = await nodeBinary(app.nodes[0]);
  const args = [TOOL, 'build', folder, '--json', '--start', 'bash run.sh', '--node', node, '--readiness-path', app.readinessPath];
  const build = async (round: number): Promise<{ seconds: number; document: Build }> => {
    const begun = performance.now();
    const { stdout } = await promisify(execFile)(process.execPath, [...args, '--outdir', join(process.env[NOTES]!, `${app.name}-${round}`)], { maxBuffer: 1 << 26 });
    return { seconds: (performance.now() - begun) / 1000, document: JSON.parse(stdout) as Build };
  };
  const firstS: number[] = [];
  const againS: number[] = [];
  for (let round = 1; ; round++) {
    rmSync(cacheFolder(folder), { recursive: true });
    const { seconds, document } = await build(round);
    firstS.push(seconds);
    againS.push((await build(round)).seconds);
    if (round >= rounds) return { app: app.name, firstS, againS, appBytes: sizeOf(folder), build: document };
  }
}

async function measureLoopbackOnly(app: CorpusApp, rounds: string): Promise<Timed | null> {
  // The namespace has no way to npm's registry.
  await install(app);
  await nodeBinary(app.nodes[0]);
  const printed = await runLoopbackOnly(fileURLToPath(new URL('run.ts', import.meta.url)), ['--build-time', '--only', app.name, '--rounds', rounds, '--json']);
  return printed === null ? null : (JSON.parse(printed) as Timed[])[0]!;
}

function sizeOf(folder: string): number {
  return listTree(folder, (path) => /(?:^|\/)node_modules\/\.cache$/.test(path)).entries.reduce((sum, entry) => sum + ('size' in entry ? entry.size : 0), 0);
}

function markdown(timed: readonly Timed[], rounds: string): string {
  const { cpu, arch, node } = machine();
  const rows = timed.map(({ app, firstS, againS, appBytes, build }) => {
    const { before, after } = build.coldStart;
    return [app, median(firstS).toFixed(1), firstS.map((seconds) => seconds.toFixed(1)).join(', '), median(againS).toFixed(1), mb(appBytes), mb(build.bytes), ms(before), ms(after), String(build.findings.filter(({ severity }) => severity === 'error').length)];
  });
  return [`${cpu}, ${arch}, Node ${node}. Medians of ${rounds} builds, each of an app that nothing is known of.`, table(['app', 'build, s', 'each', 'again, s', 'installed, MB', 'output, MB', 'first answer before, ms', 'after, ms', 'errors'], rows)].join('\n\n');
}

function mb(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

function ms(sample: { medianMs: number } | null): string {
  return sample === null ? '' : String(Math.round(sample.medianMs));
}
