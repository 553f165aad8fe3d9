import { UserError } from '../../model/trouble.ts';
import type { FileChange } from '../../system/file-set.ts';
import { textWith, type PlannedFile } from './index.ts';

/** What applying does to the world. */
export interface ApplyWorld {
  read(file: string): string | null;
  /** All or none; see `changeFiles`. */
  change(changes: readonly FileChange[]): void;
  /** Runs a shell command in the app's root. */
  run(command: string): Promise<{ ok: boolean; lastLine: string }>;
  /** Starts the app with what is written; true when it answers as it did. Absent where a start would show nothing. */
  starts?(): Promise<boolean>;
  /** Registers what must happen if we are interrupted; what it returns takes that back. */
  atEnd(cleanup: () => void): () => void;
  onProgress(text: string): void;
}

export interface ApplyOptions {
  files: readonly PlannedFile[];
  /** In the order in which they are tried. */
  cuts: readonly string[];
  /** With `{files}` where the paths go, as shell words. */
  fixCommand?: string | undefined;
  verifyCommand?: string | undefined;
  shellPathOf: (file: string) => string;
}

export interface Applied {
  kept: Set<string>;
  /** Set where the fix command failed: its last line. */
  fixFailed: string | null;
}

/**
 * Writes the moves of all cuts with which the app starts and the command to verify them, if there is one, ends well: the others are
 * looked for by halving, and taken back. Whatever goes wrong meanwhile, an interrupt included, leaves all files as they were.
 */
export async function apply({ files, cuts, fixCommand, verifyCommand, shellPathOf }: ApplyOptions, world: ApplyWorld): Promise<Applied> {
  const onDisk = new Map(files.map(({ file, text }) => [file, text]));
  let current = '';
  let fixFailed: string | null = null;
  const write = (texts: ReadonlyMap<string, string>): void => {
    const changes = files.map(({ file }) => ({ file, from: onDisk.get(file)!, to: texts.get(file)! })).filter(({ from, to }) => from !== to);
    world.change(changes);
    for (const { file, to } of changes) onDisk.set(file, to);
  };
  const lookAgain = (): void => {
    for (const { file } of files) onDisk.set(file, world.read(file) ?? onDisk.get(file)!);
  };
  let fixing = false;
  const asItWas = (): void => {
    if (fixing) lookAgain();
    write(new Map(files.map(({ file, text }) => [file, text])));
  };
  const set = async (chosen: readonly string[]): Promise<void> => {
    const key = JSON.stringify(chosen);
    if (key === current) return;
    write(new Map(files.map((file) => [file.file, textWith(file, new Set(chosen))])));
    current = key;
    const touched = files.filter((file) => onDisk.get(file.file) !== file.text);
    if (fixCommand === undefined || touched.length === 0) return;
    fixing = true;
    const { ok, lastLine } = await world.run(fixCommand.replaceAll('{files}', touched.map(({ file }) => shellPathOf(file)).join(' ')));
    fixFailed = ok ? null : lastLine;
    lookAgain();
    fixing = false;
  };
  const forget = world.atEnd(asItWas);
  try {
    await set(cuts);
    const passes = async (chosen: readonly string[]): Promise<boolean> => {
      await set(chosen);
      const what = chosen.length === 0 ? 'the sources as they were' : `${chosen.length} of ${cuts.length} deferred`;
      // That it starts without them was seen before.
      if (chosen.length > 0 && world.starts !== undefined) {
        world.onProgress(`starting the app with ${what}`);
        if (!(await world.starts())) return false;
      }
      if (verifyCommand === undefined) return true;
      world.onProgress(`running the verify command with ${what}`);
      return (await world.run(verifyCommand)).ok;
    };
    if (cuts.length === 0 || (await passes(cuts))) return { kept: new Set(cuts), fixFailed };
    if (!(await passes([]))) throw new UserError('verify-fails-anyway', 'The command given with --verify fails on the sources as they are, too.', 'Make it pass first; nothing was changed.');
    const kept = await largestThatPasses([], cuts, passes, true);
    await set(kept);
    return { kept: new Set(kept), fixFailed };
  } catch (error) {
    asItWas();
    throw error;
  } finally {
    forget();
  }
}

/** Adds as many of `more` to `kept` as go together; those that fail on top of the ones before are left out. `haveFailed`: all together do not pass. */
async function largestThatPasses(kept: readonly string[], more: readonly string[], passes: (chosen: readonly string[]) => Promise<boolean>, haveFailed: boolean): Promise<readonly string[]> {
  if (more.length === 0) return kept;
  const all = [...kept, ...more];
  if (!haveFailed && (await passes(all))) return all;
  if (more.length === 1) return kept;
  const half = Math.ceil(more.length / 2);
  const left = await largestThatPasses(kept, more.slice(0, half), passes, false);
  // With the whole first half, the second makes what has just failed.
  return largestThatPasses(left, more.slice(half), passes, left.length === kept.length + half);
}
