import { basename } from 'node:path';
import { shellWord } from '../model/shell-word.ts';
import { epochMs, sleep } from '../system/clock.ts';
import { startAdapter, type BuiltInAdapter } from './adapter.ts';
import { openCgroup } from './cgroup.ts';
import { freeze, peakMemoryMb, pidsOf, processCpuMs, startMember, thaw, type Exit, type Member } from './members.ts';
import { serveRuntimeApi, type RuntimeApi } from './runtime-api.ts';
import { environmentVariables, extensionVariables, type FunctionFacts } from './variables.ts';

export interface SandboxOptions {
  /** Shell command of the runtime: with the adapter, the app itself. */
  command: string;
  cwd: string;
  env: Record<string, string>;
  path: string;
  facts: FunctionFacts;
  /** Files of external extensions, the adapter's binary among them. */
  extensions: string[];
  /** True when no adapter is among them and ours is to take its place. */
  builtInAdapter: boolean;
  /** Whether to limit CPU and memory where that is permitted. */
  limits: boolean;
  onLine: (line: string) => void;
}

/**
 * One life of an environment: processes, their control group and the API they speak to. Phases and limits are decided
 * by who uses it.
 */
export interface Sandbox {
  api: RuntimeApi;
  /** Epoch milliseconds, right before the first process was started. */
  startedAtMs: number;
  /** Resolves with a Lambda error type when the environment can go on no more. */
  broken: Promise<string>;
  isBroken(): boolean;
  /** Starts extensions, then the runtime, and resolves when all of them wait for an event. */
  start(): Promise<void>;
  limitCpu(vcpus: number): void;
  /** True when `limitCpu` does what it says. */
  cpuIsLimited: boolean;
  /** CPU time of all processes so far, milliseconds; null where the system does not tell. */
  cpuMs(): number | null;
  /** Peak of the processes that run now, MB. */
  memoryMb(): number;
  freeze(): void;
  thaw(): void;
  /** SIGTERM to the runtime and SHUTDOWN to the extensions, with the time that Lambda gives them. */
  shutdown(reason: 'spindown' | 'timeout' | 'failure'): Promise<void>;
  /** SIGKILL to all, as after a time limit. */
  kill(): Promise<void>;
}

/** Lambda's time for shutting down, by what is registered, and the part of it that the runtime gets before extensions are told. */
const SHUTDOWN_MS = { external: 2000, none: 0 };
/** As the official emulator (v1.30, rapid/shutdown.go) shares it out. */
const RUNTIME_PART = 0.3;

/** Prepares an environment; nothing runs before `start`. */
export async function openSandbox(options: SandboxOptions): Promise<Sandbox> {
  const cgroup = options.limits ? openCgroup(options.facts.memoryMb) : null;
  const names = [...options.extensions.map((file) => basename(file)), ...(options.builtInAdapter ? ['lambda-adapter'] : [])];
  const api = await serveRuntimeApi({ functionName: options.facts.name, handler: options.facts.handler, externalNames: names });
  const variables = environmentVariables({ facts: options.facts, own: options.env, path: options.path, taskRoot: options.cwd, runtimeApi: api.address });
  const extensions: Member[] = [];
  let runtime: Member | null = null;
  let adapter: BuiltInAdapter | null = null;
  let frozen: number[] = [];
  let breakWith!: (errorType: string) => void;
  const broken = new Promise<string>((resolve) => (breakWith = resolve));
  let isBroken = false;
  void api.failed.then(breakWith);
  void broken.then(() => (isBroken = true));

  const members = (): Member[] => [...extensions, ...(runtime === null ? [] : [runtime])];
  // Much quicker than a look at all processes of the machine.
  const pids = (): number[] => cgroup?.pids() ?? pidsOf(members());
  const member = (command: string, env: Record<string, string>, onExit: (exit: Exit) => void): Member => {
    const started = startMember({ command, cwd: options.cwd, env, joins: cgroup?.joins ?? [], onLine: options.onLine });
    void started.exited.then(onExit);
    return started;
  };
  let killed = false;
  const kill = async (): Promise<void> => {
    killed = true;
    await Promise.all(members().map((each) => each.end(0)));
    adapter?.stop();
    api.close();
    cgroup?.remove();
  };

  const sandbox: Sandbox = {
    api,
    startedAtMs: 0,
    broken,
    isBroken: () => isBroken,
    cpuIsLimited: cgroup !== null,
    limitCpu: (vcpus) => cgroup?.limitCpu(vcpus),
    cpuMs: () => cgroup?.cpuMs() ?? processCpuMs(pids()),
    memoryMb: () => peakMemoryMb(frozen.length > 0 ? frozen : pids()),
    start: async () => {
      sandbox.startedAtMs = epochMs();
      for (const file of options.extensions) extensions.push(member(`exec ${shellWord(file)}`, extensionVariables(variables), () => breakWith('Extension.Crash')));
      if (options.builtInAdapter) adapter = startAdapter({ env: extensionVariables(variables), log: options.onLine, onFailure: () => breakWith('Extension.Crash') });
      await api.registered();
      if (killed) return;
      runtime = member(options.command, variables, () => breakWith('Runtime.ExitError'));
      await api.idle();
    },
    freeze: () => {
      frozen = freeze(pids);
    },
    thaw: () => {
      thaw(frozen);
      frozen = [];
    },
    shutdown: async (reason) => {
      sandbox.thaw();
      const begun = epochMs();
      const budgetMs = api.externalExtensions() > 0 ? SHUTDOWN_MS.external : SHUTDOWN_MS.none;
      await runtime?.end(budgetMs * RUNTIME_PART);
      const deadlineMs = begun + budgetMs;
      // The adapter asks for no event; only those that did are waited for.
      const told = api.shutdown(reason, Math.round(deadlineMs));
      const awaited = extensions.filter((_, index) => told.includes(names[index]!));
      await Promise.race([Promise.all(awaited.map((each) => each.exited)), sleep(awaited.length === 0 ? 0 : deadlineMs - epochMs())]);
      await kill();
    },
    kill,
  };
  return sandbox;
}
