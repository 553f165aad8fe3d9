import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { runtimeFile, writePlan } from '../../src/steps/rewrite/plan.ts';
import { contentHash } from '../../src/system/files.ts';
import { run, type Result, temporaryFolder } from '../helpers/installed.ts';
import { nodeBinary } from '../helpers/nodes.ts';

const commonJs = {
  'main.cjs': "const heavy = require('./heavy.cjs');\nconsole.log('started');\nsetImmediate(() => console.log(heavy.name));\n",
  'heavy.cjs': "console.log('heavy runs');\nexports.name = 'heavy';\n",
};
const lazyCommonJs = `var lazy = require(${JSON.stringify(runtimeFile())}).lazy; const heavy = lazy(() => require('./heavy.cjs'), './heavy.cjs');\nconsole.log('started');\nsetImmediate(() => console.log(heavy().name));\n`;

const modules = {
  'package.json': '{ "type": "module" }',
  'main.mjs': "import './part.js';\nconsole.log('started');\n",
  'part.js': "#!/usr/bin/env node\nimport { name } from './heavy.cjs';\nsetTimeout(() => console.log(name), 10);\n",
  'heavy.cjs': "console.log('heavy runs');\nexports.name = 'heavy';\n",
};
const lazyPart = `#!/usr/bin/env node\nimport { namespaceOf } from ${JSON.stringify(runtimeFile())};\nsetTimeout(() => console.log(namespaceOf(import.meta.resolve('./heavy.cjs'), ['name']).name), 10);\n`;

for (const major of [20, 22, 24, 26]) {
  test(`Node ${major} runs the rewritten text of a CommonJS module`, async (t) => {
    assert.deepEqual(await lines(t, major, commonJs, { file: 'main.cjs', text: lazyCommonJs, module: 'cjs' }), ['started', 'heavy runs', 'heavy']);
  });

  test(`Node ${major} runs the rewritten text of an ES module`, async (t) => {
    assert.deepEqual(await lines(t, major, modules, { file: 'part.js', text: lazyPart, module: 'esm' }), ['started', 'heavy runs', 'heavy']);
  });
}

test('a CommonJS module that an ES module imports is rewritten too', async (t) => {
  const files = { 'main.mjs': "import './main.cjs';\n", ...commonJs };
  assert.deepEqual(await lines(t, 24, files, { file: 'main.cjs', text: lazyCommonJs, module: 'cjs' }), ['started', 'heavy runs', 'heavy']);
});

for (const major of [24, 26]) {
  test(`Node ${major} runs the rewritten text of CommonJS with types, required or imported`, async (t) => {
    const typed = { 'part.cts': "const heavy = require('./heavy.cjs') as { name: string };\nconsole.log('started');\nsetImmediate((): void => console.log(heavy.name));\n", 'heavy.cjs': commonJs['heavy.cjs'] };
    const text = lazyCommonJs.replace("'./heavy.cjs')", "'./heavy.cjs') as { name: string }");
    const ways: Record<string, string>[] = [{ 'main.mjs': "import './part.cts';\n" }, { 'main.cjs': "require('./part.cts');\n" }];
    for (const first of ways) {
      assert.deepEqual(await lines(t, major, { ...first, ...typed }, { file: 'part.cts', text, module: 'cjs' }), ['started', 'heavy runs', 'heavy']);
    }
  });
}

test('a file that is not the one that was rewritten runs as it is, and the log says so', async (t) => {
  const changed = { file: 'main.cjs', text: lazyCommonJs, module: 'cjs', original: 'something else' } as const;
  const { stdout, stderr } = await runApp(t, 24, commonJs, changed);
  assert.deepEqual(stdout.trim().split('\n'), ['heavy runs', 'started', 'heavy']);
  assert.match(stderr, /^\{"event":"stale-rewrite","module":"[^"]+main\.cjs"\}\n$/);
});

test('what hooks of others put around a text stays around the rewritten one', async (t) => {
  const hook = "require('node:module').registerHooks({ load(url, context, next) { const loaded = next(url, context); return url.endsWith('part.js') ? { ...loaded, source: String(loaded.source).replace('\\n', '\\nconsole.log(\"marked\");') } : loaded; } });\n";
  const rewritten = { file: 'part.js', text: lazyPart, module: 'esm' } as const;
  assert.deepEqual(await lines(t, 24, { ...modules, 'hook.cjs': hook }, rewritten, ['--require', './hook.cjs']), ['marked', 'started', 'heavy runs', 'heavy']);
});

interface Given {
  file: string;
  text: string;
  module: 'cjs' | 'esm';
  /** The text that was rewritten, where it is not the file's. */
  original?: string;
}

/** What the app printed. `preloads` stand before the loader. */
async function lines(t: TestContext, major: number, files: Record<string, string>, given: Given, preloads: readonly string[] = []): Promise<string[]> {
  return (await runApp(t, major, files, given, preloads)).stdout.trim().split('\n');
}

async function runApp(t: TestContext, major: number, files: Record<string, string>, { file, text, module, original }: Given, preloads: readonly string[] = []): Promise<Result> {
  const folder = temporaryFolder((clean) => t.after(clean));
  for (const [name, content] of Object.entries(files)) write(join(folder, 'app', name), content);
  const env = writePlan(join(folder, 'plan'), [{ file: join(folder, 'app', file), hash: contentHash(original ?? (files as Record<string, string>)[file]!), text, module }]);
  const main = Object.keys(files).find((name) => name.startsWith('main.'))!;
  const options = { ...env, NODE_OPTIONS: [...preloads, env['NODE_OPTIONS']].join(' ') };
  const result = await run(await nodeBinary(major), [main], { cwd: join(folder, 'app'), env: { ...options, LWA_SPLIT_LOG: '1' } });
  assert.equal(result.code, 0, result.stderr);
  return result;
}

function write(file: string, content: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}
