// What is known of an app without starting it, as a table of contents.
import { frameworks } from '../plugins/frameworks/index.ts';
import type { Analysis } from './model/analysis.ts';
import type { AnalyzeOptions } from './model/options.ts';
import { findings, type Finding } from './model/trouble.ts';
import { unstartedAnalysis } from './steps/analysis/unstarted.ts';
import { moduleIds, type ModuleIds } from './steps/boot/ids.ts';
import { originalPlaces } from './steps/routes/originals.ts';
import { findSetup } from './steps/setup/index.ts';
import { entrySource } from './steps/static-routes/entry.ts';
import { staticGraph } from './steps/static-routes/graph.ts';
import { staticRoutes, type ReadRoute } from './steps/static-routes/index.ts';
import { readSources } from './steps/static-routes/read.ts';
import type { Reading } from './syntax/reader/reader.ts';
import { fileBytes } from './system/files.ts';
import { machine, machineSpeed } from './system/machine.ts';
import { diskFiles } from './system/project-files.ts';
import { moduleResolver } from './system/resolve-module.ts';

/** An app as its sources tell it. `entry` is absolute, and null where nothing names it. */
export interface Read {
  entry: string | null;
  reading: Reading;
  routes: ReadRoute[];
  findings: Finding[];
  resolve: ReturnType<typeof moduleResolver>;
}

/** Follows an app's sources from its entry and finds its routes. Starts nothing. `ids` names the files. */
export function readApp({ app, root }: Pick<AnalyzeOptions, 'app' | 'root'>, ids: Pick<ModuleIds, 'idOf'>): Read {
  const entry = entrySource(app, root, diskFiles);
  const resolve = moduleResolver();
  const reading = readSources({ root, entry, frameworks, files: diskFiles, resolve });
  const found = staticRoutes(reading, frameworks, { idOf: ids.idOf, originalOf: originalPlaces(diskFiles) });
  return { entry, reading, ...found, resolve };
}

/** The analysis of an app that is not started: no secrets and no database are needed for it. */
export async function analyzeUnstarted(options: AnalyzeOptions): Promise<Analysis> {
  const { app, root, onProgress } = options;
  onProgress('reading the sources');
  const ids = moduleIds(app, root, [], diskFiles);
  const { entry, reading, routes, findings: unread, resolve } = readApp(options, ids);
  onProgress('following the imports');
  const graph = entry === null ? null : staticGraph({ entry, own: reading.files(), links: reading.links, files: diskFiles, resolve, idOf: ids.idOf, packageOf: ids.packageOf, bytesOf: fileBytes });
  const speed = await machineSpeed(options.node ?? process.execPath);
  const needs = routes.map(() => ({ streams: null, readsAuthorization: null, takesBody: null, boundBy: null }));
  return unstartedAnalysis({
    app,
    graph,
    routes: routes.map(({ found: _, ...route }) => route),
    needs,
    findings: [...(entry === null ? [findings['no-entry-to-read']({ command: app.start })] : []), ...unread, ...findSetup(root, app.workspaceRoot, diskFiles).findings],
    machine: { ...machine(), speed },
  });
}
