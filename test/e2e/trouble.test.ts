import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { Analysis } from '../../src/model/analysis.ts';
import { freePort } from '../../src/system/ports.ts';
import { repository, runTool, temporaryFolder, type Result } from '../helpers/installed.ts';

const folder = temporaryFolder(after);
const cache = join(folder, 'cache');
const canary = 'canary-4c1e9b7d';

/** Runs the built tool on a copy of a fixture app, with a cache folder of our own. */
function analyze(app: string, args: readonly string[], env: Record<string, string> = {}): Promise<Result> {
  cpSync(join(repository, 'test/fixtures/apps', app), join(folder, app), { recursive: true });
  return runTool(['analyze', app, '--runs', '1', ...args], { cwd: folder, env: { XDG_CACHE_HOME: cache, HOME: folder, ...env } });
}

/** What a user sees for something to mend: exit code 2, nothing on stdout, one sentence, one hint. */
function assertTrouble({ code, stdout, stderr }: Result, sentence: RegExp): void {
  assert.deepEqual([code, stdout], [2, ''], stderr);
  assert.match(stderr, /^error: [^\n]+\.\nhint: [^\n]+\n$/);
  assert.match(stderr, sentence);
}

function analysisOf({ code, stdout, stderr }: Result): Analysis {
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as Analysis;
}

function codes(analysis: Analysis): string[] {
  return analysis.findings.map((finding) => finding.code);
}

describe('an app that cannot start', () => {
  it('for a syntax error is no report but a sentence', async () => {
    assertTrouble(await analyze('syntax-error', ['--json']), /server\.js/);
  });

  it('for a start command that does not exist is no report but a sentence', async () => {
    assertTrouble(await analyze('tiny', ['--json', '--start', 'no-such-program-here']), /no-such-program-here/);
  });

  it('because its port is taken is no report but a sentence', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((listening) => taken.once('listening', listening));
    const address = taken.address();
    assert.ok(typeof address === 'object' && address !== null);
    try {
      assertTrouble(await analyze('port-fixed', ['--json', '--port', String(address.port), '--env', `FIXED_PORT=${address.port}`]), new RegExp(`port ${address.port}`, 'i'));
    } finally {
      taken.close();
    }
  });
});

describe('an app that does not come up', () => {
  it('because its database is not there still gives its modules and why it stopped', async () => {
    const analysis = analysisOf(await analyze('needs-database', ['--json']));
    assert.equal(analysis.coldStart.now, null);
    assert.ok(codes(analysis).includes('app-crashed'), codes(analysis).join());
    assert.ok(codes(analysis).includes('unset-variables'), codes(analysis).join());
    assert.match(analysis.findings.find((finding) => finding.code === 'unset-variables')!.message, /DATABASE_URL/);
    for (const id of ['server.js', 'router.js', 'orders.js', 'database.js']) assert.ok(analysis.modules.some((module) => module.id === id), `${id} is missing`);
  });

  it('because it waits forever is told so after the timeout', async () => {
    const analysis = analysisOf(await analyze('waits-for-database', ['--json', '--timeout', '2']));
    assert.equal(analysis.coldStart.now, null);
    assert.ok(codes(analysis).includes('app-never-listened'), codes(analysis).join());
    assert.ok(analysis.modules.some((module) => module.id === 'greeting.js'));
  });
});

describe('an app that listens on its own port', () => {
  it('is measured all the same, and told of', async () => {
    const port = await freePort();
    const analysis = analysisOf(await analyze('port-fixed', ['--json', '--env', `FIXED_PORT=${port}`]));
    assert.ok(analysis.coldStart.now !== null);
    assert.ok(codes(analysis).includes('port-ignored'), codes(analysis).join());
  });
});

describe('a secret in the environment', () => {
  it('is in no output and no file that we leave, wherever the app says it', async () => {
    writeFileSync(join(folder, 'secret.env'), `FROM_FILE=${canary}-file\n`);
    const secrets = ['--env', `CANARY_SECRET=${canary}`, '--env-file', 'secret.env', '--debug'];
    const inherited = { INHERITED_SECRET: `${canary}-inherited` };
    const results = [
      await analyze('canary-secret', ['--json', ...secrets], inherited),
      await analyze('canary-secret', ['--text', ...secrets], inherited),
      await analyze('canary-secret', ['--json', ...secrets, '--readiness-path', '/gone', '--start', 'node server.js && exit 1'], inherited),
      await analyze('needs-database', ['--text', '--env', `DATABASE_URL=${canary}`], inherited),
      await analyze('syntax-error', ['--json', ...secrets], inherited),
    ];
    assert.deepEqual(results.filter(({ stdout, stderr }) => (stdout + stderr).includes(canary)), []);
    const left = filesBelow(folder).filter((path) => !path.endsWith('secret.env') && readFileSync(path, 'utf8').includes(canary));
    assert.deepEqual(left, []);
  });
});

function filesBelow(start: string): string[] {
  return readdirSync(start, { recursive: true, encoding: 'utf8' })
    .map((name) => join(start, name))
    .filter((path) => statSync(path).isFile());
}
