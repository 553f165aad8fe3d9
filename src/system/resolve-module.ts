import { isBuiltin } from 'node:module';
import { ResolverFactory } from 'oxc-resolver';

/** Where a specifier leads when nothing runs: `file` is absolute, and null for built-ins. */
export interface Resolved {
  file: string | null;
  /** `node:fs` for built-ins; else the specifier. */
  name: string;
}

/**
 * Finds modules as Node does, and besides as compilers do: tsconfig's paths, extensions left out, `./x.js` written for
 * x.ts. Null where nothing is found. Links are followed, so files of workspace packages come out where they are.
 */
export function moduleResolver(): (specifier: string, from: string, kind: 'import' | 'require') => Resolved | null {
  const options = {
    extensions: ['.ts', '.tsx', '.mts', '.cts', '.js', '.mjs', '.cjs', '.jsx', '.json', '.node'],
    extensionAlias: { '.js': ['.js', '.ts', '.tsx', '.jsx'], '.mjs': ['.mjs', '.mts'], '.cjs': ['.cjs', '.cts'], '.jsx': ['.jsx', '.tsx'] },
    mainFields: ['main', 'module'],
    tsconfig: 'auto' as const,
  };
  const byImport = new ResolverFactory({ ...options, conditionNames: ['node', 'import', 'module-sync', 'default'] });
  const byRequire = byImport.cloneWithOptions({ ...options, conditionNames: ['node', 'require', 'module-sync', 'default'] });
  const known = new Map<string, Resolved | null>();
  return (specifier, from, kind) => {
    if (isBuiltin(specifier)) return { file: null, name: specifier.startsWith('node:') ? specifier : `node:${specifier}` };
    const key = `${kind}\0${from.slice(0, from.lastIndexOf('/'))}\0${specifier}`;
    let found = known.get(key);
    if (found === undefined) {
      const { path } = (kind === 'import' ? byImport : byRequire).resolveFileSync(from, specifier);
      found = path === undefined ? null : { file: path.replace(/[?#].*$/, ''), name: specifier };
      known.set(key, found);
    }
    return found;
  };
}
