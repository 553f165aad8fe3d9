// The routes that an app's sources tell, kept from run to run; the heavy reader is loaded only where something has changed.
import { relative } from 'node:path';
import type { AnalyzeOptions } from './model/options.ts';
import type { StaticRoute } from './model/routes.ts';
import type { Finding } from './model/trouble.ts';
import type { ModuleIds } from './steps/boot/ids.ts';
import { entrySource } from './steps/static-routes/entry.ts';
import { lastAnswer } from './system/last-answer.ts';
import { codeHash } from './system/own-files.ts';
import { diskFiles } from './system/project-files.ts';
import { watchedFiles } from './system/watched-files.ts';

export interface SourceRoutes {
  routes: StaticRoute[];
  findings: Finding[];
}

/** Routes of a started app. `entry` is the absolute path it was started with; null where that is not known. */
export async function sourceRoutes({ app, root }: Pick<AnalyzeOptions, 'app' | 'root'>, ids: Pick<ModuleIds, 'idOf'>, entry: string | null): Promise<SourceRoutes> {
  const start = entrySource({ entry: entry && relative(root, entry), start: app.start }, root, diskFiles);
  const last = lastAnswer<SourceRoutes>(root, 'source-routes', `${ourHash()} ${start}`);
  if (start !== null && last.known !== null) return last.known;
  const { readRoutes } = await import('./unstarted.ts');
  const watched = watchedFiles(diskFiles);
  const { found } = readRoutes(root, start, ids, watched.files);
  if (start !== null) last.keep(found, watched.seen());
  return found;
}

/** What another version of this tool would read differently is read again. */
function ourHash(): string {
  const plugins = import.meta.url.endsWith('.ts') ? codeHash(new URL('../plugins/frameworks/index.ts', import.meta.url)) : '';
  return `${codeHash(new URL(import.meta.url))}${plugins}`;
}
