// The app's files beside the pack, for whoever reads them: all but what is needed for development only.
import { join } from 'node:path';
import { FILES } from '../../runtime/pack/format.ts';
import { beginCopy, copyTree, isInside, listTree, type BegunCopy, type Tree } from '../../system/file-tree.ts';
import { realPath } from '../../system/files.ts';
import { keepHashes, keptHashes } from '../../system/kept-hashes.ts';
import { workerScript } from '../../system/own-files.ts';
import { diskFiles } from '../../system/project-files.ts';
import { openWorkers } from '../../system/workers.ts';
import { developmentOnly } from './production.ts';
import { readersIn, withoutUnread } from './unread.ts';

/** Absolute paths, without symbolic links. */
export interface CopyPlace {
  root: string;
  /** The folder that is copied. */
  base: string;
  outdir: string;
  /** Folders of the other packages of the workspace. */
  members: string[];
  /** The app is started so that stacks are told by source maps. */
  sourceMaps: boolean;
}

/** A module of the app, by its file and by its path from the base; `written` is its text. */
interface Loaded {
  file: string;
  id: string;
  written: string;
}

/** What was copied before all modules were known, and the list that it was taken from, which leaves out so many packages. */
export interface EarlyCopy extends BegunCopy {
  all: Tree;
  unneeded: number;
}

export interface Copying {
  /** Lets it come to an end soon, and resolves to how far it came: the rest is copied in more threads than one. */
  handOver(): Promise<EarlyCopy>;
  /** Ends it, wherever it is. */
  stop(): void;
}

export interface EarlyTask extends CopyPlace {
  modules: Pick<Loaded, 'file' | 'id'>[];
  /** Shared; not 0 once somebody waits. */
  waiting: Int32Array;
}

/** Copies, and tells what, with content hashes by path. */
export async function copyFiles(place: CopyPlace, modules: readonly Loaded[], early: EarlyCopy | null): Promise<{ tree: Tree; hashes: Map<string, string> }> {
  const unneeded = developmentPackages(place, modules);
  // The more modules are known, the less is unneeded: where it is as many, it is the same.
  const all = early !== null && early.unneeded === unneeded.size ? early.all : listed(place, unneeded);
  const tree = withoutWhatNobodyReads(all, modules, place);
  const hashes = await copyTree(tree, join(place.outdir, FILES), keptHashes(place.base), early);
  keepHashes(place.base, tree, hashes);
  return { tree, hashes };
}

/** The same for some of the modules, in a thread beside this one: of what is copied for some nothing is left out for more of them. */
export function copyBeside(place: CopyPlace, modules: EarlyTask['modules']): Copying {
  let early: EarlyCopy | null = null;
  const thread = openWorkers<EarlyTask, EarlyCopy>(workerScript('early-copy-worker'), () => 1, (_, answer) => (early = answer));
  const waiting = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  thread.add([{ ...place, modules, waiting }]);
  const done = thread.finish().then(() => early!);
  // Whoever waits hears of it; nobody has to.
  done.catch(() => undefined);
  const handOver = (): Promise<EarlyCopy> => {
    Atomics.store(waiting, 0, 1);
    return done;
  };
  return { handOver, stop: () => thread.stop() };
}

/** What `copyBeside` runs in its thread. */
export function copyEarly({ modules: known, waiting, ...place }: EarlyTask): EarlyCopy {
  const modules = known.map((one) => ({ ...one, written: '' }));
  const unneeded = developmentPackages(place, modules);
  const all = listed(place, unneeded);
  const begun = beginCopy(withoutWhatNobodyReads(all, modules, place), join(place.outdir, FILES), keptHashes(place.base), () => Atomics.load(waiting, 0) !== 0);
  return { all, unneeded: unneeded.size, ...begun };
}

function developmentPackages({ root, base, members }: CopyPlace, modules: readonly Loaded[]): Set<string> {
  return developmentOnly({ root, home: base, members, loaded: modules.map(({ file }) => file), files: diskFiles, realPath });
}

function listed({ base, outdir }: CopyPlace, unneeded: ReadonlySet<string>): Tree {
  return listTree(base, (path) => isLeftOut(path) || unneeded.has(join(base, path)) || isInside(outdir, join(base, path)));
}

function isLeftOut(path: string): boolean {
  return path === '.git' || path === 'node_modules/.cache' || path.endsWith('/node_modules/.cache');
}

function withoutWhatNobodyReads({ entries, outside }: Tree, modules: readonly Loaded[], { sourceMaps }: CopyPlace): Tree {
  return { entries: withoutUnread(entries, new Set(modules.map(({ id }) => id)), readersIn(modules, sourceMaps)), outside };
}
