import type { Analysis, AnalyzedModule, AnalyzedRoute, HeavyImport } from '../../model/analysis.ts';
import type { App } from '../../model/app.ts';
import type { Boot } from '../../model/boot.ts';
import type { Costs } from '../../model/costs.ts';
import type { Deferrals } from '../../model/deferrals.ts';
import type { ImportEdge, ModuleGraph } from '../../model/graph.ts';
import type { LambdaConstants, Placement } from '../../model/prediction.ts';
import type { Reach } from '../../model/reach.ts';
import { routeId, type RuntimeRoute } from '../../model/routes.ts';
import { roundMs, sampleOf, type Sample } from '../../model/sample.ts';
import { findings, type Finding } from '../../model/trouble.ts';
import { frameworkOf, ofFramework } from '../../query/framework.ts';
import { heavyImports } from '../../query/heavy-imports.ts';
import { ownCode } from '../../query/own.ts';
import { routeWeights } from './route-weights.ts';
import { startProfile } from '../../query/start-profile.ts';
import { lambdaPart } from './lambda.ts';

export interface AnalysisInput {
  app: App;
  boot: Boot;
  costs: Costs;
  routes: readonly RuntimeRoute[];
  /** Null where imports were not judged. */
  deferrals: Deferrals | null;
  /** Null where reach was not asked for: then what a handler's file imports stands for it. */
  reach?: Reach | null;
  machine: Analysis['machine'];
  /** How the function is configured, and what Lambda is like. */
  placement: Placement;
  /** What is wrong with its deployment files. */
  setupFindings: Finding[];
  constants: LambdaConstants;
  /** Line of an import in the file a person edits, where it can be found; 1 else. */
  placeOf(edge: Pick<ImportEdge, 'from' | 'specifier'>): { file: string; line: number; specifier: string };
}

/** Suggestions shown at most, and heaviest modules per route. */
const TOP_IMPORTS = 8;

/** Puts the documents of one run together into what `analyze` prints. */
export function analysis(input: AnalysisInput): Analysis {
  const { app, boot, costs, placeOf } = input;
  const { evidence } = boot;
  const now = orNull(boot.plainMs);
  const framework = frameworkOf(evidence.graph, input.routes, app.framework);
  const inits = boot.timing.map((run) => run.account.initMs);
  const own = boot.timing.map(({ account }) => account.initMs - account.resolveMs - account.readMs - account.evaluateMs);
  const profile = startProfile(boot, costs, input.machine.speed);
  const onLambda = lambdaPart({ profile, placement: input.placement, constants: input.constants, codeSavesMs: input.deferrals?.upperBoundMs ?? null });
  return {
    kind: 'analysis',
    version: 1,
    app: {
      name: app.name,
      entry: evidence.graph.entry,
      framework,
      format: entryFormat(evidence.graph) ?? app.format,
      node: evidence.node,
      form: evidence.transpiler === null ? app.form : 'source',
    },
    machine: input.machine,
    coldStart: {
      now,
      floor: orNull(boot.floorMs),
      init: evidence.answered ? orNull(inits) : null,
      appInit: evidence.answered ? orNull(own) : null,
      probeOverhead: boot.probeOverhead,
      account: costs.account,
    },
    lambda: onLambda.lambda,
    lambdaBasis: onLambda.lambdaBasis,
    routes: analyzedRoutes(input, now),
    modules: analyzedModules(evidence.graph, costs),
    heavyImports: suggestions(input, framework),
    deferrals: (input.deferrals?.deferrals ?? []).map(({ import: { specifier }, importer, verdict, reasons, savesMs, noiseMs, neededByFirstRequest, cut }) => ({
      import: placeOf({ from: importer, specifier }),
      verdict,
      reasons,
      savesMs,
      noiseMs,
      neededByFirstRequest,
      cut,
    })),
    findings: [...boot.findings, ...costs.slowExports.map((one) => findings['slow-exports-map'](one)), ...input.setupFindings, ...onLambda.findings, ...overhead(boot)],
  };
}

function handlersIn(routes: readonly RuntimeRoute[]): string[] {
  return routes.flatMap((route) => route.module ?? []);
}

function orNull(values: readonly number[]): Sample | null {
  return values.length === 0 ? null : sampleOf(values);
}

function entryFormat(graph: ModuleGraph): 'esm' | 'cjs' | null {
  const kind = graph.modules.find((module) => module.id === graph.entry)?.kind;
  return kind === 'esm' || kind === 'cjs' ? kind : null;
}

function analyzedRoutes(input: AnalysisInput, now: Sample | null): AnalyzedRoute[] {
  const { routes } = input;
  const weightsOf = routeWeights({ ...input, own: ownCode(input.boot.evidence.graph, handlersIn(routes)) });
  return routes.map((route) => ({
    id: routeId(route.method, route.path),
    method: route.method,
    path: route.path,
    seenBy: 'runtime',
    declaredAt: route.handler,
    registeredAt: route.registeredAt,
    coldStartMs: now && now.medianMs,
    ...weightsOf(route, now && now.medianMs),
    streams: null,
    readsAuthorization: null,
    takesBody: null,
    boundBy: null,
  }));
}

function analyzedModules(graph: ModuleGraph, costs: Costs): AnalyzedModule[] {
  const loadedBy = new Map<string, string[]>();
  for (const edge of graph.edges) loadedBy.set(edge.to, [...(loadedBy.get(edge.to) ?? []), edge.from]);
  return graph.modules.map((module, i) => {
    const cost = costs.modules[i]!;
    return {
      id: module.id,
      package: module.package,
      version: module.version,
      bytes: module.bytes,
      selfMs: cost.self.medianMs,
      inclusiveMs: cost.inclusive.medianMs,
      retainedMs: cost.retained.medianMs,
      noiseMs: cost.retained.madMs,
      loadedBy: [...new Set(loadedBy.get(module.id) ?? [])],
    };
  });
}

function suggestions({ boot, costs, routes, placeOf }: AnalysisInput, framework: Analysis['app']['framework']): HeavyImport[] {
  const { graph } = boot.evidence;
  if (boot.timing.length === 0) return [];
  const options = { own: ownCode(graph, handlersIn(routes)), keep: ofFramework(graph, framework), top: TOP_IMPORTS };
  return heavyImports(graph, costs.modules, options).map((one) => ({
    module: one.module,
    package: one.package,
    retainedMs: roundMs(one.retainedMs),
    noiseMs: roundMs(one.noiseMs),
    modules: one.modules,
    savesMs: roundMs(one.savesMs),
    inDependencies: one.cut.length > 0 && one.cut.every((edge) => !options.own(edge.from)),
    cut: one.cut.map(placeOf),
  }));
}

/** Above this the module times themselves become doubtful. */
const NOTED_OVERHEAD = 0.15;

function overhead(boot: Boot): Finding[] {
  return boot.probeOverhead !== null && boot.probeOverhead > NOTED_OVERHEAD ? [findings['probe-overhead']({ percent: boot.probeOverhead * 100 })] : [];
}
