import { Agent } from 'node:http';
import { connect } from 'node:net';
import { epochMs, sleep } from '../system/clock.ts';
import { adapterSettings, type AdapterSettings } from './adapter-settings.ts';
import { forward, postError } from './forwarding.ts';
import { call, textOf, type Address } from './http-client.ts';

/** Pause between two looks at an app that is not ready, milliseconds. */
const POLL_MS = 10;
/** How often a wait is told about. */
const NOTICE_MS = 2000;
/** With async init the adapter gives up waiting shortly before Lambda's limit of 10 s. */
const ASYNC_INIT_MS = 9800;

export interface BuiltInAdapter {
  stop(): void;
}

/**
 * Stands in for the Lambda Web Adapter where its binary is not at hand: registers as an extension, waits for the app,
 * and forwards invocations, as version 1.1.0 does. It runs in this process, so what it costs is not part of the
 * environment's CPU time and memory. Events that are no HTTP request are passed through; those of load balancers and
 * of REST APIs are too, unlike with the real one.
 */
export function startAdapter(options: { env: Record<string, string>; log: (line: string) => void; onFailure: () => void }): BuiltInAdapter {
  const stop = new AbortController();
  run(options.env, options.log, stop.signal).catch((error: unknown) => {
    if (stop.signal.aborted) return;
    options.log(`lambda-adapter: ${error instanceof Error ? error.message : String(error)}`);
    options.onFailure();
  });
  return { stop: () => stop.abort() };
}

async function run(env: Record<string, string>, log: (line: string) => void, signal: AbortSignal): Promise<void> {
  const settings = adapterSettings(env);
  const api = address(env['AWS_LAMBDA_RUNTIME_API']!);
  // Node keeps a connection for 5 s; ours must be given up before.
  const app = new Agent({ keepAlive: true, timeout: 4000 });
  signal.addEventListener('abort', () => app.destroy(), { once: true });
  await registerExtension(api, signal);
  const limitMs = settings.asyncInit ? ASYNC_INIT_MS : (settings.readiness.timeoutMs ?? Number.POSITIVE_INFINITY);
  let ready = await waitUntilReady(settings, limitMs, log, signal);
  if (!ready && !settings.asyncInit) throw new Error('The app was not ready in time.');
  while (!signal.aborted) {
    const next = await call(api, { path: '/2018-06-01/runtime/invocation/next', signal });
    const event = parsed(await textOf(next));
    const id = String(next.headers['lambda-runtime-aws-request-id']);
    if (!ready) ready = await waitUntilReady(settings, Number.POSITIVE_INFINITY, log, signal);
    await forward({ settings, env, app, api, signal, log }, { id, event, headers: next.headers }).catch(async (error: unknown) => {
      if (signal.aborted) return;
      await postError(api, id, error instanceof Error ? error.message : String(error), signal);
    });
  }
}

function address(text: string): Address {
  const at = text.lastIndexOf(':');
  return { host: text.slice(0, at), port: Number(text.slice(at + 1)) };
}

async function registerExtension(api: Address, signal: AbortSignal): Promise<void> {
  const body = Buffer.from('{"events":[]}');
  const registered = await call(api, { method: 'POST', path: '/2020-01-01/extension/register', headers: { 'Lambda-Extension-Name': 'lambda-adapter' }, body, signal });
  registered.resume();
  const id = String(registered.headers['lambda-extension-identifier']);
  // Asks for no event, so none ever comes.
  call(api, { path: '/2020-01-01/extension/event/next', headers: { 'Lambda-Extension-Identifier': id }, signal }).then(
    (response) => response.resume(),
    () => undefined,
  );
}

/** False when the limit has passed. */
async function waitUntilReady(settings: AdapterSettings, limitMs: number, log: (line: string) => void, signal: AbortSignal): Promise<boolean> {
  const begun = epochMs();
  const limit = Number.isFinite(limitMs) ? AbortSignal.any([signal, AbortSignal.timeout(limitMs)]) : signal;
  let noticeMs = NOTICE_MS;
  while (!limit.aborted) {
    const passedMs = epochMs() - begun;
    if (passedMs >= noticeMs) {
      log(`lambda-adapter: app is not ready after ${noticeMs}ms url=http://${settings.host}:${settings.readiness.port}${settings.readiness.path}`);
      noticeMs += NOTICE_MS;
    }
    if (await isReady(settings, limit)) return true;
    await sleep(POLL_MS, limit);
  }
  return false;
}

async function isReady({ host, readiness }: AdapterSettings, signal: AbortSignal): Promise<boolean> {
  if (readiness.protocol === 'tcp') return connects({ host, port: readiness.port });
  try {
    const response = await call({ host, port: readiness.port }, { path: readiness.path, signal });
    response.resume();
    return readiness.healthy.has(response.statusCode!);
  } catch {
    return false;
  }
}

function connects(to: Address): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(to);
    socket.once('error', () => resolve(false)).once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

function parsed(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
