import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entrySource } from '../../../src/steps/static-routes/entry.ts';
import { projectFiles } from '../../helpers/project-files.ts';

function source(contents: Record<string, unknown>, entry: string | null, start = 'node x'): string | null {
  const files = projectFiles(contents);
  return entrySource({ entry, start }, files.root, files)?.slice(files.root.length + 1) ?? null;
}

test('a source is read as it is', () => {
  assert.equal(source({ 'src/server.ts': '' }, 'src/server.ts'), 'src/server.ts');
});

test('an output with a source map leads to its source', () => {
  assert.equal(source({ 'out/main.js': '', 'out/main.js.map': { sources: ['../lib/main.ts'] }, 'lib/main.ts': '' }, 'out/main.js'), 'lib/main.ts');
});

test('an output that is not built yet leads to its source by the folders of the tsconfig', () => {
  const tsconfig = '{\n  "compilerOptions": {\n    "outDir": "./build",\n    "rootDir": "./app"\n  }\n}';
  assert.equal(source({ 'tsconfig.json': tsconfig, 'app/main.ts': '' }, 'build/main.js'), 'app/main.ts');
});

test('an output without its source is read itself', () => {
  assert.equal(source({ 'dist/main.js': '' }, 'dist/main.js'), 'dist/main.js');
});

test('a bundle of many sources is read itself', () => {
  assert.equal(source({ 'dist/main.js': '', 'dist/main.js.map': { sources: ['../src/a.ts', '../src/b.ts'] }, 'src/a.ts': '', 'src/b.ts': '' }, 'dist/main.js'), 'dist/main.js');
});

test('a shell script is looked into for the file that Node is given', () => {
  const script = '#!/bin/bash\ncd "$(dirname "$0")"\nmkdir -p data; exec ${NODE:-node} --no-warnings server/index.js --port $PORT';
  assert.equal(source({ 'run.sh': script, 'server/index.js': '' }, null, 'bash run.sh'), 'server/index.js');
});

test('a command that names no file leads nowhere', () => {
  assert.equal(source({ 'index.js': '' }, null, 'next start'), null);
});
