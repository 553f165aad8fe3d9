import assert from 'node:assert/strict';
import { test } from 'node:test';
import { analysis, type AnalysisInput } from '../../../src/steps/analysis/index.ts';
import { lambdaConstants } from '../../../src/model/lambda-facts.ts';
import { Analysis } from '../../../src/model/analysis.ts';
import { costs } from '../../../src/steps/costs/index.ts';
import type { Boot } from '../../../src/model/boot.ts';
import { aGraph } from '../../helpers/a-graph.ts';
import { anApp } from '../../helpers/booting.ts';

const account = { initMs: 100, bootstrapMs: 30, launcherMs: 5, resolveMs: 10, readMs: 5, evaluateMs: 40, ownWorkMs: 8, waitingMs: 6, unattributedMs: 1 };
const pdf = 'node_modules/pdfkit/index.js';

function anInput(given: Partial<Boot> = {}, failure: Boot['evidence']['failure'] = null): AnalysisInput {
  const graph = aGraph('app.js -> node:http node_modules/express/index.js routes/pdf.js', `routes/pdf.js -> ${pdf}`);
  const times: Record<string, number> = { 'app.js': 1, 'node:http': 2, 'node_modules/express/index.js': 3, 'routes/pdf.js': 4, [pdf]: 30 };
  const boot: Boot = {
    kind: 'boot',
    version: 1,
    evidence: {
      graph, node: '24.1.0', heapBytes: 0, answered: { port: 1, status: 200 }, portFromEnvironment: true, observed: [], listens: [], transpiler: null, failure,
    },
    timing: [{ account, firstAnswerMs: 110, modules: Object.entries(times).map(([id, evaluateMs]) => ({ id, resolveMs: 0, readMs: 0, evaluateMs, startMs: 0 })) }],
    plainMs: [100, 104, 90],
    floorMs: [40],
    probeOverhead: 0.05,
    findings: [],
    ...given,
  };
  const routes: AnalysisInput['routes'] = [
    { method: 'GET', path: '/pdf', framework: 'express', handler: { file: 'src/pdf.ts', line: 3 }, module: 'routes/pdf.js', registeredAt: [] },
  ];
  return {
    app: anApp({ start: 'node app.js' }),
    boot,
    costs: costs(boot, () => 0),
    routes,
    deferrals: {
      kind: 'deferrals',
      version: 1,
      savesMs: 30,
      upperBoundMs: 30,
      deferrals: [
        {
          import: { file: 'routes/pdf.js', line: 1, specifier: 'pdfkit' }, importer: 'routes/pdf.js', target: pdf, verdict: 'defer', reasons: ['SAFE'], savesMs: 30, noiseMs: 1, neededByFirstRequest: 0.25, cut: pdf,
        },
      ],
    },
    placement: { memoryMb: 512, packaging: 'zip', architecture: 'x64', provisioned: false, asyncInit: false, extensions: [] },
    setupFindings: [],
    constants: lambdaConstants,
    machine: { node: '24.1.0', arch: 'x64', cpu: 'a cpu', speed: 1 },
    placeOf: ({ from, specifier }) => ({ file: from, line: 2, specifier }),
  };
}

test('the cold start is that of the starts without a probe, and appInit is init without loading', () => {
  const { coldStart } = analysis(anInput());
  assert.deepEqual(coldStart.now, { medianMs: 100, madMs: 4, runs: 3 });
  assert.deepEqual(coldStart.init, { medianMs: 100, madMs: 0, runs: 1 });
  assert.deepEqual(coldStart.appInit, { medianMs: 45, madMs: 0, runs: 1 });
});

test('a route is told with the source of its handler, and with what its module leads to', () => {
  const [route] = analysis(anInput()).routes;
  assert.deepEqual([route?.id, route?.declaredAt, route?.modules, route?.coldStartMs], ['GET /pdf', { file: 'src/pdf.ts', line: 3 }, 2, 100]);
  assert.deepEqual(route?.heaviest, [{ module: pdf, ms: 30 }, { module: 'routes/pdf.js', ms: 4 }]);
});

test('the framework is named as it was loaded, and not suggested', () => {
  const made = analysis(anInput());
  assert.deepEqual(made.app.framework, { name: 'express', version: '1.0.0' });
  assert.deepEqual(made.heavyImports.map((one) => [one.module, one.savesMs, one.cut]), [[pdf, 30, [{ file: 'routes/pdf.js', line: 2, specifier: pdf }]]]);
});

test('a verdict names the import where a person edits it', () => {
  const [verdict] = analysis(anInput()).deferrals;
  assert.deepEqual(verdict, { import: { file: 'routes/pdf.js', line: 2, specifier: 'pdfkit' }, verdict: 'defer', reasons: ['SAFE'], savesMs: 30, noiseMs: 1, neededByFirstRequest: 0.25, cut: 'node_modules/pdfkit/index.js' });
});

test('an app that did not come up has no cold start, and its modules all the same', () => {
  const input = anInput({ plainMs: [], floorMs: [], probeOverhead: null });
  input.boot.evidence.answered = null;
  const made = analysis(input);
  assert.deepEqual([made.coldStart.now, made.coldStart.init, made.modules.length], [null, null, 5]);
});

test('the document follows its published schema', () => {
  assert.equal(Analysis.safeParse(analysis(anInput())).success, true);
});
