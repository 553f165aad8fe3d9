// What is known of an app without starting it, as a table of contents.
import { frameworks } from '../plugins/frameworks/index.ts';
import type { Analysis } from './model/analysis.ts';
import type { AnalyzeOptions } from './model/options.ts';
import { findings } from './model/trouble.ts';
import type { SourceRoutes } from './source-routes.ts';
import { unstartedAnalysis } from './steps/analysis/unstarted.ts';
import { moduleIds, type ModuleIds } from './steps/boot/ids.ts';
import { originalPlaces } from './steps/routes/originals.ts';
import { findSetup } from './steps/setup/index.ts';
import { entrySource } from './steps/static-routes/entry.ts';
import { staticGraph } from './steps/static-routes/graph.ts';
import { staticRoutes } from './steps/static-routes/index.ts';
import { readSources } from './steps/static-routes/read.ts';
import type { Reading } from './syntax/reader/reader.ts';
import { fileBytes } from './system/files.ts';
import { machine, machineSpeed } from './system/machine.ts';
import { diskFiles, type ProjectFiles } from './system/project-files.ts';
import { moduleResolver } from './system/resolve-module.ts';

/** Follows an app's sources from its entry (absolute; null: none is known) and finds its routes. Starts nothing. */
export function readRoutes(root: string, entry: string | null, { idOf }: Pick<ModuleIds, 'idOf'>, files: ProjectFiles): { reading: Reading; found: SourceRoutes } {
  const reading = readSources({ root, entry, frameworks, files, resolve: moduleResolver() });
  return { reading, found: staticRoutes(reading, frameworks, { idOf, originalOf: originalPlaces(files) }) };
}

/** The analysis of an app that is not started: no secrets and no database are needed for it. */
export async function analyzeUnstarted({ app, root, onProgress, node }: AnalyzeOptions): Promise<Analysis> {
  onProgress('reading the sources');
  const ids = moduleIds(app, root, [], diskFiles);
  const entry = entrySource(app, root, diskFiles);
  const { reading, found } = readRoutes(root, entry, ids, diskFiles);
  onProgress('following the imports');
  const graph = entry === null ? null : staticGraph({ entry, own: reading.files(), links: reading.links, files: diskFiles, resolve: moduleResolver(), idOf: ids.idOf, packageOf: ids.packageOf, bytesOf: fileBytes });
  const speed = await machineSpeed(node ?? process.execPath);
  const without = found.routes.length > 0 ? [] : [entry === null ? findings['no-entry-to-read']({ command: app.start }) : findings['no-routes-read']({ file: ids.idOf(entry) })];
  const setup = findSetup(root, app.workspaceRoot, diskFiles);
  return unstartedAnalysis({ app, graph, routes: found.routes, findings: [...without, ...found.findings, ...setup.findings], machine: { ...machine(), speed } });
}
