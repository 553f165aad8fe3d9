import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Observed } from '../../../src/model/boot.ts';
import { Deferrals, type Effect } from '../../../src/model/deferrals.ts';
import type { Costs } from '../../../src/model/costs.ts';
import type { ModuleGraph } from '../../../src/model/graph.ts';
import { retainedTimes } from '../../../src/query/retained.ts';
import { deferrals, type DeferralsInput } from '../../../src/steps/deferrals/index.ts';
import { textsOf } from '../../../src/steps/deferrals/texts.ts';
import { aGraph } from '../../helpers/a-graph.ts';

const pdf = 'node_modules/pdf/index.js';
const font = 'node_modules/font/index.js';

/** An app of two files and a package, whose texts follow from the graph unless given: every import is used in a handler. */
function anInput(graph: ModuleGraph, given: { texts?: Record<string, string>; ms?: Record<string, number>; observed?: Record<string, Partial<Observed>> } & Partial<Omit<DeferralsInput, 'observed'>> = {}): DeferralsInput {
  const { texts = {}, ms = {}, observed = {}, ...rest } = given;
  const selfMs = Object.fromEntries(graph.modules.map(({ id }) => [id, ms[id] ?? 10]));
  const retained = retainedTimes(graph, selfMs);
  const exactly = (medianMs: number): Costs['modules'][number]['self'] => ({ medianMs, madMs: 0.1, runs: 5 });
  const read = (id: string): string => texts[id] ?? graph.edges.filter(({ from }) => from === id).map(({ specifier }, i) => `const m${i} = require('${specifier}'); exports.f${i} = () => m${i}.x();`).join('\n');
  return {
    graph,
    costs: { kind: 'costs', version: 1, account: null, modules: graph.modules.map(({ id }) => ({ id, self: exactly(selfMs[id]!), inclusive: exactly(retained[id]!), retained: exactly(retained[id]!) })), slowExports: [] },
    ...textsOf(graph.modules, read),
    observed: graph.modules.map(({ id }) => ({ id, effects: [], functions: [], blocks: [], ...observed[id] })),
    firstRequestNeeds: () => 0,
    memoryMb: 1769,
    ...rest,
  };
}

function verdicts(input: DeferralsInput): string[] {
  return deferrals(input).deferrals.map(({ importer, target, verdict, reasons, savesMs }) => `${importer} -> ${target}: ${verdict} ${reasons.join('+')} ${savesMs}`);
}

const changes = (kind: Effect['kind'], on: string): Partial<Observed> => ({ effects: [{ kind, on, place: null, specifier: null, when: 'always' }] });
const app = aGraph(`app.js -> ${pdf}`, `${pdf} -> ${font}`);

