import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import { freePort } from '../../../src/system/ports.ts';
import { temporaryFolder } from '../../helpers/installed.ts';
import { packApp, type PackedApp } from '../../helpers/packing.ts';

/** `/pdf` and `/xls` each need a package that tells when it is loaded; `/` tells what is loaded so far. */
const files = {
  'server.cjs': `const pdf = require('pdf');
const xls = require('xls');
const http = require('node:http');
globalThis.loaded ??= [];
const answers = { '/': () => globalThis.loaded.join(), '/pdf': () => pdf.make(), '/xls': () => xls.make() };
http.createServer((request, response) => response.end(String(answers[request.url]()))).listen(process.env.PORT, '127.0.0.1');
`,
  'node_modules/pdf/package.json': '{"name":"pdf","version":"1.0.0","main":"lib/index.js"}',
  'node_modules/pdf/lib/index.js': '(globalThis.loaded ??= []).push("pdf"); exports.make = () => "a pdf";\n',
  'node_modules/xls/package.json': '{"name":"xls","version":"1.0.0"}',
  'node_modules/xls/index.js': '(globalThis.loaded ??= []).push("xls"); exports.make = () => "a sheet";\n',
};

describe('imports that a pack defers', () => {
  const folder = temporaryFolder((clean) => after(clean));
  let made: PackedApp;
  before(async () => {
    const deferrals = ['pdf', 'xls'].map((specifier) => ({ importer: 'server.cjs', target: `node_modules/${specifier}/index.js`, specifier, values: false }));
    const functions = [
      { name: 'web', default: true, routes: [], preload: ['xls'] },
      { name: 'documents', routes: [], preload: ['node_modules/pdf/lib/index.js'] },
    ];
    made = await packApp(folder, files, { deferrals, functions });
  });
  const onLambda = { AWS_LAMBDA_FUNCTION_NAME: 'f' };

  it('are not loaded by the start, and on Lambda not after it', async () => {
    assert.deepEqual(made.packed.deferred.map(({ specifier }) => specifier), ['pdf', 'xls']);
    assert.deepEqual(await asked(made.server, onLambda, ['/', '/pdf', '/']), ['', 'a pdf', 'pdf']);
  });

  it('are loaded before the server listens where the function preloads their package or module', async () => {
    assert.deepEqual(await asked(made.server, { ...onLambda, LWA_SPLIT_FUNCTION: 'documents' }, ['/']), ['pdf']);
    assert.deepEqual(await asked(made.server, { ...onLambda, LWA_SPLIT_FUNCTION: 'web' }, ['/']), ['xls']);
  });

  it('are those of the default function where the name is unknown, with a warning', async () => {
    const log: string[] = [];
    assert.deepEqual(await asked(made.server, { ...onLambda, LWA_SPLIT_FUNCTION: 'nobody' }, ['/'], log), ['xls']);
    assert.deepEqual(log, ['{"event":"unknown-function","function":"nobody"}']);
  });

  it('are all loaded at once when that is asked for, and before the server listens under provisioned concurrency', async () => {
    assert.deepEqual(await asked(made.server, { ...onLambda, LWA_SPLIT_EAGER: '1' }, ['/']), ['pdf,xls']);
    assert.deepEqual(await asked(made.server, { ...onLambda, AWS_LAMBDA_INITIALIZATION_TYPE: 'provisioned-concurrency' }, ['/']), ['pdf,xls']);
  });

  it('are loaded soon after the start outside Lambda', async () => {
    assert.deepEqual((await asked(made.server, {}, ['/', 'wait', '/'])).at(-1), 'pdf,xls');
  });

  it('are told in the log with the route that needed them', async () => {
    const log: string[] = [];
    await asked(made.server, { ...onLambda, LWA_SPLIT_LOG: '1' }, ['/pdf'], log);
    const [ready, late] = log.map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual({ ...ready, ms: typeof ready!['ms'] }, { event: 'ready', ms: 'number', deferred: 2, codeCache: 'used' });
    assert.deepEqual({ ...late, ms: typeof late!['ms'] }, { event: 'late-load', module: 'pdf', ms: 'number', route: 'GET /pdf' });
  });
});

/** Starts the build and gives its answers; `wait` is half a second. */
async function asked(server: string, env: Record<string, string>, paths: readonly string[], log: string[] = []): Promise<string[]> {
  const port = await freePort();
  const child = spawn(process.execPath, [server], { env: { PORT: String(port), ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (text) => (said += String(text)));
  const closed = new Promise((done) => child.once('close', done));
  try {
    for (let tries = 0; tries < 500; tries++) {
      if (await fetch(`http://127.0.0.1:${port}/`).then(() => true, () => false)) break;
      await new Promise((done) => setTimeout(done, 20));
    }
    const answers: string[] = [];
    for (const path of paths) {
      if (path === 'wait') await new Promise((done) => setTimeout(done, 500));
      else answers.push(await (await fetch(`http://127.0.0.1:${port}${path}`)).text());
    }
    return answers;
  } finally {
    child.kill('SIGKILL');
    await closed;
    log.push(...said.split('\n').filter((line) => line !== ''));
  }
}
