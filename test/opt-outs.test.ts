import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { lwaSplit } from '../plugins/esbuild/index.ts';
import { deferrals, type DeferralsInput } from '../src/steps/deferrals/index.ts';
import { withSourceChoices } from '../src/steps/deferrals/choices.ts';
import { textsOf } from '../src/steps/deferrals/texts.ts';
import { moved } from '../src/steps/lazy/sources.ts';
import { runtimeFile, writePlan } from '../src/steps/rewrite/plan.ts';
import { contentHash } from '../src/system/files.ts';
import { aGraph } from './helpers/a-graph.ts';
import { temporaryFolder } from './helpers/installed.ts';

const pdf = 'node_modules/pdf/index.js';

function verdictOf(text: string, given: Partial<DeferralsInput> & { dependency?: string } = {}): string {
  const texts: Record<string, string> = { 'app.js': text, [pdf]: given.dependency ?? 'exports.make = () => 1;' };
  const graph = aGraph(`app.js -> ${pdf}`);
  graph.edges[0]!.specifier = 'pdf';
  const ms = { medianMs: 20, madMs: 0, runs: 3 };
  const costs = { modules: graph.modules.map(({ id }) => ({ id, self: ms, inclusive: ms, retained: ms })) } as unknown as DeferralsInput['costs'];
  const read = (id: string): string | null => texts[id] ?? null;
  const found = deferrals({ graph, costs, ...textsOf(graph.modules, read), observed: [], firstRequestNeeds: () => 0, memoryMb: 1769, ...given });
  return found.deferrals.map(({ verdict, reasons }) => `${verdict} ${reasons.join()}`).join();
}

const plain = `const pdf = require('pdf');\nexports.run = () => {\n  return pdf.make();\n};\n`;
const commented = (choice: string): string => plain.replace(';', `; // lwa-split: ${choice}`);

describe('a choice of the user', () => {
  it('decides in analyze, as a comment and as a list of the config', () => {
    assert.equal(verdictOf(plain), 'defer SAFE');
    assert.equal(verdictOf(commented('eager')), 'keep OPT_OUT');
    assert.equal(verdictOf(plain, { eager: ['pdf'] }), 'keep OPT_OUT');
    const dependency = 'process.on("exit", () => 1);';
    assert.equal(verdictOf(plain, { dependency, observed: null }), 'keep EFFECT_STATIC');
    assert.deepEqual([verdictOf(commented('lazy'), { dependency, observed: null }), verdictOf(plain, { dependency, observed: null, lazy: ['pdf'] })], ['defer OPT_IN', 'defer OPT_IN']);
  });

  it('is read from the source where the compiler dropped the comment', () => {
    const graph = aGraph('dist/app.js -> pdf');
    const texts: Record<string, string> = { 'dist/app.js': `${plain}//# sourceMappingURL=app.js.map`, 'src/app.ts': `import * as pdf from 'pdf'; // lwa-split: eager\nexport const run = () => pdf.make();\n` };
    const read = (id: string): string | null => texts[id] ?? null;
    const { textOf } = textsOf(graph.modules, read);
    const found = withSourceChoices(textOf, ({ specifier }) => ({ file: 'src/app.ts', specifier }), read)({ ...graph.edges[0]!, specifier: 'pdf' });
    assert.equal(found !== null && found !== 'unread' && found.choice, 'eager');
  });

  it('decides in lazy', () => {
    const change = (text: string): string[] => moved({ text, format: { module: 'cjs', language: 'js' } }, ['pdf']).changed;
    assert.deepEqual([change(plain), change(commented('lazy')), change(commented('eager'))], [['pdf'], ['pdf'], []]);
  });

  it('decides in a build, as a comment, as a list of the config, and at run time', async (t) => {
    const load = (files: Record<string, string>, env: Record<string, string> = {}): Promise<string> => startOf(t, files, env);
    assert.equal(await load({}), 'late');
    assert.equal(await load({}, { LWA_SPLIT_EAGER: '1' }), 'eager');
    assert.equal(await load({ 'main.js': main('eager') }), 'at once');
    assert.equal(await load({ 'lwa-split.config.json': '{ "eager": ["pdf"] }' }), 'at once');
    // By its text alone this one may not go.
    const noisy = { 'node_modules/pdf/index.js': `${tool}process.env.PDF = '1';\n` };
    assert.equal(await load(noisy), 'at once');
    assert.equal(await load({ ...noisy, 'main.js': main('lazy') }), 'late');
    assert.equal(await load({ ...noisy, 'lwa-split.config.mjs': 'export default { lazy: ["pdf"] };' }), 'late');
  });

  it('decides at run time for what the loader rewrote', (t) => {
    const folder = temporaryFolder((clean) => t.after(clean));
    const text = `var lazy = require(${JSON.stringify(runtimeFile())}).lazy; const pdf = lazy(() => require('./pdf.cjs'), './pdf.cjs');\nconsole.log('started'); console.log(pdf().name);\n`;
    const files = { 'main.cjs': `const pdf = require('./pdf.cjs');\nconsole.log('started'); console.log(pdf.name);\n`, 'pdf.cjs': `console.log('loaded'); exports.name = 'pdf';\n` };
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    const file = join(folder, 'main.cjs');
    const started = writePlan(join(folder, 'plan'), [{ file, module: 'cjs', hash: contentHash(files['main.cjs']), text }]);
    const run = (env: Record<string, string>): string => spawnSync(process.execPath, [file], { encoding: 'utf8', env: { ...process.env, ...started, ...env } }).stdout.trim().replaceAll('\n', ' ');
    assert.deepEqual([run({}), run({ LWA_SPLIT_EAGER: '1' })], ['started loaded pdf', 'loaded started pdf']);
  });
});

const tool = `exports.make = () => 1;\n`;
const main = (choice: string): string => `import { make } from 'pdf'; // lwa-split: ${choice}\n${body}`;
const body = `setImmediate(() => make());\n`;

/** Builds and runs a small app, and tells when its dependency loaded. */
async function startOf(t: TestContext, files: Record<string, string>, env: Record<string, string>): Promise<string> {
  const folder = temporaryFolder((clean) => t.after(clean));
  const all = { 'package.json': '{ "name": "app" }', 'main.js': `import { make } from 'pdf';\n${body}`, 'node_modules/pdf/package.json': '{ "name": "pdf", "version": "1.0.0" }', 'node_modules/pdf/index.js': tool, ...files };
  for (const [name, content] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  const outfile = join(folder, 'out.cjs');
  await build({ entryPoints: [join(folder, 'main.js')], absWorkingDir: folder, bundle: true, platform: 'node', outfile, logLevel: 'silent', plugins: [lwaSplit()] });
  const { status, stderr } = spawnSync(process.execPath, [outfile], { encoding: 'utf8', env: { ...process.env, LWA_SPLIT_LOG: '1', ...env } });
  assert.equal(status, 0, stderr);
  return stderr.includes('"eager":true') ? 'eager' : stderr.includes('"late-load"') ? 'late' : 'at once';
}
