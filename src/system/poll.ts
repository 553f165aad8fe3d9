import { request, type ClientRequest } from 'node:http';
import { epochMs, sleep } from './clock.ts';

export type Answer = {
  status: number;
  /** Epoch milliseconds with a fraction, when the status line and headers had arrived. */
  atMs: number;
};

/**
 * Asks until the app answers, as the Lambda Web Adapter does at a cold start: GET, any status from 100 to 499 is an
 * answer, a pause of `intervalMs` (10) after everything else. Null when `timeoutMs` has passed or the signal is aborted.
 * Without a host, or with one that means all addresses, both loopback addresses are tried in turn.
 */
export async function pollUntilAnswer(options: {
  port: number;
  host?: string;
  path: string;
  intervalMs?: number;
  timeoutMs: number;
  signal?: AbortSignal;
}): Promise<Answer | null> {
  const { port, path, intervalMs = 10, timeoutMs } = options;
  const expired = AbortSignal.timeout(Math.ceil(timeoutMs));
  const signal = options.signal === undefined ? expired : AbortSignal.any([expired, options.signal]);
  while (!signal.aborted) {
    for (const host of hostsToAsk(options.host)) {
      const answer = await ask({ host, port, path }, signal);
      if (answer !== null && answer.status >= 100 && answer.status < 500) return answer;
    }
    await sleep(intervalMs, signal);
  }
  return null;
}

function hostsToAsk(host: string | undefined): string[] {
  return host === undefined || host === '' || host === '0.0.0.0' || host === '::' || host === 'localhost' ? ['127.0.0.1', '::1'] : [host];
}

/** One attempt; null when no status came. It has no time limit of its own: a slow first answer is an answer. */
function ask(to: { host: string; port: number; path: string }, signal: AbortSignal): Promise<Answer | null> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(null);
    const sent: ClientRequest = request({ ...to, method: 'GET', agent: false });
    const give = (answer: Answer | null): void => {
      signal.removeEventListener('abort', abort);
      resolve(answer);
    };
    const abort = (): void => {
      sent.destroy();
      give(null);
    };
    signal.addEventListener('abort', abort, { once: true });
    sent.on('error', () => give(null));
    sent.on('response', (response) => {
      const answer = { status: response.statusCode ?? 0, atMs: epochMs() };
      // Read to the end, so that the app sees a client that takes its answer; but an endless body must not keep us here.
      response.on('error', () => {});
      response.resume();
      response.socket.unref();
      give(answer);
    });
    // 101 is an answer too, though it comes without a response.
    sent.on('upgrade', (response, socket) => {
      socket.destroy();
      give({ status: response.statusCode ?? 101, atMs: epochMs() });
    });
    sent.end();
  });
}
