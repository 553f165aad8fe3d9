import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { askedApp, provenBuild, shownBy, type Built, type Proof } from '../src/build-proof.ts';
import type { AnalyzeOptions } from '../src/model/options.ts';
import type { RuntimeRoute } from '../src/model/routes.ts';
import { boot } from '../src/steps/boot/index.ts';
import { pack, type DeferredImport, type Packed } from '../src/steps/build/index.ts';
import { standInEnvironment } from '../src/steps/build/make-cache.ts';
import { anApp } from './helpers/booting.ts';
import { temporaryFolder } from './helpers/installed.ts';

const files = {
  'package.json': '{"name":"shop","version":"1.0.0"}',
  'main.js': `
    const pdf = require('./pdf');
    const csv = require('./csv');
    const price = require('./price');
    require('http').createServer((request, response) => {
      if (request.url === '/pdf') return response.end(pdf.make());
      if (request.url === '/csv') return response.end(csv.make());
      if (request.url === '/price') return response.end(price.of('tea'));
      if (request.url === '/slow') return setTimeout(() => response.end('slow'), 1500);
      if (request.url === '/late') return setTimeout(() => response.end('late'), 600);
      if (request.url === '/now') return response.end('it is ' + process.hrtime.bigint());
      response.statusCode = request.url === '/' ? 200 : 404;
      response.end('home ' + (globalThis.locale ?? 'none'));
    }).listen(process.env.PORT, '127.0.0.1');`,
  'pdf.js': 'exports.make = () => "pdf";',
  // Whoever loads it late has no locale at the first request.
  'csv.js': 'globalThis.locale = "en"; exports.make = () => "csv";',
  'price.js': 'exports.of = (what) => what + " costs 3";',
};

const routesTo = (...paths: string[]): RuntimeRoute[] => paths.map((path) => ({ method: 'GET', path, module: 'main.js', declaredAt: null, registeredAt: [] }) as unknown as RuntimeRoute);
const deferral = (name: string): DeferredImport => ({ importer: 'main.js', target: `${name}.js`, specifier: `./${name}`, values: false });

interface Asked {
  routes?: RuntimeRoute[];
  /** What a start that somebody looked on has shown. */
  seen?: Built<Packed>['seen'];
  /** The app is asked before there is a build. */
  early?: boolean;
}

/** Writes the shop below the folder; each of its starts leaves a line in `starts` there. */
function shopIn(folder: string, start = 'echo started >> ../starts; exec node main.js'): AnalyzeOptions {
  const root = join(folder, 'app');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return { app: anApp({ start, entry: 'main.js' }), root, env: {}, runs: 0, timeoutMs: 5000, onProgress: () => {} };
}

/** Builds the shop, `spoil` having its way with each output folder, and proves it. */
async function proof(t: TestContext, deferrals: DeferredImport[], spoil: (outdir: string, unpacked: ReadonlySet<string>) => void = () => {}, { routes = routesTo('/', '/pdf', '/csv', '/price'), seen = null, early = false }: Asked = {}): Promise<Proof<Packed> & { starts: number; earlyMs: number | null }> {
  const folder = temporaryFolder((clean) => t.after(clean));
  const options = shopIn(folder);
  const { root } = options;
  const outdir = join(folder, 'out');
  const { boot: document, ids } = await boot(options, () => {});
  const { graph } = document.evidence;
  const asked = askedApp(options);
  const earlyMs = early ? await asked.start(routes) : null;
  const proven = await provenBuild({
    options,
    routes,
    asked,
    choice: { deferrals, unpacked: new Set() },
    modules: graph.modules.filter(({ kind }) => kind === 'cjs'),
    async make(choice) {
      const result = await pack({ ...options, outdir, graph, fileOf: (id) => ids.fileOf(id), ...choice, routes: [], codeCache: false, mayStart: false, sourcemap: 'none' });
      spoil(outdir, choice.unpacked);
      const standIn = standInEnvironment({ entry: join(root, 'main.js'), server: join(outdir, 'server.cjs'), cache: null });
      return { result, setup: { ...options, env: { ...standIn, AWS_LAMBDA_FUNCTION_NAME: 'shop' } }, seen };
    },
  });
  return { ...proven, earlyMs, starts: readFileSync(join(folder, 'starts'), 'utf8').split('\n').length - 1 };
}

