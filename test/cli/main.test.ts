import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { tell } from '../../src/cli/main.ts';
import { recorded, runMain } from '../helpers/run-main.ts';

const apps = join(import.meta.dirname, '../fixtures/apps');

/** What a user sees for a mistake: exit code 2, nothing on stdout, one sentence, one hint. */
function assertTrouble(result: Awaited<ReturnType<typeof runMain>>, sentence: string, hint: string): void {
  assert.deepEqual(result, { code: 2, stdout: '', stderr: `error: ${sentence}\nhint: ${hint}\n` });
}

describe('the command line', () => {
  it('prints its version', async () => {
    const { code, stdout, stderr } = await runMain(['--version']);
    assert.equal(code, 0);
    assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
    assert.equal(stderr, '');
  });

  it('prints help when asked, and when asked nothing', async () => {
    const [asked, bare] = await Promise.all([runMain(['--help']), runMain([])]);
    assert.deepEqual([asked.code, bare.code, bare.stdout === asked.stdout], [0, 0, true]);
    assert.match(asked.stdout, /^Usage: lwa-split .*analyze.*why/s);
    assert.doesNotMatch(asked.stdout, /\b(?:plan|emit|serve|report)\b/);
  });

  it('prints the help of one command', async () => {
    const { code, stdout } = await runMain(['why', '--help']);
    assert.equal(code, 0);
    assert.match(stdout, /^Usage: lwa-split why .*--env-file <path>/s);
  });

  it('names the commands when there is no such one', async () => {
    assertTrouble(await runMain(['analize']), 'There is no command analize.', 'Did you mean analyze? The commands are analyze, why, verify, lazy and build.');
    assertTrouble(await runMain(['frobnicate']), 'There is no command frobnicate.', 'The commands are analyze, why, verify, lazy and build.');
  });

  it('names the option that was meant', async () => {
    assertTrouble(await runMain(['analyze', '--jsn']), 'There is no option --jsn.', 'Did you mean --json? See lwa-split analyze --help.');
  });

  it('does not repeat the value of an unknown option', async () => {
    assertTrouble(await runMain(['analyze', '--envv=TOKEN=canary']), 'There is no option --envv.', 'Did you mean --env? See lwa-split analyze --help.');
  });

  it('says what is missing or too much', async () => {
    assertTrouble(await runMain(['analyze', '--runs']), 'The option --runs needs a value.', 'See lwa-split analyze --help.');
    assertTrouble(await runMain(['why']), 'why needs to be told the module.', 'For example: lwa-split why express');
    assertTrouble(await runMain(['analyze', 'a', 'b']), 'analyze was given more arguments than it takes.', 'Quote a path or command with spaces in it. See lwa-split analyze --help.');
    assertTrouble(await runMain(['analyze', '--json', '--text']), 'The options --json and --text exclude each other.', 'Give one of them.');
  });

  it('checks every value at once and repeats none of --env', async () => {
    assertTrouble(
      await runMain(['analyze', '--runs', '2.5', '--port', '0', '--readiness-path', 'x', '--timeout', 'soon', '--memory', '64', '--env', 'canary']),
      '--runs must be a whole number from 1 up, or "auto", not 2.5; --readiness-path must be a path that begins with /, not "x"; --port must be a whole number from 1 to 65535, not 0; ' +
        '--timeout must be a number of seconds from above 0 to 3600, not "soon"; --memory must be a whole number of megabytes from 128 to 10240, not 64; --env must be NAME=VALUE.',
      'See lwa-split analyze --help.',
    );
  });

  it('shows the causes of an error only with --debug', async () => {
    const { code, stderr } = await runMain(['analyze', join(apps, 'package-broken'), '--debug']);
    assert.equal(code, 2);
    assert.match(stderr, /^error: .*\nhint: .*\n.*caused by: SyntaxError/s);
  });
});

describe('an app that cannot be analyzed', () => {
  it('has no folder', async () => {
    assertTrouble(await runMain(['analyze', 'nowhere'], { cwd: apps }), 'There is no folder or file nowhere.', 'Name the folder with the package.json of the app, or the file that starts the server.');
  });

  it('has no package.json', async () => {
    assertTrouble(await runMain(['analyze'], { cwd: join(apps, 'no-package') }), 'There is no package.json in this folder.', 'Name the file that starts the server: lwa-split analyze server.js');
  });

  it('has no entry', async () => {
    assertTrouble(
      await runMain(['analyze', 'no-entry', '--json'], { cwd: apps }),
      'Nothing in no-entry says how the server starts: no "start" script, no existing "main" or "bin" in package.json, no server, index, app, main file in ., dist, build, src.',
      'Say it with --start "<command>", or name the file: lwa-split analyze path/to/server.js',
    );
  });

  it('has a config with problems, all of which are told', async () => {
    assertTrouble(
      await runMain(['analyze', 'invalid-config'], { cwd: apps }),
      'lwa-split.config.ts has 3 problems: there is no "strat" (did you mean "start"?); "runs" must be a whole number from 1 up, or "auto", not 0; "env", at TOKEN, must be names with texts, numbers or booleans as values.',
      'A config may set app, start, node, env, envFile, before, runs, readinessPath, port, timeout, memory, eager, lazy.',
    );
  });

  it('has a config that cannot be run', async () => {
    const { code, stdout, stderr } = await runMain(['analyze', 'broken-config'], { cwd: apps });
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /^error: lwa-split\.config\.mjs cannot be loaded \(SyntaxError: [^\n]+\)\.\nhint: [^\n]+\n$/);
  });

  it('has an environment file that is not there', async () => {
    const { code, stdout, stderr } = await runMain(['analyze', 'port-fixed', '--env-file', 'gone.env'], { cwd: apps });
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /^error: [^\n]*gone\.env[^\n]*\nhint: [^\n]+\n$/);
  });
});

describe('a saved analysis', () => {
  it('must be there and be one', async () => {
    const missing = await runMain(['analyze', '--from', 'gone.json'], { cwd: apps });
    const wrong = await runMain(['analyze', '--from', 'no-entry/package.json'], { cwd: apps });
    assert.deepEqual([missing.code, missing.stdout], [2, '']);
    assertTrouble(wrong, 'no-entry/package.json is not an analysis of this version of lwa-split.', 'Make one: lwa-split analyze --json > no-entry/package.json');
  });
});

describe('a bug of ours', () => {
  it('is told with its stack and where to report it, and exit code 3', async () => {
    const { code, stdout, stderr } = await recorded((io) => tell(new TypeError('x is not a function'), io));
    assert.deepEqual([code, stdout], [3, '']);
    assert.match(stderr, /^TypeError: x is not a function\n +at .*\n\nThis is a bug in lwa-split \d+\.\d+\.\d+, on Node \S+\. Please report it with the lines above: https:\/\/\S+\n$/s);
  });
});
