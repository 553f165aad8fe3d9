import { FILES, PACK } from '../../runtime/pack/format.ts';
import { contentHash } from '../../system/files.ts';
import type { Gathered } from './gather.ts';

/**
 * The source maps of compiled modules, by path in the output folder. `linked`: the texts name them, so that --enable-source-maps
 * finds them; `external`: they only lie there.
 */
export function sourceMaps(modules: ReadonlyMap<string, Gathered>, kind: 'linked' | 'external' | 'none'): Map<string, string> {
  const maps = new Map<string, string>();
  if (kind === 'none') return maps;
  for (const module of modules.values()) {
    if (module.map === null) continue;
    const text = JSON.stringify({ ...(JSON.parse(module.map) as object), sourceRoot: undefined, sources: [`../../${FILES}/${module.id}`] });
    const path = `${PACK}/maps/${contentHash(text).slice(0, 16)}.map`;
    maps.set(path, text);
    const toOutput = '../'.repeat(module.id.split('/').length);
    if (kind === 'linked') module.source += `\n//# sourceMappingURL=${toOutput}${path}`;
  }
  return maps;
}
