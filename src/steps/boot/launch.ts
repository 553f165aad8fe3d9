import type { App } from '../../model/app.ts';
import type { RequestRun } from '../../model/boot.ts';
import type { StartOptions } from '../../model/options.ts';
import { roundMs } from '../../model/sample.ts';
import { UserError } from '../../model/trouble.ts';
import { ORDER_VARIABLE, type ListenRecord, type LoadedRecord, type ProbeOrder, type ProbeRecord } from '../../probe/record.ts';
import { epochMs, sleep } from '../../system/clock.ts';
import { cpuTimeOf } from '../../system/cpu-time.ts';
import { openMailbox, type Mailbox } from '../../system/mailbox.ts';
import { builtFile } from '../../system/own-files.ts';
import { pollUntilAnswer, type Answer } from '../../system/poll.ts';
import { freePort, isPortFree, listeningPorts } from '../../system/ports.ts';
import { processTree } from '../../system/processes.ts';
import { runBefore, startApp, type Ended, type RunningApp } from '../../system/start.ts';

export interface Setup extends StartOptions {
  app: App;
  root: string;
}

export interface Manner {
  probe: 'evidence' | 'timing' | 'routes' | 'none';
  /** See ProbeOrder. */
  modules: ProbeOrder['modules'];
  requiredModules?: string[];
  /** Where an earlier start listened: on the port it was given, on one of its own, or on another one each time. */
  port: { kind: 'given' } | { kind: 'fixed'; port: number } | { kind: 'changing' };
  timeoutMs: number;
  /** Ask once more after the answer, and measure that request. */
  askAgain?: boolean;
  /** Hears of modules while an evidence run goes on, of most that it loads. */
  onLoaded?: ((modules: LoadedRecord[]) => void) | undefined;
}

export interface Launch {
  spawnedAtMs: number;
  givenPort: number;
  answered: (Answer & { port: number }) | null;
  /** Null unless asked for, and where no second answer came. */
  request: RequestRun | null;
  /** The process that first listened, or the one that got furthest; null without a probe. */
  record: ProbeRecord | null;
  /** What the processes of this start wrote, that of `record` among them. */
  records: ProbeRecord[];
  listens: ListenRecord[];
  /** Set when all of the app had ended by itself. */
  ended: Ended | null;
  output: string;
  redact(text: string): string;
}

/** How long a process may take to write its record after the answer, by what it has to collect. */
const RECORD_MS = { evidence: 20_000, routes: 20_000, timing: 3000, none: 0 };
/** An app that has been measured has nothing to save; it is asked to end, then made to. */
const STOP_GRACE_MS = 1000;

/** An evidence run is not timed to the millisecond, and asking keeps a machine busy that reads texts meanwhile. */
const EVIDENCE_POLL_MS = 50;

/** Starts the app once, waits until it answers as the adapter does, and ends everything it started. */
export async function launch(setup: Setup, manner: Manner): Promise<Launch> {
  if (setup.before !== undefined) await runBefore(setup.before, setup.root, setup.env, setup.node);
  const mailbox = manner.probe === 'none' ? null : openMailbox();
  const givenPort = setup.port ?? (manner.port.kind === 'fixed' ? manner.port.port : await freePort());
  if (setup.port !== undefined || manner.port.kind === 'fixed') await waitUntilFree(givenPort);
  const app = startApp({
    command: setup.app.start,
    cwd: setup.root,
    env: { PORT: String(givenPort), ...setup.env, ...(mailbox && probeEnvironment(setup, manner, mailbox)) },
    node: setup.node,
    secrets: setup.env,
  });
  try {
    const { answered, ended } = await waitForAnswer(app, mailbox, setup.app.readinessPath, manner, givenPort);
    const request = manner.askAgain === true && answered !== null ? await askAgain(app, answered.port, setup.app.readinessPath) : null;
    const record = mailbox && (await waitForRecord(app, mailbox, manner, ended !== null));
    const [fault] = mailbox?.faults() ?? [];
    if (record === null && fault !== undefined) throw new Error(`The probe failed inside the app: ${app.redact(fault)}`);
    return {
      spawnedAtMs: app.spawnedAtMs,
      givenPort,
      answered,
      request,
      record,
      records: mailbox?.records() ?? [],
      listens: mailbox?.listens() ?? [],
      ended,
      output: app.output(),
      redact: app.redact,
    };
  } finally {
    await app.stop(STOP_GRACE_MS);
    mailbox?.remove();
  }
}

