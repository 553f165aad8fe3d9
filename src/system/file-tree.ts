import { closeSync, fchmodSync, futimesSync, lstatSync, mkdirSync, openSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { contentHash } from './files.ts';
import { workerScript } from './own-files.ts';
import { openWorkers } from './workers.ts';

/** One entry of a tree. `path` is relative, with slashes; `from` is where its content lies, absolute. Folders are there by what is in them. */
export type TreeEntry = { path: string; from: string; size: number; mtimeMs: number; mode: number } | { path: string; link: string };

/** A folder's files and links, sorted by path. `outside` are links to folders outside of it, whose content stands in their place. */
export interface Tree {
  entries: TreeEntry[];
  outside: { path: string; real: string }[];
}

/** Everything in a folder but what `leaveOut` (asked with relative paths) takes away. Links that lead outside are followed. */
export function listTree(root: string, leaveOut: (path: string) => boolean): Tree {
  const tree: Tree = { entries: [], outside: [] };
  const visit = (folder: string, at: string, followed: readonly string[]): void => {
    for (const one of readdirSync(folder, { withFileTypes: true })) {
      const path = at === '' ? one.name : `${at}/${one.name}`;
      if (leaveOut(path)) continue;
      const from = join(folder, one.name);
      if (one.isDirectory()) visit(from, path, followed);
      else if (one.isFile()) addFile(from, path);
      else if (one.isSymbolicLink()) addLink(from, path, followed);
    }
  };
  const addFile = (from: string, path: string): void => {
    const { size, mtimeMs, mode } = lstatSync(from);
    tree.entries.push({ path, from, size, mtimeMs, mode });
  };
  const addLink = (from: string, path: string, followed: readonly string[]): void => {
    const link = readlinkSync(from);
    const target = resolve(dirname(from), link);
    if (isInside(root, target) && !isAbsolute(link)) {
      tree.entries.push({ path, link });
      return;
    }
    const state = statSync(from, { throwIfNoEntry: false });
    if (state === undefined) return;
    const real = realpathSync(from);
    if (isInside(root, real)) tree.entries.push({ path, link: relative(dirname(from), real) });
    else if (state.isFile()) tree.entries.push({ path, from: real, size: state.size, mtimeMs: state.mtimeMs, mode: state.mode });
    else if (!followed.includes(real)) {
      tree.outside.push({ path, real });
      visit(real, path, [...followed, real]);
    }
  };
  visit(root, '', []);
  tree.entries.sort((a, b) => (a.path < b.path ? -1 : 1));
  return tree;
}

/** True for the folder itself and all below it. */
export function isInside(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** One file to be copied, by absolute paths; `path` is its name in the tree. */
export interface CopyTask {
  path: string;
  from: string;
  to: string;
  mode: number;
  mtimeMs: number;
  /** Something stands there that has to go first. */
  replaces: boolean;
}

/** Fewer files are copied sooner than threads have started. */
const WORTH_THREADS = 1000;

/** What of a tree is copied already. */
export interface BegunCopy {
  /** What was in the folder before; see `existing`. */
  there: Map<string, string>;
  /** Content hashes of the files that have been copied since, by path. */
  hashes: Map<string, string>;
}

/**
 * Makes a folder hold exactly these entries; what is there with the same size and time stays as it is. Resolves to the content
 * hash of every file, by path; `known` says those of files that are as they were, by path, size and time.
 */
export async function copyTree(tree: Tree, to: string, known: ReadonlyMap<string, string>, begun: BegunCopy | null = null): Promise<Map<string, string>> {
  const there = begun?.there ?? existing(to);
  const wanted = new Set(tree.entries.map(({ path }) => path));
  for (const path of there.keys()) if (!wanted.has(path)) rmSync(join(to, path), { force: true });
  const { hashes, missing } = placeLinks(tree, to, known, there, begun?.hashes ?? new Map());
  for (const [path, hash] of await copyAll(missing)) hashes.set(path, hash);
  return hashes;
}

/** Begins to make a folder hold these entries, in this thread alone, for as long as nobody waits for it; takes nothing away. */
export function beginCopy(tree: Tree, to: string, known: ReadonlyMap<string, string>, isWaitedFor: () => boolean): BegunCopy {
  const there = existing(to);
  const { hashes, missing } = placeLinks(tree, to, known, there, new Map());
  for (const task of missing) {
    if (isWaitedFor()) hashes.delete(task.path);
    else hashes.set(task.path, copyFile(task));
  }
  return { there, hashes };
}

/** Makes folders and links; returns what is to be copied, and hashes of the rest, every file in its place. */
function placeLinks(tree: Tree, to: string, known: ReadonlyMap<string, string>, there: ReadonlyMap<string, string>, copied: ReadonlyMap<string, string>): { hashes: Map<string, string>; missing: CopyTask[] } {
  const hashes = new Map<string, string>();
  const missing: CopyTask[] = [];
  let folder = '';
  for (const entry of tree.entries) {
    const already = copied.get(entry.path);
    if (already !== undefined) {
      hashes.set(entry.path, already);
      continue;
    }
    const target = join(to, entry.path);
    if (dirname(target) !== folder) mkdirSync((folder = dirname(target)), { recursive: true });
    const present = there.get(entry.path);
    if ('link' in entry) {
      if (present !== entry.link) {
        rmSync(target, { force: true, recursive: true });
        symlinkSync(entry.link, target);
      }
      continue;
    }
    const hash = known.get(stateOf(entry));
    // What is copied gets its hash then, and keeps its place in the order.
    hashes.set(entry.path, hash ?? '');
    if (hash === undefined || present !== `${entry.size} ${Math.trunc(entry.mtimeMs)}`) missing.push({ path: entry.path, from: entry.from, to: target, mode: entry.mode, mtimeMs: entry.mtimeMs, replaces: present !== undefined });
  }
  return { hashes, missing };
}

async function copyAll(tasks: readonly CopyTask[]): Promise<Map<string, string>> {
  if (tasks.length < WORTH_THREADS) return new Map(tasks.map((task) => [task.path, copyFile(task)]));
  const hashes = new Map<string, string>();
  // All alike, so that files of one folder are copied by one thread.
  const threads = openWorkers<CopyTask, string>(workerScript('copy-worker'), () => 1, (task, hash) => hashes.set(task.path, hash));
  try {
    threads.add(tasks);
    await threads.finish();
  } finally {
    threads.stop();
  }
  return hashes;
}

/** Readable by whoever runs it, and writable by its owner, so that the next build can replace it. Returns the content's hash. */
export function copyFile({ from, to, mode, mtimeMs, replaces }: CopyTask): string {
  const content = readFileSync(from);
  if (replaces) rmSync(to, { force: true, recursive: true });
  const file = openSync(to, 'w');
  try {
    writeFileSync(file, content);
    fchmodSync(file, (mode & 0o111) === 0 ? 0o644 : 0o755);
    futimesSync(file, mtimeMs / 1000, mtimeMs / 1000);
  } finally {
    closeSync(file);
  }
  return contentHash(content);
}

/** What `known` of `copyTree` finds a file's hash by. */
export function stateOf(entry: Extract<TreeEntry, { from: string }>): string {
  return `${entry.path} ${entry.size} ${entry.mtimeMs}`;
}

/** What is in a folder already: files as size and time, links as their target. */
function existing(root: string): Map<string, string> {
  const found = new Map<string, string>();
  const visit = (folder: string, at: string): void => {
    for (const one of readdirSync(folder, { withFileTypes: true })) {
      const path = at === '' ? one.name : `${at}/${one.name}`;
      const from = join(folder, one.name);
      if (one.isDirectory()) visit(from, path);
      else if (one.isSymbolicLink()) found.set(path, readlinkSync(from));
      else {
        const { size, mtimeMs } = lstatSync(from);
        found.set(path, `${size} ${Math.trunc(mtimeMs)}`);
      }
    }
  };
  if (statSync(root, { throwIfNoEntry: false })?.isDirectory() === true) visit(root, '');
  return found;
}
