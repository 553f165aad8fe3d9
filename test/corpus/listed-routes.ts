import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CorpusApp } from './apps.ts';
import { startOnce } from './starting.ts';

const LISTING = fileURLToPath(new URL('listing/listing.cjs', import.meta.url));

/** Route ids that the app's framework itself lists, from one start with nothing of ours but the listing in it. */
export async function listedRoutes(app: CorpusApp, folder: string, node: string): Promise<string[]> {
  const notes = mkdtempSync(join(tmpdir(), 'lwa-split-listing-'));
  const file = join(notes, 'routes.json');
  try {
    const env = { NODE_OPTIONS: `--require ${JSON.stringify(LISTING)}`, LISTING_OUT: file };
    await startOnce(app, folder, node, env, () => fileIn(file));
    return JSON.parse(readFileSync(file, 'utf8')) as string[];
  } finally {
    rmSync(notes, { recursive: true, force: true });
  }
}

/** The listing writes half a second after the first response. */
async function fileIn(file: string): Promise<void> {
  for (let waited = 0; waited < 5000 && !existsSync(file); waited += 50) await sleep(50);
  await sleep(50);
}
