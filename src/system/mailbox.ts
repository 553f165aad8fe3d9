import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atEnd } from './ending.ts';
import type { ListenRecord, LoadedRecord, ProbeRecord } from '../probe/record.ts';

/** A folder through which the probes of one start talk to us: they write, we read, and one file of ours asks them to. */
export interface Mailbox {
  folder: string;
  /** Servers that listen so far, first ones first. */
  listens(): ListenRecord[];
  /** Modules that began to run since this was asked before. */
  newlyLoaded(): LoadedRecord[];
  /** Records that are complete so far. */
  records(): ProbeRecord[];
  /** What went wrong in the probes themselves, as stacks. */
  faults(): string[];
  askForRecords(): void;
  remove(): void;
}

export function openMailbox(): Mailbox {
  const folder = mkdtempSync(join(tmpdir(), 'lwa-split-'));
  const clear = (): void => rmSync(folder, { recursive: true, force: true });
  const takeBack = atEnd(clear);
  const remove = (): void => {
    takeBack();
    clear();
  };
  const read = <Content>(ending: string, known: Map<string, Content>): Content[] => {
    for (const name of readdirSync(folder)) {
      if (!name.endsWith(ending) || known.has(name)) continue;
      const content = parsed<Content>(join(folder, name));
      if (content !== null) known.set(name, content);
    }
    return [...known.values()];
  };
  const listens = new Map<string, ListenRecord>();
  const loaded = new Map<string, LoadedRecord[]>();
  let told = 0;
  const records = new Map<string, ProbeRecord>();
  return {
    folder,
    listens: () => read('.listen', listens).sort((a, b) => a.atMs - b.atMs),
    newlyLoaded: () => {
      const all = read('.loaded', loaded);
      const fresh = all.slice(told).flat();
      told = all.length;
      return fresh;
    },
    records: () => read('.json', records),
    faults: () => readdirSync(folder).filter((name) => name.endsWith('.fault')).map((name) => readFileSync(join(folder, name), 'utf8')),
    askForRecords: () => writeFileSync(join(folder, 'collect'), ''),
    remove,
  };
}

/** Null while the file is still being written. */
function parsed<Content>(path: string): Content | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Content;
  } catch {
    return null;
  }
}
