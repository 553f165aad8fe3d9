import { basename } from 'node:path';
import type { App } from '../../model/app.ts';
import type { ProjectFiles } from '../../system/project-files.ts';
import { findDeployment } from './deployment.ts';
import { findEntry } from './entry.ts';
import { formatOf, formOf } from './form.ts';
import { checkInstalled, findFramework } from './framework.ts';
import { openProject } from './project.ts';
import { findWorkspace } from './workspace.ts';

export interface FindOptions {
  /** Start command of the user; wins over everything that is found. */
  start?: string | undefined;
  readinessPath?: string | undefined;
  /** It is not going to be started: what is not built or not installed is no obstacle then. */
  unstarted?: boolean;
  /** Folder that messages name paths from. */
  cwd: string;
}

/**
 * Finds out how the app in a folder (or of an entry file) starts, without starting it. `target` and the returned root
 * are absolute. Throws UserError where there is no app, or nothing says how it starts.
 */
export async function findApp(target: string, options: FindOptions, files: ProjectFiles): Promise<{ app: App; root: string }> {
  const project = openProject(target, options.cwd, files, options.start !== undefined);
  const workspace = findWorkspace(project);
  const deployment = findDeployment(project);
  const entry = findEntry(project, {
    start: options.start,
    imageCommand: deployment.command,
    packageManager: workspace.packageManager,
    unstarted: options.unstarted === true,
    members: workspace.workspaceRoot === '.' ? workspace.workspaces.map((member) => member.folder) : [],
  });
  if (options.start === undefined && options.unstarted !== true) checkInstalled(project, entry.entry);
  const app: App = {
    name: project.manifest.name ?? basename(project.root),
    entry: entry.entry,
    start: entry.start,
    framework: findFramework(project, entry.entry),
    format: formatOf(project, entry),
    form: formOf(project, entry),
    ...workspace,
    readinessPath: options.readinessPath ?? deployment.readinessPath ?? '/',
  };
  return { app, root: project.root };
}
