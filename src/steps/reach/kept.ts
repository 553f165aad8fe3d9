import type { Reach } from '../../model/reach.ts';
import type { FileSummary } from '../../model/summary.ts';
import type { SourceFormat } from '../../syntax/parse.ts';
import { SUMMARY_VERSION, summaryOf } from '../../syntax/summary.ts';
import { contentHash } from '../../system/files.ts';
import { keptAnswers } from '../../system/kept-answers.ts';
import { lastAnswer } from '../../system/last-answer.ts';
import { watchedFiles } from '../../system/watched-files.ts';
import { reach, type ReachInput } from './index.ts';

/**
 * What each route can touch: the last answer where neither the start nor a file that was read is another one now. `decides` is what the
 * functions of the input depend on, this tool's version among it.
 */
export function keptReach(root: string, input: Omit<ReachInput, 'summarize'>, decides: unknown): Reach {
  const last = lastAnswer<Reach>(root, 'reach', JSON.stringify([decides, input.graph, input.observed, input.routes]));
  if (last.known !== null) return last.known;
  const watched = watchedFiles(input.files);
  const kept = keptSummaries(root);
  const found = reach({ ...input, files: watched.files, summarize: kept.summarize });
  kept.save();
  last.keep(found, watched.seen());
  return found;
}

/** Summaries of texts, from the last run of this app where a text is the same; `save` keeps them for the next. */
function keptSummaries(root: string): { summarize(source: string, format: SourceFormat): FileSummary | null; save(): void } {
  const kept = keptAnswers<FileSummary | null>(root, 'reach-summaries', String(SUMMARY_VERSION));
  return {
    summarize(source, format) {
      const key = contentHash(`${format.module} ${format.language}\n${source}`);
      const known = kept.get(key);
      if (known !== undefined) return known;
      const made = summaryOf(source, format);
      kept.set(key, made);
      return made;
    },
    save: () => kept.save(),
  };
}
