// What `npm run corpus -- --reach` does with one app: asks its routes under coverage, and holds what ran against what
// each route's static reach allows.
import { resolveOptions } from '../../../src/cli/options.ts';
import { modulesReached, type Reach } from '../../../src/model/reach.ts';
import { routeId, type RuntimeRoute } from '../../../src/model/routes.ts';
import { ownCode } from '../../../src/query/own.ts';
import { boot } from '../../../src/steps/boot/index.ts';
import { moduleIds } from '../../../src/steps/boot/ids.ts';
import { reach, reachRoute } from '../../../src/steps/reach/index.ts';
import { runtimeRoutes } from '../../../src/steps/routes/index.ts';
import { fromRoutes } from '../../../src/steps/verify/requests-routes.ts';
import { summaryOf } from '../../../src/syntax/summary.ts';
import { envFile } from '../../../src/system/files.ts';
import { importFile } from '../../../src/system/import-file.ts';
import { diskFiles } from '../../../src/system/project-files.ts';
import { moduleResolver } from '../../../src/system/resolve-module.ts';
import { ranFor } from './ran.ts';

export interface ReachOutcome {
  /** Routes that answered, of those asked. */
  answered: number;
  asked: number;
  /** Pairs of a request and a module that ran for it, and of them those that reach allows. */
  ran: number;
  foreseen: number;
  /** Mean number of modules in a route's reach that the start loaded, of those that ran for it, and how many the start loaded in all. */
  meanReach: number;
  meanRan: number;
  modules: number;
  /** Routes with an import that leads nobody knows where. */
  open: number;
  reachMs: number;
  missed: { module: string; routes: string[] }[];
}

export interface ReachApp {
  folder: string;
  start: string;
  node: string;
  readinessPath: string;
}

/** So many routes are asked, spread over all. */
const MAX_REQUESTS = 60;

export async function reachSoundness(app: ReachApp): Promise<ReachOutcome> {
  const typed = { start: app.start, node: app.node, readinessPath: app.readinessPath, runs: '1' };
  const options = await resolveOptions(app.folder, typed, { cwd: app.folder, files: diskFiles, importFile, readEnvFile: envFile });
  const started = await boot({ ...options, runs: 0 }, () => {});
  const { graph, observed } = started.boot.evidence;
  const routes = runtimeRoutes(started.routes, started.ids.idOf, (place) => place);
  const own = ownCode(graph, routes.flatMap(({ module }) => module ?? []));
  const ids = moduleIds(options.app, options.root, started.files, diskFiles);
  for (const file of started.files) ids.idOf(file);
  const begun = performance.now();
  const found = reach({ graph, observed, routes: routes.map(reachRoute), own, fileOf: (id) => ids.fileOf(id), idOf: ids.idOf, files: diskFiles, resolve: moduleResolver(), summarize: summaryOf });
  const reachMs = performance.now() - begun;
  const asked = spread(routes.filter(({ method }) => method === 'GET' || method === 'ANY' || method === 'HEAD'));
  const requests = asked.map((route) => fromRoutes([route])[0]!);
  const ran = await ranFor({ command: app.start, cwd: app.folder, node: app.node, timeoutMs: 60_000 }, app.readinessPath, requests);
  return judged(found, asked, ran.map((one) => ({ status: one.status, modules: one.files.map(ids.idOf) })), { loaded: new Set(graph.modules.map(({ id }) => id)), reachMs });
}

function spread(routes: readonly RuntimeRoute[]): RuntimeRoute[] {
  const step = Math.max(1, routes.length / MAX_REQUESTS);
  return routes.filter((_, i) => Math.floor(i / step) > Math.floor((i - 1) / step) || i === 0);
}

function judged(found: Reach, asked: readonly RuntimeRoute[], ran: readonly { status: number | null; modules: string[] }[], known: { loaded: ReadonlySet<string>; reachMs: number }): ReachOutcome {
  const missed = new Map<string, string[]>();
  const sums = { ran: 0, foreseen: 0, answered: 0, reach: 0 };
  ran.forEach(({ status, modules }, i) => {
    if (status === null) return;
    const id = routeId(asked[i]!.method, asked[i]!.path);
    const allowed = modulesReached(found, id);
    sums.answered++;
    for (const module of allowed) if (known.loaded.has(module)) sums.reach++;
    for (const module of modules) {
      sums.ran++;
      if (allowed.has(module)) sums.foreseen++;
      else missed.set(module, [...(missed.get(module) ?? []), id]);
    }
  });
  return {
    answered: sums.answered,
    asked: asked.length,
    ran: sums.ran,
    foreseen: sums.foreseen,
    meanReach: sums.reach / Math.max(1, sums.answered),
    meanRan: sums.ran / Math.max(1, sums.answered),
    modules: known.loaded.size,
    open: found.routes.filter(({ unknown }) => unknown.length > 0).length,
    reachMs: known.reachMs,
    missed: [...missed].map(([module, routes]) => ({ module, routes })).sort((a, b) => b.routes.length - a.routes.length),
  };
}
