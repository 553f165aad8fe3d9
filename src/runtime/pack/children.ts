// Processes that the app starts with this Node: a script that is a module of the pack runs from it there too.
import { subscribe } from 'node:diagnostics_channel';
import { realpathSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { loader } from './commonjs.ts';
import { JSON_TEXT, KIND_BITS, type Target } from './format.ts';
import type { Pack } from './reader.ts';

/** Tells `server.cjs` in such a process which script it stands for: what the app gave, as an absolute path. */
export const MAIN = 'LWA_SPLIT_MAIN';

interface Spawned {
  file?: unknown;
  args?: readonly string[];
  envPairs?: readonly string[];
  cwd?: unknown;
}
interface Child {
  spawn(options: Spawned): unknown;
  spawnargs: readonly string[];
}

/**
 * Puts `server`, the absolute path of `server.cjs`, in the place of such scripts. All ways to start a process but the synchronous
 * ones go through `ChildProcess.prototype.spawn`, which is first touched when there is one: most servers never load that code.
 */
export function serveChildren(pack: Pack, server: string): void {
  let patched = false;
  // Told when a process object is made, before anything is started.
  subscribe('child_process', (message) => {
    if (patched) return;
    patched = true;
    const prototype = spawning((message as { process: object }).process);
    if (prototype === null) return;
    const { spawn: before } = prototype;
    prototype.spawn = function spawn(options) {
      const served = fromPack(pack, server, options);
      if (served === null) return before.call(this, options);
      const result = before.call(this, served);
      this.spawnargs = options.args!;
      return result;
    };
  });
}

/** What the process is to run, of the pack; null where the path leads to something else. */
export function mainAt(pack: Pack, path: string): Target | null {
  const file = loader._findPath(path, null, true);
  if (file === false) return null;
  const number = pack.find(file);
  if (number >= 0) return (pack.row(number)[1] & KIND_BITS) === JSON_TEXT ? null : number;
  const { entry } = pack.head;
  return typeof entry === 'string' && file === pack.files + entry.slice(1) ? entry : null;
}

/** Of the objects that a process object inherits from, the one whose `spawn` is Node's. */
function spawning(process: object): Child | null {
  let found: Child | null = null;
  for (let at: object | null = process; at !== null; at = Object.getPrototypeOf(at) as object | null) if (Object.hasOwn(at, 'spawn')) found = at as Child;
  return found;
}

/** The same start with `server.cjs` in the place of the script; null where it is no script of the pack, or no start that we understand. */
function fromPack(pack: Pack, server: string, options: Spawned): Spawned | null {
  try {
    const { file, args, envPairs, cwd } = options;
    if (typeof file !== 'string' || !Array.isArray(args) || !Array.isArray(envPairs) || (cwd != null && typeof cwd !== 'string')) return null;
    const at = scriptAt(args);
    if (at < 0 || !isThisNode(file, envPairs)) return null;
    const script = resolve(typeof cwd === 'string' ? cwd : '', String(args[at]));
    if (mainAt(pack, script) === null) return null;
    return { ...options, args: args.with(at, server), envPairs: [...envPairs, `${MAIN}=${script}`] };
  } catch {
    // Node tells what is wrong with it.
    return null;
  }
}

/** Flags of Node whose value is the next word, and may look like a script. */
const withValue = new Set(['-r', '--require', '--import', '--loader', '--experimental-loader', '--env-file', '--env-file-if-exists', '--title', '-C', '--conditions']);
/** Flags with which no script runs, or which it reads files by other rules; all short ones but those of preloads too. */
const otherRules = /^-(?:[^-r]|r.|-(?:eval|print|check|test|run|interactive|watch|build-snapshot|build-sea|experimental-sea-config|prof-process|v8-options|version|help|completion-bash|conditions|preserve-symlinks|entry-url|experimental-entry-url|experimental-default-type|input-type|permission|experimental-permission)(?![a-z]))/;

function scriptAt(args: readonly string[]): number {
  for (let at = 1; at < args.length; at++) {
    const word = String(args[at]);
    if (word === '--') return at + 1 < args.length ? at + 1 : -1;
    if (!word.startsWith('-')) return at;
    // What this process was started with holds for the tables of the pack as well.
    if (word === '-' || (otherRules.test(word) && !process.execArgv.includes(word))) return -1;
    if (withValue.has(word)) at++;
  }
  return -1;
}

function isThisNode(file: string, envPairs: readonly string[]): boolean {
  if (file === process.execPath) return true;
  if (basename(file) !== 'node') return false;
  if (file.includes('/')) return realPathOf(file) === process.execPath;
  const path = envPairs.find((pair) => pair.startsWith('PATH='))?.slice('PATH='.length) ?? '';
  const found = path.split(':').find((folder) => realPathOf(join(folder, file)) !== null);
  return found !== undefined && realPathOf(join(found, file)) === process.execPath;
}

function realPathOf(file: string): string | null {
  try {
    return realpathSync(file);
  } catch {
    return null;
  }
}
