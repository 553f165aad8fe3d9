import type { DeferralsFile } from '../../model/deferrals.ts';
import type { MovedImport } from '../../model/lazy.ts';
import { moved, type Source } from './sources.ts';

type Entry = DeferralsFile['imports'][number];

export interface EvidenceInput {
  /** Made from this measurement, with the sources as they are now. */
  fresh: DeferralsFile;
  /** The file as it is; null where there is none. */
  previous: DeferralsFile | null;
  applied: readonly MovedImport[];
  /** What the codemod can move, applied or not, with its own verdict: what is safe for a build may need a look in the sources. */
  movable: readonly Pick<MovedImport, 'file' | 'specifier' | 'verdict'>[];
  takenBack: readonly MovedImport[];
  /** The source with this id, as it is now. */
  sourceOf: (id: string) => Pick<Source, 'text' | 'format'> | null;
  hashOf: (text: string) => string;
}

/** Measurements of one import differ from run to run; a smaller change is none, milliseconds and share. */
const sameWithinMs = 2;
const sameWithin = 0.2;

/** The evidence file after `lazy`: what is deferred in the sources stays in it, and small changes of a measurement do not show. */
export function evidence({ fresh, previous, applied, movable, takenBack, sourceOf, hashOf }: EvidenceInput): DeferralsFile {
  const entries = new Map<string, Entry>();
  const before = new Map((previous?.imports ?? []).map((entry) => [keyOf(entry), entry]));
  const failed = new Set(takenBack.map(keyOf));
  const inSource = new Map(movable.map((one) => [keyOf(one), one.verdict]));
  for (const entry of fresh.imports) {
    const old = before.get(keyOf(entry));
    // What broke something is not to be called a safe win again.
    const verdict = failed.has(keyOf(entry)) ? 'review' : entry.verdict;
    entries.set(keyOf(entry), { ...entry, verdict, savesMs: old?.verdict === verdict && isSame(old.savesMs, entry.savesMs) ? old.savesMs : entry.savesMs, ...(isByBuild(entry, inSource.get(keyOf(entry))) ? { by: 'build' as const } : {}) });
  }
  const deferred = [...before.values()].filter(({ applied }) => applied === true);
  const now = applied.map(({ file, specifier, verdict, savesMs }) => ({ file, specifier, verdict: verdict === 'review' ? ('review' as const) : ('defer' as const), savesMs: Math.round(savesMs), hash: '', applied: true as const }));
  for (const entry of [...deferred, ...now]) {
    const source = sourceOf(entry.file);
    if (source !== null && source.text.includes(entry.specifier) && !loadsAtOnce(source, entry.specifier)) entries.set(keyOf(entry), { ...entry, hash: hashOf(source.text) });
  }
  return { ...(previous?.$schema === undefined ? {} : { $schema: previous.$schema }), version: 1, imports: [...entries.values()].sort((a, b) => order(a.file, b.file) || order(a.specifier, b.specifier)) };
}

/** Whether only a build can do what the entry says. */
function isByBuild({ file, verdict }: Entry, inSource: MovedImport['verdict'] | undefined): boolean {
  if (file.startsWith('node_modules/')) return false;
  return inSource === undefined || (verdict === 'defer' && inSource !== 'defer');
}

/** Whether a source asks for a module as it is loaded itself. */
export function loadsAtOnce(source: Pick<Source, 'text' | 'format'>, specifier: string): boolean {
  const { changed, refused } = moved(source, [specifier]);
  return changed.length > 0 || refused.some(({ reason }) => reason !== 'NOT_PARSED');
}

function isSame(before: number, now: number): boolean {
  return Math.abs(before - now) <= Math.max(sameWithinMs, sameWithin * before);
}

function keyOf({ file, specifier }: { file: string; specifier: string }): string {
  return `${file}\0${specifier}`;
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
