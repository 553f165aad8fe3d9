import { randomBytes, randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { epochMs } from '../system/clock.ts';
import { freePort } from '../system/ports.ts';
import { nodeOnPath } from '../system/start.ts';
import { whyNoCgroup } from './cgroup.ts';
import { BUFFERED_LIMIT, eventOf, type UrlRequest } from './function-url.ts';
import { badGateway, outcomeOf, runInvocation, type Outcome, type UrlReply } from './invocation.ts';
import { billedMs, initReportLine, reportLine, stretched, type Report } from './report.ts';
import type { Invocation } from './runtime-api.ts';
import { openSandbox, type Sandbox } from './sandbox.ts';
import { vcpusOf, type FunctionFacts } from './variables.ts';

export interface EnvironmentOptions {
  /** Shell command that starts the app. */
  command: string;
  /** The package's folder, /var/task on Lambda. */
  cwd: string;
  /** The function's variables. Without AWS_LWA_PORT and PORT, a free port is given in PORT. */
  env?: Record<string, string>;
  memoryMb: number;
  /** The function's timeout, seconds. Lambda's own default is 3. */
  timeoutS?: number;
  /** Path of a `lambda-adapter` binary; without one, adapter.ts takes its place. */
  adapter?: string;
  /** Paths of further external extensions. */
  extensions?: string[];
  /** Path of the Node that `node` shall be. */
  node?: string;
  /** The function's name; the folder's when absent. */
  name?: string;
  initializationType?: FunctionFacts['initializationType'];
  /** Limit on the init phase, milliseconds; Lambda's when absent. */
  initLimitMs?: number;
  /** False reckons with the CPU share instead of enforcing it, as where that is not permitted; true when absent. */
  enforceCpu?: boolean;
  /** Every line of output, and Lambda's own lines (START, END, REPORT, INIT_REPORT). */
  log?: (line: string, from: 'function' | 'platform') => void;
}

/** How the init phase went. */
export interface Init extends Outcome {
  ms: number;
  /** Null where the system does not tell. */
  cpuMs: number | null;
}

/** The body arrives as the app sends it when the invoke mode is `response_stream`, and fails when the function does in the middle. */
export interface UrlAnswer extends UrlReply {
  /** Comes when the function has done with it, which can be after the last byte. Null for a request that never reached the function. */
  report: Promise<Report> | null;
}

/** A Lambda execution environment on this machine, of one function with a function URL. */
export interface Environment {
  /** The init phase, which begins at once. Rejects only with a UserError. */
  ready: Promise<Init>;
  /** One request at a time; further ones wait for their turn. */
  invoke(request: UrlRequest): Promise<UrlAnswer>;
  /** One per invocation so far. */
  reports: readonly Report[];
  /** Lambda's shutdown phase. What is still being answered fails. */
  close(): Promise<void>;
}

/** Lambda developer guide, "runtime environment": on demand, and with provisioned concurrency. */
const INIT_LIMIT_MS = { 'on-demand': 10_000, 'provisioned-concurrency': 900_000 };
/** What init runs at whatever the memory: two vCPUs by community measurements; public benchmarks show that memory makes no difference. */
const INIT_VCPUS = 2;

/** Starts an environment. Nothing that it starts outlives `close`, or this process. */
export function environment(options: EnvironmentOptions): Environment {
  const { memoryMb, timeoutS = 3, initializationType = 'on-demand' } = options;
  const log = options.log ?? ((): void => undefined);
  const vcpus = vcpusOf(memoryMb);
  const facts = factsOf(options);
  const stop = new AbortController();
  const reports: Report[] = [];
  let sandbox: Sandbox | null = null;
  let maxMemoryMb = 0;
  /** Init Duration for the next REPORT line. */
  let initMs: number | null = null;

  /** Starts a sandbox; one that does not make it is gone afterwards. */
  const initialize = async (phase: 'init' | 'invoke', share: number, limitMs: number): Promise<Init & { cpuIsLimited: boolean }> => {
    const opened = await openSandbox(await sandboxOptions(options, facts, (line) => log(line, 'function')));
    maxMemoryMb = 0;
    try {
      opened.limitCpu(share);
      const outcome = await outcomeOf(opened.start(), opened, limitMs, stop.signal);
      const init = { ...outcome, ms: epochMs() - opened.startedAtMs, cpuMs: opened.cpuMs(), cpuIsLimited: opened.cpuIsLimited };
      if (outcome.status === 'success') sandbox = opened;
      else log(initReportLine({ ...init, phase, status: outcome.status }), 'platform');
      return init;
    } finally {
      if (sandbox !== opened) await opened.kill();
    }
  };

  const firstInit = async (): Promise<Init> => {
    const { cpuIsLimited, ...init } = await initialize('init', Math.max(INIT_VCPUS, vcpus), options.initLimitMs ?? INIT_LIMIT_MS[initializationType]);
    // With provisioned concurrency it is reported on its own, before there is a request.
    if (init.status === 'success' && initializationType === 'on-demand') initMs = init.ms;
    if (vcpus < 1 && !cpuIsLimited) log(whyNoCgroup(), 'platform');
    rest();
    return init;
  };

  const rest = (): void => {
    if (sandbox === null) return;
    sandbox.freeze();
    maxMemoryMb = Math.max(maxMemoryMb, sandbox.memoryMb());
  };

  const drop = async (): Promise<void> => {
    const gone = sandbox;
    sandbox = null;
    await gone?.kill();
  };

  /** Wakes the environment for an invocation; one whose init failed, or that broke since, starts again at the memory's share. */
  const invokeAwake = async (invocation: Invocation, leftMs: () => number, reply: (answer: UrlReply) => void): Promise<Outcome & Pick<Sandbox, 'cpuIsLimited'> & { cpuMs: number | null }> => {
    if (sandbox?.isBroken() === true) await drop();
    let cpuBefore = sandbox?.cpuMs() ?? 0;
    if (sandbox === null) {
      const init = await initialize('invoke', vcpus, leftMs());
      cpuBefore = 0;
      if (init.status !== 'success') {
        reply(badGateway(init.errorType ?? 'Sandbox.Timedout'));
        return init;
      }
    }
    const running: Sandbox = sandbox!;
    running.limitCpu(vcpus);
    running.thaw();
    const outcome = await runInvocation(running, invocation, { limitMs: leftMs(), stop: stop.signal }, reply);
    const cpuAfter = running.cpuMs();
    return { ...outcome, cpuIsLimited: running.cpuIsLimited, cpuMs: cpuAfter === null ? null : cpuAfter - cpuBefore };
  };

  const invokeNow = async (request: UrlRequest, reply: (answer: UrlAnswer) => void): Promise<void> => {
    const begunMs = epochMs();
    const deadlineMs = begunMs + timeoutS * 1000;
    const invocation = invocationOf(request, facts, begunMs, deadlineMs);
    if (Buffer.byteLength(invocation.event) > BUFFERED_LIMIT) return reply({ ...badGateway('RequestTooLarge'), status: 413, report: null });
    const { requestId } = invocation;
    let report!: (report: Report) => void;
    const reported = new Promise<Report>((resolve) => (report = resolve));
    log(`START RequestId: ${requestId} Version: $LATEST`, 'platform');

    const { cpuMs, cpuIsLimited, status, errorType } = await invokeAwake(invocation, () => Math.max(0, deadlineMs - epochMs()), (answer) => reply({ ...answer, report: reported }));
    const wallMs = epochMs() - begunMs;
    const durationMs = cpuIsLimited ? wallMs : stretched(wallMs, cpuMs ?? 0, vcpus);
    rest();
    const modeled = (!cpuIsLimited && vcpus < 1) || vcpus > availableParallelism();
    const result: Report = { requestId, durationMs, billedMs: billedMs(durationMs, initMs), memoryMb, maxMemoryMb, initMs, status, errorType, cpuMs, modeled };
    initMs = null;
    reports.push(result);
    if (status === 'timeout') log(`${new Date(epochMs()).toISOString()} ${requestId} Task timed out after ${timeoutS.toFixed(2)} seconds`, 'platform');
    else if (errorType !== null) log(`RequestId: ${requestId} Error: ${errorType}`, 'platform');
    log(`END RequestId: ${requestId}`, 'platform');
    log(reportLine(result), 'platform');
    report(result);
    // After a timeout or a crash Lambda resets the environment; an error that the function reported is an answer.
    if (status === 'timeout' || (sandbox as Sandbox | null)?.isBroken() === true) await drop();
  };

  const ready = firstInit();
  let turn: Promise<unknown> = ready.catch(() => undefined);
  return {
    ready,
    reports,
    invoke: (request) =>
      new Promise((resolve, reject) => {
        turn = turn
          .then(() => ready)
          .then(() => (stop.signal.aborted ? resolve({ ...badGateway('Sandbox.Closed'), report: null }) : invokeNow(request, resolve)))
          .catch(reject);
      }),
    close: async () => {
      stop.abort();
      await turn;
      await sandbox?.shutdown('spindown');
      sandbox = null;
    },
  };
}

function invocationOf(request: UrlRequest, facts: FunctionFacts, begunMs: number, deadlineMs: number): Invocation {
  const requestId = randomUUID();
  const traceId = `Root=1-${Math.floor(begunMs / 1000).toString(16)}-${randomBytes(12).toString('hex')};Parent=${randomBytes(8).toString('hex')};Sampled=0`;
  const event = eventOf(request, { domain: `local.lambda-url.${facts.region}.on.aws`, requestId, traceId, epochMs: begunMs });
  return { requestId, traceId, deadlineMs: Math.round(deadlineMs), functionArn: `arn:aws:lambda:${facts.region}:000000000000:function:${facts.name}`, event: JSON.stringify(event) };
}

function factsOf(options: EnvironmentOptions): FunctionFacts {
  const [date] = new Date(epochMs()).toISOString().split('T');
  return {
    name: options.name ?? basename(options.cwd),
    memoryMb: options.memoryMb,
    region: options.env?.['AWS_REGION'] ?? 'us-east-1',
    initializationType: options.initializationType ?? 'on-demand',
    logStream: `${date!.replaceAll('-', '/')}/[$LATEST]${randomBytes(16).toString('hex')}`,
    handler: options.env?.['_HANDLER'] ?? 'run.sh',
  };
}

async function sandboxOptions(options: EnvironmentOptions, facts: FunctionFacts, onLine: (line: string) => void): Promise<Parameters<typeof openSandbox>[0]> {
  const env = { ...options.env };
  if (env['AWS_LWA_PORT'] === undefined && env['PORT'] === undefined) env['PORT'] = String(await freePort());
  const folder = options.node === undefined ? [] : [nodeOnPath(options.node).folder];
  return {
    command: options.command,
    cwd: options.cwd,
    env,
    path: [...folder, process.env['PATH'] ?? ''].join(':'),
    facts,
    extensions: [...(options.adapter === undefined ? [] : [options.adapter]), ...(options.extensions ?? [])],
    builtInAdapter: options.adapter === undefined,
    limits: options.enforceCpu ?? true,
    onLine,
  };
}
