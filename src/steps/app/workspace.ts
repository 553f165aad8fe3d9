import { join, relative } from 'node:path';
import type { App } from '../../model/app.ts';
import type { ProjectFiles } from '../../system/project-files.ts';
import { manifestIn, upward, type PackageJson, type Project } from './project.ts';

type PackageManager = App['packageManager'];

const lockFiles: Record<string, PackageManager> = {
  'pnpm-lock.yaml': 'pnpm',
  'pnpm-workspace.yaml': 'pnpm',
  'yarn.lock': 'yarn',
  'bun.lock': 'bun',
  'bun.lockb': 'bun',
  'package-lock.json': 'npm',
  'npm-shrinkwrap.json': 'npm',
};

interface Level {
  folder: string;
  manager: PackageManager | null;
  /** Workspace patterns declared here; null when it is no workspace root. */
  patterns: string[] | null;
}

/** Which package manager the app is installed with, and the workspace it belongs to. Folders are relative to the app's root. */
export function findWorkspace(project: Project): Pick<App, 'packageManager' | 'workspaceRoot' | 'workspaces'> {
  const levels = levelsAbove(project);
  const packageManager = levels.find((level) => level.manager !== null)?.manager ?? 'npm';
  const home = levels.find((level) => level.patterns !== null && isMember(level, project)) ?? levels.find((level) => level.folder === project.root && level.manager !== null);
  if (home === undefined) return { packageManager, workspaceRoot: '.', workspaces: [] };
  return { packageManager, workspaceRoot: relative(project.root, home.folder) || '.', workspaces: membersOf(home, project) };
}

/** The app's folder and those above, up to the repository's root or the file system's. */
function levelsAbove(project: Project): Level[] {
  const folders = upward(project.root);
  const repository = folders.findIndex((folder) => project.files.isFolder(join(folder, '.git')) || project.files.isFile(join(folder, '.git')));
  return folders.slice(0, repository === -1 ? undefined : repository + 1).map((folder) => readLevel(folder, project));
}

function readLevel(folder: string, project: Project): Level {
  const manifest = folder === project.root ? project.manifest : manifestAbove(folder, project);
  const lock = Object.keys(lockFiles).find((name) => project.files.isFile(join(folder, name)));
  const yaml = project.files.read(join(folder, 'pnpm-workspace.yaml'));
  return {
    folder,
    manager: managerNamed(manifest?.packageManager) ?? (lock === undefined ? null : lockFiles[lock]!),
    patterns: (yaml === null ? undefined : packagesOfPnpm(yaml)) ?? manifest?.workspaces ?? null,
  };
}

/** A broken package.json above the app is not the app's trouble. */
function manifestAbove(folder: string, project: Project): PackageJson | null {
  try {
    return manifestIn(folder, project.files, project.shown);
  } catch {
    return null;
  }
}

function managerNamed(field: string | undefined): PackageManager | null {
  const name = field?.split('@')[0];
  return name === 'npm' || name === 'pnpm' || name === 'yarn' || name === 'bun' ? name : null;
}

function isMember(level: Level, project: Project): boolean {
  return level.folder === project.root || memberFolders(level, project.files).includes(project.root);
}

function membersOf(level: Level, project: Project): App['workspaces'] {
  return memberFolders(level, project.files)
    .map((folder) => ({ name: manifestAbove(folder, project)?.name ?? '', folder: relative(project.root, folder) || '.' }))
    .filter((member) => member.name !== '')
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function memberFolders(level: Level, files: ProjectFiles): string[] {
  const patterns = level.patterns ?? [];
  const matching = (some: string[]): string[] => some.flatMap((pattern) => expand(level.folder, pattern.split('/').filter((part) => part !== '' && part !== '.'), files));
  const excluded = new Set(matching(patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1))));
  const included = matching(patterns.filter((pattern) => !pattern.startsWith('!')));
  return [...new Set(included)].filter((folder) => !excluded.has(folder) && files.isFile(join(folder, 'package.json')));
}

/** Folders that a workspace pattern names: `*` inside one name, `**` for any depth. Installed packages are never among them. */
function expand(folder: string, parts: string[], files: ProjectFiles): string[] {
  const [part, ...rest] = parts;
  if (part === undefined) return [folder];
  if (part === '..') return expand(join(folder, '..'), rest, files);
  if (part === '**') return [...expand(folder, rest, files), ...subfolders(folder, files).flatMap((inner) => expand(inner, parts, files))];
  if (!part.includes('*')) return files.isFolder(join(folder, part)) ? expand(join(folder, part), rest, files) : [];
  const name = new RegExp(`^${part.split('*').map((piece) => piece.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('[^/]*')}$`);
  return subfolders(folder, files).filter((inner) => name.test(inner.slice(folder.length).replace(/^\//, ''))).flatMap((inner) => expand(inner, rest, files));
}

function subfolders(folder: string, files: ProjectFiles): string[] {
  return files
    .list(folder)
    .filter((name) => name !== 'node_modules' && !name.startsWith('.'))
    .map((name) => join(folder, name))
    .filter((inner) => files.isFolder(inner));
}

/** The list under `packages:` of a pnpm-workspace.yaml, in block or flow style. A whole YAML parser is not needed for it. */
export function packagesOfPnpm(yaml: string): string[] {
  const lines = yaml.split(/\r?\n/).map((line) => line.replace(/(^|\s)#.*$/, ''));
  const start = lines.findIndex((line) => /^packages\s*:/.test(line));
  if (start === -1) return [];
  const flow = /^packages\s*:\s*\[(.*)\]\s*$/.exec(lines[start]!);
  if (flow) return flow[1]!.split(',').map(unquoted).filter((pattern) => pattern !== '');
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => line.trim() !== '' && !/^\s*-/.test(line));
  return rest
    .slice(0, end === -1 ? undefined : end)
    .filter((line) => line.trim() !== '')
    .map((line) => unquoted(line.replace(/^\s*-/, '')));
}

function unquoted(text: string): string {
  return text.trim().replace(/^(['"])(.*)\1$/, '$2');
}
