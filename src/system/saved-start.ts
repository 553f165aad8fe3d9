import { randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, contentHash, exists, writeFileAtomic } from './files.ts';

/** What the documents of a start depend on. Values of environment variables are kept as a hash with a salt of this app's cache only. */
export interface StartInputs {
  root: string;
  /** Everything else that decides about the start: command, Node, options, version of this tool. */
  settings: unknown;
  env: Record<string, string>;
  /** Absolute paths of all files that were loaded. */
  files: readonly string[];
}

interface Saved {
  key: string;
  files: string[];
  documents: unknown;
}

const FILE = 'last-start.json';
/** Changing any of these may change what a start loads, though they are not loaded themselves. */
const MANIFESTS = ['package.json', 'package-lock.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'bun.lockb', 'npm-shrinkwrap.json'];

/** Keeps the documents of the last start beside the app, so that questions about it need no new start. */
export function saveStart(inputs: StartInputs, documents: unknown): void {
  const folder = cacheFolder(inputs.root);
  const saved: Saved = { key: keyOf(inputs, folder), files: [...inputs.files], documents };
  writeFileAtomic(join(folder, FILE), JSON.stringify(saved));
}

/** The documents of the last start; null when there are none, or when a setting or any loaded file has changed since. */
export function savedStart(inputs: Omit<StartInputs, 'files'>): { files: string[]; documents: unknown } | null {
  const folder = cacheFolder(inputs.root);
  try {
    const saved = JSON.parse(readFileSync(join(folder, FILE), 'utf8')) as Saved;
    return saved.key === keyOf({ ...inputs, files: saved.files }, folder) ? saved : null;
  } catch {
    return null;
  }
}

function keyOf({ root, settings, env, files }: StartInputs, folder: string): string {
  const salt = saltIn(folder);
  const secrets = contentHash(salt + JSON.stringify(Object.entries(env).sort()));
  const states = [...MANIFESTS.map((name) => join(root, name)), ...files].map(stateOf);
  return contentHash(JSON.stringify([settings, secrets, states]));
}

/** Size and time of the last change: reading thousands of files again would cost more than it is worth. */
function stateOf(file: string): string {
  const state = statSync(file, { throwIfNoEntry: false });
  return state === undefined ? `${file} absent` : `${file} ${state.size} ${state.mtimeMs}`;
}

function saltIn(folder: string): string {
  const file = join(folder, 'salt');
  if (!exists(file)) writeFileAtomic(file, randomBytes(16).toString('hex'));
  return readFileSync(file, 'utf8');
}
