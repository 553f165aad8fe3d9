import { dirname, join } from 'node:path';
import type { App } from '../../model/app.ts';
import { frameworks } from '../../model/frameworks.ts';
import { UserError } from '../../model/trouble.ts';
import { specifiersIn } from './form.ts';
import { manifestIn, upward, type Project } from './project.ts';

/** The framework that the entry's package depends on, with the version that Node would load for it. Null: none, or none installed. */
export function findFramework(project: Project, entry: string | null): App['framework'] {
  const from = entry === null ? project.root : dirname(join(project.root, entry));
  const manifest = entryManifest(project, from);
  // Development dependencies come second: apps that are bundled have all of theirs there.
  for (const listed of [{ ...manifest.peerDependencies, ...manifest.dependencies }, manifest.devDependencies]) {
    const installed = frameworks
      .filter((framework) => Object.hasOwn(listed, framework.package))
      .map(({ name, package: packageName }) => ({ name, version: installedVersion(project, from, packageName) }));
    const found = installed.find((framework): framework is NonNullable<App['framework']> => framework.version !== null);
    if (found !== undefined) return found;
  }
  return null;
}

/** Throws UserError when the entry loads a dependency that is listed but not installed: such a start can only fail. */
export function checkInstalled(project: Project, entry: string | null): void {
  if (entry === null || project.files.isFile(join(project.root, '.pnp.cjs'))) return;
  const path = join(project.root, entry);
  const wanted = specifiersIn(project.files.read(path) ?? '').map(packageOf);
  const missing = wanted.find((name) => name in project.manifest.dependencies && installedFolder(project, dirname(path), name) === null);
  if (missing === undefined) return;
  throw new UserError('not-installed', `The entry ${entry} needs ${missing}, which is in package.json but not installed.`, `Install the dependencies of ${project.shown(project.root)} (for example with npm ci) and try again.`);
}

/** An entry inside an installed package is described by that package, not by the project that installed it. */
function entryManifest(project: Project, from: string): Project['manifest'] {
  for (const folder of upward(from)) {
    if (folder === project.root) break;
    const manifest = manifestIn(folder, project.files, project.shown);
    if (manifest?.name !== undefined) return manifest;
  }
  return project.manifest;
}

function installedVersion(project: Project, from: string, name: string): string | null {
  const folder = installedFolder(project, from, name);
  const text = folder === null ? null : project.files.read(join(folder, 'package.json'));
  return text === null ? null : (/"version"\s*:\s*"([^"]+)"/.exec(text)?.[1] ?? null);
}

function installedFolder(project: Project, from: string, name: string): string | null {
  return upward(from).map((folder) => join(folder, 'node_modules', name)).find((folder) => project.files.isFolder(folder)) ?? null;
}

function packageOf(specifier: string): string {
  return specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}
