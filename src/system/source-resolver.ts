import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProjectFiles } from './project-files.ts';
import { nearestOptions, type CompilerOptions } from './tsconfig.ts';

/**
 * What a specifier means to those who compile while they run, where Node finds nothing: `./a` and `./a.js` are `./a.ts`, and
 * `paths` and `baseUrl` of the nearest tsconfig.json hold. Gives an absolute path, or null.
 */
export function sourceResolver(files: Pick<ProjectFiles, 'read' | 'isFile'>): (specifier: string, importer: string) => string | null {
  const optionsOf = nearestOptions(files);
  return (specifier, importer) => {
    const places = /^\.{1,2}(?:\/|$)/.test(specifier) ? [resolve(dirname(importer), specifier)] : specifier.startsWith('file://') ? [fileURLToPath(specifier)] : mapped(specifier, optionsOf(importer) ?? {});
    for (const place of places) {
      const found = sourceAt(place).find((one) => files.isFile(one));
      if (found !== undefined) return found;
    }
    return null;
  };
}

function sourceAt(path: string): string[] {
  const bare = path.replace(/\.([cm]?)jsx?$/, '');
  const [, letter = ''] = /\.([cm]?)jsx?$/.exec(path) ?? [];
  const extensions = ['ts', 'tsx', 'js', 'jsx', 'json'];
  return [path, ...(bare === path ? [] : [`${bare}.${letter}ts`, `${bare}.tsx`]), ...extensions.map((one) => `${path}.${one}`), ...extensions.map((one) => join(path, `index.${one}`))];
}

/** As TypeScript does: the exact pattern first, then the one with the longest text before its star. */
function mapped(specifier: string, { paths, baseUrl }: CompilerOptions): string[] {
  const table = Object.entries((paths ?? {}) as Record<string, unknown>);
  const matches = table.flatMap(([pattern, targets]) => {
    const [before = '', after] = pattern.split('*');
    const fits = after === undefined ? specifier === pattern : specifier.length >= before.length + after.length && specifier.startsWith(before) && specifier.endsWith(after);
    return fits ? [{ weight: after === undefined ? Infinity : before.length, rest: after === undefined ? '' : specifier.slice(before.length, specifier.length - after.length), targets }] : [];
  });
  const best = matches.sort((a, b) => b.weight - a.weight)[0];
  const targets = Array.isArray(best?.targets) ? best.targets.filter((one) => typeof one === 'string') : [];
  return [...targets.map((target) => target.replace('*', () => best!.rest)), ...(typeof baseUrl === 'string' ? [join(baseUrl, specifier)] : [])];
}
