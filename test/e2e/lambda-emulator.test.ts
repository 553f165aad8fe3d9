import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { answerOf, eventOf } from '../../src/lambda/function-url.ts';
import { freePort } from '../../src/system/ports.ts';
import { startApp } from '../../src/system/start.ts';
import { emulator, realAdapter } from '../helpers/lambda-binaries.ts';
import { echoOf, get, lambdaApp, start } from '../helpers/lambda.ts';

/** The emulator looks for extensions in /opt only: in a mount namespace of its own, that folder has what was in it, and the adapter. */
const IN_OWN_OPT = `
  mount --rbind /opt "$KEPT" && mount -t tmpfs none /opt &&
  for each in "$KEPT"/*/; do [ -d "$each" ] && mkdir "/opt/$(basename "$each")" && mount --rbind "$each" "/opt/$(basename "$each")"; done
  mkdir -p /opt/extensions && cp "$ADAPTER" /opt/extensions/lambda-adapter &&
  exec "$EMULATOR" --runtime-interface-emulator-address "127.0.0.1:$INVOKE_PORT" --runtime-api-address "127.0.0.1:$API_PORT" ./run.sh`;

/** Root needs no user namespace of its own to mount something. */
const unshare = `unshare ${process.getuid?.() === 0 ? '-m' : '-rm'}`;

test('the package that answers here answers alike under the official Lambda emulator', { timeout: 60_000 }, async (t) => {
  const [rie, adapter] = [emulator(t), realAdapter(t)];
  if (rie === null || adapter === null) return;
  if (!canUnshare() && process.env['LWA_SPLIT_REQUIRE_LAMBDA'] !== '1') return t.skip('this user may not make a mount namespace, and the emulator takes extensions from /opt only');

  const kept = mkdtempSync(join(tmpdir(), 'lwa-split-opt-'));
  // Empty outside of the namespace; were it not, this must fail rather than remove anything.
  t.after(() => rmdirSync(kept));
  const invokePort = await freePort();
  const app = startApp({
    command: `exec ${unshare} /bin/sh -c '${IN_OWN_OPT}'`,
    cwd: lambdaApp,
    env: { EMULATOR: rie, ADAPTER: adapter, KEPT: kept, INVOKE_PORT: String(invokePort), API_PORT: String(await freePort()), PORT: String(await freePort()), AWS_LWA_AUTHORIZATION_SOURCE: 'x-auth' },
    node: process.execPath,
  });
  t.after(() => app.stop());
  const request = get('/orders?id=7', { method: 'POST', headers: [['content-type', 'application/json'], ['x-auth', 'Bearer user']], body: Buffer.from('{"n":1}') });
  const event = eventOf(request, { domain: 'local.lambda-url.us-east-1.on.aws', requestId: 'id', traceId: 'Root=1', epochMs: 0 });
  const payload = await posted(`http://127.0.0.1:${invokePort}/2015-03-31/functions/function/invocations`, JSON.stringify(event), app.output);
  const there = answerOf(payload);

  const here = await start(t, { adapter, env: { AWS_LWA_AUTHORIZATION_SOURCE: 'x-auth' } }).invoke(request);
  assert.equal(there.status, here.status);
  const [seenThere, seenHere] = [JSON.parse(there.body.toString()) as Awaited<ReturnType<typeof echoOf>>, await echoOf(here)];
  const told = ({ method, url, body, headers }: typeof seenHere): unknown => ({ method, url, body, names: Object.keys(headers).toSorted(), authorization: headers['authorization'], type: headers['content-type'] });
  assert.deepEqual(told(seenThere), told(seenHere));
  assert.equal(seenHere.url, '/orders?id=7');
});

/** Until the emulator listens; its first invocation starts the app. */
async function posted(url: string, body: string, output: () => string): Promise<Buffer> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const answer = await fetch(url, { method: 'POST', body }).catch(() => null);
    if (answer !== null) return Buffer.from(await answer.arrayBuffer());
    await pause(25);
  }
  throw new Error(`The emulator did not listen: ${output()}`);
}

function canUnshare(): boolean {
  try {
    execFileSync('/bin/sh', ['-c', `${unshare} mount -t tmpfs none /opt`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
