import type { Analysis } from '../model/analysis.ts';
import { ownModules, packageTotals } from '../query/package-totals.ts';
import { bar, heading, indent, moduleName, more, table, whole, wholeMs, type Page } from './text.ts';

const shownPackages = 8;
const shownModules = 5;

/** Own times of all that was loaded, by package. */
export function packageLines({ modules, app }: Analysis, page: Page): string[] {
  const { width, paint } = page;
  const totals = packageTotals(modules, app.entry);
  if (totals.length === 0) return [];
  const top = totals.slice(0, shownPackages);
  const most = top[0]!.selfMs;
  const barWidth = Math.min(24, Math.max(8, width - 56));
  return [
    ...heading('Loading by package', 'own time, adds up', page),
    ...indent([
      ...table(
        [{ title: 'ms', align: 'right' }, { style: 'cyan' }, { title: 'package', least: 12 }, { title: 'modules', align: 'right' }],
        top.map((total) => [wholeMs(total.selfMs), bar(most > 0 ? total.selfMs / most : 0, barWidth).padEnd(barWidth), packageLabel(total), whole(total.modules)]),
        width - 2,
        paint,
      ),
      ...more(totals.length - top.length, paint),
    ]),
  ];
}

function packageLabel({ package: name, version }: { package: string | null; version: string | null }): string {
  if (name === null) return "the app's own files";
  if (name === 'node:') return "Node's built-in modules";
  return version === null ? name : `${name} ${version}`;
}

/** The app's own files that take longest. */
export function slowestLines({ modules, app }: Analysis, page: Page): string[] {
  const { width, paint } = page;
  const slow = modules
    .filter(ownModules(modules, app.entry))
    .filter(({ selfMs }) => selfMs >= 1)
    .sort((a, b) => b.selfMs - a.selfMs || (a.id < b.id ? -1 : 1));
  if (slow.length === 0) return [];
  const top = slow.slice(0, shownModules);
  return [
    ...heading("The slowest of the app's own files", 'ms of their own, and with all they load', page),
    ...indent([
      ...table(
        [{ title: 'own', align: 'right' }, { title: 'with all', align: 'right' }, { title: 'file', least: 16 }],
        top.map(({ id, selfMs, inclusiveMs }) => [wholeMs(selfMs), wholeMs(inclusiveMs), moduleName(id)]),
        width - 2,
        paint,
      ),
      ...more(slow.length - top.length, paint),
    ]),
  ];
}