describe('deferrals', () => {
  it('defers an import that only handlers use, with all that goes along', () => {
    const { savesMs, upperBoundMs, ...rest } = deferrals(anInput(app, { texts: { 'app.js': `const pdf = require('${pdf}');\nexports.get = () => pdf.make();`, [pdf]: `const f = require('${font}'); f.x; exports.make = () => 1` } }));
    assert.deepEqual({ savesMs, upperBoundMs }, { savesMs: 20, upperBoundMs: 20 });
    assert.deepEqual(rest.deferrals, [{ import: { file: 'app.js', line: 1, specifier: pdf }, importer: 'app.js', target: pdf, verdict: 'defer', reasons: ['SAFE'], savesMs: 20, noiseMs: 0.14, neededByFirstRequest: 0, cut: pdf }]);
  });

  it('is a document', () => {
    assert.doesNotThrow(() => Deferrals.parse(deferrals(anInput(app))));
  });

  it('says no-win where the module is used while its importer loads', () => {
    assert.deepEqual(verdicts(anInput(app, { texts: { 'app.js': `const pdf = require('${pdf}'); pdf.make();`, [pdf]: `class A extends require('${font}') {}` } })), [`app.js -> ${pdf}: no-win TOP_LEVEL_USE 20`, `${pdf} -> ${font}: no-win TOP_LEVEL_USE 10`]);
  });

  it('keeps imports for side effects, in circles, and by computed names', () => {
    const graph = aGraph('app.js -> a.js b.js c.js', 'b.js -> d.js', 'd.js -> b.js');
    const found = verdicts(anInput(graph, { texts: { 'app.js': `require('a.js'); const b = require('b.js'); b.x(); require('c' + '.js')` } }));
    assert.deepEqual(found, ['app.js -> b.js: no-win TOP_LEVEL_USE 20', 'd.js -> b.js: keep CYCLE 20', 'app.js -> a.js: keep SIDE_EFFECT_IMPORT 10', 'app.js -> c.js: keep COMPUTED_SPECIFIER 10', 'b.js -> d.js: keep CYCLE 10']);
  });

  it('keeps a module that was seen to change what stays', () => {
    assert.deepEqual(verdicts(anInput(app, { observed: { [font]: changes('prototype', 'Array.prototype.at') } })), [`app.js -> ${pdf}: keep EFFECT_OBSERVED 20`, `${pdf} -> ${font}: keep EFFECT_OBSERVED 10`]);
    assert.deepEqual(verdicts(anInput(app, { observed: { [pdf]: changes('other-module', 'app.js routes') } })), [`app.js -> ${pdf}: keep EFFECT_OBSERVED 20`, `${pdf} -> ${font}: defer SAFE 10`]);
  });

  it('does not mind a module that was seen to change what goes along with it', () => {
    assert.deepEqual(verdicts(anInput(app, { observed: { [pdf]: changes('other-module', `${font} size`) } })), [`app.js -> ${pdf}: defer SAFE 20`]);
  });

  it('does not mind a global that nobody who stays mentions', () => {
    const observed = { [pdf]: changes('global', 'globalThis.__pdfState') };
    assert.equal(verdicts(anInput(app, { observed }))[0], `app.js -> ${pdf}: defer SAFE 20`);
    const mentions = { 'app.js': `const pdf = require('${pdf}'); exports.get = () => pdf.x(globalThis.__pdfState)` };
    assert.equal(verdicts(anInput(app, { observed, texts: mentions })).includes(`app.js -> ${pdf}: keep EFFECT_OBSERVED 20`), true);
  });

  it('asks a person where a call may register something with a module that stays', () => {
    const graph = aGraph('app.js -> registry.js plugin.js', 'plugin.js -> registry.js');
    const texts = { 'app.js': `const r = require('registry.js'); r.start(); const p = require('plugin.js'); exports.get = () => p.x()`, 'plugin.js': `const r = require('registry.js'); r.add('plugin')` };
    assert.equal(verdicts(anInput(graph, { texts })).includes('app.js -> plugin.js: review EFFECT_STATIC 10'), true);
  });

  it('does not count on a module going that a person may decide to keep', () => {
    const graph = aGraph('app.js -> a.js d.js', 'a.js -> b.js', 'd.js -> b.js');
    const texts = { 'app.js': `const a = require('a.js'); const d = require('d.js')(Date.now()); exports.get = () => a.x(d)` };
    const found = verdicts(anInput(graph, { texts, observed: { 'a.js': changes('other-module', 'b.js plugins') } }));
    assert.deepEqual(found, ['app.js -> a.js: review EFFECT_OBSERVED 10', 'app.js -> d.js: review VALUE_INITIALIZER 10']);
  });

  it('knows packages that only compute, whatever their text calls as it loads', () => {
    const pure = ['node_modules/lodash.sortby/index.js', 'node_modules/string.prototype.trim/index.js'];
    const graph = aGraph(`app.js -> ${pure.join(' ')} ${pdf}`);
    const calls = "const root = new Function('return this')(); module.exports = root.Array";
    const found = verdicts(anInput(graph, { texts: Object.fromEntries([...pure, pdf].map((id) => [id, calls])) }));
    assert.deepEqual(found, [...pure.map((id) => `app.js -> ${id}: defer SAFE 10`), `app.js -> ${pdf}: review EFFECT_STATIC 10`].sort());
  });

  it('takes nothing on trust where the app was not started', () => {
    const texts = { 'app.js': `const p = require('${pdf}'); exports.get = () => p.x()`, [pdf]: `const f = require('${font}'); if (!Array.prototype.zip) Array.prototype.zip = f` };
    assert.equal(verdicts(anInput(app, { texts }))[0], `app.js -> ${pdf}: defer SAFE 20`);
    assert.equal(verdicts({ ...anInput(app, { texts }), observed: null })[0], `app.js -> ${pdf}: keep EFFECT_STATIC 20`);
  });

  it('asks a person where a value made from the import must be put off with it', () => {
    const texts = { 'app.js': `const s3 = require('${pdf}')(process.env.KEY); exports.get = () => s3.x()`, [pdf]: `require('${font}'); module.exports = () => setInterval(() => {}, 1000)` };
    assert.equal(verdicts(anInput(app, { texts }))[0], `app.js -> ${pdf}: review VALUE_INITIALIZER 20`);
  });

  it('defers a value that nothing can come of but itself', () => {
    const texts = { 'app.js': `const s3 = require('${pdf}')({ key: process.env.KEY }); exports.get = () => s3.x()` };
    assert.equal(verdicts(anInput(app, { texts }))[0], `app.js -> ${pdf}: defer SAFE+VALUE_INITIALIZER 20`);
  });

  it('counts what such a value took to make, by how much longer its importer took than others', () => {
    const texts = { 'app.js': `const s3 = require('${pdf}')({ key: process.env.KEY }); exports.get = () => s3.x()` };
    const { deferrals: [first], savesMs } = deferrals(anInput(app, { texts, ms: { 'app.js': 300 } }));
    assert.deepEqual([first!.savesMs, savesMs], [310, 310]);
  });

  it('defers a client of the AWS SDK, which does nothing before it sends', () => {
    const client = 'node_modules/@aws-sdk/client-s3/dist-cjs/index.js';
    const graph = aGraph(`app.js -> ${client}`, `${client} -> node:http`);
    const texts = { 'app.js': `const { S3Client } = require('${client}'); const s3 = new S3Client({ region: process.env.REGION }); exports.get = () => s3.x()`, [client]: "require('node:http')" };
    assert.equal(verdicts(anInput(graph, { texts }))[0], `app.js -> ${client}: defer SAFE+VALUE_INITIALIZER 20`);
  });

  const doubtful: Record<string, { texts?: Record<string, string>; observed?: Record<string, Partial<Observed>> }> = {
    'its importer was seen to change something': { observed: { 'app.js': changes('global', 'globalThis.key') } },
    'something else writes the variable that it reads': { observed: { 'b.js': changes('environment', 'process.env.KEY') } },
    'it is given what may be another thing later': { texts: { 'app.js': `const s3 = require('${pdf}')(read()); exports.get = () => s3.x()` } },
    'it knows the time': { texts: { [pdf]: `require('${font}'); module.exports = () => Date.now()` } },
    'it can write files': { texts: { [font]: `require('fs')` } },
  };
  for (const [what, { texts = {}, observed = {} }] of Object.entries(doubtful)) {
    it(`asks about such a value where ${what}`, () => {
      const found = verdicts(anInput(aGraph('app.js -> b.js', `app.js -> ${pdf}`, `${pdf} -> ${font}`), { texts: { 'app.js': `const s3 = require('${pdf}')(process.env.KEY); exports.get = () => s3.x()`, ...texts }, observed }));
      assert.equal(found[0], `app.js -> ${pdf}: review VALUE_INITIALIZER 20`);
    });
  }

  it('names what had better be loaded at the start though only deferred imports lead to it', () => {
    const texts = { 'app.js': `const p = require('${pdf}'); exports.get = () => p.x()` };
    const found = deferrals({ ...anInput(app, { texts }), memoryMb: 512, firstRequestNeeds: (id) => (id === font ? 1 : 0) });
    assert.deepEqual([found.deferrals[0]?.verdict, found.preload, found.savesMs], ['defer', [font], 10]);
  });

  it('defers all imports of a module or none', () => {
    const graph = aGraph('app.js -> a.js b.js', `a.js -> ${pdf}`, `b.js -> ${pdf}`);
    const ms = { 'a.js': 1, 'b.js': 1 };
    const used = { 'app.js': `require('a.js').x(); require('b.js').x()` };
    assert.deepEqual(verdicts(anInput(graph, { ms, texts: used })), [`a.js -> ${pdf}: defer SAFE 10`, `b.js -> ${pdf}: defer SAFE 10`]);
    const eager = { ...used, 'b.js': `require('${pdf}').x()` };
    assert.deepEqual(verdicts(anInput(graph, { ms, texts: eager })), [`a.js -> ${pdf}: no-win STILL_EAGER 10`, `b.js -> ${pdf}: no-win TOP_LEVEL_USE 10`]);
  });

  it('sees by coverage that a handler ran before the first answer', () => {
    const text = `const pdf = require('${pdf}'); exports.get = () => pdf.make()`;
    const functions = [text.indexOf('()'), text.length, 0, 1];
    assert.equal(verdicts(anInput(app, { texts: { 'app.js': text }, observed: { 'app.js': { functions } } }))[0], `app.js -> ${pdf}: no-win NEEDED_AT_START 20`);
  });

  it('sees by coverage that the start took another branch of a function that ran', () => {
    const text = `const pdf = require('${pdf}'); exports.make = (wanted) => { if (wanted) { return pdf.make(); } };`;
    const functions = [text.indexOf('(wanted)'), text.length - 1, 1, 0];
    const blocks = [text.indexOf('{ return'), text.indexOf('} }') + 1, 0, 0];
    assert.equal(verdicts(anInput(app, { texts: { 'app.js': text }, observed: { 'app.js': { functions } } }))[0], `app.js -> ${pdf}: no-win NEEDED_AT_START 20`);
    assert.equal(verdicts(anInput(app, { texts: { 'app.js': text }, observed: { 'app.js': { functions, blocks } } }))[0], `app.js -> ${pdf}: defer SAFE 20`);
  });

  it('follows an export that is handed on to whoever reads it while loading', () => {
    const graph = aGraph('app.js -> index.js', `index.js -> ${pdf} ${font}`);
    const texts = { 'index.js': `exports.pdfMaker = require('${pdf}'); exports.fontFile = require('${font}')`, 'app.js': `const all = require('index.js'); all.pdfMaker.x(); exports.get = () => all.fontFile` };
    const observed = { 'app.js': { functions: [texts['app.js'].indexOf('()'), texts['app.js'].length, 0, 0] } };
    const found = verdicts(anInput(graph, { texts, observed }));
    assert.deepEqual(found.filter((line) => line.startsWith('index.js')), [`index.js -> ${font}: defer SAFE 10`, `index.js -> ${pdf}: no-win NEEDED_AT_START 10`]);
  });

  for (const reading of ["Object.assign({}, require('index.js'))", "const all = require('index.js'); for (const key in all) all[key]", "register(require('index.js'))"]) {
    it(`knows that every export is read by ${reading}`, () => {
      const graph = aGraph('app.js -> index.js', `index.js -> ${pdf}`);
      const texts = { 'index.js': `module.exports = { 12: require('${pdf}') }`, 'app.js': reading };
      assert.equal(verdicts(anInput(graph, { texts })).at(-1), `index.js -> ${pdf}: no-win NEEDED_AT_START 10`);
    });
  }

  it('defers an export that is handed on unread to whoever may read it later', () => {
    const graph = aGraph('app.js -> index.js', 'index.js -> maker.js', `maker.js -> ${pdf}`);
    const texts = { 'maker.js': `exports.make = require('${pdf}')`, 'index.js': "exports.maker = require('maker.js')", 'app.js': "const all = require('index.js'); all.other; exports.get = () => all.maker" };
    const observed = { 'app.js': { functions: [texts['app.js'].indexOf('()'), texts['app.js'].length, 0, 0] } };
    assert.equal(verdicts(anInput(graph, { texts, observed, ms: { 'maker.js': 0 } })).at(-1), `maker.js -> ${pdf}: defer SAFE 10`);
  });

  it('knows that Node reads every export of what an ES module imports', () => {
    const graph = aGraph('app.mjs -> index.js', `index.js -> ${pdf}`);
    const imported = { ...graph, edges: graph.edges.map((edge) => (edge.from === 'app.mjs' ? { ...edge, kind: 'import' as const } : edge)) };
    const texts = { 'app.mjs': `import { start } from 'index.js'; start();`, 'index.js': `exports.start = () => {}; exports.pdfMaker = require('${pdf}');` };
    assert.deepEqual(verdicts(anInput(imported, { texts })).filter((line) => line.startsWith('index.js')), [`index.js -> ${pdf}: no-win NEEDED_AT_START 10`]);
  });

  it('counts on no branch that is reached at load', () => {
    const texts = { 'app.js': `const pdf = require('${pdf}'); exports.make = process.env.PLAIN ? null : pdf.maker();` };
    assert.equal(verdicts(anInput(app, { texts }))[0], `app.js -> ${pdf}: no-win NEEDED_AT_START 20`);
  });

  it('does not defer what the first request needs', () => {
    assert.equal(verdicts(anInput(app, { firstRequestNeeds: () => 1, memoryMb: 512 }))[0], `app.js -> ${pdf}: no-win NEEDED_BY_FIRST_REQUEST 20`);
  });

  it('leaves trifles and noise alone', () => {
    assert.deepEqual(verdicts(anInput(app, { ms: { [pdf]: 0.5, [font]: 1 } })), [`app.js -> ${pdf}: no-win BELOW_THRESHOLD 1.5`]);
    const input = anInput(app);
    const noisy = input.costs.modules.map((module) => ({ ...module, self: { ...module.self, madMs: 30 } }));
    assert.equal(verdicts({ ...input, costs: { ...input.costs, modules: noisy } })[0], `app.js -> ${pdf}: no-win BELOW_NOISE 20`);
  });

  it('keeps what waits at its top level, native, traced and shared packages', () => {
    const waiting = { ...app, modules: app.modules.map((module) => (module.id === font ? { ...module, topLevelAwait: true } : module)) };
    assert.equal(verdicts(anInput(waiting))[0], `app.js -> ${pdf}: keep TOP_LEVEL_AWAIT 20`);
    const traced = aGraph('app.js -> node_modules/dd-trace/index.js node_modules/pg/index.js node_modules/dotenv/index.js');
    assert.deepEqual(verdicts(anInput(traced)).map((line) => line.split(' -> ')[1]), ['node_modules/dd-trace/index.js: keep INSTRUMENTED 10', 'node_modules/dotenv/index.js: keep SHARED_STATE 10', 'node_modules/pg/index.js: keep INSTRUMENTED 10']);
  });

  it('keeps of what Application Insights patches only that, unless another tracer is there', () => {
    const [insights, hook, sql, log] = ['applicationinsights', 'require-in-the-middle', 'sequelize', 'winston'].map((name) => `node_modules/${name}/index.js`) as [string, string, string, string];
    const about = (graph: ModuleGraph, id: string): string | undefined => verdicts(anInput(graph)).find((line) => line.includes(`-> ${id}:`));
    const alone = aGraph(`app.js -> ${insights} ${sql} ${log}`, `${insights} -> ${hook}`);
    assert.deepEqual([sql, log, insights].map((id) => about(alone, id)), [`app.js -> ${sql}: defer SAFE 10`, `app.js -> ${log}: keep INSTRUMENTED 10`, `app.js -> ${insights}: keep INSTRUMENTED 20`]);
    const others = aGraph(`app.js -> ${insights} ${sql} ${hook}`, `${insights} -> ${hook}`);
    assert.equal(about(others, sql), `app.js -> ${sql}: keep INSTRUMENTED 10`);
  });

  it('does as the config and comments say', () => {
    assert.equal(verdicts(anInput(app, { eager: ['pdf'] }))[0], `app.js -> ${pdf}: keep OPT_OUT 20`);
    assert.equal(verdicts(anInput(app, { lazy: ['pdf', 'font'], observed: { [font]: changes('listener', 'process') } }))[0], `app.js -> ${pdf}: defer OPT_IN 20`);
    assert.equal(verdicts(anInput(app, { texts: { 'app.js': `// lwa-split: eager\nconst pdf = require('${pdf}'); exports.get = () => pdf.x()` } }))[0], `app.js -> ${pdf}: keep OPT_OUT 20`);
  });
});
