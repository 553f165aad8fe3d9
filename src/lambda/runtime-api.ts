import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough, type Readable } from 'node:stream';
import { BUFFERED_LIMIT } from './function-url.ts';

/** What the runtime posted for an invocation. */
export type RuntimeResponse =
  | { kind: 'payload'; body: Buffer }
  /** The body fails when the runtime reports an error in the middle or goes away; `ended` gives the type of that error, or null. */
  | { kind: 'stream'; mediaType: string; body: Readable; ended: Promise<string | null> }
  | { kind: 'error'; errorType: string; message: string };

/** What the runtime and the extensions are told of an invocation. */
export interface Invocation {
  requestId: string;
  deadlineMs: number;
  functionArn: string;
  traceId: string;
  event: string;
}

/**
 * The HTTP interface that Lambda offers inside an environment: Runtime API 2018-06-01 and Extensions API 2020-01-01.
 * It only keeps count of who asked for what; when to start, to freeze or to give up is not decided here.
 */
export interface RuntimeApi {
  /** `host:port` for AWS_LAMBDA_RUNTIME_API. */
  address: string;
  /** Resolves when all external extensions have registered. */
  registered(): Promise<void>;
  /** Resolves when the runtime and every extension have asked for their next event. */
  idle(): Promise<void>;
  /** Resolves with its type when the runtime or an extension reports an error outside of an invocation. */
  failed: Promise<string>;
  /** Hands an invocation to the runtime, once that waits for one, and to the extensions that asked for it. */
  invoke(invocation: Invocation): Promise<RuntimeResponse>;
  /** How many external extensions have registered. */
  externalExtensions(): number;
  /** Tells extensions that asked for it; gives the names of those. */
  shutdown(reason: 'spindown' | 'timeout' | 'failure', deadlineMs: number): string[];
  close(): void;
}

interface Extension {
  name: string;
  external: boolean;
  events: string[];
  /** The request for the next event that waits for one. */
  next: ServerResponse | null;
}

export interface ApiFacts {
  functionName: string;
  handler: string;
  /** File names of the extensions that were started. */
  externalNames: string[];
}

