import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { Analysis } from '../../src/model/analysis.ts';
import { runMain } from '../helpers/run-main.ts';

function anApp(t: TestContext, files: Record<string, string>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'lwa-split-unstarted-')));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

// Starting it would fail: it needs a secret, and dist/ is not built, and nothing is installed.
const checkout = {
  'package.json': '{ "name": "shop", "scripts": { "start": "node dist/server.js", "build": "tsc" }, "dependencies": { "express": "5" } }',
  'tsconfig.json': '{\n  "compilerOptions": {\n    "outDir": "dist",\n    "rootDir": "src"\n  }\n}\n',
  'src/server.ts': "import express from 'express';\nimport { cups } from './cups.js';\nif (!process.env.SECRET) throw new Error('no secret');\nconst app = express();\napp.use('/cups', cups);\napp.listen(process.env.PORT);\n",
  'src/cups.ts': "import { Router } from 'express';\nexport const cups = Router();\ncups.get('/:id', (request, response) => {\n  response.json(request.params.id);\n});\n",
};

describe('analyze --no-boot', () => {
  it('finds the routes of a checkout that cannot be started', async (t) => {
    const { code, stdout } = await runMain(['analyze', anApp(t, checkout), '--no-boot', '--json']);
    const analysis = Analysis.parse(JSON.parse(stdout));
    assert.equal(code, 0);
    assert.deepEqual([analysis.app.entry, analysis.app.format], ['src/server.ts', 'cjs']);
    assert.deepEqual(
      analysis.routes.map(({ id, seenBy, declaredAt }) => [id, seenBy, declaredAt]),
      [['GET /cups/:id', 'static', { file: 'src/cups.ts', line: 3 }]],
    );
    assert.deepEqual(analysis.modules.map(({ id, loadedBy }) => [id, loadedBy]), [['src/server.ts', []], ['src/cups.ts', ['src/server.ts']]]);
    assert.equal(analysis.coldStart.now, null);
    assert.deepEqual(analysis.findings.map(({ code: finding }) => finding), ['not-started']);
  });

  it('prints sizes in place of times', async (t) => {
    const { code, stdout } = await runMain(['analyze', anApp(t, checkout), '--no-boot', '--text']);
    assert.equal(code, 0);
    assert.match(stdout, /No cold start to report\. Nothing was started/);
    assert.match(stdout, /What its imports lead to/);
    assert.match(stdout, /GET \/cups\/:id/);
  });

  it('says what it could not read, and where', async (t) => {
    const app = anApp(t, { 'package.json': '{ "name": "shop", "main": "server.js" }', 'server.js': "const app = require('express')();\napp.get(process.env.NAME, (request, response) => response.end());\napp.get('/a', (request, response) => response.end());\n" });
    const analysis = Analysis.parse(JSON.parse((await runMain(['analyze', app, '--no-boot', '--json'])).stdout));
    assert.deepEqual(analysis.routes.map(({ id }) => id), ['GET /a']);
    assert.deepEqual(analysis.findings.filter(({ code }) => code === 'route-unreadable').map(({ file, line }) => [file, line]), [['server.js', 2]]);
  });

  it('says so where no route is to be found', async (t) => {
    const app = anApp(t, { 'package.json': '{ "name": "shop", "main": "server.js" }', 'server.js': "require('node:http').createServer((request, response) => response.end()).listen(1);\n" });
    const analysis = Analysis.parse(JSON.parse((await runMain(['analyze', app, '--no-boot', '--json'])).stdout));
    assert.deepEqual(analysis.findings.map(({ code }) => code), ['not-started', 'no-routes-read']);
  });
});
