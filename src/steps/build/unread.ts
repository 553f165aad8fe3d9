import type { TreeEntry } from '../../system/file-tree.ts';

/** What says that files of a kind may be read after all. */
export interface Readers {
  /** A compiler that reads types is among the modules. */
  types: boolean;
  /** Stacks are told by source maps. */
  maps: boolean;
}

interface Kind {
  file: RegExp;
  readBy?: keyof Readers;
}

/** Files in packages that no server reads while it runs, each with who does. Others may be read: servers show READMEs and serve what packages hold. */
const kinds: Kind[] = [
  // The compiler, where the app is developed.
  { file: /\.d\.[cm]?ts$/, readBy: 'types' },
  // Editors, on the way from a declaration to its source.
  { file: /\.d\.[cm]?ts\.map$/ },
  // The compiler, where the package itself is built again.
  { file: /\.tsbuildinfo$/ },
  // Flow's checker, where the app is developed.
  { file: /\.[cm]?js\.flow$/ },
  // Debuggers, and Node when it is told to. `.css.map` is for browsers.
  { file: /\.[cm]?js\.map$/, readBy: 'maps' },
];

/**
 * The entries without what nobody reads at run time. `loaded`: paths of modules. What lies beside pages and styles may be asked for by
 * browsers, and stays.
 */
export function withoutUnread(entries: readonly TreeEntry[], loaded: ReadonlySet<string>, readers: Readers): TreeEntry[] {
  const pages = new Set(entries.flatMap(({ path }) => (/\.(?:css|html?)$/.test(path) ? [folderOf(path)] : [])));
  const isUnread = (path: string): boolean => {
    const kind = /(?:^|\/)node_modules\//.test(path) ? kinds.find(({ file }) => file.test(path)) : undefined;
    return kind !== undefined && (kind.readBy === undefined || !readers[kind.readBy]) && !loaded.has(path) && !pages.has(folderOf(path));
  };
  return entries.filter((entry) => 'link' in entry || !isUnread(entry.path));
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

/** Packages that tell stacks by source maps, and the ways to make Node do so. */
const mapPackage = /\/node_modules\/(?:@cspotcode\/)?source-map-support\//;
const mapCall = /\bset(?:SourceMapsEnabled|SourceMapsSupport)\b/;

/** Who of the modules reads what others need not. `modules`: absolute paths, with their texts. */
export function readersIn(modules: Iterable<{ file: string; written: string }>, startedWithMaps: boolean): Readers {
  const readers: Readers = { types: false, maps: startedWithMaps };
  for (const { file, written } of modules) {
    readers.types ||= file.includes('/node_modules/typescript/');
    readers.maps ||= mapPackage.test(file) || mapCall.test(written);
  }
  return readers;
}
