import assert from 'node:assert/strict';
import test from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import type { Analysis } from '../../src/model/analysis.ts';
import { findings } from '../../src/model/trouble.ts';
import { renderAnalysis } from '../../src/render/analysis.ts';
import { aColdStart, aHeavyImport, aMeasuredModule, anAnalysis, anAnalyzedRoute } from '../helpers/an-analysis.ts';

const shop = anAnalysis({
  modules: [
    aMeasuredModule({ id: 'src/app.js', selfMs: 5, inclusiveMs: 200 }),
    aMeasuredModule({ id: 'node_modules/pdfkit/index.js', selfMs: 140, inclusiveMs: 140 }),
    aMeasuredModule({ id: 'node_modules/express/index.js', selfMs: 54, inclusiveMs: 54 }),
    aMeasuredModule({ id: 'node:fs', selfMs: 0.2 }),
  ],
  heavyImports: [
    aHeavyImport('pdfkit', {
      savesMs: 140,
      noiseMs: 3.2,
      modules: 1,
      cut: [
        { file: 'src/app.js', line: 2, specifier: 'pdfkit' },
        { file: 'src/b.js', line: 1, specifier: 'pdfkit' },
      ],
    }),
  ],
  routes: [
    anAnalyzedRoute('GET /'),
    anAnalyzedRoute('POST /orders/:id/invoice.pdf', {
      declaredAt: { file: 'src/orders.js', line: 12 },
      modules: 3,
      heaviest: [{ module: 'node_modules/pdfkit/index.js', ms: 140 }],
    }),
  ],
  findings: [findings['unset-variables']({ names: ['DB'] }), findings['port-ignored']({ port: 3000, file: 'src/app.js', line: 9 })],
});

test('the report answers first, then proves, then says what to do next', () => {
  assert.equal(
    renderAnalysis(shop, { columns: 80, color: false }),
    `\
shop · express 5.1.0 · CommonJS · Node 24.1.0 · Some CPU

A cold start takes 300 ms (± 7, 5 starts). A bare Node server takes 40 ms here.
Of the 280 ms until it listens, loading its 4 modules takes 200 ms (71 %).

The imports that cost most
  saves ms       import  modules  imported at
       140  ± 3  pdfkit        1  src/app.js:2 and 1 more
  Imported inside the function that uses it, and not at the top of its file,
  such a module no longer loads at the start; the first request that needs it
  pays for it instead.

Where the start goes (280 ms until it listens)
  bootstrap     ██▋                  40 ms  14 %  Node, before the app's code
  resolve       █▉                   30 ms  11 %  finding modules' files
  read          ▋                    10 ms   4 %  reading them
  evaluate      ██████████▎         160 ms  57 %  compiling and running them
  own work      █▉                   30 ms  11 %  the app, after loading
  waiting       ▌                     8 ms   3 %  for timers, sockets, others
  unattributed  ▏                     2 ms   1 %  in none of these
  timed under the probe, which makes a start 4 % slower

Loading by package (own time, adds up)
   ms                            package                  modules
  140  ████████████████████████  pdfkit 1.0.0                   1
   54  █████████▎                express 1.0.0                  1
    5  ▉                         the app's own files            1
   <1  ▏                         Node's built-in modules        1

The slowest of the app's own files (ms of their own, and with all they load)
  own  with all  file
    5       200  src/app.js

Routes (2; modules that each can touch, and the heaviest)
  route                         handler           modules   ms  heaviest
  POST /orders/:id/invoice.pdf  src/orders.js:12        3  140  pdfkit
  GET /                         src/app.js:10           1

Findings
  warning  The app listens on port 3000 whatever PORT says. The adapter must be
           told with AWS_LWA_PORT=3000. (src/app.js:9)
  info     Read while unset: DB. If the app needs them, pass --env NAME=VALUE or
           --env-file.

Next:
  lwa-split build           a package that starts faster, proven to answer alike
  lwa-split why pdfkit      each chain that loads it, and what would stop it
  lwa-split analyze --json  all that was measured
`,
  );
});

test('a start that failed is explained first, and only there', () => {
  const crashed = anAnalysis({
    coldStart: aColdStart({ now: null, floor: null }),
    findings: [findings['app-crashed']({ message: 'connect ECONNREFUSED 127.0.0.1:5432.', file: 'src/db.js', line: 3 })],
  });
  const text = renderAnalysis(crashed, { columns: 80, color: false });
  assert.deepEqual(text.split('\n').slice(2, 7), [
    'No cold start to report. The app stopped before it answered: connect',
    'ECONNREFUSED 127.0.0.1:5432. Its modules are measured; its cold start is not.',
    'Give it what it needs with --env-file or --before.',
    'at src/db.js:3',
    'Until then, loading its 1 module took 200 ms.',
  ]);
  assert.equal(text.match(/ECONNREFUSED/g)?.length, 1);
  assert.match(text, /^Where the start goes \(280 ms until it ended\)$/m);
  assert.match(text, /^ {2}lwa-split analyze --env-file <file> {2}with what the app needs to come up$/m);
});

test('suggested commands name the app and its start as they were given', () => {
  const text = renderAnalysis(shop, { columns: 100, color: false, again: "'apps/my shop'" });
  assert.match(text, /^ {2}lwa-split why pdfkit 'apps\/my shop' {6}each chain/m);
});

