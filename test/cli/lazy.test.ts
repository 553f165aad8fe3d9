import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { DeferralsFile } from '../../src/model/deferrals.ts';
import type { LazyCheck, LazyReport } from '../../src/model/lazy.ts';
import ts from 'typescript';
import { repository } from '../helpers/installed.ts';
import { runMain } from '../helpers/run-main.ts';

/** Takes some 40 ms to load. */
const slow = (exporting: string): string => `let sum = 0;\nfor (let i = 0; i < 4e7; i += 1) sum = (sum + i) % 7;\n${exporting}\n`;

const commonJs = {
  'package.json': '{ "name": "shop", "main": "server.js" }',
  'server.js': `const http = require('node:http');\nconst { label } = require('./label');\nconst { total } = require('./total');\n\nhttp.createServer((request, response) => {\n  const [say, add] = [label, total];\n  response.end(request.url === '/label' ? say('tea') : request.url === '/total' ? String(add([1, 2])) : 'ok');\n}).listen(process.env.PORT, '127.0.0.1');\n`,
  'label.js': `const pdf = require('pdf'); // 40 ms\n\n/** A label. */\nexports.label = (name) => pdf.draw(name);\n`,
  'total.js': `const sums = require('sums');\n\nexports.total = (all) => {\n  // In cents.\n  return sums.add(all);\n};\n`,
  'node_modules/pdf/index.js': slow('exports.draw = (name) => `<${name}>`;'),
  'node_modules/pdf/package.json': '{ "name": "pdf", "version": "1.0.0" }',
  'node_modules/sums/index.js': slow('exports.add = (all) => all.reduce((a, b) => a + b, 0);'),
  'node_modules/sums/package.json': '{ "name": "sums", "version": "1.0.0" }',
};

const modules = {
  'package.json': '{ "name": "shop", "type": "module", "main": "server.js" }',
  'server.js': `import http from 'node:http';\nimport { label } from './label.js';\n\nhttp.createServer(async (request, response) => {\n  response.end(request.url === '/label' ? await label('tea') : 'ok');\n}).listen(process.env.PORT, '127.0.0.1');\n`,
  'label.js': `import { draw } from 'pdf';\n\nexport const label = async (name) => {\n  return draw(name);\n};\n`,
  'node_modules/pdf/index.js': slow('export const draw = (name) => `<${name}>`;'),
  'node_modules/pdf/package.json': '{ "name": "pdf", "version": "1.0.0", "type": "module" }',
};

function anApp(t: TestContext, files: Record<string, string>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'lwa-split-lazy-')));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

function lazy(folder: string, ...more: string[]) {
  const measuring = more.includes('--check') ? [] : ['--runs', '3', '--node', process.execPath];
  return runMain(['lazy', ...measuring, ...more], { cwd: folder, env: { CI: 'true' } });
}

