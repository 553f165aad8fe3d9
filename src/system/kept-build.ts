import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { cacheFolder, contentHash, exists, writeFileAtomic } from './files.ts';
import { listTree, stateOf } from './file-tree.ts';

/** What a build depends on, and where it lies. Of values of environment variables only a salted hash is kept. */
export interface BuildInputs {
  /** Folder of the app, and the one that is copied: absolute. */
  root: string;
  base: string;
  outdir: string;
  settings: unknown;
  env: Record<string, string>;
}

const FILE = 'last-build.json';

/** The document of the last build, where neither its inputs nor its output have changed since; else null. Unchecked. */
export function keptBuild(inputs: BuildInputs): unknown {
  try {
    const saved = JSON.parse(readFileSync(join(cacheFolder(inputs.root), FILE), 'utf8')) as { key: string; document: unknown };
    return saved.key === keyOf(inputs) ? saved.document : null;
  } catch {
    return null;
  }
}

export function keepBuild(inputs: BuildInputs, document: unknown): void {
  writeFileAtomic(join(cacheFolder(inputs.root), FILE), JSON.stringify({ key: keyOf(inputs), document }));
}

function keyOf({ root, base, outdir, settings, env }: BuildInputs): string {
  const own = relative(base, outdir);
  const before = stateOfTree(base, (path) => path === '.git' || path === own || /(?:^|\/)node_modules\/\.cache$/.test(path));
  return contentHash(JSON.stringify([settings, outdir, contentHash(saltOf(root) + JSON.stringify(Object.entries(env).sort())), before, stateOfTree(outdir, () => false)]));
}

/** Sizes and times: reading tens of thousands of files again would take longer than a build may. */
function stateOfTree(folder: string, leaveOut: (path: string) => boolean): string {
  if (!exists(folder)) return 'absent';
  return contentHash(listTree(folder, leaveOut).entries.map((entry) => ('link' in entry ? `${entry.path} ${entry.link}` : stateOf(entry))).join('\n'));
}

function saltOf(root: string): string {
  const file = join(cacheFolder(root), 'salt');
  if (!exists(file)) writeFileAtomic(file, randomBytes(16).toString('hex'));
  return readFileSync(file, 'utf8');
}
