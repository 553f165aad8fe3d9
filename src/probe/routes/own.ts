import { realpathSync } from 'node:fs';

const folder = '/node_modules/';

/** The package a file was installed as: its name and folder. Null outside node_modules. */
export function installedPackage(file: string): { name: string; root: string } | null {
  const at = file.lastIndexOf(folder);
  if (at < 0) return null;
  const parts = file.slice(at + folder.length).split('/');
  const name = parts[0]?.startsWith('@') ? `${parts[0]}/${parts[1] ?? ''}` : (parts[0] ?? '');
  return { name, root: file.slice(0, at + folder.length) + name };
}

/**
 * Tells the app's own files from installed ones: own is what is not in a node_modules folder, or at least not in one
 * below the entry's own package (an app may itself be installed from a registry).
 */
export function ownFiles(entry: string | undefined): (file: string) => boolean {
  const home = installedPackage(entry === undefined ? '' : realPath(entry))?.root ?? null;
  return (file) => {
    if (file.startsWith('node:')) return false;
    const below = home !== null && file.startsWith(`${home}/`) ? file.slice(home.length) : file;
    return !below.includes(folder);
  };
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
