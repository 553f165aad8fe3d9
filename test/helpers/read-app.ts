import { dirname, join, resolve } from 'node:path';
import { frameworks } from '../../plugins/frameworks/index.ts';
import type { StaticRoute } from '../../src/model/routes.ts';
import { routeId } from '../../src/model/routes.ts';
import type { Finding } from '../../src/model/trouble.ts';
import type { Framework } from '../../src/plugin.ts';
import { staticRoutes } from '../../src/steps/static-routes/index.ts';
import { readSources } from '../../src/steps/static-routes/read.ts';
import type { Resolved } from '../../src/system/resolve-module.ts';
import { projectFiles } from './project-files.ts';

const extensions = ['', '.js', '.ts', '.mjs', '.cjs', '.tsx', '.json', '/index.js', '/index.ts'];

export interface ReadApp {
  /** Route ids, sorted. */
  ids: string[];
  routes: StaticRoute[];
  findings: Finding[];
}

/** Reads an app that is only text; its first file is the entry. Packages are known by their names alone. */
export function readTexts(texts: Record<string, string>, known: readonly Framework[] = frameworks): ReadApp {
  const files = projectFiles(texts);
  const { root } = files;
  const find = (specifier: string, from: string): Resolved | null => {
    if (/^node:|^(?:fs|path|url|http)(?:\/|$)/.test(specifier)) return { file: null, name: specifier.startsWith('node:') ? specifier : `node:${specifier}` };
    if (!/^[./]/.test(specifier)) return null;
    const base = resolve(dirname(from), specifier);
    const file = [...extensions.map((extension) => base + extension), base.replace(/\.js$/, '.ts')].find((one) => files.isFile(one));
    return file === undefined ? null : { file, name: specifier };
  };
  const reading = readSources({ root, entry: join(root, Object.keys(texts)[0]!), frameworks: known, files, resolve: find });
  const { routes, findings } = staticRoutes(reading, known, { idOf: (file) => file.slice(root.length + 1), originalOf: (place) => place });
  return { ids: routes.map(({ method, path }) => routeId(method, path)).sort(), routes, findings };
}
