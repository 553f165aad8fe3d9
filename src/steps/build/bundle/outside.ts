import { join, relative, sep } from 'node:path';
import type { LeftOut } from '../../../model/build.ts';
import type { BundleObstacle, BundleView } from '../../../syntax/bundling.ts';
import { listTree, type TreeEntry } from '../../../system/file-tree.ts';
import type { Trace } from '../../../system/traced-files.ts';
import type { BundleInput } from './index.ts';

export interface Outside {
  /** Absolute paths of modules that Node loads as it always does. */
  files: Set<string>;
  /** For those that are outside for what they do, what that is. */
  reasons: Map<string, string>;
  /** By package, or by path of an own module. */
  leftOut: LeftOut[];
  /** What has to be in the output for them, from the base. */
  entries: TreeEntry[];
}

type BoundaryInput = Pick<BundleInput, 'root' | 'base' | 'entry' | 'loads' | 'kept'> & {
  views: ReadonlyMap<string, BundleView>;
  edges: readonly { from: string; to: string; late: boolean }[];
  trace(files: string[]): Promise<Trace>;
};

const sentences: Record<BundleObstacle, string> = {
  native: 'it loads a native add-on',
  computed: 'it asks for modules by names that only running tells',
  loader: "it reaches into Node's module loader",
  beside: 'it looks for files beside its source',
};

/** What stays outside of a bundle: modules that would not be themselves in it, what a start saw them load, and all that these load. */
export async function boundaries(input: BoundaryInput): Promise<Outside> {
  const { root, loads, kept, views, trace } = input;
  const reasons = new Map<string, string>();
  for (const [file, { obstacles, places }] of views) {
    const own = !file.includes(`${sep}node_modules${sep}`);
    const [[obstacle, line] = [], more] = [[...obstacles][0], obstacles.size > 1];
    const beside = own ? undefined : places.find(({ says }) => says !== 'is-main' && says !== 'parent');
    const parent = places.some(({ says }) => says === 'parent') && !own;
    if (obstacle !== undefined) reasons.set(file, `${sentences[obstacle]} (${shown(file, root)}:${line}${more ? ', and more' : ''})`);
    else if (beside !== undefined) reasons.set(file, `${sentences.beside} (${shown(file, root)})`);
    else if (parent) reasons.set(file, `${sentences.loader} (${shown(file, root)})`);
  }
  for (const file of kept) if (!reasons.has(file)) reasons.set(file, 'the app was different with it in the bundle');
  for (;;) {
    const roots = [...reasons.keys()];
    // What was asked for by a computed name runs outside too, else it would be there twice.
    const loaded = roots.flatMap((file) => [...(loads.get(file) ?? [])]);
    const traced = await trace([...new Set([...roots, ...loaded])].filter((file) => /\.(?:[cm]?[jt]sx?|node|json)$/.test(file)));
    const files = new Set([...roots, ...loaded, ...traced.modules]);
    const late = lateOutside(input, files);
    if (late.length > 0) {
      for (const file of late) reasons.set(file, `it is imported late, and imports what stays outside (${shown(file, root)})`);
      continue;
    }
    for (const [reader, assets] of traced.assets) if (reasons.has(reader)) reasons.set(reader, `${reasons.get(reader)}; it reads ${assets.slice(0, 2).join(', ')}${assets.length > 2 ? ` and ${assets.length - 2} more` : ''}`);
    return { files, reasons, leftOut: summary(reasons, files, root), entries: [...packagesOf([...roots, ...loaded], input.base), ...traced.entries] };
  }
}

/**
 * Modules that only an `import()` leads to, and that import what stays outside: in a bundle those imports would move to its
 * beginning, and load at the start.
 */
function lateOutside({ edges, entry }: BoundaryInput, outside: ReadonlySet<string>): string[] {
  const next = new Map<string, string[]>();
  for (const { from, to, late } of edges) if (!late) next.set(from, [...(next.get(from) ?? []), to]);
  const reach = (from: string): Set<string> => {
    const reached = new Set([from]);
    for (const file of reached) if (!outside.has(file)) for (const to of next.get(file) ?? []) reached.add(to);
    return reached;
  };
  const atStart = reach(entry);
  const late = [...new Set(edges.flatMap(({ to, late }) => (late && !atStart.has(to) && !outside.has(to) ? [to] : [])))];
  return late.filter((target) => [...reach(target)].some((file) => outside.has(file) && !atStart.has(file)));
}

/** Whole packages: what is found by a computed name is found by its package.json, of which a trace knows nothing. */
function packagesOf(files: readonly string[], base: string): TreeEntry[] {
  const folders = [...new Set(files.flatMap((file) => packageFolder(file) ?? []))];
  return folders.flatMap((folder) => listTree(folder, (path) => /(?:^|\/)(?:node_modules|\.git)$/.test(path)).entries.map((entry) => ({ ...entry, path: join(relative(base, folder), entry.path) })));
}

/** One line for each package; what is outside only because something else loads it comes after. */
function summary(reasons: ReadonlyMap<string, string>, files: ReadonlySet<string>, root: string): LeftOut[] {
  const found = new Map<string, string>();
  for (const [file, because] of reasons) if (!found.has(packageOf(file, root))) found.set(packageOf(file, root), because);
  const causes = [...found.keys()];
  for (const file of files) if (!found.has(packageOf(file, root))) found.set(packageOf(file, root), `it is loaded by what stays outside (${causes.slice(0, 3).join(', ')})`);
  return [...found].map(([name, because]) => ({ package: name, because })).sort((a, b) => (a.package < b.package ? -1 : 1));
}

function packageOf(file: string, root: string): string {
  return /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file.split(sep).join('/'))?.[1] ?? shown(file, root);
}

function packageFolder(file: string): string | null {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0] ?? null;
}

function shown(file: string, root: string): string {
  return relative(root, file).split(sep).join('/').replace(/^(?:\.\.\/)*(?=.*node_modules\/)/, '');
}
