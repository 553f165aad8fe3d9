import type { Analysis } from '../model/analysis.ts';
import type { ReasonCode } from '../model/deferrals.ts';
import { reasons } from '../model/reasons.ts';
import { counted, heading, indent, more, oneLine, placed, shorten, table, whole, wholeMs, wrap, type Column, type Page } from './text.ts';

const shownCuts = 8;
/** What stays is told about only where there is nothing else to tell. */
const shownStays = 3;

type Judged = Analysis['deferrals'][number];

/** What can be deferred and pays, one row for what pays together; else what stays, and why. */
export function deferralLines({ deferrals, modules }: Analysis, page: Page): string[] {
  if (modules.length === 0 || deferrals.length === 0) return [];
  const { width, paint } = page;
  const cuts = cutsIn(deferrals);
  const [safe, review] = (['defer', 'review'] as const).map((verdict) => cuts.filter(([first]) => first!.verdict === verdict));
  const title = 'What can be deferred';
  if (cuts.length === 0) return [paint('bold', title), ...indent(wrap('Nothing of what was judged can be deferred and pays. The heaviest:', width - 2)), ...indent(stayLines(deferrals, page), 4)];
  const sums = [...(safe!.length > 0 ? [`${wholeMs(savedBy(safe!))} ms safely`] : []), ...(review!.length > 0 ? [`${wholeMs(savedBy(review!))} ms${safe!.length > 0 ? ' more' : ''} after a look`] : [])];
  const shown = cuts.slice(0, shownCuts);
  return [
    ...heading(title, `saves ${sums.join(', ')}`, page),
    ...indent([...rows(shown, page), ...more(cuts.length - shown.length, paint), ...wrap(legend(shown, deferrals), width - 2).map((line) => paint('dim', line))]),
  ];
}

/** Imports that pay, those with one cut together, the most first. */
function cutsIn(deferrals: readonly Judged[]): Judged[][] {
  const cuts = new Map<string, Judged[]>();
  for (const one of deferrals) if (one.verdict === 'defer' || one.verdict === 'review') cuts.set(one.cut, [...(cuts.get(one.cut) ?? []), one]);
  return [...cuts.values()].sort(([a], [b]) => b!.savesMs - a!.savesMs);
}

function savedBy(cuts: readonly Judged[][]): number {
  return cuts.reduce((sum, [first]) => sum + first!.savesMs, 0);
}

function rows(cuts: readonly Judged[][], { width, paint }: Page): string[] {
  const columns: Column[] = [
    { title: 'saves ms', align: 'right', style: 'cyan' },
    { style: 'dim' },
    { title: 'verdict', style: (cell) => (cell === 'defer' ? 'green' : cell === 'review' ? 'yellow' : null) },
    { title: 'import', least: 12 },
    { title: 'imported at', least: 16 },
  ];
  const cells = cuts.map(([first, ...others]) => [wholeMs(first!.savesMs), `± ${wholeMs(first!.noiseMs)}`, first!.verdict, oneLine(first!.import.specifier), `${placed(first!.import)}${others.length > 0 ? ` and ${whole(others.length)} more` : ''}`]);
  const [titles = '', ...lines] = table(columns, cells, width - 2, paint);
  const left = ' '.repeat(10);
  return [titles, ...lines.flatMap((line, i) => [line, ...(cuts[i]![0]!.verdict === 'review' ? wrap(whyOf(cuts[i]!), width - 2 - left.length).map((why) => `${left}${paint('dim', why)}`) : [])])];
}

function whyOf(cut: readonly Judged[]): string {
  return [...new Set(cut.flatMap((one) => one.reasons))].map(inWords).join('; ');
}

function legend(shown: readonly Judged[][], deferrals: readonly Judged[]): string {
  const verdicts = new Set(shown.map(([first]) => first!.verdict));
  const count = (verdict: Judged['verdict']): number => deferrals.filter((one) => one.verdict === verdict).length;
  const meanings = [...(verdicts.has('defer') ? [`defer: ${reasons.SAFE}.`] : []), ...(verdicts.has('review') ? ['review: a person must look first.'] : [])];
  const [keep, noWin] = [count('keep'), count('no-win')];
  const others = [...(keep > 0 ? [`${counted(keep, 'import')} must stay`] : []), ...(noWin > 0 ? [`${keep > 0 ? whole(noWin) : counted(noWin, 'import')} would bring nothing`] : [])];
  return [...meanings, ...(others.length > 0 ? [`Of the others judged, ${others.join(', and ')}.`] : [])].join(' ');
}

/** The heaviest imports that stay, each with its reason. */
function stayLines(deferrals: readonly Judged[], { width, paint }: Page): string[] {
  const heaviest = deferrals.toSorted((a, b) => b.savesMs - a.savesMs).slice(0, shownStays);
  return heaviest.flatMap((one) => {
    const place = shorten(`${oneLine(one.import.specifier)} at ${placed(one.import)}`, width - 16);
    return [`${wholeMs(one.savesMs)} ms  ${place}`, ...indent(wrap(`${one.verdict}: ${one.reasons.map(inWords).join('; ')}`, width - 8).map((line) => paint('dim', line)))];
  });
}

/** A saved document of a later version may have reasons we do not know. */
function inWords(code: string): string {
  return code in reasons ? reasons[code as ReasonCode] : code;
}