/** Sees the routes of a start that somebody else makes. */
export interface Onlooker {
  /** The variables of that start, with what makes it be seen. */
  environment(env: Record<string, string>): Record<string, string>;
  /** What the process that answered has to tell, once it has. */
  answered(app: RunningApp): Promise<ProbeRecord | null>;
  end(): void;
}

/** Watches no module load: how the app loads is left as it is. */
export function onlooker(): Onlooker {
  const manner = { probe: 'routes', modules: 'skip' } as const;
  let mailbox: Mailbox | null = null;
  return {
    environment: (env) => ({ ...env, ...probeEnvironment({ env }, manner, (mailbox = openMailbox())) }),
    answered: async (app) => mailbox && (await waitForRecord(app, mailbox, manner, false)),
    end: () => mailbox?.remove(),
  };
}

function probeEnvironment(setup: Pick<Setup, 'env'>, manner: Pick<Manner, 'probe' | 'modules' | 'requiredModules'>, mailbox: Mailbox): Record<string, string> {
  const order: ProbeOrder = {
    folder: mailbox.folder,
    mode: manner.probe === 'none' ? 'timing' : manner.probe,
    modules: manner.modules,
    requiredModules: manner.requiredModules,
    hooksFile: builtFile('probe-hooks.cjs'),
    evidenceFile: builtFile('probe-evidence.cjs'),
  };
  const preload = `--require "${builtFile('probe.cjs').replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  return { NODE_OPTIONS: [preload, setup.env['NODE_OPTIONS'] ?? ''].join(' ').trim(), [ORDER_VARIABLE]: JSON.stringify(order) };
}

async function waitForAnswer(
  app: RunningApp,
  mailbox: Mailbox | null,
  path: string,
  manner: Manner,
  givenPort: number,
): Promise<{ answered: Launch['answered']; ended: Ended | null }> {
  const stop = new AbortController();
  const polled = new Set<number>();
  let answered: Launch['answered'] = null;
  let ended: Ended | null = null;
  const poll = (port: number, host?: string): void => {
    if (polled.has(port)) return;
    polled.add(port);
    const intervalMs = manner.probe === 'evidence' ? EVIDENCE_POLL_MS : undefined;
    void pollUntilAnswer({ port, host, path, intervalMs, timeoutMs: manner.timeoutMs, signal: stop.signal }).then((answer) => {
      if (answer === null || answered !== null) return;
      answered = { ...answer, port };
      stop.abort();
    });
  };
  void app.exited.then((how) => (ended = how));
  const deadline = epochMs() + manner.timeoutMs;
  poll(givenPort);
  while (answered === null && epochMs() < deadline) {
    for (const { port, host } of mailbox?.listens() ?? []) poll(port, hostToAsk(host));
    if (mailbox !== null) manner.onLoaded?.(mailbox.newlyLoaded());
    if (mailbox === null && manner.port.kind === 'changing') for (const { port } of listeningPorts(processTree(app.runId))) poll(port);
    if (ended !== null && processTree(app.runId).length === 0) break;
    await sleep(10, stop.signal);
  }
  stop.abort();
  return { answered, ended: answered === null ? ended : null };
}

/** How long the second request may take. */
const AGAIN_MS = 10_000;
/** A collection of garbage that is going on ends sooner. */
const AFTER_MS = 100;

/** The adapter asks for readiness, and right after that comes the request that the start was for. */
async function askAgain(app: RunningApp, port: number, path: string): Promise<RequestRun | null> {
  const initCpuMs = cpuTimeOf(app.pid);
  const sentAtMs = epochMs();
  const answer = await pollUntilAnswer({ port, path, timeoutMs: AGAIN_MS });
  const atEnd = cpuTimeOf(app.pid);
  if (answer === null) return null;
  await sleep(AFTER_MS);
  const later = cpuTimeOf(app.pid);
  const between = (from: number | null, to: number | null): number | null => (from === null || to === null ? null : Math.max(0, roundMs(to - from)));
  return { initCpuMs: initCpuMs && roundMs(initCpuMs), wallMs: roundMs(answer.atMs - sentAtMs), cpuMs: between(initCpuMs, atEnd), afterCpuMs: between(atEnd, later) };
}

/** A server bound to one outside address is asked there; all others on loopback. */
function hostToAsk(host: string): string | undefined {
  return host === '::1' || host === '0.0.0.0' || host === '::' || host.startsWith('127.') ? undefined : host;
}

/** How long the process that answered may take to begin with its record before all are asked. */
const WRITING_MS = 1000;
/** A probe looks for the wish every 50 ms; whoever has not answered it by now is busy, or no Node process. */
const ASKED_QUIET_MS = 500;

/**
 * The process that answered writes its record at once. Where nobody does (the app never answered, or speaks no plain
 * HTTP) a file asks every process for one, and the last to come is waited for.
 */
async function waitForRecord(app: RunningApp, mailbox: Mailbox, manner: Pick<Manner, 'probe'>, ended: boolean): Promise<ProbeRecord | null> {
  const answered = (): boolean => mailbox.records().some((record) => record.firstAnswer !== null);
  const begun = epochMs();
  const askAt = begun + (mailbox.listens().length > 0 ? WRITING_MS : 0);
  let asked = false;
  let count = mailbox.records().length;
  let lastAt = begun;
  while (!ended && !answered() && epochMs() < begun + RECORD_MS[manner.probe]) {
    if (!asked && epochMs() >= askAt) {
      mailbox.askForRecords();
      asked = true;
      lastAt = epochMs();
    }
    if (mailbox.records().length > count) {
      count = mailbox.records().length;
      lastAt = epochMs();
    }
    // A server is waited for, and may be busy collecting; of processes that do not listen nobody knows which will write.
    const expected = mailbox.listens().map((listen) => listen.pid);
    const there = expected.some((pid) => mailbox.records().some((record) => record.pid === pid));
    if (asked && count > 0 && (expected.length === 0 || there) && epochMs() > lastAt + ASKED_QUIET_MS) break;
    await sleep(10);
  }
  const elected = elect(mailbox.records(), mailbox.listens());
  if (manner.probe === 'evidence' && elected !== null) await waitForParents(mailbox, elected);
  return elected;
}

/** Of the processes that this one was forked from, each that still can writes its record too. */
async function waitForParents(mailbox: Mailbox, { forked, ppid }: ProbeRecord): Promise<void> {
  if (!forked) return;
  mailbox.askForRecords();
  const until = epochMs() + WRITING_MS;
  const parent = (): ProbeRecord | undefined => mailbox.records().find(({ pid }) => pid === ppid);
  while (parent() === undefined && epochMs() < until) await sleep(10);
  const found = parent();
  if (found !== undefined) await waitForParents(mailbox, found);
}

const PACKAGE_MANAGER = /[\\/](?:npm-cli|npx-cli|npm|npx|pnpm|pnpx|yarn|corepack|bun)(?:\.[cm]?js)?$/;

/**
 * The process that first listened and answered (the primary of a cluster listens for its workers, but never answers);
 * else the one that first listened; else, of those that are not a package manager, the one that loaded most modules.
 */
export function elect(records: readonly ProbeRecord[], listens: readonly ListenRecord[]): ProbeRecord | null {
  const answered = listens.map(({ pid }) => records.find((record) => record.pid === pid && record.firstAnswer !== null)).find((record) => record !== undefined);
  if (answered) return answered;
  const first = listens[0];
  const listener = first && records.find((record) => record.pid === first.pid);
  if (listener) return listener;
  const apps = records.filter((record) => !PACKAGE_MANAGER.test(record.argv[1] ?? ''));
  return apps.toSorted((a, b) => b.modules.length - a.modules.length || a.pid - b.pid)[0] ?? null;
}

/** The app of the start before may still be letting go of it. */
async function waitUntilFree(port: number): Promise<void> {
  for (let waited = 0; waited < 3000; waited += 50) {
    if (await isPortFree(port)) return;
    await sleep(50);
  }
  throw new UserError('port-taken', `Port ${port}, on which the app would listen, is taken by another process.`, `End that process, or choose another port with --port.`);
}
