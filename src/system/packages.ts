import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Size of the `exports` map, bytes of JSON, of the installed package that a file belongs to; 0 where it has none. */
export function exportsBytes(file: string | null): number {
  const folder = file === null ? null : /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(file)?.[1];
  if (folder === null || folder === undefined) return 0;
  try {
    const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { exports?: unknown };
    return exports === undefined ? 0 : JSON.stringify(exports).length;
  } catch {
    return 0;
  }
}
