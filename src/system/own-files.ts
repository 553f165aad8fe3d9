import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { contentHash } from './files.ts';

/** Absolute path of a file of our built package, `dist/<name>`: the same from the sources and from the build. */
export function builtFile(name: string): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return join(folder, 'dist', name);
    if (folder === dirname(folder)) throw new Error(`lwa-split is not complete: dist/${name} is missing`);
  }
}

/** The script of a worker thread: `src/<name>.ts` from the sources, `dist/<name>.js` from the build. */
export function workerScript(name: string): URL {
  return import.meta.url.endsWith('.ts') ? new URL(`../${name}.ts`, import.meta.url) : pathToFileURL(builtFile(`${name}.js`));
}

/** A hash that changes with the code of a script of ours: of its bundle, which names its chunks by their content, or of all sources beside it. */
export function codeHash(script: URL): string {
  const file = fileURLToPath(script);
  if (!file.endsWith('.ts')) return contentHash(readFileSync(file));
  const sources = globSync('**/*.ts', { cwd: dirname(file) }).sort();
  return contentHash(sources.map((source) => readFileSync(join(dirname(file), source), 'utf8')).join('\0'));
}