test('what does not fit is told by number', () => {
  const text = renderAnalysis(
    { ...shop, routes: Array.from({ length: 40 }, (_, i) => anAnalyzedRoute(`GET /r/${i}`)), heavyImports: Array.from({ length: 7 }, (_, i) => aHeavyImport(`p${i}`)) },
    { columns: 80, color: false },
  );
  assert.match(text, /and 28 more: --json/);
  assert.match(text, /and 2 more: --json/);
});

test('a place too long for its row stands below it, whole', () => {
  const cut = [{ file: 'packages/server/src/features/documents/rendering/invoices.ts', line: 12, specifier: 'pdfkit' }];
  const lines = renderAnalysis({ ...shop, heavyImports: [aHeavyImport('pdfkit', { cut })] }, { columns: 80, color: false }).split('\n');
  assert.deepEqual(lines.slice(6, 9), [
    '  saves ms       import  modules',
    '       100  ± 2  pdfkit       10',
    '            at packages/server/src/features/documents/rendering/invoices.ts:12',
  ]);
});

test('a launcher that takes its time is named', () => {
  const account = { ...aColdStart().account!, bootstrapMs: 400, launcherMs: 360 };
  assert.match(renderAnalysis(anAnalysis({ coldStart: aColdStart({ account }) }), { columns: 80, color: false }), /bootstrap .* 400 ms .* 360 ms of it before Node$/m);
});

test('what is preloaded has no line to point to', () => {
  assert.match(renderAnalysis({ ...shop, heavyImports: [aHeavyImport('agent', { cut: [] })] }, { columns: 80, color: false }), /agent .* preloaded$/m);
});

test('color changes no letter', () => {
  const text = renderAnalysis(shop, { columns: 80, color: true });
  assert.ok(text.includes('\u001b['));
  assert.equal(stripVTControlCharacters(text), renderAnalysis(shop, { columns: 80, color: false }));
});

test('no line is wider than the terminal, whatever was measured', () => {
  fc.assert(
    fc.property(analyses, fc.constantFrom(60, 80, 120, 200), (analysis, columns) => {
      const tooWide = renderAnalysis(analysis, { columns, color: false })
        .split('\n')
        .filter((line) => line.length > columns);
      assert.deepEqual(tooWide, []);
    }),
    { numRuns: 100 },
  );
});

const words = fc.stringMatching(/^[a-z]{1,12}$/);
const packageNames = fc.tuple(fc.boolean(), words, words).map(([scoped, a, b]) => (scoped ? `@${a}/${b}` : a));
const paths = fc.array(words, { minLength: 1, maxLength: 9 }).map((parts) => `${parts.join('/')}.js`);
const ids = fc.oneof(paths, fc.tuple(packageNames, paths).map(([name, path]) => `node_modules/${name}/${path}`));
const times = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 90_000, noNaN: true }));
const modules = fc
  .record({ id: ids, selfMs: times, inclusiveMs: times, retainedMs: times, noiseMs: times })
  .map((module) => aMeasuredModule(module));
const places = fc.record({ file: ids, line: fc.integer({ min: 1, max: 99_999 }) });
const analyses: fc.Arbitrary<Analysis> = fc
  .record({
    name: fc.oneof(words, packageNames),
    answered: fc.boolean(),
    modules: fc.uniqueArray(modules, { maxLength: 12, selector: ({ id }) => id }),
    heavyImports: fc.array(
      fc.record({ name: packageNames, savesMs: times, noiseMs: times, modules: fc.nat(9999), cut: fc.array(places.map((place) => ({ ...place, specifier: 'x' })), { maxLength: 40 }) }),
      { maxLength: 7 },
    ),
    routes: fc.array(fc.record({ path: paths, declaredAt: fc.option(places), module: ids, ms: times }), { maxLength: 15 }),
    messages: fc.array(fc.tuple(fc.lorem({ maxCount: 40 }), fc.option(places)), { maxLength: 3 }),
  })
  .map((one) =>
    anAnalysis({
      app: { ...anAnalysis().app, name: one.name },
      coldStart: aColdStart(one.answered ? {} : { now: null, account: null }),
      modules: one.modules,
      heavyImports: one.heavyImports.map(({ name, ...rest }) => aHeavyImport(name, rest)),
      routes: one.routes.map(({ path, declaredAt, module, ms }) => anAnalyzedRoute(`GET /${path}`, { declaredAt, heaviest: [{ module, ms }] })),
      findings: one.messages.map(([message, place]) => findings['app-crashed']({ message, ...place })),
    }),
  );

test('what holds for many routes alike is said once, in the text only', () => {
  const routes = ['POST /a', 'POST /b/:id', 'PUT /c', 'PATCH /d'];
  const text = (some: string[]): string => renderAnalysis(anAnalysis({ findings: some.map((who, line) => findings['io-bound']({ who, file: 'src/app.js', line })) }), { columns: 120, color: false });
  assert.deepEqual(text(routes).match(/.*waits for others.*/g), ['  info     POST /a and 3 more: waits for others (network or database). More memory makes it little faster.']);
  assert.equal(text(routes.slice(1)).match(/waits for others/g)?.length, 3);
});
