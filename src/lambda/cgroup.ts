import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { atEnd } from '../system/ending.ts';

/** A control group of our own that limits the CPU and the memory of the processes that join it. */
export interface Cgroup {
  /** Files a process writes 0 or its pid to in order to join. */
  joins: string[];
  /** Limits all members together to so many CPUs; no fewer than the machine has means no limit. */
  limitCpu(vcpus: number): void;
  /** Pids of all members. */
  pids(): number[];
  /** CPU time of all members so far, those that have ended too, milliseconds. */
  cpuMs(): number | null;
  /** False where the memory controller is not ours to use. */
  limitsMemory: boolean;
  remove(): void;
}

/** Where the kernel says which control groups there are, and which we are in. */
export interface CgroupFiles {
  /** As /proc/self/mounts. */
  mounts: string;
  /** As /proc/self/cgroup. */
  own: string;
}

/**
 * Length of the CPU scheduler's accounting period, microseconds. In the public daily benchmark a trivial first
 * invocation takes 11 to 14 ms at 128 MB and 3 to 5 ms from 256 MB up (maxday/lambda-perf, August 2026): a few
 * milliseconds of work that wait for a new period once. That fits 20 ms, not the kernel's default of 100 ms.
 */
const PERIOD_US = 20_000;
/** The kernel takes no smaller quota. */
const LEAST_QUOTA_US = 1000;
const PREFIX = 'lwa-split-';

let made = 0;

/** A new control group with a memory limit, or null where we may not make one that limits CPU (see `whyNoCgroup`). */
export function openCgroup(memoryMb: number, files: CgroupFiles | null = kernelFiles()): Cgroup | null {
  if (files === null) return null;
  const name = `${PREFIX}${process.pid}-${++made}`;
  for (const open of [openV1, openV2]) {
    const group = open(name, memoryMb, files);
    if (group === null) continue;
    if (!canJoin(group.joins)) {
      group.remove();
      continue;
    }
    const forget = atEnd(group.remove);
    return {
      ...group,
      remove: () => {
        forget();
        group.remove();
      },
    };
  }
  return null;
}

/** One sentence for people on why times are modeled here. */
export function whyNoCgroup(): string {
  return process.platform === 'linux'
    ? 'This user may not limit CPU with control groups, so times at less than one vCPU are modeled, not measured; root or a delegated cgroup v2 with the cpu controller would do.'
    : 'This system has no control groups, so times at less than one vCPU are modeled, not measured.';
}

/** One folder per controller. */
function openV1(name: string, memoryMb: number, files: CgroupFiles): Cgroup | null {
  const cpu = makeIn(parentsFor('cpu', files), name, 'cpu.cfs_quota_us');
  if (cpu === null) return null;
  const account = existsSync(join(cpu, 'cpuacct.usage')) ? cpu : makeIn(parentsFor('cpuacct', files), name, 'cpuacct.usage');
  const memory = makeIn(parentsFor('memory', files), name, 'memory.limit_in_bytes');
  const limitsMemory = memory !== null && wrote(join(memory, 'memory.limit_in_bytes'), String(memoryMb * 1024 * 1024));
  const folders = [...new Set([cpu, account, memory])].filter((each) => each !== null);
  return {
    joins: folders.map((each) => join(each, 'cgroup.procs')),
    limitsMemory,
    pids: () => pidsIn(cpu),
    limitCpu: (vcpus) => {
      wrote(join(cpu, 'cpu.cfs_period_us'), String(PERIOD_US));
      wrote(join(cpu, 'cpu.cfs_quota_us'), String(quotaUs(vcpus) ?? -1));
    },
    cpuMs: () => (account === null ? null : Number(textOf(join(account, 'cpuacct.usage'))) / 1e6),
    remove: () => folders.forEach(removeFolder),
  };
}

