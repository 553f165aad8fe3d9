import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { ModuleNode } from '../../../src/model/graph.ts';
import { earlySummaries, preparedSummaries } from '../../../src/steps/deferrals/prepared.ts';
import { summarize } from '../../../src/steps/deferrals/summary.ts';
import { textsOf } from '../../../src/steps/deferrals/texts.ts';

function aModule(id: string): ModuleNode {
  return { id, kind: 'cjs', package: null, version: null, bytes: 1, order: 0, importer: null, topLevelAwait: false };
}

/** An app's folder with a node_modules, where the cache goes. */
function anApp(t: TestContext): { root: string; cache: string } {
  const root = mkdtempSync(join(tmpdir(), 'lwa-split-summaries-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(join(root, 'node_modules'));
  return { root, cache: join(root, 'node_modules/.cache/lwa-split/summaries.json') };
}

const texts: Record<string, string> = { 'a.js': `const pdf = require('pdf'); exports.get = () => pdf.make();`, 'b.js': 'globalThis.b = 1;' };
const modules = Object.keys(texts).map(aModule);
const read = (id: string): string | null => texts[id] ?? null;

describe('prepared summaries', () => {
  it('are kept beside the app, without a path or a text, and used by the next run', async (t) => {
    const { root, cache } = anApp(t);
    const first = await preparedSummaries(root, modules, read);
    const kept = readFileSync(cache, 'utf8');
    assert.deepEqual([kept.includes('a.js'), kept.includes(root), kept.includes('pdf.make')], [false, false, false]);
    writeFileSync(cache, kept.replaceAll('globalThis.b', 'globalThis.kept'));
    const second = await preparedSummaries(root, modules, read);
    const format = { module: 'cjs', language: 'js' } as const;
    assert.deepEqual(first({ source: texts['b.js']!, format }).effects.map(({ on }) => on), ['globalThis.b']);
    assert.deepEqual(second({ source: texts['b.js']!, format }).effects.map(({ on }) => on), ['globalThis.kept']);
  });

  it('are made again where a text has changed, where the file is broken, or when another version wrote it', async (t) => {
    const { root, cache } = anApp(t);
    await preparedSummaries(root, modules, read);
    const summaryOf = await preparedSummaries(root, modules, (id) => (id === 'b.js' ? 'globalThis.c = 1;' : read(id)));
    assert.equal(summaryOf({ source: 'globalThis.c = 1;', format: { module: 'cjs', language: 'js' } }).effects[0]!.on, 'globalThis.c');
    for (const text of ['{"version":', readFileSync(cache, 'utf8').replace(/"version":"\w+"/, '"version":"old"').replaceAll('globalThis', 'wrong')]) {
      writeFileSync(cache, text);
      const again = await preparedSummaries(root, modules, read);
      assert.equal(again({ source: texts['b.js']!, format: { module: 'cjs', language: 'js' } }).effects[0]!.on, 'globalThis.b');
    }
  });

  it('are not written again where nothing is new', async (t) => {
    const { root, cache } = anApp(t);
    await preparedSummaries(root, modules, read);
    const before = statSync(cache).ino;
    await preparedSummaries(root, modules, read);
    assert.equal(statSync(cache).ino, before);
  });

  it('are the same from threads as from here', async (t) => {
    const { root, cache } = anApp(t);
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`m${i}.js`, `const x = require('x${i}'); exports.f = () => x.g();\n${'// filler\n'.repeat(1000)}`]));
    const summaryOf = await preparedSummaries(root, Object.keys(many).map(aModule), (id) => many[id]!);
    assert.equal(existsSync(cache), true);
    for (const source of Object.values(many)) assert.deepEqual(summaryOf({ source, format: { module: 'cjs', language: 'js' } }), summarize({ source, format: { module: 'cjs', language: 'js' } }));
  });
});

describe('early summaries', () => {
  const aText = (i: number): string => `exports.f = () => require('x${i}');\nglobalThis.early${i} = 1;\n${'// filler\n'.repeat(1000)}`;

  /** Files of an app that is just starting. */
  function anAppOf(t: TestContext, count: number): { root: string; cache: string; ids: string[]; files: string[] } {
    const app = anApp(t);
    const ids = Array.from({ length: count }, (_, i) => `m${i}.js`);
    ids.forEach((id, i) => writeFileSync(join(app.root, id), aText(i)));
    return { ...app, ids, files: ids.map((id) => join(app.root, id)) };
  }

  it('are found by those who need them', async (t) => {
    const { root, cache, ids, files } = anAppOf(t, 60);
    const early = earlySummaries(root);
    const records = [...files, files[0]!, join(root, 'gone.js'), 'node:fs'].map((file) => ({ file, kind: 'cjs' as const }));
    early.loaded(records.slice(0, 20));
    early.loaded(records.slice(20));
    await early.settled();
    writeFileSync(cache, readFileSync(cache, 'utf8').replaceAll('globalThis.early', 'globalThis.kept'));
    const summaryOf = await preparedSummaries(root, ids.map(aModule), (id) => readFileSync(join(root, id), 'utf8'));
    assert.deepEqual(ids.map((_, i) => summaryOf({ source: aText(i), format: { module: 'cjs', language: 'js' } }).effects[0]!.on), ids.map((_, i) => `globalThis.kept${i}`));
  });

  it('of few texts are left to those who need them', async (t) => {
    const { root, cache, files } = anAppOf(t, 3);
    const early = earlySummaries(root);
    early.loaded(files.map((file) => ({ file, kind: 'cjs' })));
    await early.settled();
    assert.equal(existsSync(cache), false);
  });

  it('can be stopped at any time', async (t) => {
    const { root, cache, files } = anAppOf(t, 60);
    const early = earlySummaries(root);
    early.stop();
    early.loaded(files.map((file) => ({ file, kind: 'cjs' })));
    early.stop();
    assert.equal(existsSync(cache), false);
  });
});

it('effects name the file that was asked about, though equal texts share a summary', () => {
  const twins = textsOf(['x.js', 'y.js'].map(aModule), () => 'globalThis.b = 1;');
  assert.deepEqual(['x.js', 'y.js'].map((id) => twins.staticEffects(id)[0]!.place), [{ file: 'x.js', line: 1 }, { file: 'y.js', line: 1 }]);
});

it('what a transpiler ran as CommonJS is judged as it is written, with import', () => {
  const source = `import { draw } from 'pdf';\nimport { start } from 'app';\nstart();\nexport const label = (): string => draw();\n`;
  const { imports } = summarize({ source, format: { module: 'cjs', language: 'ts' } });
  assert.deepEqual([imports!['pdf']!.refused, imports!['app']!.refused], [null, 'TOP_LEVEL_USE']);
});
