import { createHash, randomBytes } from 'node:crypto';
import { accessSync, chmodSync, constants, existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { parseEnv } from 'node:util';
import { UserError } from '../model/trouble.ts';
import { endOnSignals } from './ending.ts';

/** True when a file or folder is there; a broken link is not. */
export function exists(path: string): boolean {
  return existsSync(path);
}

/** The path without symbolic links; as it is where nothing is there. */
export function realPath(path: string): string {
  return exists(path) ? realpathSync(path) : path;
}

/** Parsed content of a JSON file, unchecked. Throws a UserError when it is not there or is no JSON. */
export function readJson(path: string): unknown {
  const text = readText(path);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UserError('bad-json', `The file ${path} is not valid JSON.`, cause instanceof Error ? `${cause.message}.` : 'Check its syntax.', cause);
  }
}

/** Content of a text file. Throws a UserError when it cannot be read. */
export function readText(path: string): string {
  return textOf(path, 'no-file', `The file ${path} cannot be read.`);
}

/**
 * Writes a whole file or none of it: into a temporary file of the same folder, then renamed. Synchronous, so that a
 * Ctrl-C waits for its end. Makes the folder when there is none. `mode` as for chmod.
 */
export function writeFileAtomic(path: string, text: string | Uint8Array, mode?: number): void {
  endOnSignals();
  mkdirSync(dirname(path), { recursive: true });
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    writeFileSync(temporary, text);
    if (mode !== undefined) chmodSync(temporary, mode);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** 32 hexadecimal digits of the SHA-256 of the content. */
export function contentHash(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 32);
}

/**
 * The folder for what we may lose: `node_modules/.cache/lwa-split` of the app where there is a node_modules we can write
 * to, else one per app in the system's cache folder. Made when absent; those of apps that are gone are removed then.
 */
export function cacheFolder(root: string, environment: NodeJS.ProcessEnv = process.env): string {
  const inside = join(root, 'node_modules', '.cache', 'lwa-split');
  if (exists(join(root, 'node_modules')) && canWriteIn(inside)) return inside;
  const folder = systemCacheFolder(`${basename(root)}-${contentHash(root).slice(0, 12)}`, environment);
  if (!exists(join(folder, WHOSE))) {
    removeOrphans(dirname(folder));
    writeFileAtomic(join(folder, WHOSE), root);
  }
  return folder;
}

/** In each app's folder of the system's cache: where the app is. */
const WHOSE = 'app.txt';

function removeOrphans(caches: string): void {
  for (const name of readdirSync(caches)) {
    try {
      if (!exists(readFileSync(join(caches, name, WHOSE), 'utf8'))) rmSync(join(caches, name), { recursive: true, force: true });
    } catch {
      // Not of an app, or somebody else removes it.
    }
  }
}

/** A folder of our own, with this name, in the user's cache folder. Made when absent. */
export function systemCacheFolder(name: string, environment: NodeJS.ProcessEnv = process.env): string {
  const system = process.platform === 'darwin' ? join(homedir(), 'Library', 'Caches') : join(homedir(), '.cache');
  const folder = join(environment['XDG_CACHE_HOME'] || system, 'lwa-split', name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Variables of a dotenv file. Throws a UserError when it cannot be read. */
export function envFile(path: string): Record<string, string> {
  const variables = parseEnv(textOf(path, 'no-env-file', `The environment file ${path} cannot be read.`));
  return Object.fromEntries(Object.entries(variables).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

function canWriteIn(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function textOf(path: string, code: string, sentence: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new UserError(code, sentence, exists(path) ? 'Check that it is a file you may read.' : 'Check the path: nothing is there.', cause);
  }
}

/** Size of a file, bytes; 0 when it is not there. */
export function fileBytes(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
