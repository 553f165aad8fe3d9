import type { Analysis } from '../model/analysis.ts';
import { ownModules } from '../query/package-totals.ts';
import { counted, heading, indent, more, table, whole, type Page } from './text.ts';

const shownPackages = 8;

/** True for what was read from sources alone, where sizes stand for times. */
export function isUnstarted({ findings }: Analysis): boolean {
  return findings.some(({ code }) => code === 'not-started');
}

/** What the imports lead to, by package and size of its files. */
export function sizeLines({ modules, app }: Analysis, { width, paint }: Page): string[] {
  const own = ownModules(modules, app.entry);
  const totals = new Map<string, { modules: number; bytes: number }>();
  for (const module of modules.filter(({ id }) => !id.startsWith('node:'))) {
    const name = own(module) ? "the app's own files" : [module.package, module.version].filter(Boolean).join(' ');
    const total = totals.get(name) ?? { modules: 0, bytes: 0 };
    totals.set(name, { modules: total.modules + 1, bytes: total.bytes + module.bytes });
  }
  if (totals.size === 0) return [];
  const sorted = [...totals].sort(([a, x], [b, y]) => y.bytes - x.bytes || (a < b ? -1 : 1));
  const kilobytes = (bytes: number): string => whole(Math.round(bytes / 1000));
  const all = sorted.reduce((sum, [, { bytes }]) => sum + bytes, 0);
  return [
    ...heading('What its imports lead to', `${counted(modules.length, 'module')}, ${kilobytes(all)} kB`, { width, paint }),
    ...indent([
      ...table(
        [{ title: 'kB', align: 'right' }, { title: 'package', least: 12 }, { title: 'modules', align: 'right' }],
        sorted.slice(0, shownPackages).map(([name, total]) => [kilobytes(total.bytes), name, whole(total.modules)]),
        width - 2,
        paint,
      ),
      ...more(sorted.length - shownPackages, paint),
    ]),
  ];
}
