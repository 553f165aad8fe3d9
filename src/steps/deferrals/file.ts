import { createHash } from 'node:crypto';
import type { Deferrals, DeferralsFile } from '../../model/deferrals.ts';
import { findings, type Finding } from '../../model/trouble.ts';

/** First 16 hexadecimal digits of the SHA-256 of a source text: what the evidence file knows an importer by. */
export function sourceHash(source: string): string {
  return createHash('sha256').update(source).digest('hex').slice(0, 16);
}

/**
 * What is worth keeping of the verdicts, for people to review and commit. `read` gives an importer's source by module id;
 * an import whose source is not there is left out. Sorted by file and specifier, times in whole milliseconds, so that another
 * measurement changes few lines.
 */
export function toFile(deferrals: Deferrals, read: (id: string) => string | null): DeferralsFile {
  const imports: DeferralsFile['imports'] = [];
  for (const { importer, import: { specifier }, verdict, savesMs } of deferrals.deferrals) {
    const source = verdict === 'defer' || verdict === 'review' ? read(importer) : null;
    if (source === null || (verdict !== 'defer' && verdict !== 'review')) continue;
    imports.push({ file: importer, specifier, verdict, savesMs: Math.round(savesMs), hash: sourceHash(source) });
  }
  return { version: 1, imports: imports.sort((a, b) => order(a.file, b.file) || order(a.specifier, b.specifier)) };
}

export interface UsableEvidence {
  imports: DeferralsFile['imports'];
  /** Entries that are not used, because their importer is not what it was. */
  stale: { file: string; specifier: string; because: 'changed' | 'missing' }[];
}

/** The entries of an evidence file that still hold for the sources as they are now. */
export function fromFile(file: DeferralsFile, read: (id: string) => string | null): UsableEvidence {
  const hashes = new Map<string, string | null>();
  const hashOf = (id: string): string | null => {
    if (!hashes.has(id)) {
      const source = read(id);
      hashes.set(id, source === null ? null : sourceHash(source));
    }
    return hashes.get(id)!;
  };
  const usable: UsableEvidence = { imports: [], stale: [] };
  for (const entry of file.imports) {
    const hash = hashOf(entry.file);
    if (hash === entry.hash) usable.imports.push(entry);
    else usable.stale.push({ file: entry.file, specifier: entry.specifier, because: hash === null ? 'missing' : 'changed' });
  }
  return usable;
}

/** One finding for each importer with stale entries. */
export function staleFindings({ stale }: UsableEvidence): Finding[] {
  const byFile = new Map<string, UsableEvidence['stale']>();
  for (const entry of stale) byFile.set(entry.file, [...(byFile.get(entry.file) ?? []), entry]);
  return [...byFile].map(([file, entries]) => findings['stale-deferrals']({ file, specifiers: entries.map(({ specifier }) => specifier), because: entries[0]!.because }));
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
