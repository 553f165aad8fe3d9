import { execFile } from 'node:child_process';
import { cpus } from 'node:os';
import { median } from '../model/sample.ts';
import { referenceJob } from './reference-job.ts';

/** What times depend on besides the app; `cpu` is the model's name as the system gives it. */
export function machine(): { node: string; arch: string; cpu: string } {
  return { node: process.versions.node, arch: process.arch, cpu: cpus()[0]?.model.trim() || 'unknown' };
}

/**
 * What the job takes on the reference machine: two shared vCPUs of an AMD EPYC server, x64 Linux, Node 24.21.0, measured
 * in November 2026 as the lower quartile of 15 runs, with other work going on.
 */
const REFERENCE_MS = 44;

const RUNS = 3;

/**
 * Speed of this machine right now against the reference machine, from the median of three runs of a fixed job, each in
 * a fresh process of the Node given: 2 is twice as fast.
 */
export async function machineSpeed(node: string): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < RUNS; run += 1) times.push(await timeOfJob(node));
  return Math.round((REFERENCE_MS / median(times)) * 1000) / 1000;
}

/** Milliseconds that the job says it took; starting the process is not in it. */
function timeOfJob(node: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const script = `const begun = process.hrtime.bigint(); (${referenceJob})(); console.log(Number(process.hrtime.bigint() - begun) / 1e6)`;
    const env = { ...process.env, NODE_OPTIONS: '', NODE_COMPILE_CACHE: undefined, NODE_V8_COVERAGE: undefined };
    execFile(node, ['-e', script], { timeout: 60_000, env }, (error, stdout) => (error === null ? resolve(Number(stdout)) : reject(error)));
  });
}
