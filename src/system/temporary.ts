import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atEnd } from './ending.ts';

/** A new folder that goes when it is removed, or when we end. */
export function temporaryFolder(): { path: string; remove(): void } {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'lwa-split-')));
  const clear = (): void => rmSync(path, { recursive: true, force: true });
  const takeBack = atEnd(clear);
  return {
    path,
    remove: () => {
      takeBack();
      clear();
    },
  };
}
