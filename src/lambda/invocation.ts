import { Readable } from 'node:stream';
import { sleep } from '../system/clock.ts';
import { answerOf, readPrelude, type UrlHead } from './function-url.ts';
import type { Invocation, RuntimeResponse } from './runtime-api.ts';
import type { Sandbox } from './sandbox.ts';

/** How a phase ended. */
export interface Outcome {
  status: 'success' | 'error' | 'timeout';
  errorType: string | null;
}

/** What a function URL answers, before anything is known of how the invocation ends. */
export interface UrlReply extends UrlHead {
  body: Readable;
  /** Lambda's type of the error that made this a 502; null when the function answered. */
  errorType: string | null;
  /** What the function said about it; clients of a function URL never see it. */
  errorMessage: string | null;
}

/** Waits for a phase to end, for the environment to break, for the limit to pass or for `stop`, whichever is first. */
export async function outcomeOf(phase: Promise<unknown>, sandbox: Sandbox, limitMs: number, stop: AbortSignal): Promise<Outcome> {
  const over = new AbortController();
  try {
    return await Promise.race([
      phase.then((): Outcome => ({ status: 'success', errorType: null })),
      sandbox.broken.then((errorType): Outcome => ({ status: 'error', errorType })),
      sleep(limitMs, AbortSignal.any([over.signal, stop])).then((): Outcome => (stop.aborted ? { status: 'error', errorType: 'Sandbox.Closed' } : { status: 'timeout', errorType: null })),
    ]);
  } finally {
    over.abort();
  }
}

/**
 * Runs one invocation to the point where the runtime and all extensions wait for the next one. `reply` is called once,
 * as soon as the head of the answer is known.
 */
export async function runInvocation(sandbox: Sandbox, invocation: Invocation, limits: { limitMs: number; stop: AbortSignal }, reply: (answer: UrlReply) => void): Promise<Outcome> {
  let replied: UrlReply | null = null;
  const replyOnce = (answer: UrlReply): void => {
    if (replied === null) reply((replied = answer));
  };
  const done = sandbox.api.invoke(invocation).then(async (response) => {
    const answer = await replyTo(response);
    replyOnce(answer);
    await sandbox.api.idle();
    return answer.errorType ?? (response.kind === 'stream' ? await response.ended : null);
  });
  const outcome = await outcomeOf(done, sandbox, limits.limitMs, limits.stop);
  if (outcome.status !== 'success') {
    replyOnce(badGateway(outcome.errorType ?? 'Sandbox.Timedout'));
    return outcome;
  }
  const errorType = await done;
  return errorType === null ? outcome : { status: 'error', errorType };
}

/** The function URL's reply to what the runtime posted. */
async function replyTo(response: RuntimeResponse): Promise<UrlReply> {
  if (response.kind === 'error') return badGateway(response.errorType, response.message);
  if (response.kind === 'payload') {
    const { body, ...head } = answerOf(response.body);
    return { ...head, body: Readable.from(body.length === 0 ? [] : [body]), errorType: null, errorMessage: null };
  }
  try {
    return { ...(await readPrelude(response.body, response.mediaType)), body: response.body, errorType: null, errorMessage: null };
  } catch {
    return badGateway('Runtime.InvalidStreamedResponse');
  }
}

/** What a client of a function URL sees of every failed invocation. */
export function badGateway(errorType: string, errorMessage: string | null = null): UrlReply {
  return { status: 502, headers: [['content-type', 'text/plain']], body: Readable.from([Buffer.from('Internal Server Error')]), errorType, errorMessage };
}
