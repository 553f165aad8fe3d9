import type { App } from '../../model/app.ts';
import type { StartOptions } from '../../model/options.ts';
import { UserError } from '../../model/trouble.ts';
import type { ReplayRequest } from '../../model/verification.ts';
import { epochMs, sleep } from '../../system/clock.ts';
import { realPath } from '../../system/files.ts';
import { exchange, type Exchange, type ExchangeLimits } from '../../system/exchange.ts';
import { pollUntilAnswer } from '../../system/poll.ts';
import { freePort, isPortFree, listeningPorts } from '../../system/ports.ts';
import { processTree } from '../../system/processes.ts';
import { runBefore, startApp, type RunningApp } from '../../system/start.ts';
import { answerFrom, type Answer, type Place } from './answer.ts';
import { lateLoadsIn, type LateLoad } from './late-loads.ts';

/** One way to start the app, under the name it has in the report. */
export interface Variant {
  name: string;
  setup: StartOptions & { app: App; root: string };
}

/** What a variant did with the requests, or why it did not come up. Texts hold no values of the given variables. */
export type Replay =
  | { up: true; answers: Answer[]; /** To the same requests, in the same start; null where none was sent again. */ repeated: (Answer | null)[]; /** Which of the requests were sent beside the next ones, and answered after that. */ slow: number[]; /** From its first start to the answer that showed that it is up. */ answeredMs: number; lateLoads: LateLoad[]; redact(text: string): string }
  | { up: false; because: string; lateLoads: LateLoad[]; redact(text: string): string };

export interface ReplayOptions {
  /** Shell command to run before the first start. */
  reset?: string | undefined;
  /** On top of the variant's own variables. */
  env: Record<string, string>;
  /** Values out of the requests that no text may hold, by a name for each; the variant's variables are such anyway. */
  secrets: Record<string, string>;
  limitsOf(index: number): ExchangeLimits;
  /**
   * When a request has not been answered for so long, the next one is sent beside it; otherwise they follow each other. Then those that
   * were answered in less are sent once more.
   */
  overlapAfterMs?: number | undefined;
  /** Those after which the next one is sent at once. */
  isSlow?(index: number): boolean;
  onRequest(index: number): void;
  /** It came up after so many ms, and has answered what it answers at once. */
  onAsked?: ((answeredMs: number) => void) | undefined;
}

interface Up {
  app: RunningApp;
  host: string;
  port: number;
  answeredMs: number;
  hasEnded(): boolean;
}

/** Without a listener on the port it was given for so long, an app is looked for on the ports it has. */
const OWN_PORT_MS = 1000;
/** How long the end of a process may take to be seen after its sockets have closed. */
const ENDING_MS = 300;
const STOP_GRACE_MS = 1000;

