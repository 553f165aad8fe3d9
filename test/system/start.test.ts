import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pollUntilAnswer } from '../../src/system/poll.ts';
import { freePort, listeningPorts } from '../../src/system/ports.ts';
import { processTable, processTree } from '../../src/system/processes.ts';
import { runBefore, startApp } from '../../src/system/start.ts';
import { endAll } from '../../src/system/ending.ts';

const fixtures = join(import.meta.dirname, '../fixtures/system');

test('an app is started, answers, is found listening, and is ended with the daemon it left behind', { timeout: 30_000 }, async () => {
  const port = await freePort();
  const app = startApp({ command: 'node wandering-app.cjs & wait', cwd: fixtures, env: { PORT: String(port) } });
  const answer = await pollUntilAnswer({ port, path: '/', timeoutMs: 10_000 });
  assert.equal(answer?.status, 200);
  assert.ok(answer.atMs > app.spawnedAtMs);
  while (processTree(app.runId).length < 3) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(
    listeningPorts(processTree(app.runId)).map((socket) => [socket.port, socket.host]),
    [[port, '127.0.0.1']],
  );
  await app.stop();
  assert.deepEqual(processTree(app.runId), []);
  assert.deepEqual(await app.exited, { code: null, signal: 'SIGTERM' });
});

test('an app that ignores SIGTERM is killed', { timeout: 30_000 }, async () => {
  const app = startApp({ command: `trap '' TERM; echo deaf; while :; do sleep 1; done`, cwd: '/', env: {} });
  while (app.output() === '') await new Promise((resolve) => setTimeout(resolve, 20));
  await app.stop(100);
  assert.deepEqual(await app.exited, { code: null, signal: 'SIGKILL' });
  assert.deepEqual(processTree(app.runId), []);
});

test('an app that is ended by two callers at once gets one SIGTERM', { timeout: 30_000 }, async () => {
  const app = startApp({ command: `trap 'echo term' TERM; echo ready; while :; do sleep 0.05; done`, cwd: '/', env: {} });
  while (app.output() === '') await new Promise((resolve) => setTimeout(resolve, 20));
  await Promise.all([app.stop(300), app.stop(300), endAll(300)]);
  assert.equal(app.output().match(/^term$/gm)?.length, 1);
});

test('the output of an app that ended is there, without the values of its environment', async () => {
  const app = startApp({ command: 'echo "using $TOKEN"; echo "no $TOKEN" >&2; exit 3', cwd: '/', env: { TOKEN: 'canary-77' } });
  assert.deepEqual(await app.exited, { code: 3, signal: null });
  assert.equal(app.output(), 'using <TOKEN>\nno <TOKEN>\n');
  await app.stop();
});

test('the Node that is given is the one the command finds, whatever its file is called', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lwa-split-test-'));
  const node = join(folder, 'node-of-choice');
  symlinkSync('/bin/echo', node);
  const app = startApp({ command: 'node "called with $NODE"', cwd: '/', env: {}, node });
  await app.exited;
  assert.equal(app.output(), `called with ${node}\n`);
  await app.stop();
  rmSync(folder, { recursive: true });
});

test('a folder that is not there is an error of the user', () => {
  assert.throws(() => startApp({ command: 'true', cwd: '/no/such/folder', env: {} }), { name: 'UserError', code: 'no-folder' });
});

test('what --before leaves in the background runs on until everything is ended', { timeout: 30_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lwa-split-test-'));
  await runBefore('sleep 30 & echo $! > pid', folder, {});
  const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
  const runs = (): boolean => processTable().some((row) => row.pid === pid);
  assert.equal(runs(), true);
  await endAll();
  assert.equal(runs(), false);
  rmSync(folder, { recursive: true });
});

test('a --before that fails is an error of the user, with the last line it printed', async () => {
  await assert.rejects(runBefore('echo starting; echo no database for $PASSWORD. >&2; exit 4', '/', { PASSWORD: 'canary-77' }), {
    name: 'UserError',
    code: 'before-failed',
    message: 'The command given with --before ended with exit code 4: no database for <PASSWORD>.',
  });
});
