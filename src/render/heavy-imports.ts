import type { Analysis, HeavyImport } from '../model/analysis.ts';
import { indent, moduleName, more, placed, shorten, table, whole, wholeMs, wrap, type Column, type Page, type Paint } from './text.ts';

const shownImports = 5;

const plain: Paint = (_, text) => text;

/** The imports without which a start would be shortest, those that a person can change first. */
export function heavyImportLines({ heavyImports, modules }: Analysis, { width, paint }: Page): string[] {
  if (modules.length === 0) return [];
  const title = paint('bold', 'The imports that cost most');
  if (heavyImports.length === 0) return [title, ...indent(['No import stands out: none saves more than its noise.'])];
  // What a person can change comes first.
  const top = [...heavyImports.filter((heavy) => !heavy.inDependencies), ...heavyImports.filter((heavy) => heavy.inDependencies)].slice(0, shownImports);
  const rows = top.map((heavy) => [wholeMs(heavy.savesMs), `± ${wholeMs(heavy.noiseMs)}`, `${nameOf(heavy)}${heavy.inDependencies ? ' *' : ''}`, whole(heavy.modules)]);
  const advice =
    'Imported inside the function that uses it, and not at the top of its file, such a module no longer loads at the start; the first request that needs it pays for it instead.';
  return [
    title,
    ...indent([
      ...importRows(rows, top.map(cutPlace), width - 2, paint),
      ...more(heavyImports.length - rows.length, paint),
      ...wrap(advice, width - 2).map((line) => paint('dim', line)),
      ...(top.some((heavy) => heavy.inDependencies) ? wrap('* imported by dependencies only: not for you to edit, but a build can defer it.', width - 2).map((line) => paint('dim', line)) : []),
    ]),
  ];
}

/** With the place at the end of each row, or below it where a row would be too long: a place cut short helps nobody. */
function importRows(rows: string[][], places: string[], width: number, paint: Paint): string[] {
  const columns: Column[] = [{ title: 'saves ms', align: 'right', style: 'cyan' }, { style: 'dim' }, { title: 'import', least: 10 }, { title: 'modules', align: 'right' }];
  const whole = [...columns, { title: 'imported at' }];
  const lines = table(whole, rows.map((row, i) => [...row, places[i]!]), width, plain);
  if (lines.every((line) => line.length <= width) && lines.every((line) => !line.includes('…'))) {
    return table(whole, rows.map((row, i) => [...row, places[i]!]), width, paint);
  }
  const [titles = '', ...under] = table(columns, rows, width, paint);
  const left = '          ';
  return [titles, ...under.flatMap((line, i) => [line, `${left}${shorten(`at ${places[i]!}`, width - left.length)}`])];
}

export function nameOf({ package: name, module }: HeavyImport): string {
  return name ?? moduleName(module);
}

function cutPlace({ cut }: HeavyImport): string {
  const [first, ...rest] = cut;
  if (!first) return 'preloaded';
  return `${placed(first)}${rest.length > 0 ? ` and ${whole(rest.length)} more` : ''}`;
}
