import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Characters of what is kept in one file, at most. */
const most = 16_000_000;

/** Answers that only depend on what their key is made of. */
export type Kept<Answer> = {
  /** The answer for these texts, made where none is kept. */
  of(parts: readonly string[], make: () => Answer): Answer;
  /** Writes what is new, if anything. */
  save(): void;
};

/**
 * Keeps answers from build to build in a file of the next `node_modules/.cache/lwa-split`; where none can be written, and while this plugin
 * runs from its sources, only for as long as it lives. Answers of another version of the plugin are forgotten. The tool keeps its own answers by
 * `system/kept-answers`, which would bring signal handlers and schemas into the builds of others.
 */
export function keptAnswers<Answer>(root: string, name: string): Kept<Answer> {
  const self = fileURLToPath(import.meta.url);
  const home = self.endsWith('.ts') ? null : homeOf(root);
  const file = home === null ? null : join(home, '.cache', 'lwa-split', `esbuild-${name}.json`);
  const asked = new Map<string, Answer>();
  let version = '';
  let before: Map<string, Answer> | null = null;
  let news = false;
  const readBefore = (path: string): Map<string, Answer> => {
    version = hash([readFileSync(self, 'utf8')]);
    try {
      const kept = JSON.parse(readFileSync(path, 'utf8')) as { version: string; answers: Record<string, Answer> };
      return new Map(kept.version === version ? Object.entries(kept.answers) : []);
    } catch {
      return new Map();
    }
  };
  return {
    of(parts, make) {
      const key = hash(parts);
      before ??= file === null ? new Map() : readBefore(file);
      const known = asked.has(key) ? asked.get(key)! : before.get(key);
      if (known !== undefined) {
        asked.set(key, known);
        return known;
      }
      const made = make();
      asked.set(key, made);
      news = true;
      return made;
    },
    save() {
      if (file === null || !news) return;
      news = false;
      let room = most;
      const answers = [...new Map([...asked, ...before!])].filter(([key, answer]) => (room -= key.length + JSON.stringify(answer).length) >= 0);
      write(file, JSON.stringify({ version, answers: Object.fromEntries(answers) }));
    },
  };
}

/** The next `node_modules`: in a monorepo it may be that of the workspace. */
function homeOf(folder: string): string | null {
  const home = join(folder, 'node_modules');
  if (existsSync(home)) return home;
  return dirname(folder) === folder ? null : homeOf(dirname(folder));
}

function hash(parts: readonly string[]): string {
  const sum = createHash('sha256');
  for (const part of parts) sum.update(`${part.length}\0${part}`);
  return sum.digest('hex').slice(0, 32);
}

/** All of the file, or nothing: another build may be reading it. */
function write(path: string, text: string): void {
  const part = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(part, text);
    renameSync(part, path);
  } catch {
    rmSync(part, { force: true });
  }
}
