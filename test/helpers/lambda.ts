import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { environment, type Environment, type EnvironmentOptions, type UrlAnswer, type UrlRequest } from '../../src/lambda/index.ts';

export const lambdaApp = join(import.meta.dirname, '../fixtures/lambda/app');

export interface Started extends Environment {
  /** All lines that the app printed. */
  printed: string[];
  /** All lines that the platform logged. */
  logged: string[];
}

/** An environment of the fixture app that is closed after the test; 1769 MB and a timeout of 10 s unless told otherwise. */
export function start(t: TestContext, options: Partial<EnvironmentOptions> = {}): Started {
  const printed: string[] = [];
  const logged: string[] = [];
  const started = environment({
    command: './run.sh',
    cwd: lambdaApp,
    memoryMb: 1769,
    timeoutS: 10,
    node: process.execPath,
    log: (line, from) => void (from === 'function' ? printed : logged).push(line),
    ...options,
  });
  t.after(() => started.close());
  return { ...started, printed, logged };
}

/** GET of a path, or another request. */
export function get(path: string, rest: Partial<UrlRequest> = {}): UrlRequest {
  return { method: 'GET', path, headers: [], body: null, ...rest };
}

/** The whole body; rejects when it breaks off. */
export async function bodyOf(answer: UrlAnswer): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer.body as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export async function textOf(answer: UrlAnswer): Promise<string> {
  return (await bodyOf(answer)).toString('utf8');
}

/** What the app says it got. */
export async function echoOf(answer: UrlAnswer): Promise<{ method: string; url: string; headers: Record<string, string>; body: string }> {
  return JSON.parse(await textOf(answer)) as { method: string; url: string; headers: Record<string, string>; body: string };
}
