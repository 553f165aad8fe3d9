import { Agent, request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { promisify } from 'node:util';
import { epochMs, sleep } from '../system/clock.ts';
import { adapterSettings, withoutBase, type AdapterSettings } from './adapter-settings.ts';
import { WITH_PRELUDE } from './function-url.ts';

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

interface Address {
  host: string;
  port: number;
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

interface Forwarding {
  settings: AdapterSettings;
  env: Record<string, string>;
  app: Agent;
  api: Address;
  signal: AbortSignal;
  log: (line: string) => void;
}

interface Given {
  id: string;
  event: Record<string, unknown>;
  headers: IncomingMessage['headers'];
}

async function forward(to: Forwarding, given: Given): Promise<void> {
  const { settings, app, api, signal } = to;
  const sent = { ...requestFor(to, given), agent: app, signal };
  const target = { host: settings.host, port: settings.port };
  const response = await call(target, sent).catch((error: NodeJS.ErrnoException) => {
    // The app may close a connection in the very moment it is used again.
    if (error.code === 'ECONNRESET' && 'reused' in error && error.reused === true) return call(target, sent);
    throw error;
  });
  const status = response.statusCode!;
  if (settings.errorStatusCodes.has(status)) {
    return postError(api, given.id, JSON.stringify({ statusCode: status, body: await textOf(response) }), signal);
  }
  if (settings.invokeMode === 'response_stream') return stream(api, given.id, response, signal);
  const buffered = await compressed(response, settings, sent.headers['accept-encoding']);
  const isText = buffered.headers['content-encoding'] === undefined && TEXT.test(String(buffered.headers['content-type'] ?? 'text'));
  const payload = {
    statusCode: status,
    headers: Object.fromEntries(Object.entries(buffered.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value])),
    multiValueHeaders: {},
    cookies: cookiesOf(response),
    body: buffered.body.length === 0 ? null : buffered.body.toString(isText ? 'utf8' : 'base64'),
    isBase64Encoded: !isText && buffered.body.length > 0,
  };
  await post(api, `/2018-06-01/runtime/invocation/${given.id}/response`, payload, signal);
}

/** Media types that go as text in a buffered answer. */
const TEXT = /^(text|application\/(json|javascript|xml|yaml))|\+(xml|yaml|json)(;|$)/;

function requestFor({ settings, env, log }: Forwarding, { id, event, headers: context }: Given): { method: string; path: string; headers: Record<string, string>; body: Buffer } {
  const requestContext = event['requestContext'] as { http?: { method?: string } } | undefined;
  const added = {
    'x-amzn-request-context': JSON.stringify(requestContext ?? {}),
    'x-amzn-lambda-context': JSON.stringify(lambdaContext(id, env, context)),
    'x-amzn-trace-id': String(context['lambda-runtime-trace-id'] ?? ''),
  };
  if (requestContext?.http?.method === undefined) {
    const body = Buffer.from(JSON.stringify(event));
    return { method: 'POST', path: settings.passThroughPath, headers: { ...added, host: `${settings.host}:${settings.port}`, 'content-length': String(body.length) }, body };
  }
  const headers: Record<string, string> = { ...(event['headers'] as Record<string, string>) };
  if (Array.isArray(event['cookies'])) headers['cookie'] = event['cookies'].join(';');
  Object.assign(headers, added);
  if (settings.authorizationSource !== null) {
    const value = headers[settings.authorizationSource];
    delete headers[settings.authorizationSource];
    if (value === undefined) log(`lambda-adapter: "${settings.authorizationSource}" header not found in request headers`);
    else headers['authorization'] = value;
  }
  const body = Buffer.from(typeof event['body'] === 'string' ? event['body'] : '', event['isBase64Encoded'] === true ? 'base64' : 'utf8');
  const query = String(event['rawQueryString'] ?? '');
  const path = withoutBase(String(event['rawPath']), settings.basePath);
  return { method: requestContext.http.method, path: query === '' ? path : `${path}?${query}`, headers, body };
}

function lambdaContext(id: string, env: Record<string, string>, headers: IncomingMessage['headers']): Record<string, unknown> {
  return {
    request_id: id,
    deadline: Number(headers['lambda-runtime-deadline-ms']),
    invoked_function_arn: headers['lambda-runtime-invoked-function-arn'],
    xray_trace_id: headers['lambda-runtime-trace-id'],
    client_context: null,
    identity: null,
    tenant_id: null,
    env_config: {
      function_name: env['AWS_LAMBDA_FUNCTION_NAME'],
      memory: Number(env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE']),
      version: env['AWS_LAMBDA_FUNCTION_VERSION'],
      log_stream: env['AWS_LAMBDA_LOG_STREAM_NAME'],
      log_group: env['AWS_LAMBDA_LOG_GROUP_NAME'],
    },
  };
}

/** Headers for the answer: cookies travel on their own, and how the app framed its body ends here. */
function headersOf(response: IncomingMessage): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  for (const [name, values] of Object.entries(response.headersDistinct)) {
    if (name === 'set-cookie' || name === 'transfer-encoding' || values === undefined) continue;
    headers[name] = values.length === 1 ? values[0]! : values;
  }
  return headers;
}

function cookiesOf(response: IncomingMessage): string[] {
  return response.headers['set-cookie'] ?? [];
}

/** The prelude, then every piece as it comes; an app that breaks off makes an error trailer. */
function stream(api: Address, id: string, response: IncomingMessage, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'Content-Type': WITH_PRELUDE, 'Lambda-Runtime-Function-Response-Mode': 'streaming', 'Transfer-Encoding': 'chunked', Trailer: 'Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body' };
    const sent = request({ ...api, method: 'POST', path: `/2018-06-01/runtime/invocation/${id}/response`, headers, signal, agent: false });
    sent.on('error', reject).on('response', (answer) => answer.resume().on('end', () => resolve()));
    const prelude = { statusCode: response.statusCode, headers: { 'content-type': 'application/octet-stream', ...headersOf(response) }, cookies: cookiesOf(response) };
    sent.write(Buffer.concat([Buffer.from(JSON.stringify(prelude)), Buffer.alloc(8)]));
    response.pipe(sent, { end: false });
    response.on('close', () => {
      if (!response.complete) sent.addTrailers({ 'Lambda-Runtime-Function-Error-Type': 'Runtime.StreamError', 'Lambda-Runtime-Function-Error-Body': Buffer.from('{"errorMessage":"The app broke off its answer."}').toString('base64') });
      sent.end();
    });
    response.on('error', () => undefined);
  });
}

