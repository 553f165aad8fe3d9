import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, writeFileAtomic } from './files.ts';

/** Characters of all answers that are kept; those of the last run come first. */
const mostCharacters = 48_000_000;

interface Kept {
  version: string;
  /** JSON texts, so that what is not asked for is not parsed. */
  answers: Record<string, string>;
}

export interface KeptAnswers<Answer> {
  get(key: string): Answer | undefined;
  set(key: string, answer: Answer): void;
  /** Writes what was asked for in this run, and of what was kept before as much as there is room for. */
  save(): void;
}

/**
 * Answers that only depend on their key, kept beside the app from run to run under a name; those of another version are forgotten.
 * Two runs at once may forget each other's new answers, but write no broken file.
 */
export function keptAnswers<Answer>(root: string, name: string, version: string): KeptAnswers<Answer> {
  const file = join(cacheFolder(root), `${name}.json`);
  const before = readKept(file, version);
  const asked = new Map<string, string>();
  let news = false;
  return {
    get(key) {
      const text = asked.get(key) ?? before.get(key);
      if (text === undefined) return undefined;
      asked.set(key, text);
      return JSON.parse(text) as Answer;
    },
    set(key, answer) {
      news = true;
      asked.set(key, JSON.stringify(answer));
    },
    save() {
      if (!news) return;
      let room = mostCharacters;
      const answers: Kept['answers'] = {};
      for (const [key, text] of new Map([...asked, ...before])) {
        room -= key.length + text.length;
        if (room < 0) break;
        answers[key] = text;
      }
      writeFileAtomic(file, JSON.stringify({ version, answers } satisfies Kept));
      news = false;
    },
  };
}

function readKept(file: string, version: string): Map<string, string> {
  try {
    const kept = JSON.parse(readFileSync(file, 'utf8')) as Kept;
    return new Map(kept.version === version ? Object.entries(kept.answers) : []);
  } catch {
    return new Map();
  }
}
