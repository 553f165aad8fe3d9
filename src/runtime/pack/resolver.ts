// Runs in the Node that the app runs on, as a process of its own: answers, line by line, where specifiers lead as that Node finds
// them. A question is [importer, specifier, 'require' | 'import'], an answer the real path of a file, `node:` and a name, or null.
import { realpathSync, statSync } from 'node:fs';
import Module, { isBuiltin } from 'node:module';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';

interface Internals {
  _resolveFilename(request: string, parent: unknown): string;
  _nodeModulePaths(folder: string): string[];
}
const internals = Module as unknown as Internals;
const parents = new Map<string, unknown>();

createInterface({ input: process.stdin }).on('line', (line) => {
  const questions = JSON.parse(line) as [string, string, string][];
  process.stdout.write(`${JSON.stringify(questions.map(([importer, specifier, kind]) => answer(importer, specifier, kind)))}\n`);
});

function answer(importer: string, specifier: string, kind: string): string | null {
  if (isBuiltin(specifier)) return specifier.startsWith('node:') ? specifier : `node:${specifier}`;
  try {
    const found = kind === 'require' ? required(importer, specifier) : imported(importer, specifier);
    return found !== null && statSync(found).isFile() ? realpathSync(found) : null;
  } catch {
    return null;
  }
}

function required(importer: string, specifier: string): string {
  let parent = parents.get(importer);
  if (parent === undefined) {
    parent = { id: importer, filename: importer, paths: internals._nodeModulePaths(dirname(importer)) };
    parents.set(importer, parent);
  }
  return internals._resolveFilename(specifier, parent);
}

function imported(importer: string, specifier: string): string | null {
  const resolve = import.meta.resolve as (specifier: string, parent: string) => string;
  const url = new URL(resolve(specifier, pathToFileURL(importer).href));
  return url.protocol === 'file:' && url.search === '' && url.hash === '' ? fileURLToPath(url) : null;
}
