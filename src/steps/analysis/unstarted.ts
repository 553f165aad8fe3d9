import type { Analysis, AnalyzedModule, AnalyzedRoute } from '../../model/analysis.ts';
import type { App } from '../../model/app.ts';
import type { ModuleGraph } from '../../model/graph.ts';
import { routeId, type StaticRoute } from '../../model/routes.ts';
import { findings, type Finding } from '../../model/trouble.ts';
import { ownCode } from '../../query/own.ts';
import { weigher } from '../../query/reach.ts';

export interface UnstartedInput {
  app: App;
  /** Empty where no entry is known. */
  graph: ModuleGraph | null;
  routes: readonly StaticRoute[];
  findings: readonly Finding[];
  machine: Analysis['machine'];
}

/** What `analyze --no-boot` prints: all of an analysis that needs no start. Times are 0, and a finding says so. */
export function unstartedAnalysis({ app, graph, routes, findings: found, machine }: UnstartedInput): Analysis {
  return {
    kind: 'analysis',
    version: 1,
    app: { name: app.name, entry: graph?.entry ?? app.entry, framework: app.framework, format: app.format, node: machine.node, form: app.form },
    machine,
    coldStart: { now: null, floor: null, init: null, appInit: null, probeOverhead: null, account: null },
    lambda: [],
    routes: routesOf(routes, graph),
    modules: graph === null ? [] : modulesOf(graph),
    heavyImports: [],
    deferrals: [],
    findings: [findings['not-started']({}), ...found],
  };
}

function routesOf(routes: readonly StaticRoute[], graph: ModuleGraph | null): AnalyzedRoute[] {
  const weigh = graph === null ? null : weigher(graph, { selfMs: {}, retainedMs: {} }, { own: ownCode(graph, routes.flatMap(({ handler }) => handler?.file ?? [])), top: 0, leastMs: 0 });
  const inGraph = new Set(graph?.modules.map((module) => module.id));
  return routes.map(({ method, path, handler, registeredAt, needs }) => ({
    id: routeId(method, path),
    method,
    path,
    seenBy: 'static',
    declaredAt: handler && { file: handler.file, line: handler.line },
    registeredAt: [registeredAt],
    modules: weigh === null ? 0 : handler === null || !inGraph.has(handler.file) ? graph!.modules.length : weigh([handler.file]).modules,
    coldStartMs: null,
    afterMs: null,
    heaviest: [],
    ...needs,
  }));
}

function modulesOf(graph: ModuleGraph): AnalyzedModule[] {
  const loadedBy = new Map<string, string[]>();
  for (const { from, to } of graph.edges) loadedBy.set(to, [...(loadedBy.get(to) ?? []), from]);
  return graph.modules.map(({ id, package: name, version, bytes }) => ({
    id,
    package: name,
    version,
    bytes,
    selfMs: 0,
    inclusiveMs: 0,
    retainedMs: 0,
    noiseMs: 0,
    loadedBy: loadedBy.get(id) ?? [],
  }));
}
