import type { ModuleNode } from '../../model/graph.ts';
import type { LoadedRecord } from '../../probe/record.ts';
import { contentHash } from '../../system/files.ts';
import { keptAnswers, type KeptAnswers } from '../../system/kept-answers.ts';
import { codeHash, workerScript } from '../../system/own-files.ts';
import { diskFiles } from '../../system/project-files.ts';
import { openWorkers, type WorkerPool } from '../../system/workers.ts';
import { summarize, type Summary, type SummaryTask } from './summary.ts';
import { formatOf } from './texts.ts';

/** Fewer characters than this are parsed sooner than a thread has started. */
const worthThreads = 500_000;

interface KeyedTask extends SummaryTask {
  key: string;
}

/**
 * Summaries of all texts: those that earlier runs have kept beside the app at `root`, and the others made now, on all cores. Equal
 * texts share one, whatever their names.
 */
export async function preparedSummaries(root: string, modules: readonly ModuleNode[], read: (id: string) => string | null): Promise<(task: SummaryTask) => Summary> {
  const kept = keptSummaries(root);
  const known = new Map<string, Summary>();
  const missing = new Map<string, KeyedTask>();
  for (const module of modules) {
    const source = module.kind === 'cjs' || module.kind === 'esm' ? read(module.id) : null;
    if (source === null) continue;
    const task = keyed({ source, format: formatOf(module) });
    const summary = known.get(task.key) ?? kept.get(task.key);
    if (summary === undefined) missing.set(task.key, task);
    else known.set(task.key, summary);
  }
  const note = ({ key }: KeyedTask, summary: Summary): void => {
    known.set(key, summary);
    kept.set(key, summary);
  };
  const tasks = [...missing.values()];
  if (lengthOf(tasks) < worthThreads) for (const task of tasks) note(task, summarize(task));
  else await inThreads(tasks, note);
  kept.save();
  return (task) => known.get(keyed(task).key) ?? summarize(task);
}

/** Makes summaries of texts while these are only just being loaded, and keeps them where `preparedSummaries` finds them. */
export interface EarlySummaries {
  loaded(modules: readonly LoadedRecord[]): void;
  /** Resolves when all of them are made. */
  settled(): Promise<void>;
  /** Ends all work on them. */
  stop(): void;
}

export function earlySummaries(root: string): EarlySummaries {
  let kept: KeptAnswers<Summary> | null = null;
  let threads: WorkerPool<KeyedTask> | null = null;
  const seen = new Set<string>();
  let waiting: KeyedTask[] = [];
  return {
    loaded(modules) {
      for (const { file, kind } of modules) {
        const source = seen.has(file) ? null : diskFiles.read(file.replace(/^file:\/\//, ''));
        seen.add(file);
        if (source === null) continue;
        kept ??= keptSummaries(root);
        const task = keyed({ source, format: formatOf({ id: file, kind }) });
        if (seen.has(task.key)) continue;
        seen.add(task.key);
        if (kept.get(task.key) === undefined) waiting.push(task);
      }
      if (threads === null && lengthOf(waiting) < worthThreads) return;
      threads ??= openSummaryWorkers((task, summary) => kept!.set(task.key, summary));
      threads.add(waiting);
      waiting = [];
    },
    async settled() {
      await threads?.finish();
      if (threads !== null) kept!.save();
    },
    stop: () => threads?.stop(),
  };
}

async function inThreads(tasks: readonly KeyedTask[], note: (task: KeyedTask, summary: Summary) => void): Promise<void> {
  const threads = openSummaryWorkers(note);
  try {
    threads.add(tasks);
    await threads.finish();
  } finally {
    threads.stop();
  }
}

function openSummaryWorkers(note: (task: KeyedTask, summary: Summary) => void): WorkerPool<KeyedTask> {
  return openWorkers<KeyedTask, Summary>(workerScript('summary-worker'), ({ source }) => source.length, note);
}

function keptSummaries(root: string): KeptAnswers<Summary> {
  return keptAnswers<Summary>(root, 'summaries', codeHash(workerScript('summary-worker')));
}

function lengthOf(tasks: readonly SummaryTask[]): number {
  return tasks.reduce((sum, { source }) => sum + source.length, 0);
}

function keyed(task: SummaryTask): KeyedTask {
  const { source, format } = task;
  return { ...task, key: contentHash(`${format.module} ${format.language}\0${source}`) };
}
