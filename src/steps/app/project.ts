import { basename, dirname, join, relative, resolve } from 'node:path';
import { z } from 'zod';
import { UserError } from '../../model/trouble.ts';
import type { ProjectFiles } from '../../system/project-files.ts';

/** The fields of a package.json that say how an app is started. A field of the wrong type counts as absent, as it does for npm. */
export const PackageJson = z.object({
  name: z.string().optional().catch(undefined),
  type: z.enum(['module', 'commonjs']).optional().catch(undefined),
  main: z.string().optional().catch(undefined),
  bin: z.union([z.string(), z.record(z.string(), z.string())]).optional().catch(undefined),
  scripts: z.record(z.string(), z.string()).catch({}).default({}),
  packageManager: z.string().optional().catch(undefined),
  workspaces: z
    .union([z.array(z.string()), z.object({ packages: z.array(z.string()) }).transform((own) => own.packages)])
    .optional()
    .catch(undefined),
  dependencies: z.record(z.string(), z.string()).catch({}).default({}),
  devDependencies: z.record(z.string(), z.string()).catch({}).default({}),
  peerDependencies: z.record(z.string(), z.string()).catch({}).default({}),
});
export type PackageJson = z.infer<typeof PackageJson>;

/** A project as found on disk. `root` is absolute, `entry` (when the user named a file) relative to it. */
export interface Project {
  root: string;
  manifest: PackageJson;
  entry: string | null;
  files: ProjectFiles;
  /** How to name a path to the user: as they would type it. */
  shown(path: string): string;
}

/**
 * Opens the folder, or the file with the folder of the package it belongs to. Throws UserError when there is nothing,
 * no package.json where one is needed (`bareFolderIsFine` takes a folder without), or one that cannot be read.
 */
export function openProject(target: string, cwd: string, files: ProjectFiles, bareFolderIsFine: boolean): Project {
  const shown = (path: string): string => shownFrom(cwd, path);
  if (files.isFile(target)) {
    const root = packageFolder(dirname(target), files, shown) ?? dirname(target);
    return { root, manifest: manifestIn(root, files, shown) ?? emptyManifest(), entry: relative(root, target), files, shown };
  }
  if (!files.isFolder(target)) {
    throw new UserError('no-such-app', `There is no folder or file ${shown(target)}.`, 'Name the folder with the package.json of the app, or the file that starts the server.');
  }
  const manifest = manifestIn(target, files, shown) ?? (bareFolderIsFine ? emptyManifest() : null);
  if (manifest === null) {
    throw new UserError('no-package-json', `There is no package.json in ${shown(target)}.`, noManifestHint(target, files, shown));
  }
  return { root: target, manifest, entry: null, files, shown };
}

/** Reads the package.json of a folder; null when it has none. */
export function manifestIn(folder: string, files: ProjectFiles, shown: (path: string) => string): PackageJson | null {
  const path = join(folder, 'package.json');
  const text = files.read(path);
  if (text === null) return null;
  const parsed = PackageJson.safeParse(parseJson(text, shown(path)));
  if (!parsed.success) {
    throw new UserError('package-json-broken', `${shown(path)} does not hold a JSON object.`, 'Write it anew with npm init, or restore it from version control.');
  }
  return parsed.data;
}

function parseJson(text: string, shownPath: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new UserError('package-json-broken', `${shownPath} is not valid JSON.`, 'Correct it (node -p "require(\'./package.json\')" shows where it breaks) and try again.', cause);
  }
}

/** The nearest folder upward with a package.json that names a package; markers with nothing but a `type` are passed by. */
function packageFolder(from: string, files: ProjectFiles, shown: (path: string) => string): string | null {
  let nearest: string | null = null;
  for (const folder of upward(from)) {
    const manifest = manifestIn(folder, files, shown);
    if (manifest === null) continue;
    if (manifest.name !== undefined) return folder;
    nearest ??= folder;
  }
  return nearest;
}

/** The folder itself, its parent, and so on to the file system's root. */
export function upward(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...upward(parent)];
}

function shownFrom(cwd: string, path: string): string {
  const way = relative(cwd, resolve(path));
  if (way === '') return 'this folder';
  return way.startsWith('..') ? path : way;
}

function emptyManifest(): PackageJson {
  return PackageJson.parse({});
}

function noManifestHint(folder: string, files: ProjectFiles, shown: (path: string) => string): string {
  const script = files.list(folder).find((name) => /^(server|index|app|main)\.[cm]?[jt]s$/.test(name));
  if (script !== undefined) return `Name the file that starts the server: lwa-split analyze ${shown(join(folder, script))}`;
  return `Go to the folder of the app, or name it: lwa-split analyze path/to/app${basename(folder) === 'src' ? ' (perhaps the one above)' : ''}`;
}