/** Starts the variant afresh and sends it the requests one after another; one that ends it makes it start again. */
export async function replay(variant: Variant, requests: readonly ReplayRequest[], options: ReplayOptions): Promise<Replay> {
  if (options.reset !== undefined) await reset(options.reset, variant);
  const answers: Answer[] = [];
  const lateLoads: LateLoad[] = [];
  let up = await start(variant, options);
  const answeredMs = up.up ? up.answeredMs : Number.NaN;
  const stop = async (): Promise<void> => {
    await up.app.stop(STOP_GRACE_MS);
    lateLoads.push(...lateLoadsIn(withoutRoot(up.app.output(), variant.setup.root)));
  };
  const again = async (): Promise<void> => {
    await stop();
    up = await start(variant, options);
  };
  const { redact } = up.app;
  const beside = up.up && options.overlapAfterMs !== undefined ? await overlapping(up, requests, options, options.overlapAfterMs, () => options.onAsked?.(answeredMs)) : null;
  if (beside !== null && up.up) {
    const place = placeOf(variant.setup.root, up.port);
    await stop();
    return { up: true, answers: beside.first.map((got) => answerFrom(got, place)), repeated: beside.again.map((got) => got && answerFrom(got, place)), slow: beside.slow, answeredMs, lateLoads, redact };
  }
  // Which of several requests ended it cannot be told: they are sent again, one by one.
  if (up.up && options.overlapAfterMs !== undefined) await again();
  for (let i = 0; i < requests.length && up.up; i++) {
    options.onRequest(i);
    const ask = (): Promise<Exchange> => exchange(up as Up, requests[i]!, options.limitsOf(i));
    let got = await ask();
    if (got.status === null && got.outcome !== 'timeout') {
      await sleep(ENDING_MS);
      const before = answers.at(-1);
      const ended = up.hasEnded();
      if (ended) await again();
      else if (got.outcome === 'refused') await untilListening(up, variant);
      if (!up.up) break;
      if (ended || got.outcome === 'refused') got = await ask();
      // An app may go down right after an answer: then the request before is to blame, and this one is answered now.
      if (ended && got.status !== null && before !== undefined) before.outcome = 'ended';
    }
    const answer = answerFrom(got, placeOf(variant.setup.root, up.port));
    answers.push(answer);
    if (got.outcome === 'answered' || got.outcome === 'cut') continue;
    await sleep(ENDING_MS);
    if (!up.hasEnded()) continue;
    answer.outcome = 'ended';
    await again();
  }
  if (up.up) options.onAsked?.(answeredMs);
  if (up.up && requests.length > 0) {
    await sleep(ENDING_MS);
    const last = answers.at(-1);
    if (last !== undefined && up.hasEnded()) last.outcome = 'ended';
  }
  await stop();
  return up.up ? { up: true, answers, repeated: answers.map(() => null), slow: [], answeredMs, lateLoads, redact } : { up: false, because: up.because, lateLoads, redact };
}

/** Null where the app did not take them all: it ended, or closed a connection. */
async function overlapping(up: Up, requests: readonly ReplayRequest[], { limitsOf, onRequest, isSlow = () => false }: ReplayOptions, afterMs: number, onAsked: () => void): Promise<{ first: Exchange[]; again: (Exchange | null)[]; slow: number[] } | null> {
  const exchanges: Promise<Exchange>[] = [];
  const quick = new Set<number>();
  for (const [i, request] of requests.entries()) {
    onRequest(i);
    const one = exchange(up, request, limitsOf(i));
    exchanges.push(one);
    if (isSlow(i)) continue;
    // Where several wait for servers elsewhere, the next ones mostly do as well.
    const known = exchanges.length - 1 - quick.size > 1 ? afterMs / 3 : afterMs;
    if (await Promise.race([one.then(() => true), sleep(known).then(() => false)])) quick.add(i);
  }
  const again: (Exchange | null)[] = [];
  for (const [i, request] of requests.entries()) again.push(quick.has(i) && (await exchanges[i]!).outcome === 'answered' ? await exchange(up, request, limitsOf(i)) : null);
  onAsked();
  const first = await Promise.all(exchanges);
  if (requests.length > 0) await sleep(ENDING_MS);
  const slow = first.flatMap(({ outcome }, i) => (outcome === 'answered' && !quick.has(i) ? [i] : []));
  return up.hasEnded() || first.some(({ outcome }) => outcome === 'closed' || outcome === 'refused') ? null : { first, again, slow };
}

/** A supervisor may be starting a new process. */
async function untilListening(up: Up, { setup }: Variant): Promise<void> {
  await pollUntilAnswer({ port: up.port, host: up.host, path: setup.app.readinessPath, timeoutMs: setup.timeoutMs });
}

/** Sends the requests at once, and beside each other, to a start of the app in this folder that somebody else has made. */
export async function answersAt(port: number, root: string, requests: readonly ReplayRequest[], limits: ExchangeLimits): Promise<Answer[]> {
  const exchanges = await Promise.all(requests.map((request) => exchange({ host: '127.0.0.1', port }, request, limits)));
  return exchanges.map((got) => answerFrom(got, placeOf(root, port)));
}

function placeOf(root: string, port: number): Place {
  return { port, roots: rootsOf(root) };
}

/** The app may see its folder through a symbolic link or without. */
function rootsOf(root: string): string[] {
  return [...new Set([root, realPath(root)])].filter((folder) => folder.length > 1);
}

