import type { FileSummary } from '../../model/summary.ts';
import type { SourceFormat } from '../../syntax/parse.ts';
import { SUMMARY_VERSION, summaryOf } from '../../syntax/summary.ts';
import { contentHash } from '../../system/files.ts';
import { keptAnswers } from '../../system/kept-answers.ts';

/** Summaries of texts, from the last run of this app where a text is the same; `save` keeps them for the next. */
export function keptSummaries(root: string): { summarize(source: string, format: SourceFormat): FileSummary | null; save(): void } {
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
