import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, contentHash, writeFileAtomic } from './files.ts';
import { stateOfFiles } from './watched-files.ts';

interface Head {
  question: string;
  /** The files and folders that the answer was read from, and what they were like. */
  seen: string[];
  state: string;
}

export interface LastAnswer<Answer> {
  /** Null where another question was asked last, or where a file has changed since. */
  known: Answer | null;
  keep(answer: Answer, seen: readonly string[]): void;
}

/** The answer to the last question of this name, kept beside the app. `question` holds all that it depends on besides files. */
export function lastAnswer<Answer>(root: string, name: string, question: string): LastAnswer<Answer> {
  const file = join(cacheFolder(root), `${name}.json`);
  const asked = contentHash(question);
  return {
    known: readAnswer<Answer>(file, asked),
    // Two lines, so that an answer of many megabytes is not parsed when it does not hold any more.
    keep: (answer, seen) => writeFileAtomic(file, `${JSON.stringify({ question: asked, seen: [...seen], state: stateOfFiles(seen) } satisfies Head)}\n${JSON.stringify(answer)}`),
  };
}

function readAnswer<Answer>(file: string, asked: string): Answer | null {
  try {
    const text = readFileSync(file, 'utf8');
    const end = text.indexOf('\n');
    const { question, seen, state } = JSON.parse(text.slice(0, end)) as Head;
    return question === asked && stateOfFiles(seen) === state ? (JSON.parse(text.slice(end + 1)) as Answer) : null;
  } catch {
    return null;
  }
}
