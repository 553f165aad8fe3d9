import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { Analysis } from '../../src/model/analysis.ts';
import type { CorpusApp } from './apps.ts';
import type { Outcome } from './checks.ts';
import { watchTimeBeyondStarts } from './starts-watch.ts';

/** The built command line, as users run it. */
export const TOOL = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));

/** Runs the built `analyze --json` on an installed app and keeps what it said, good or bad. `runs` as in --runs. */
export async function analyze(app: CorpusApp, folder: string, node: string, runs: string): Promise<Omit<Outcome, 'listing' | 'againMs'>> {
  const args = ['--json', '--start', 'bash run.sh', '--node', node, '--readiness-path', app.readinessPath, '--runs', runs];
  const child = spawn(process.execPath, [TOOL, 'analyze', folder, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const beyond = watchTimeBeyondStarts(child.pid!);
  const [printed, notes, [exitCode]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { exitCode: exitCode as number | null, analysis: analysisIn(printed), notes: notes.slice(-2000), beyondMs: beyond() };
}

function analysisIn(printed: string): Analysis | null {
  try {
    return Analysis.parse(JSON.parse(printed));
  } catch {
    return null;
  }
}