/** Documents name no folder of this machine. */
export function withoutRoot(text: string, root: string): string {
  return rootsOf(root).reduce((out, folder) => out.replaceAll(folder, '<root>'), text);
}

async function reset(command: string, { setup }: Variant): Promise<void> {
  try {
    await runBefore(command, setup.root, setup.env, setup.node);
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'before-failed') throw error;
    throw new UserError('reset-failed', error.message.replace('--before', '--reset'), error.hint.replace('--before', '--reset'), error);
  }
}

async function start({ setup }: Variant, { env, secrets }: Pick<ReplayOptions, 'env' | 'secrets'>): Promise<(Up & { up: true }) | { up: false; app: RunningApp; because: string; hasEnded(): boolean }> {
  if (setup.before !== undefined) await runBefore(setup.before, setup.root, setup.env, setup.node);
  const port = setup.port ?? (await freePort());
  if (setup.port !== undefined) await untilFree(port);
  const app = startApp({ command: setup.app.start, cwd: setup.root, env: { PORT: String(port), ...setup.env, ...env }, node: setup.node, secrets: { ...secrets, ...setup.env } });
  let shellEnded = false;
  void app.exited.then(() => (shellEnded = true));
  const hasEnded = (): boolean => shellEnded && processTree(app.runId).length === 0;
  const at = await whereItAnswers(app, port, setup.app.readinessPath, setup.timeoutMs, hasEnded);
  if (at !== null) return { up: true, app, ...at, hasEnded };
  const because = hasEnded() ? `it ended before it answered: ${lastWords(withoutRoot(app.output(), setup.root))}` : `it did not answer within ${Math.round(setup.timeoutMs / 1000)} s`;
  return { up: false, app, because, hasEnded };
}

async function whereItAnswers(app: RunningApp, given: number, path: string, timeoutMs: number, hasEnded: () => boolean): Promise<Pick<Up, 'host' | 'port' | 'answeredMs'> | null> {
  const found = new AbortController();
  let at: Pick<Up, 'host' | 'port' | 'answeredMs'> | null = null;
  const asked = new Set<number>();
  const ask = (port: number, host?: string): void => {
    if (asked.has(port)) return;
    asked.add(port);
    void pollUntilAnswer({ port, host, path, timeoutMs, signal: found.signal }).then((answer) => {
      if (answer === null || at !== null) return;
      at = { port, host: hostToAsk(app, port), answeredMs: answer.atMs - app.spawnedAtMs };
      found.abort();
    });
  };
  ask(given);
  const begun = epochMs();
  let looked = begun;
  while (at === null && epochMs() - begun < timeoutMs && !hasEnded()) {
    await sleep(20, found.signal);
    if (at !== null || epochMs() - looked < OWN_PORT_MS) continue;
    looked = epochMs();
    const listening = listeningPorts(processTree(app.runId));
    if (!listening.some(({ port }) => port === given)) for (const { port, host } of listening) ask(port, specific(host));
  }
  found.abort();
  return at;
}

function hostToAsk(app: RunningApp, port: number): string {
  const hosts = listeningPorts(processTree(app.runId)).flatMap((one) => (one.port === port ? [one.host] : []));
  const [host] = hosts;
  if (host === undefined || hosts.some((one) => specific(one) === undefined)) return '127.0.0.1';
  return host;
}

/** Undefined for what stands for all addresses. */
function specific(host: string): string | undefined {
  return host === '0.0.0.0' || host === '::' || host === '*' || host.startsWith('127.') ? undefined : host;
}

/** The app of the start before may still be letting go of it. */
async function untilFree(port: number): Promise<void> {
  for (let waited = 0; waited < 3000; waited += 50) {
    if (await isPortFree(port)) return;
    await sleep(50);
  }
  throw new UserError('port-taken', `Port ${port}, on which the app would listen, is taken by another process.`, 'End that process, or choose another port with --port.');
}

function lastWords(output: string): string {
  const lines = output.trim().split('\n').map((line) => line.trim());
  const error = lines.findLast((line) => /^(?:\w*Error\b|Error\b|.*\bERR_)/.test(line));
  return error ?? lines.findLast((line) => line !== '' && !line.startsWith('Node.js v')) ?? 'it said nothing';
}
