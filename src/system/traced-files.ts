import { lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { isInside, type TreeEntry } from './file-tree.ts';

export interface Trace {
  /** Absolute paths of modules that are loaded, links followed. */
  modules: string[];
  /** Everything that has to come along, from `base`. */
  entries: TreeEntry[];
  /** By absolute path of a module, the files that it reads or loads as shared libraries, from `base`. */
  assets: Map<string, string[]>;
}

/** Follows modules to all that they may load or read, without running them. What lies outside of `base` is left where it is. */
export async function traceFiles(files: readonly string[], base: string, cwd: string): Promise<Trace> {
  const { nodeFileTrace } = await import('@vercel/nft');
  const { fileList, reasons } = await nodeFileTrace([...files], { base, processCwd: cwd, ts: true, mixedModules: true });
  const trace: Trace = { modules: [], entries: [], assets: new Map() };
  for (const path of [...fileList].sort()) {
    const from = join(base, path);
    const entry = entryOf(from, path, base);
    if (entry !== null) trace.entries.push(entry);
    const types = reasons.get(path)?.type ?? [];
    if (types.includes('dependency') || types.includes('initial')) trace.modules.push(realpathSync(from));
    if (!types.includes('asset') && !types.includes('sharedlib')) continue;
    for (const parent of reasons.get(path)!.parents) {
      const reader = join(base, parent);
      trace.assets.set(reader, [...(trace.assets.get(reader) ?? []), path]);
    }
  }
  return trace;
}

function entryOf(from: string, path: string, base: string): TreeEntry | null {
  const state = lstatSync(from, { throwIfNoEntry: false });
  if (state === undefined) return null;
  if (state.isFile()) return { path: path.split(sep).join('/'), from, size: state.size, mtimeMs: state.mtimeMs, mode: state.mode };
  if (!state.isSymbolicLink()) return null;
  const target = resolve(dirname(from), readlinkSync(from));
  return isInside(base, target) ? { path: path.split(sep).join('/'), link: relative(dirname(from), target) } : null;
}
