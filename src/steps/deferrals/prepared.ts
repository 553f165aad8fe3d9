import { pathToFileURL } from 'node:url';
import type { ModuleNode } from '../../model/graph.ts';
import { contentHash } from '../../system/files.ts';
import { keptAnswers } from '../../system/kept-answers.ts';
import { builtFile, codeHash } from '../../system/own-files.ts';
import { inWorkers } from '../../system/workers.ts';
import { summarize, type Summary, type SummaryTask } from './summary.ts';
import { formatOf } from './texts.ts';

/** Fewer characters than this are parsed sooner than a thread has started. */
const worthThreads = 500_000;

/**
 * Summaries of all texts: those that earlier runs have kept beside the app at `root`, and the others made now, on all cores. Equal
 * texts share one, whatever their names.
 */
export async function preparedSummaries(root: string, modules: readonly ModuleNode[], read: (id: string) => string | null): Promise<(task: SummaryTask) => Summary> {
  const script = import.meta.url.endsWith('.ts') ? new URL('../../summary-worker.ts', import.meta.url) : pathToFileURL(builtFile('summary-worker.js'));
  const kept = keptAnswers<Summary>(root, 'summaries', codeHash(script));
  const known = new Map<string, Summary>();
  const missing = new Map<string, SummaryTask>();
  for (const module of modules) {
    const source = module.kind === 'cjs' || module.kind === 'esm' ? read(module.id) : null;
    if (source === null) continue;
    const task = { source, format: formatOf(module) };
    const key = keyOf(task);
    const summary = known.get(key) ?? kept.get(key);
    if (summary === undefined) missing.set(key, task);
    else known.set(key, summary);
  }
  // The largest first: with one of them last, all threads but one would have nothing to do.
  const rest = [...missing].sort(([, a], [, b]) => b.source.length - a.source.length);
  const tasks = rest.map(([, task]) => task);
  const characters = tasks.reduce((sum, { source }) => sum + source.length, 0);
  const made = characters < worthThreads ? tasks.map(summarize) : await inWorkers<SummaryTask, Summary>(script, tasks, ({ source }) => source.length);
  rest.forEach(([key], i) => {
    known.set(key, made[i]!);
    kept.set(key, made[i]!);
  });
  kept.save();
  return (task) => known.get(keyOf(task)) ?? summarize(task);
}

function keyOf({ source, format }: SummaryTask): string {
  return contentHash(`${format.module} ${format.language}\0${source}`);
}
