// Time and memory of reach on generated apps, beside tools that only follow imports.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from '../../src/model/sample.ts';
import { systemCacheFolder } from '../../src/system/files.ts';
import { table } from '../corpus/table.ts';
import { writeApp } from './reach-app.ts';

/** What issue 5 asks to be held: 1,200 files, then a ladder that shows how time grows. */
const sizes = [
  { modules: 1200, routes: 240 },
  { modules: 2500, routes: 500 },
  { modules: 5000, routes: 1000 },
  { modules: 10_000, routes: 2000 },
];

const once = fileURLToPath(new URL('reach-once.ts', import.meta.url));

/** Markdown: reach cold and warm for each size, and the other tools on the smallest app. */
export function reachBench({ rounds }: { rounds: string }): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'lwa-split-bench-reach-')));
  try {
    const rows = sizes.map((size) => {
      const root = join(folder, String(size.modules));
      mkdirSync(join(root, 'node_modules'), { recursive: true });
      const app = writeApp(root, size);
      writeFileSync(join(root, 'app.json'), JSON.stringify(app));
      const runs = Array.from({ length: Number(rounds) }, () => {
        rmSync(join(root, 'node_modules', '.cache'), { recursive: true, force: true });
        return { cold: run(root), warm: run(root) };
      });
      const of = (kind: 'cold' | 'warm', what: 'ms' | 'rssMb'): string => String(Math.round(median(runs.map((one) => one[kind][what]))));
      return [String(app.graph.modules.length), String(app.imports), String(app.routes.length), of('cold', 'ms'), of('warm', 'ms'), of('cold', 'rssMb'), runs[0]!.cold.meanReach.toFixed(1)];
    });
    return [
      table(['modules', 'imports', 'routes', 'cold ms', 'warm ms', 'peak MB', 'modules per route'], rows),
      'Other tools on the smallest app; they follow imports between files, and know nothing of routes or declarations:',
      table(['tool', 'ms'], others(join(folder, String(sizes[0]!.modules)), Number(rounds))),
    ].join('\n\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(root: string): { ms: number; rssMb: number; meanReach: number } {
  return JSON.parse(execFileSync(process.execPath, [once, root], { encoding: 'utf8' })) as { ms: number; rssMb: number; meanReach: number };
}

const tools = [
  { name: 'madge@8.0.0', bin: 'madge', args: ['--json', 'main.js'] },
  { name: 'dependency-cruiser@18.7.2', bin: 'depcruise', args: ['--no-config', '--output-type', 'json', 'main.js'] },
  { name: 'skott@0.35.12', bin: 'skott', args: ['main.js', '--displayMode=raw', '--showCircularDependencies', '--exitCodeOnCircularDependencies=0'] },
];

/** Wall time of each tool's process, without what Node itself needs to start. */
function others(root: string, rounds: number): string[][] {
  const bare = median(Array.from({ length: 5 }, () => wallMs(() => execFileSync(process.execPath, ['-e', '0']))));
  return tools.map(({ name, bin, args }) => {
    try {
      const command = join(installedTool(name), 'node_modules', '.bin', bin);
      const times = Array.from({ length: rounds }, () => wallMs(() => execFileSync(command, args, { cwd: root, stdio: 'ignore' })) - bare);
      return [name, String(Math.round(median(times)))];
    } catch (error) {
      return [name, `not measured: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`];
    }
  });
}

function wallMs(work: () => void): number {
  const begun = performance.now();
  work();
  return performance.now() - begun;
}

/** Installed once, outside of the repository. */
function installedTool(name: string): string {
  const folder = systemCacheFolder(`bench-${name.replace(/[^\w.]+/g, '-')}`);
  if (!existsSync(join(folder, 'node_modules'))) execFileSync('npm', ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', name], { stdio: 'ignore' });
  return folder;
}
