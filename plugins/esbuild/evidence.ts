import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import type { DeferralsFile } from '../../src/plugin.ts';

export const evidenceName = 'lwa-split.deferrals.json';

type Entry = DeferralsFile['imports'][number];

/** The evidence file, read: what it says about a file, by its path. */
export type Evidence = {
  /** Ids without versions of all importers, and of those inside dependencies. */
  importers: string[];
  dependencies: string[];
  /** `stale` are the entries about another text of the file; null for a file that is not named at all. */
  about(file: string, source: () => string): { current: Entry[]; stale: Entry[] } | null;
};

/** Reads an evidence file, whose paths start at `root`; null when there is none. Throws a sentence when it is not one. */
export function readEvidence(path: string, root: string): Evidence | null {
  if (!existsSync(path)) return null;
  const byFile = new Map<string, Entry[]>();
  for (const entry of entriesOf(path)) {
    const id = withoutVersion(entry.file);
    byFile.set(id, [...(byFile.get(id) ?? []), entry]);
  }
  return {
    importers: [...byFile.keys()],
    dependencies: [...byFile.keys()].filter((id) => id.startsWith('node_modules/')),
    about(file, source) {
      const entries = idsOf(file, root).flatMap((id) => byFile.get(id) ?? []);
      if (entries.length === 0) return null;
      const hash = createHash('sha256').update(source()).digest('hex').slice(0, 16);
      // An entry that names a version is about one of several copies, and most likely not about this one.
      return { current: entries.filter((entry) => entry.hash === hash), stale: entries.filter((entry) => entry.hash !== hash && entry.file === withoutVersion(entry.file)) };
    },
  };
}

function entriesOf(path: string): Entry[] {
  let content: Partial<DeferralsFile> | null;
  try {
    content = JSON.parse(readFileSync(path, 'utf8')) as Partial<DeferralsFile> | null;
  } catch {
    throw new Error(`${path} is not valid JSON, so nothing is deferred by it.`);
  }
  if (content?.version !== 1 || !Array.isArray(content.imports)) throw new Error(`${path} is not an evidence file of version 1, so nothing is deferred by it.`);
  return content.imports.filter(({ file, specifier, hash }) => [file, specifier, hash].every((text) => typeof text === 'string'));
}

/** Ids that `analyze` may have given a file: a dependency's, a path from the app's root, a path in a workspace package. */
export function idsOf(file: string, root: string): string[] {
  const parts = file.split(sep);
  const modules = parts.lastIndexOf('node_modules');
  if (modules >= 0) return [parts.slice(modules).join('/')];
  const own = relative(root, file).split(sep).join('/');
  return own.startsWith('../') ? [workspaceId(file)].filter((id) => id !== null) : [own];
}

function workspaceId(file: string): string | null {
  for (let folder = dirname(file); dirname(folder) !== folder; folder = dirname(folder)) {
    const path = join(folder, 'package.json');
    if (!existsSync(path)) continue;
    const { name } = JSON.parse(readFileSync(path, 'utf8')) as { name?: unknown };
    if (typeof name === 'string') return [name, ...relative(folder, file).split(sep)].join('/');
  }
  return null;
}

/** `node_modules/a@1.2.3/x.js` names the file `x.js` of one of several versions of `a`. */
function withoutVersion(id: string): string {
  return id.replace(/^(node_modules\/(?:@[^/]+\/)?[^/@]+)@[^/]+\//, '$1/');
}