/** Compresses as the adapter does when told to: never images, event streams, small bodies or what is compressed already. */
async function compressed(response: IncomingMessage, settings: AdapterSettings, accepted: string | undefined): Promise<{ headers: Record<string, string | string[]>; body: Buffer }> {
  const headers = headersOf(response);
  const body = await bytesOf(response);
  const encoding = /\bbr\b/.test(accepted ?? '') ? 'br' : /\bgzip\b/.test(accepted ?? '') ? 'gzip' : null;
  const spared = /^(image\/(?!svg)|text\/event-stream|application\/grpc)/.test(String(headers['content-type'] ?? ''));
  if (!settings.compression || encoding === null || spared || body.length < 32 || headers['content-encoding'] !== undefined) return { headers, body };
  delete headers['content-length'];
  headers['content-encoding'] = encoding;
  headers['vary'] = [headers['vary'] ?? [], 'accept-encoding'].flat();
  return { headers, body: encoding === 'gzip' ? await promisify(gzip)(body) : await promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }) };
}

function postError(api: Address, id: string, errorMessage: string, signal: AbortSignal): Promise<void> {
  return post(api, `/2018-06-01/runtime/invocation/${id}/error`, { errorType: 'Error', errorMessage }, signal, { 'lambda-runtime-function-error-type': 'unhandled' });
}

async function post(api: Address, path: string, value: unknown, signal: AbortSignal, headers: Record<string, string> = {}): Promise<void> {
  const body = Buffer.from(JSON.stringify(value));
  const response = await call(api, { method: 'POST', path, headers: { 'Content-Type': 'application/json', ...headers }, body, signal });
  await bytesOf(response);
}

/** Resolves with the head of the response. */
function call(to: Address, options: { method?: string; path: string; headers?: Record<string, string>; body?: Buffer; agent?: Agent; signal: AbortSignal }): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', path, headers = {}, body, agent, signal } = options;
    const sent = request({ ...to, method, path, headers, signal, agent: agent ?? false });
    sent.on('response', resolve).on('error', (error) => reject(Object.assign(error, { reused: sent.reusedSocket })));
    sent.end(body === undefined || body.length === 0 ? undefined : body);
  });
}

async function bytesOf(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function textOf(response: IncomingMessage): Promise<string> {
  return (await bytesOf(response)).toString('utf8');
}

function parsed(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