const sourcesIn = (folder: string): Record<string, string> => Object.fromEntries(readdirSync(folder).filter((name) => name.endsWith('.js')).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
const evidenceIn = (folder: string): DeferralsFile => JSON.parse(readFileSync(join(folder, 'lwa-split.deferrals.json'), 'utf8')) as DeferralsFile;
const entries = (folder: string): string[] => evidenceIn(folder).imports.map(({ file, specifier, verdict, applied }) => `${file} ${specifier} ${verdict}${applied ? ' applied' : ''}`);

const labelDiff = `--- a/label.js
+++ b/label.js
@@ -1,4 +1,5 @@
-const pdf = require('pdf'); // 40 ms
-
 /** A label. */
-exports.label = (name) => pdf.draw(name);
+exports.label = (name) => {
+  const pdf = require('pdf'); // 40 ms
+  return pdf.draw(name);
+};
`;

describe('lazy on the command line', { concurrency: 2 }, () => {
  it('prints one unified diff and writes nothing', async (t) => {
    const folder = anApp(t, commonJs);
    const before = sourcesIn(folder);
    const { code, stdout, stderr } = await lazy(folder);
    assert.equal(code, 0);
    assert.ok(stdout.startsWith(labelDiff), stdout);
    assert.match(stderr, /^2 imports in 2 files can be deferred: [\d,]+ ms less to load at a start\.\n(.*\n)*Nothing was written; --write does\.\n$/);
    assert.deepEqual([sourcesIn(folder), readdirSync(folder).includes('lwa-split.deferrals.json')], [before, false]);
    execFileSync('git', ['apply', '--check', '-'], { cwd: folder, input: stdout });
  });

  it('writes what it printed, and a second run changes nothing', async (t) => {
    const folder = anApp(t, commonJs);
    const [shown, written] = [await lazy(folder), await lazy(folder, '--write')];
    assert.deepEqual([written.code, written.stdout], [0, shown.stdout]);
    assert.deepEqual(entries(folder), ['label.js pdf defer applied', 'total.js sums defer applied']);
    const after = [sourcesIn(folder), evidenceIn(folder)];
    const again = await lazy(folder, '--write');
    assert.deepEqual([again.code, again.stdout, [sourcesIn(folder), evidenceIn(folder)]], [0, '', after]);
    assert.match(again.stderr, /^Nothing to defer in the sources\.\n/);
  });

  it('changes no answer, in CommonJS and in ES modules', async (t) => {
    for (const app of [commonJs, modules]) {
      const [original, deferred] = [anApp(t, app), anApp(t, app)];
      const { code, stderr } = await lazy(deferred, '--write');
      assert.match(stderr, /deferred/);
      writeFileSync(join(original, 'requests.json'), '[{"path":"/"},{"path":"/label"},{"path":"/total"}]');
      const verified = await runMain(['verify', '--requests', 'requests.json', '--node', process.execPath, '--against', `deferred=cd '${deferred}' && exec node server.js`], { cwd: original, env: { CI: 'true' } });
      assert.deepEqual([code, verified.code], [0, 0], verified.stdout);
      assert.match(verified.stdout, /answered 3 requests as the original does/);
    }
  });

  it('awaits in ES modules', async (t) => {
    const folder = anApp(t, modules);
    await lazy(folder, '--write');
    assert.equal(sourcesIn(folder)['label.js'], `export const label = async (name) => {\n  const { draw } = await import('pdf');\n  return draw(name);\n};\n`);
  });

  it('changes the source of what ran compiled, types and all', async (t) => {
    const source = `import { draw, type Label } from 'pdf';\n\nexport async function label(name: string): Promise<Label> {\n  return draw(name);\n}\n`;
    const { outputText, sourceMapText } = ts.transpileModule(source, { fileName: 'label.ts', compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, sourceMap: true } });
    const folder = anApp(t, {
      ...commonJs,
      'server.js': commonJs['server.js'].replace('./label', './dist/label').replace('./total', './dist/total'),
      'src/label.ts': source,
      'dist/label.js': outputText,
      'dist/label.js.map': JSON.stringify({ ...(JSON.parse(sourceMapText!) as object), sources: ['../src/label.ts'] }),
      // Compiled, and its source is not there.
      'dist/total.js': `"use strict";\nObject.defineProperty(exports, "__esModule", { value: true });\n${commonJs['total.js']}`,
    });
    const { stdout, stderr } = await lazy(folder, '--write');
    assert.match(stderr, /\nThe app runs what its compiler makes of these sources: build it again/);
    assert.deepEqual([...stdout.matchAll(/^\+\+\+ (.*)$/gm)].map((match) => match[1]), ['b/src/label.ts']);
    assert.equal(readFileSync(join(folder, 'src/label.ts'), 'utf8'), `import type { Label } from 'pdf';\n\nexport async function label(name: string): Promise<Label> {\n  const { draw } = await import('pdf');\n  return draw(name);\n}\n`);
    assert.deepEqual([entries(folder), readFileSync(join(folder, 'dist/label.js'), 'utf8')], [['dist/total.js sums defer', 'src/label.ts pdf defer applied'], outputText]);
  });

  it('says of what ran compiled that no source map leads to its source', async (t) => {
    const compiled = `"use strict";\nObject.defineProperty(exports, "__esModule", { value: true });\nconst pdf_1 = require("pdf");\nconst label = (name) => pdf_1.draw(name);\nexports.label = label;\n`;
    const { code, stdout, stderr } = await lazy(anApp(t, { ...commonJs, 'label.js': compiled, 'total.js': 'exports.total = () => 3;' }));
    assert.deepEqual([code, stdout], [0, '']);
    assert.match(stderr, /1 more import would pay in compiled files whose sources no source map leads\sto/);
    assert.match(stderr, /ms {2}pdf {2}label\.js:3/);
  });

  it('keeps to the files it is asked for', async (t) => {
    const folder = anApp(t, commonJs);
    const { stdout, stderr } = await lazy(folder, '--only', 'tot*.js');
    assert.deepEqual([...stdout.matchAll(/^\+\+\+ (.*)$/gm)].map((match) => match[1]), ['b/total.js']);
    assert.match(stderr, /1 more import would pay in files that --only leaves out:\n {2}\d+ ms {2}pdf {2}label\.js:1\n/);
  });

  it('takes back what breaks the verify command, after the fix command', async (t) => {
    const folder = anApp(t, commonJs);
    const fix = `node -e 'for (const file of process.argv.slice(1)) require("fs").appendFileSync(file, "// fixed\\n")' {files}`;
    const { code, stdout, stderr } = await lazy(folder, '--write', '--fix-command', fix, '--verify', `! grep -q '^  const sums' total.js`);
    assert.deepEqual([code, [...stdout.matchAll(/^\+\+\+ (.*)$/gm)].map((match) => match[1])], [1, ['b/label.js']]);
    assert.match(stderr, /\nTaken back, because with it the app does not start, or the command of --verify\nfails:\n {2}\d+ ms {2}sums {2}total\.js:1\n/);
    assert.deepEqual([sourcesIn(folder)['total.js'], sourcesIn(folder)['label.js']!.split('\n').at(-2)], [commonJs['total.js'], '// fixed']);
    assert.deepEqual(entries(folder), ['label.js pdf defer applied', 'total.js sums review']);
    assert.equal((await lazy(folder, '--check')).code, 0);
  });

  it('leaves the sources as they were when it is interrupted on the way', async (t) => {
    const folder = anApp(t, commonJs);
    const before = sourcesIn(folder);
    const args = [join(repository, 'src/cli/bin.ts'), 'lazy', folder, '--write', '--runs', '1', '--verify', 'touch verifying; sleep 60'];
    const tool = spawn(process.execPath, args, { stdio: 'ignore' });
    const ended = new Promise((resolve) => tool.once('exit', (_, signal) => resolve(signal)));
    for (let waited = 0; waited < 30_000 && !existsSync(join(folder, 'verifying')); waited += 50) await new Promise((resolve) => setTimeout(resolve, 50));
    assert.notDeepEqual(sourcesIn(folder), before);
    tool.kill('SIGTERM');
    assert.deepEqual([await ended, sourcesIn(folder)], ['SIGTERM', before]);
  });

  it('says when the fix command fails', async (t) => {
    const folder = anApp(t, commonJs);
    const { code, stderr } = await lazy(folder, '--write', '--fix-command', 'echo no such rule; exit 2');
    assert.equal(code, 1);
    assert.match(stderr, /\nThe command of --fix-command failed: no such rule\. The sources are written\.\n/);
  });

  it('prints one JSON document', async (t) => {
    const folder = anApp(t, commonJs);
    const { code, stdout, stderr } = await lazy(folder, '--json');
    const report = JSON.parse(stdout) as LazyReport;
    assert.deepEqual([code, stderr, report.kind, report.version, report.written, report.takenBack, report.left], [0, '', 'lazy', 1, false, [], []]);
    assert.deepEqual(report.imports.map(({ file, line, specifier, verdict }) => [file, line, specifier, verdict]).sort(), [['label.js', 1, 'pdf', 'defer'], ['total.js', 1, 'sums', 'defer']]);
    assert.equal(report.files[0]!.diff, labelDiff);
  });

  it('checks by the evidence file alone', async (t) => {
    const folder = anApp(t, commonJs);
    const without = await lazy(folder, '--check');
    assert.match(without.stderr, /^error: There is no lwa-split\.deferrals\.json in the app's folder\.\nhint: /);
    assert.equal(without.code, 2);

    const { code, stdout, stderr } = await lazy(folder, '--evidence-only');
    assert.deepEqual([code, stdout, stderr], [0, '', 'lwa-split.deferrals.json holds 2 imports, of which 2 can be deferred safely. Commit it.\n']);
    assert.deepEqual([entries(folder), sourcesIn(folder)['label.js']], [['label.js pdf defer', 'total.js sums defer'], commonJs['label.js']]);
    const pending = await lazy(folder, '--check');
    assert.equal(pending.code, 1);
    assert.match(pending.stdout, /^2 imports can be deferred safely\./);

    await lazy(folder, '--write');
    rmSync(join(folder, 'server.js'));
    const held = await lazy(folder, '--check', '--start', 'node gone.js');
    assert.deepEqual([held.code, held.stdout], [0, 'No deferral is lost, and no safe win of 10 ms or more is pending.\n']);

    writeFileSync(join(folder, 'label.js'), commonJs['label.js']);
    const lost = await lazy(folder, '--check', '--json', '--start', 'node gone.js');
    assert.deepEqual([lost.code, (JSON.parse(lost.stdout) as LazyCheck).lost.map(({ file, line, specifier }) => [file, line, specifier])], [1, [['label.js', 1, 'pdf']]]);
  });

  it('needs --write for what runs on written files', async () => {
    const { code, stderr } = await runMain(['lazy', '--verify', 'npm test']);
    assert.deepEqual([code, stderr], [2, 'error: --verify runs on what was written, and nothing is written without --write.\nhint: Add --write.\n']);
    const both = await runMain(['lazy', '--check', '--write']);
    assert.deepEqual([both.code, both.stderr], [2, 'error: The options --check and --write exclude each other.\nhint: Give one of them.\n']);
  });
});
