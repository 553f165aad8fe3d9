// The routes that an app's sources tell, kept from run to run; the heavy reader is loaded only where something has changed.
import { relative } from 'node:path';
import type { AnalyzeOptions } from './model/options.ts';
import type { StaticRoute } from './model/routes.ts';
import type { Finding } from './model/trouble.ts';
import type { ModuleIds } from './steps/boot/ids.ts';
import { entrySource } from './steps/static-routes/entry.ts';
import { keptAnswers } from './system/kept-answers.ts';
import { codeHash } from './system/own-files.ts';
import { diskFiles } from './system/project-files.ts';
import { stateOfFiles, watchedFiles } from './system/watched-files.ts';

export interface SourceRoutes {
  routes: StaticRoute[];
  findings: Finding[];
}

interface Kept {
  seen: string[];
  state: string;
  found: SourceRoutes;
}

/** Routes of a started app. `entry` is the absolute path it was started with; null where that is not known. */
export async function sourceRoutes({ app, root }: Pick<AnalyzeOptions, 'app' | 'root'>, ids: Pick<ModuleIds, 'idOf'>, entry: string | null): Promise<SourceRoutes> {
  const start = entrySource({ entry: entry && relative(root, entry), start: app.start }, root, diskFiles);
  const kept = keptAnswers<Kept>(root, 'source-routes', ourHash());
  const before = start === null ? undefined : kept.get(start);
  if (before !== undefined && stateOfFiles(before.seen) === before.state) return before.found;
  const { readRoutes } = await import('./unstarted.ts');
  const watched = watchedFiles(diskFiles);
  const { found } = readRoutes(root, start, ids, watched.files);
  const seen = watched.seen();
  if (start !== null) kept.set(start, { seen, state: stateOfFiles(seen), found });
  kept.save();
  return found;
}

/** What another version of this tool would read differently is read again. */
function ourHash(): string {
  const plugins = import.meta.url.endsWith('.ts') ? codeHash(new URL('../plugins/frameworks/index.ts', import.meta.url)) : '';
  return `${codeHash(new URL(import.meta.url))}${plugins}`;
}
