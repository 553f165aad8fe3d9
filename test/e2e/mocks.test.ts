import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { build } from 'esbuild';
import { lwaSplit } from '../../plugins/esbuild/index.ts';
import { textWith } from '../../src/steps/lazy/index.ts';
import { languageOf, type SourceFormat } from '../../src/syntax/parse.ts';
import { run, temporaryFolder } from '../helpers/installed.ts';
import { testRunners } from '../helpers/test-runners.ts';

/** A source file with its import of `tool` moved, as `lazy` does it. */
function moved(file: string, text: string, module: SourceFormat['module']): string {
  const after = textWith({ id: file, file, text, format: { module, language: languageOf(file) }, moves: [{ specifier: 'tool', cut: 'tool' }] }, new Set(['tool']));
  assert.notEqual(after, text);
  return after;
}

const required = `const tool = require('tool');\n\nexports.label = async () => {\n  return tool.draw();\n};\n`;
const imported = `import { draw } from 'tool';\n\nexport const label = async () => {\n  return draw();\n};\n`;
const typed = imported.replace('async ()', 'async (): Promise<string>');

const sources: Record<string, string> = {
  'package.json': '{ "name": "app" }',
  'node_modules/tool/package.json': '{ "name": "tool", "version": "1.0.0" }',
  'node_modules/tool/index.js': `exports.draw = () => 'real';\n`,
  'cjs/before.js': required,
  'cjs/after.js': moved('after.js', required, 'cjs'),
  'ts/before.ts': typed,
  'ts/after.ts': moved('after.ts', typed, 'esm'),
  'esm/before.mjs': imported,
  'esm/asked.mjs': imported.replace(';', '; // lwa-split: lazy'),
  'esm/after.mjs': moved('after.mjs', imported, 'esm'),
};

/** Jest's own, in CommonJS. TypeScript is compiled as ts-jest does with its defaults. */
const jest: Record<string, string> = {
  'compile.cjs': `const ts = require(process.env.TYPESCRIPT);\nexports.process = (text) => ({ code: ts.transpileModule(text, { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true } }).outputText });\n`,
  'jest.config.json': '{ "testMatch": ["**/jest/*.test.js"], "transform": { "\\\\.ts$": "./compile.cjs" } }',
  ...Object.fromEntries(
    ['cjs/before.js', 'cjs/after.js', 'ts/before.ts', 'ts/after.ts', 'bundled.js', 'external.js'].map((file) => [
      `jest/${file.replace(/\W/g, '-')}.test.js`,
      `jest.mock('tool', () => ({ draw: () => 'mock' }));\ntest('jest.mock ${file}', async () => expect(await require('../${file}').label()).toBe('mock'));
test('jest.spyOn ${file}', async () => { jest.resetModules(); jest.unmock('tool'); const { label } = require('../${file}'); jest.spyOn(require('tool'), 'draw').mockReturnValue('spy'); expect(await label()).toBe('spy'); });
test('jest.doMock after loading ${file}', async () => { jest.resetModules(); const { label } = require('../${file}'); jest.doMock('tool', () => ({ draw: () => 'late' })); expect(await label()).toBe('late'); });\n`,
    ]),
  ),
};

const jestModules: Record<string, string> = {
  'jest-esm.config.json': '{ "testMatch": ["**/jest-esm/*.test.mjs"], "transform": {}, "moduleFileExtensions": ["mjs", "js"] }',
  ...Object.fromEntries(
    ['before', 'after'].map((form) => [
      `jest-esm/${form}.test.mjs`,
      `import { jest } from '@jest/globals';\njest.unstable_mockModule('tool', () => ({ draw: () => 'mock' }));\ntest('jest.unstable_mockModule esm/${form}.mjs', async () => expect(await (await import('../esm/${form}.mjs')).label()).toBe('mock'));\n`,
    ]),
  ),
};

const vitest: Record<string, string> = Object.fromEntries(
  ['esm/before.mjs', 'esm/after.mjs', 'ts/before.ts', 'ts/after.ts', 'cjs/before.js', 'cjs/after.js'].map((file) => [
    `vitest/${file.replace(/\W/g, '-')}.test.mjs`,
    `import { expect, test, vi } from 'vitest';\nimport { label } from '../${file}';\nvi.mock('tool', () => ({ draw: () => 'mock' }));\ntest('vi.mock ${file}', async () => expect(await label()).toBe('mock'));\ntest('vi.doMock after loading ${file}', async () => { vi.resetModules(); vi.doMock('tool', () => ({ draw: () => 'late' })); expect(await label()).toBe('late'); });\n`,
  ]),
);

