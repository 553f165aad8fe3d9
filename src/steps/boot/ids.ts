import { join, relative, sep } from 'node:path';
import type { App } from '../../model/app.ts';
import type { ProjectFiles } from '../../system/project-files.ts';

export interface ModuleIds {
  /** Id of the contract for an absolute path, a `node:` name or a URL. */
  idOf(file: string): string;
  /** Where the module with this id stands; null for built-ins and what is not a file. */
  fileOf(id: string): string | null;
  packageOf(file: string): { name: string | null; version: string | null };
}

interface PackageFolder {
  name: string;
  version: string | null;
}

/**
 * Names modules as the contract does. `loaded` is every file of the start: only among them it shows which packages
 * exist in several versions and need `@version` in their ids.
 */
export function moduleIds(app: App, root: string, loaded: readonly string[], files: ProjectFiles): ModuleIds {
  const folders = new Map<string, PackageFolder>();
  const folderOf = (file: string): string | null => {
    const at = file.lastIndexOf(`${sep}node_modules${sep}`);
    if (at < 0) return null;
    const start = at + sep.length * 2 + 'node_modules'.length;
    const parts = file.slice(start).split(sep);
    const name = parts[0]!.startsWith('@') ? parts.slice(0, 2).join(sep) : parts[0]!;
    const folder = file.slice(0, start) + name;
    if (!folders.has(folder)) folders.set(folder, { name: name.split(sep).join('/'), version: versionIn(folder, files) });
    return folder;
  };
  for (const file of loaded) folderOf(file);
  const suffix = suffixes(folders);
  const workspaces = app.workspaces
    .map(({ name, folder }) => ({ name, folder: join(root, folder) }))
    .filter(({ folder }) => folder !== root)
    .sort((a, b) => b.folder.length - a.folder.length);
  const byId = new Map<string, string>();
  const byFile = new Map<string, string>();
  const idOf = (file: string): string => {
    if (!file.startsWith('/')) return file.startsWith('data:') ? `${file.slice(0, 40)}…` : file;
    // Thousands of files are named again and again.
    const known = byFile.get(file);
    if (known !== undefined) return known;
    const folder = folderOf(file);
    let id: string;
    if (folder !== null) {
      const { name } = folders.get(folder)!;
      id = ['node_modules', `${name}${suffix.get(folder) ?? ''}`, ...parts(relative(folder, file))].join('/');
    } else {
      const own = workspaces.find((one) => file.startsWith(one.folder + sep));
      id = own && !file.startsWith(root + sep) ? [own.name, ...parts(relative(own.folder, file))].join('/') : parts(relative(root, file)).join('/');
    }
    byFile.set(file, id);
    byId.set(id, file);
    return id;
  };
  return {
    idOf,
    fileOf: (id) => byId.get(id) ?? null,
    packageOf: (file) => {
      const folder = file.startsWith('/') ? folderOf(file) : null;
      return folder === null ? { name: null, version: null } : folders.get(folder)!;
    },
  };
}

/** Nothing where a package is there once; `@1.2.3` where versions differ; a number behind it for copies of one version. */
function suffixes(folders: ReadonlyMap<string, PackageFolder>): Map<string, string> {
  const byName = new Map<string, string[]>();
  for (const [folder, { name }] of folders) byName.set(name, [...(byName.get(name) ?? []), folder]);
  const suffix = new Map<string, string>();
  for (const same of byName.values()) {
    if (same.length < 2) continue;
    const seen = new Map<string, number>();
    for (const folder of same.sort()) {
      const version = folders.get(folder)!.version ?? 'unknown';
      const copies = (seen.get(version) ?? 0) + 1;
      seen.set(version, copies);
      suffix.set(folder, `@${version}${copies > 1 ? `+${copies}` : ''}`);
    }
  }
  return suffix;
}

function versionIn(folder: string, files: ProjectFiles): string | null {
  const text = files.read(join(folder, 'package.json'));
  if (text === null) return null;
  try {
    const version = (JSON.parse(text) as { version?: unknown }).version;
    return typeof version === 'string' ? version : null;
  } catch {
    return null;
  }
}

function parts(path: string): string[] {
  return path.split(sep);
}

