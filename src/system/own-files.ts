import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Absolute path of a file of our built package, `dist/<name>`: the same from the sources and from the build. */
export function builtFile(name: string): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return join(folder, 'dist', name);
    if (folder === dirname(folder)) throw new Error(`lwa-split is not complete: dist/${name} is missing`);
  }
}
