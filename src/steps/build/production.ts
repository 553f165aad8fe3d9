import { dirname, join } from 'node:path';
import type { ProjectFiles } from '../../system/project-files.ts';

export interface ProductionInput {
  /** Folder of the app, of its workspace (the same where there is none), and of the workspace's other packages: real paths. */
  root: string;
  home: string;
  members: readonly string[];
  /** Files that are loaded, whatever their package is declared as. */
  loaded: Iterable<string>;
  files: Pick<ProjectFiles, 'read'>;
  realPath(path: string): string;
}

interface Dependencies {
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

/**
 * Folders of packages that the app needs only while it is developed: reached from devDependencies, or from other packages of the
 * workspace, and from nothing that runs. What nobody declares is none of them: somebody may have put it there for a reason.
 */
export function developmentOnly({ root, home, members, loaded, files, realPath }: ProductionInput): Set<string> {
  const manifestOf = remember((folder: string): Dependencies | null => parsed(files.read(join(folder, 'package.json'))));
  const find = (name: string, from: string): string | null => {
    for (let folder = from; ; folder = dirname(folder)) {
      const candidate = join(folder, 'node_modules', name);
      if (files.read(join(candidate, 'package.json')) !== null) return realPath(candidate);
      if (folder === dirname(folder)) return null;
    }
  };
  const reach = (begin: readonly string[], reached: Set<string>, stop: ReadonlySet<string>): Set<string> => {
    const open = begin.filter((folder) => !stop.has(folder));
    for (const folder of open) reached.add(folder);
    for (const folder of reached) {
      const { dependencies, optionalDependencies, peerDependencies } = manifestOf(folder) ?? {};
      for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
        const found = find(name, folder);
        if (found !== null && !stop.has(found)) reached.add(found);
      }
    }
    return reached;
  };
  const needed = reach([root, ...[...loaded].map((file) => packageFolder(file)).filter((folder) => folder !== null)], new Set(), new Set());
  const others = members.filter((folder) => !needed.has(folder));
  const declared = (folder: string): string[] => {
    const { dependencies, devDependencies, optionalDependencies } = manifestOf(folder) ?? {};
    return Object.keys({ ...dependencies, ...optionalDependencies, ...devDependencies }).flatMap((name) => find(name, folder) ?? []);
  };
  const begin = [root, home, ...members].flatMap(declared).filter((folder) => !needed.has(folder));
  const reached = reach([...begin, ...others], new Set(), needed);
  reached.delete(home);
  reached.delete(root);
  return reached;
}

/** The folder of the package that a file below `node_modules` belongs to; null for all others. */
function packageFolder(file: string): string | null {
  return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0] ?? null;
}

function parsed(text: string | null): Dependencies | null {
  try {
    return text === null ? null : (JSON.parse(text) as Dependencies);
  } catch {
    return null;
  }
}

function remember<Value>(ask: (key: string) => Value): (key: string) => Value {
  const known = new Map<string, Value>();
  return (key) => {
    if (!known.has(key)) known.set(key, ask(key));
    return known.get(key)!;
  };
}
