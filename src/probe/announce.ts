import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LedgerModule } from './ledger.ts';
import type { LoadedRecord } from './record.ts';

/** So many modules are told of at once. */
const EACH = 100;

/** Tells the tool while the app starts which modules run in it, so that it can read them meanwhile. To be called as each one begins. */
export function announcer(modules: readonly LedgerModule[], folder: string): () => void {
  let told = 0;
  let files = 0;
  return () => {
    if (modules.length < told + EACH) return;
    const records: LoadedRecord[] = modules.slice(told).flatMap(({ file, kind }) => (kind === 'cjs' || kind === 'esm' ? [{ file, kind }] : []));
    told = modules.length;
    try {
      writeFileSync(join(folder, `${process.pid}-${++files}.loaded`), JSON.stringify(records));
    } catch {
      // The folder is gone: the tool has ended, and so will this process.
    }
  };
}