/** One folder for all controllers. */
function openV2(name: string, memoryMb: number, files: CgroupFiles): Cgroup | null {
  const folder = makeIn(parentsFor('v2', files), name, 'cpu.max');
  if (folder === null) return null;
  return {
    joins: [join(folder, 'cgroup.procs')],
    limitsMemory: existsSync(join(folder, 'memory.max')) && wrote(join(folder, 'memory.max'), String(memoryMb * 1024 * 1024)),
    pids: () => pidsIn(folder),
    limitCpu: (vcpus) => void wrote(join(folder, 'cpu.max'), `${quotaUs(vcpus) ?? 'max'} ${PERIOD_US}`),
    cpuMs: () => {
      const us = /^usage_usec (\d+)/m.exec(textOf(join(folder, 'cpu.stat')))?.[1];
      return us === undefined ? null : Number(us) / 1000;
    },
    remove: () => removeFolder(folder),
  };
}

function pidsIn(folder: string): number[] {
  return textOf(join(folder, 'cgroup.procs')).split('\n').filter((line) => line !== '').map(Number);
}

/** Null for all there is: a quota as large as the machine would still be handed out in slices, and be missing somewhere. */
function quotaUs(vcpus: number): number | null {
  if (vcpus >= availableParallelism()) return null;
  return Math.max(LEAST_QUOTA_US, Math.round(vcpus * PERIOD_US));
}

/** Folders to try to make a group in, for one controller of v1 or for v2. */
export function parentsFor(controller: 'cpu' | 'cpuacct' | 'memory' | 'v2', { mounts, own }: CgroupFiles): string[] {
  const mount = mountsOf(controller === 'v2' ? 'cgroup2' : 'cgroup', mounts).find((each) => controller === 'v2' || each.options.includes(controller))?.at;
  if (mount === undefined) return [];
  const path = own
    .split('\n')
    .map((line) => line.split(':'))
    .find(([id, controllers]) => (controller === 'v2' ? id === '0' : controllers?.split(',').includes(controller)))
    ?.slice(2)
    .join(':');
  const parts = (path ?? '/').split('/').filter((each) => each !== '' && each !== '..');
  // A group of v2 with processes in it hands no controllers down, so from ours upwards. In a container the path that
  // the kernel tells may not be there at all, so in the end the top.
  const up = controller === 'v2' ? parts.map((_, index) => parts.slice(0, parts.length - index)) : [parts];
  return [...new Set([...up, []].map((each) => join(mount, ...each)))];
}

function mountsOf(type: string, mounts: string): { at: string; options: string[] }[] {
  return mounts.split('\n').flatMap((line) => {
    const [, at, kind, options] = line.split(' ');
    return kind === type && at !== undefined ? [{ at: at.replaceAll('\\040', ' '), options: (options ?? '').split(',') }] : [];
  });
}

/** Makes the group in the first parent where the kernel then gives it the file; null when there is none. */
function makeIn(parents: string[], name: string, file: string): string | null {
  for (const parent of parents) {
    const folder = join(parent, name);
    try {
      sweep(parent);
      mkdirSync(folder);
    } catch {
      continue;
    }
    if (existsSync(join(folder, file)) && wrote(join(folder, file), file === 'cpu.max' ? 'max' : textOf(join(folder, file)).trim())) return folder;
    removeFolder(folder);
  }
  return null;
}

/** Groups of a run that was killed stay behind empty; those whose maker is gone are removed. */
function sweep(parent: string): void {
  for (const name of readdirSync(parent)) {
    const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) removeFolder(join(parent, name));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Whether a process may join can only be found out by one that does. */
function canJoin(joins: string[]): boolean {
  return spawnSync('/bin/sh', ['-c', 'for file do echo 0 > "$file" || exit 1; done', 'sh', ...joins], { stdio: 'ignore' }).status === 0;
}

function kernelFiles(): CgroupFiles | null {
  return process.platform === 'linux' ? { mounts: textOf('/proc/self/mounts'), own: textOf('/proc/self/cgroup') } : null;
}

function wrote(file: string, text: string): boolean {
  try {
    writeFileSync(file, text);
    return true;
  } catch {
    return false;
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function removeFolder(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Members still end; what stays behind empty is swept by the next run.
  }
}