/** Starts the server on a loopback port of its own. */
export async function serveRuntimeApi(facts: ApiFacts): Promise<RuntimeApi> {
  const extensions = new Map<string, Extension>();
  const checks = new Set<() => void>();
  let runtimeNext: ServerResponse | null = null;
  let current: { invocation: Invocation; resolve: (response: RuntimeResponse) => void; responded: boolean } | null = null;
  let fail!: (type: string) => void;
  const failed = new Promise<string>((resolve) => (fail = resolve));

  const changed = (): void => checks.forEach((check) => check());
  const until = (holds: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const check = (): void => {
        if (!holds()) return;
        checks.delete(check);
        resolve();
      };
      checks.add(check);
      check();
    });
  const external = (): Extension[] => [...extensions.values()].filter((each) => each.external);

  const routes: [RegExp, (request: IncomingMessage, response: ServerResponse, id: string) => void | Promise<void>][] = [
    [/^GET \/2018-06-01\/runtime\/invocation\/next$/, (_, response) => {
      runtimeNext = response;
      response.on('close', () => {
        if (runtimeNext === response) runtimeNext = null;
      });
      changed();
    }],
    [/^POST \/2018-06-01\/runtime\/invocation\/([^/]+)\/(?:response|error)$/, async (request, response, id) => {
      if (current === null || current.responded || current.invocation.requestId !== id) return refuse(response, 400, 'InvalidRequestID', 'Invalid request ID');
      current.responded = true;
      await take(request, response, current.resolve);
    }],
    [/^POST \/2018-06-01\/runtime\/init\/error$/, async (request, response) => {
      const { errorType } = await errorFrom(request);
      accept(response);
      fail(errorType);
    }],
    [/^POST \/2020-01-01\/extension\/register$/, async (request, response) => {
      const name = String(request.headers['lambda-extension-name'] ?? '');
      const body = parsedObject(await bodyOf(request, BUFFERED_LIMIT));
      if (name === '') return refuse(response, 403, 'Extension.InvalidExtensionName', 'Empty extension name');
      if ([...extensions.values()].some((each) => each.name === name)) return refuse(response, 403, 'Extension.AlreadyRegistered', 'Extension with this name already registered');
      const id = randomUUID();
      const events = Array.isArray(body['events']) ? body['events'].map(String) : [];
      extensions.set(id, { name, external: facts.externalNames.includes(name), events, next: null });
      response.setHeader('Lambda-Extension-Identifier', id);
      send(response, 200, { functionName: facts.functionName, functionVersion: '$LATEST', handler: facts.handler });
      changed();
    }],
    [/^GET \/2020-01-01\/extension\/event\/next$/, (request, response) => {
      const extension = extensions.get(String(request.headers['lambda-extension-identifier'] ?? ''));
      if (extension === undefined) return refuse(response, 403, 'Extension.UnknownExtensionIdentifier', 'Unknown extension identifier');
      extension.next = response;
      changed();
    }],
    [/^POST \/2020-01-01\/extension\/(?:init|exit)\/error$/, async (request, response) => {
      const { errorType } = await errorFrom(request);
      accept(response);
      fail(errorType);
    }],
    [/^GET \/2018-06-01\/ping$/, (_, response) => void response.end('pong')],
  ];

  const server = createServer((request, response) => {
    const line = `${request.method} ${request.url}`;
    for (const [pattern, handle] of routes) {
      const match = pattern.exec(line);
      if (match === null) continue;
      // What fails here is a connection of the other side; the phases learn of it from the process that ended.
      Promise.resolve(handle(request, response, match[1] ?? '')).catch(() => response.destroy());
      return;
    }
    refuse(response, 404, 'NotFound', 'No such resource');
  });
  // Waiting for an event has no limit.
  server.requestTimeout = 0;
  server.headersTimeout = 0;
  server.keepAliveTimeout = 0;
  await listen(server);

  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    registered: () => until(() => facts.externalNames.every((name) => external().some((each) => each.name === name))),
    idle: () => until(() => runtimeNext !== null && [...extensions.values()].every((each) => each.next !== null)),
    failed,
    invoke: async (invocation) => {
      await until(() => runtimeNext !== null);
      const waiting = runtimeNext!;
      return new Promise((resolve) => {
        current = { invocation, resolve, responded: false };
        for (const each of extensions.values()) {
          if (!each.events.includes('INVOKE') || each.next === null) continue;
          send(each.next, 200, {
            eventType: 'INVOKE',
            deadlineMs: invocation.deadlineMs,
            requestId: invocation.requestId,
            invokedFunctionArn: invocation.functionArn,
            tracing: { type: 'X-Amzn-Trace-Id', value: invocation.traceId },
          });
          each.next = null;
        }
        runtimeNext = null;
        waiting.writeHead(200, {
          'Content-Type': 'application/json',
          'Lambda-Runtime-Aws-Request-Id': invocation.requestId,
          'Lambda-Runtime-Deadline-Ms': String(invocation.deadlineMs),
          'Lambda-Runtime-Invoked-Function-Arn': invocation.functionArn,
          'Lambda-Runtime-Trace-Id': invocation.traceId,
        });
        waiting.end(invocation.event);
      });
    },
    externalExtensions: () => external().length,
    shutdown: (reason, deadlineMs) => {
      const told = [...extensions.values()].filter((each) => each.events.includes('SHUTDOWN'));
      for (const each of told) if (each.next !== null) send(each.next, 200, { eventType: 'SHUTDOWN', shutdownReason: reason, deadlineMs });
      return told.map((each) => each.name);
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** A streamed body is handed on as it comes; the runtime gets its 202 when all of it is here. */
async function take(request: IncomingMessage, response: ServerResponse, resolve: (value: RuntimeResponse) => void): Promise<void> {
  if (request.url!.endsWith('/error')) {
    const error = await errorFrom(request);
    accept(response);
    return resolve({ kind: 'error', ...error });
  }
  if (String(request.headers['lambda-runtime-function-response-mode'] ?? '').toLowerCase() === 'streaming') {
    const body = new PassThrough();
    // Whoever reads may lose interest; the function runs to its end all the same.
    body.on('error', () => undefined).on('close', () => request.resume());
    const ended = new Promise<string | null>((done) => {
      const fail = (errorType: string): void => {
        body.destroy(new Error(errorType));
        done(errorType);
      };
      request.on('error', () => undefined).on('close', () => !request.complete && fail('Runtime.ExitError'));
      request.on('end', () => {
        const errorType = request.trailers['lambda-runtime-function-error-type'];
        if (errorType !== undefined) fail(String(errorType));
        else body.end();
        done(null);
        accept(response);
      });
    });
    request.pipe(body, { end: false });
    return resolve({ kind: 'stream', mediaType: String(request.headers['content-type'] ?? ''), body, ended });
  }
  const body = await bodyOf(request, BUFFERED_LIMIT);
  if (body === null) {
    refuse(response, 413, 'RequestEntityTooLarge', `Exceeded maximum allowed payload size (${BUFFERED_LIMIT} bytes).`);
    return resolve({ kind: 'error', errorType: 'Function.ResponseSizeTooLarge', message: `Response payload size exceeded the limit of ${BUFFERED_LIMIT} bytes.` });
  }
  accept(response);
  resolve({ kind: 'payload', body });
}

/** Null when it is longer than the limit; all of it is read in any case. */
async function bodyOf(request: IncomingMessage, limit: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= limit) chunks.push(chunk);
  }
  return bytes > limit ? null : Buffer.concat(chunks);
}

async function errorFrom(request: IncomingMessage): Promise<{ errorType: string; message: string }> {
  const body = parsedObject(await bodyOf(request, BUFFERED_LIMIT));
  const type = request.headers['lambda-runtime-function-error-type'] ?? request.headers['lambda-extension-function-error-type'];
  return { errorType: String(body['errorType'] ?? type ?? 'Unknown'), message: String(body['errorMessage'] ?? '') };
}

function parsedObject(body: Buffer | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse((body ?? '').toString());
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function accept(response: ServerResponse): void {
  send(response, 202, { status: 'OK' });
}

function refuse(response: ServerResponse, status: number, errorType: string, errorMessage: string): void {
  send(response, status, { errorType, errorMessage });
}

function send(response: ServerResponse, status: number, body: Record<string, unknown>): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(body));
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve());
  });
}
