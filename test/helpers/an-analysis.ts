import type { Analysis, AnalyzedModule, AnalyzedRoute, HeavyImport, Why } from '../../src/model/analysis.ts';

/** A small shop whose start is mostly one package; give only what a test is about. */
export function anAnalysis(given: Partial<Analysis> = {}): Analysis {
  return {
    kind: 'analysis',
    version: 1,
    app: { name: 'shop', entry: 'src/app.js', framework: { name: 'express', version: '5.1.0' }, format: 'cjs', node: '24.1.0', form: 'compiled' },
    machine: { node: 'v24.1.0', arch: 'x64', cpu: 'Some CPU', speed: 1 },
    coldStart: aColdStart(),
    lambda: [],
    routes: [],
    modules: [aMeasuredModule({ id: 'src/app.js', selfMs: 5, inclusiveMs: 200 })],
    heavyImports: [],
    deferrals: [],
    findings: [],
    ...given,
  };
}

export function aColdStart(given: Partial<Analysis['coldStart']> = {}): Analysis['coldStart'] {
  return {
    now: { medianMs: 300, madMs: 4, runs: 5 },
    floor: { medianMs: 40, madMs: 1, runs: 5 },
    init: { medianMs: 280, madMs: 3, runs: 5 },
    appInit: { medianMs: 80, madMs: 3, runs: 5 },
    probeOverhead: 0.04,
    account: { initMs: 280, launcherMs: 0, bootstrapMs: 40, resolveMs: 30, readMs: 10, evaluateMs: 160, ownWorkMs: 30, waitingMs: 8, unattributedMs: 2 },
    ...given,
  };
}

export function aMeasuredModule(given: Partial<AnalyzedModule> & { id: string }): AnalyzedModule {
  const dependency = /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(given.id);
  return { package: dependency?.[1] ?? null, version: dependency ? '1.0.0' : null, bytes: 100, selfMs: 1, inclusiveMs: 1, retainedMs: 1, noiseMs: 0, loadedBy: [], ...given };
}

export function anAnalyzedRoute(id: string, given: Partial<AnalyzedRoute> = {}): AnalyzedRoute {
  const [method = 'GET', path = '/'] = id.split(' ');
  return {
    id,
    method,
    path,
    seenBy: 'runtime',
    declaredAt: { file: 'src/app.js', line: 10 },
    registeredAt: [],
    modules: 1,
    coldStartMs: 300,
    afterMs: null,
    heaviest: [],
    streams: null,
    readsAuthorization: null,
    takesBody: null,
    boundBy: null,
    ...given,
  };
}

export function aHeavyImport(name: string, given: Partial<HeavyImport> = {}): HeavyImport {
  return {
    module: `node_modules/${name}/index.js`,
    package: name,
    retainedMs: 100,
    noiseMs: 2,
    modules: 10,
    inDependencies: false,
    savesMs: 100,
    cut: [{ file: 'src/app.js', line: 1, specifier: name }],
    ...given,
  };
}

export function aWhy(given: Partial<Why> = {}): Why {
  return {
    kind: 'why',
    version: 1,
    module: 'node_modules/pdfkit/index.js',
    selfMs: 12,
    inclusiveMs: 140,
    retainedMs: 130,
    noiseMs: 3,
    chains: [
      [
        { module: 'src/app.js', ms: 200, line: null, specifier: null },
        { module: 'src/orders.js', ms: 150, line: 4, specifier: './orders.js' },
        { module: 'node_modules/pdfkit/index.js', ms: 140, line: 2, specifier: 'pdfkit' },
      ],
    ],
    chainsInAll: 1,
    chainsCounted: 'exact',
    cut: [{ file: 'src/orders.js', line: 2, specifier: 'pdfkit' }],
    practicalCut: null,
    cutSavesMs: 130,
    ...given,
  };
}
