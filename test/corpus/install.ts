import { execFile } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { contentHash, systemCacheFolder } from '../../src/system/files.ts';
import type { CorpusApp } from './apps.ts';

/**
 * Folder with the app, ready to run: its recipe, copied into the user's cache folder and installed there by npm the
 * first time. A changed recipe gets a new folder.
 */
export function install(app: CorpusApp): Promise<string> {
  return installRecipe(fileURLToPath(new URL(`apps/${app.name}`, import.meta.url)), app.incompleteLock ? 'install' : 'ci');
}

/** The same for any folder with a package.json and what else the app needs. */
export async function installRecipe(recipe: string, command: 'ci' | 'install'): Promise<string> {
  const folder = join(systemCacheFolder('corpus'), `${basename(recipe)}-${hashOf(recipe)}`);
  if (existsSync(folder)) return folder;
  // Installed beside its place and then moved there, so that a folder that is there is whole.
  const unfinished = `${folder}.${process.pid}`;
  try {
    cpSync(recipe, unfinished, { recursive: true });
    await promisify(execFile)('npm', [command, '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: unfinished, maxBuffer: 1 << 26 });
    renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return folder;
}

function hashOf(recipe: string): string {
  const files = readdirSync(recipe).sort();
  return contentHash(files.map((file) => `${file}\n${readFileSync(join(recipe, file), 'utf8')}\n`).join('')).slice(0, 12);
}
