import { execFile } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { systemCacheFolder } from '../../src/system/files.ts';
import type { ForeignPackage } from './packages.ts';

const run = promisify(execFile);

/** Folder with the package as it was published, and with what it and its tests need, in the user's cache folder. */
export async function installForeign({ name, version, tests, runner, prepare }: ForeignPackage): Promise<string> {
  const cache = systemCacheFolder('foreign');
  const folder = join(cache, `${name.replace('/', '+')}-${version}`);
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.${process.pid}`;
  try {
    mkdirSync(unfinished);
    const { stdout } = await run('npm', ['pack', `${name}@${version}`, '--json', '--pack-destination', unfinished], { cwd: cache, maxBuffer: 1 << 26 });
    const [{ filename } = { filename: '' }] = JSON.parse(stdout) as { filename: string }[];
    await run('tar', ['-xzf', filename, '--strip-components=1'], { cwd: unfinished });
    onlyTestedWith(unfinished, tests, runner);
    await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--legacy-peer-deps'], { cwd: unfinished, maxBuffer: 1 << 26 });
    if (prepare !== undefined) await run('sh', ['-c', prepare], { cwd: unfinished });
    renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return folder;
}

/** Leaves out what the package is developed with and its tests do not name: linters, type checkers, benchmarks. */
function onlyTestedWith(folder: string, tests: readonly string[], runner: string): void {
  const file = join(folder, 'package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as { devDependencies?: Record<string, string>; scripts?: unknown };
  const helpers = tests.map((glob) => glob.replace(/[^/]*$/, '**/*.{js,cjs,mjs}'));
  const text = globSync(helpers, { cwd: folder }).map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
  const named = Object.entries(manifest.devDependencies ?? {}).filter(([name]) => name === runner || new RegExp(`['"\`]${name}(?:/[^'"\`]*)?['"\`]`).test(text));
  writeFileSync(file, JSON.stringify({ ...manifest, scripts: {}, devDependencies: Object.fromEntries(named) }, null, 2));
}
