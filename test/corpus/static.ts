// What `npm run corpus -- --static` does with one app: reads its routes from the sources and holds them against what its
// framework lists once it runs.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { Analysis } from '../../src/model/analysis.ts';
import { TOOL } from './analyzing.ts';
import type { CorpusApp } from './apps.ts';
import type { Check } from './checks.ts';
import { compareRoutes } from './listing/compare.ts';

/** Shares of the routes that must be found in sources as people write them, and in what compilers made of them. */
const LEAST_READABLE = 0.95;
const LEAST_COMPILED = 0.8;
/** More routes than there are mislead as well. */
const LEAST_PRECISION = 0.9;

/** Spelled in another way, or made by a package for itself (static files, documentation pages): these are not told. */
const UNTOLD_RECALL = 0.9;

/** `analyze --no-boot` on an installed app; null where it did not print an analysis. */
export async function readRoutes(folder: string, args: readonly string[]): Promise<{ analysis: Analysis | null; notes: string; tookMs: number }> {
  const begun = performance.now();
  const child = spawn(process.execPath, [TOOL, 'analyze', folder, '--no-boot', '--json', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [printed, notes, [exitCode]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  const analysis = exitCode === 0 ? Analysis.parse(JSON.parse(printed)) : null;
  return { analysis, notes: notes.slice(-2000), tookMs: performance.now() - begun };
}

export function checkStatic(app: CorpusApp, analysis: Analysis | null, listing: readonly string[], tookMs: number): Check[] {
  if (analysis === null) return [{ name: 'recall', ok: false, found: 'no analysis' }];
  const { recall, precision, missing, extra } = compareRoutes(analysis.routes.map(({ id }) => id), [...listing]);
  const least = app.compiled === true ? LEAST_COMPILED : LEAST_READABLE;
  const unread = analysis.findings.filter(({ code }) => code === 'route-unreadable');
  return [
    { name: 'listing', ok: listing.length >= app.routes, found: `${listing.length}` },
    { name: 'recall', ok: recall >= least, found: [share(recall), ...missing.map((id) => `-${id}`)].join('\n') },
    { name: 'precision', ok: precision >= LEAST_PRECISION, found: [share(precision), ...extra.map((id) => `+${id}`)].join('\n') },
    // Where more than a few routes are missing, something must have been said.
    { name: 'told', ok: recall >= UNTOLD_RECALL || unread.length > 0, found: `${unread.length}` },
    { name: 'took', ok: true, found: `${(tookMs / 1000).toFixed(1)} s` },
  ];
}

function share(value: number): string {
  return `${(value * 100).toFixed(1)} %`;
}