/** Puts another text of the same length into the pack. */
function misread(outdir: string, from: string, to: string): void {
  const file = join(outdir, 'pack', 'texts.bin');
  const texts = readFileSync(file, 'latin1');
  assert.ok(texts.includes(from) || texts.includes(to));
  writeFileSync(file, texts.replace(from, to), 'latin1');
}

describe('a build', { concurrency: 2 }, () => {
  it('that does what the app does is delivered as it is', async (t) => {
    const { takenBack, findings, result } = await proof(t, [deferral('pdf'), deferral('price')]);
    assert.deepEqual([takenBack, findings, result.deferred.length], [[], [], 2]);
  });

  it('costs one start of the app beside the one that was seen, and two of the build', async (t) => {
    assert.equal((await proof(t, [deferral('pdf')])).starts, 4);
  });

  it('costs one less where a start has shown the same routes before, and none less where it showed others', async (t) => {
    const routes = routesTo('/', '/pdf');
    assert.equal((await proof(t, [deferral('pdf')], undefined, { routes, seen: { routes, failedToLoad: [], shown: [] } })).starts, 3);
    assert.equal((await proof(t, [deferral('pdf')], undefined, { routes, seen: { routes: routesTo('/'), failedToLoad: [], shown: [] } })).starts, 4);
  });

  it('costs no more where the app was asked before there was a build', async (t) => {
    const { starts, times, earlyMs, findings } = await proof(t, [deferral('pdf')], undefined, { early: true });
    assert.deepEqual([starts, findings], [4, []]);
    assert.ok(earlyMs !== null && earlyMs > 10);
    assert.equal(times.app, earlyMs);
  });

  it('can be prepared while the app still owes answers, and no longer', async (t) => {
    const asked = askedApp(shopIn(temporaryFolder((clean) => t.after(clean))));
    await asked.start(routesTo('/', '/slow'));
    const begun = performance.now();
    await asked.settled();
    const waitedMs = performance.now() - begun;
    assert.ok(waitedMs > 700 && waitedMs < 2500, `${waitedMs} ms`);
  });

  it('is asked for late answers in a start that was made for something else, and only then waited for', async (t) => {
    const routes = routesTo('/', '/late');
    const options = shopIn(temporaryFolder((clean) => t.after(clean)));
    const asked = askedApp(options);
    assert.deepEqual(await shownBy(1, options, routes, asked), []);
    assert.equal(existsSync(join(options.root, '../starts')), false);
    await asked.start(routes);
    const shownOf = async (text: string): Promise<number[]> => {
      const server = createServer((_, response) => void setTimeout(() => response.end(text), 300)).listen(0, '127.0.0.1');
      t.after(() => server.close());
      await once(server, 'listening');
      return shownBy((server.address() as AddressInfo).port, options, routes, asked);
    };
    const [same, other] = await Promise.all([shownOf('late'), shownOf('lame')]);
    assert.deepEqual([same.length, other], [1, []]);

    const late = (shown: number[], from: string, to: string): Promise<Proof<Packed>> => proof(t, [], (outdir, unpacked) => unpacked.size > 0 || misread(outdir, from, to), { routes, seen: { routes, failedToLoad: [], shown } });
    const codes = (proofs: Proof<Packed>[]): string[][] => proofs.map(({ findings }) => findings.map(({ code }) => code));
    const inTime = "response.end('late'), 6";
    const proofs = await Promise.all([late(same, "'late'", "'lame'"), late([], "'late'", "'lame'"), late(same, `${inTime}00`, `${inTime.replace('late', 'lame')}  `)]);
    assert.deepEqual(codes(proofs), [[], ['module-taken-back'], ['module-taken-back']]);
  });

  it('has no app to be held against where that does not come up', async (t) => {
    assert.equal(await askedApp(shopIn(temporaryFolder((clean) => t.after(clean)), 'exit 1')).start(routesTo('/')), null);
  });

  it('is not passed off as good where a start could not load what it puts off', async (t) => {
    const routes = routesTo('/');
    const { findings } = await proof(t, [], undefined, { routes, seen: { routes, failedToLoad: [{ module: 'pdf.js', message: 'no font' }], shown: [] } });
    assert.deepEqual(findings.map(({ code }) => code), ['build-differs']);
    assert.match(findings[0]!.message, /pdf\.js cannot be loaded late: no font/);
  });

  it('costs no more where an answer differs from one request to the next', async (t) => {
    const { starts, findings } = await proof(t, [deferral('pdf')], undefined, { routes: routesTo('/', '/now') });
    assert.deepEqual([starts, findings], [4, []]);
  });

  it('tells how long both took, which are asked anyway, but not of a build that was told to log', async (t) => {
    const routes = routesTo('/');
    const quiet = await proof(t, [], undefined, { routes, seen: { routes, failedToLoad: [], shown: [] } });
    for (const ms of Object.values(quiet.times)) assert.ok(ms !== null && ms > 10 && ms < 5000, String(ms));
    assert.equal((await proof(t, [], undefined, { routes })).times.build, null);
  });

  it('is delivered without the deferral that changes an answer, and says which', async (t) => {
    const { takenBack, findings, result } = await proof(t, [deferral('pdf'), deferral('csv'), deferral('price')]);
    assert.deepEqual(takenBack, [{ kind: 'deferral', what: './csv in main.js', because: 'GET / gives another body (-home en +home none)' }]);
    assert.deepEqual(findings.map(({ code }) => code), ['deferral-taken-back']);
    assert.deepEqual(result.deferred.map(({ specifier }) => specifier), ['./pdf', './price']);
  });

  it('is delivered without the module that the pack changes, and says which', async (t) => {
    const { takenBack, findings, choice } = await proof(t, [], (outdir, unpacked) => unpacked.has('price.js') || misread(outdir, 'costs 3', 'costs 4'));
    assert.deepEqual(takenBack, [{ kind: 'module', what: 'price.js', because: 'GET /price gives another body (-tea costs 3 +tea costs 4)' }]);
    assert.deepEqual([findings.map(({ code }) => code), [...choice.unpacked]], [['module-taken-back'], ['price.js']]);
  });

  it('is delivered without the module that keeps it from starting', async (t) => {
    const { takenBack } = await proof(t, [], (outdir, unpacked) => unpacked.has('csv.js') || misread(outdir, 'globalThis.locale', 'globalThat.locale'));
    assert.deepEqual(takenBack.map(({ kind, what }) => [kind, what]), [['module', 'csv.js']]);
    assert.match(takenBack[0]!.because, /^it does not start: .*globalThat is not defined/);
  });

  it('is looked at again when something was taken back', async (t) => {
    const { takenBack, findings } = await proof(t, [deferral('csv')], (outdir, unpacked) => unpacked.has('price.js') || misread(outdir, 'costs 3', 'costs 4'));
    assert.deepEqual(takenBack.map(({ kind, what }) => [kind, what]), [['deferral', './csv in main.js'], ['module', 'price.js']]);
    assert.deepEqual(findings.map(({ code }) => code), ['deferral-taken-back', 'module-taken-back']);
  });

  it('that differs whatever is left out is not passed off as good', async (t) => {
    const { takenBack, findings } = await proof(t, [deferral('pdf')], (outdir) => writeFileSync(join(outdir, 'server.cjs'), 'throw new Error("broken for good");'));
    assert.deepEqual(takenBack, []);
    assert.deepEqual(findings.map(({ code, severity }) => [code, severity]), [['build-differs', 'error']]);
    assert.match(findings[0]!.message, /broken for good/);
  });
});
