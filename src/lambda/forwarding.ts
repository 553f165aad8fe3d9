import { request, type Agent, type IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { withoutBase, type AdapterSettings } from './adapter-settings.ts';
import { WITH_PRELUDE } from './function-url.ts';
import { bytesOf, call, textOf, type Address } from './http-client.ts';

export interface Forwarding {
  settings: AdapterSettings;
  env: Record<string, string>;
  app: Agent;
  api: Address;
  signal: AbortSignal;
  log: (line: string) => void;
}

/** An invocation as the Runtime API gave it. */
export interface Given {
  id: string;
  event: Record<string, unknown>;
  headers: IncomingMessage['headers'];
}

/** Sends the event to the app as a request, and what it answers to the Runtime API. Rejects when the app cannot be reached. */
export async function forward(to: Forwarding, given: Given): Promise<void> {
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

/** Reports an invocation as failed. */
export function postError(api: Address, id: string, errorMessage: string, signal: AbortSignal): Promise<void> {
  return post(api, `/2018-06-01/runtime/invocation/${id}/error`, { errorType: 'Error', errorMessage }, signal, { 'lambda-runtime-function-error-type': 'unhandled' });
}

async function post(api: Address, path: string, value: unknown, signal: AbortSignal, headers: Record<string, string> = {}): Promise<void> {
  const body = Buffer.from(JSON.stringify(value));
  const response = await call(api, { method: 'POST', path, headers: { 'Content-Type': 'application/json', ...headers }, body, signal });
  await bytesOf(response);
}
