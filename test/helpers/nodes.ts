import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { systemCacheFolder } from '../../src/system/files.ts';

/**
 * Absolute path of a Node of this major version, from the npm package `node`. Installs it into the user's cache folder
 * when it is not there yet, which takes a download of some 50 MB; rejects when npm cannot.
 */
export async function nodeBinary(major: number): Promise<string> {
  const folder = systemCacheFolder(join('node', `v${major}`));
  const binary = join(folder, 'node_modules', 'node', 'bin', 'node');
  if (existsSync(binary)) return binary;
  // Its install script fetches the binary for this platform; newer npm runs it only when it is allowed by name.
  const manifest = { private: true, dependencies: { node: `^${major}.0.0` }, allowScripts: { node: true } };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund'], { cwd: folder });
  return binary;
}
