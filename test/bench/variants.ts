import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { ORDER_VARIABLE, type ProbeOrder } from '../../src/probe/record.ts';
import type { CorpusApp } from '../corpus/apps.ts';
import { startOnce } from '../corpus/starting.ts';

export interface StartTimes {
  plainMs: number[];
  probedMs: number[];
  /** With Node's own compile cache, warm. */
  cachedMs: number[];
}

/** Starts the app as it is, under the timing probe, and with Node's compile cache, in turn, `rounds` times each. */
export async function startTimes(app: CorpusApp, folder: string, node: string, rounds: number): Promise<StartTimes> {
  const notes = mkdtempSync(join(tmpdir(), 'lwa-split-bench-'));
  const probed = probeEnvironment(app, notes);
  const cached = { NODE_COMPILE_CACHE: join(notes, 'compile-cache') };
  const times: StartTimes = { plainMs: [], probedMs: [], cachedMs: [] };
  try {
    const flush = { NODE_OPTIONS: `--require ${JSON.stringify(fileURLToPath(new URL('flush-compile-cache.cjs', import.meta.url)))}` };
    await startOnce(app, folder, node, { ...cached, ...flush }, () => sleep(1000));
    for (let round = 0; round < rounds; round++) {
      times.plainMs.push(await startOnce(app, folder, node));
      times.probedMs.push(await startOnce(app, folder, node, probed));
      times.cachedMs.push(await startOnce(app, folder, node, cached));
    }
  } finally {
    rmSync(notes, { recursive: true, force: true });
  }
  return times;
}

function probeEnvironment(app: CorpusApp, folder: string): Record<string, string> {
  const order: ProbeOrder = {
    folder,
    mode: 'timing',
    modules: app.format === 'esm' ? 'watch' : 'skip',
    hooksFile: built('probe-hooks.cjs'),
    evidenceFile: built('probe-evidence.cjs'),
  };
  return { NODE_OPTIONS: `--require ${JSON.stringify(built('probe.cjs'))}`, [ORDER_VARIABLE]: JSON.stringify(order) };
}

function built(name: string): string {
  return fileURLToPath(new URL(`../../dist/${name}`, import.meta.url));
}
