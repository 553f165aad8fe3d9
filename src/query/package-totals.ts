import type { AnalyzedModule } from '../model/analysis.ts';

export interface PackageTotal {
  /** Null for the app's own files. */
  package: string | null;
  version: string | null;
  modules: number;
  selfMs: number;
}

/**
 * Own times by package, slowest first; they add up to all of the loading. Node's built-in modules count as the package
 * `node:`, and the package of the entry as the app's own files.
 */
export function packageTotals(modules: readonly AnalyzedModule[], entry: string | null): PackageTotal[] {
  const own = ownModules(modules, entry);
  const totals = new Map<string, PackageTotal>();
  for (const module of modules) {
    const name = own(module) ? null : (module.package ?? 'node:');
    const version = own(module) ? null : module.version;
    const key = `${name}@${version}`;
    const total = totals.get(key) ?? { package: name, version, modules: 0, selfMs: 0 };
    totals.set(key, { ...total, modules: total.modules + 1, selfMs: total.selfMs + module.selfMs });
  }
  return [...totals].sort(([a, x], [b, y]) => y.selfMs - x.selfMs || (a < b ? -1 : 1)).map(([, total]) => total);
}

/** As `ownCode`, for a report that no longer has its graph. */
export function ownModules(modules: readonly AnalyzedModule[], entry: string | null): (module: AnalyzedModule) => boolean {
  const app = modules.find(({ id }) => id === entry)?.package ?? null;
  return ({ id, package: name }) => !id.startsWith('node:') && (!id.startsWith('node_modules/') || (name !== null && name === app));
}