type Report = { testResults: { assertionResults: { title: string; status: string }[] }[] };

/** By mock, which files it reached: the last word of a test's title is the file. */
function reached(report: string, said: string): Record<string, Record<string, boolean>> {
  assert.ok(existsSync(report), said);
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report;
  const found: Record<string, Record<string, boolean>> = {};
  for (const { title, status } of testResults.flatMap(({ assertionResults }) => assertionResults)) {
    const [, mock = '', file = ''] = /^(.*) (\S+)$/.exec(title) ?? [];
    (found[mock] ??= {})[file] = status === 'passed';
  }
  return found;
}

describe('mocks of imports that were deferred', () => {
  it('reach them, and which ones do, is as the README says', async (t) => {
    const modules = await testRunners(t);
    if (modules === null) return;
    const folder = temporaryFolder((clean) => t.after(clean));
    for (const [name, text] of Object.entries({ ...sources, ...jest, ...jestModules, ...vitest })) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const bundle = { entryPoints: [join(folder, 'esm/asked.mjs')], absWorkingDir: folder, bundle: true, platform: 'node' as const, logLevel: 'silent' as const, plugins: [lwaSplit()] };
    await build({ ...bundle, outfile: join(folder, 'bundled.js') });
    await build({ ...bundle, outfile: join(folder, 'external.js'), external: ['tool'] });
    for (const output of ['bundled.js', 'external.js']) assert.match(readFileSync(join(folder, output), 'utf8'), /asked\.mjs\?lwa-split=tool/);

    const env = { CI: 'true', TYPESCRIPT: join(modules, 'typescript') };
    const jestBin = join(modules, 'jest/bin/jest.js');
    const printed = [
      await run(process.execPath, [jestBin, '--config', 'jest.config.json', '--json', '--outputFile', 'jest.json', '-w', '1'], { cwd: folder, env }),
      await run(process.execPath, [jestBin, '--config', 'jest-esm.config.json', '--json', '--outputFile', 'jest-esm.json', '-w', '1'], { cwd: folder, env: { ...env, NODE_OPTIONS: '--experimental-vm-modules --no-warnings' } }),
      await run(process.execPath, [join(modules, 'vitest/vitest.mjs'), 'run', '--dir', 'vitest', '--reporter', 'json', '--outputFile', 'vitest.json', '--no-file-parallelism'], { cwd: folder, env: { ...env, NODE_PATH: modules } }),
    ];
    const said = printed.map(({ stdout, stderr }) => (stdout + stderr).slice(-2000)).join('\n');
    assert.deepEqual(reached(join(folder, 'jest.json'), said), {
      'jest.mock': { 'cjs/before.js': true, 'cjs/after.js': true, 'ts/before.ts': true, 'ts/after.ts': true, 'bundled.js': false, 'external.js': true },
      'jest.spyOn': { 'cjs/before.js': true, 'cjs/after.js': true, 'ts/before.ts': true, 'ts/after.ts': true, 'bundled.js': false, 'external.js': true },
      'jest.doMock after loading': { 'cjs/before.js': false, 'cjs/after.js': true, 'ts/before.ts': false, 'ts/after.ts': true, 'bundled.js': false, 'external.js': true },
    });
    assert.deepEqual(reached(join(folder, 'jest-esm.json'), said), { 'jest.unstable_mockModule': { 'esm/before.mjs': true, 'esm/after.mjs': true } });
    assert.deepEqual(reached(join(folder, 'vitest.json'), said), {
      'vi.mock': { 'cjs/before.js': false, 'cjs/after.js': false, 'ts/before.ts': true, 'ts/after.ts': true, 'esm/before.mjs': true, 'esm/after.mjs': true },
      'vi.doMock after loading': { 'cjs/before.js': false, 'cjs/after.js': false, 'ts/before.ts': false, 'ts/after.ts': true, 'esm/before.mjs': false, 'esm/after.mjs': true },
    });
  });
});
