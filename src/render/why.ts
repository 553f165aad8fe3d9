import type { Why } from '../model/analysis.ts';
import { counted, indent, paintFor, table, whole, wholeMs, widthOf, wrap, type Paint, type RenderOptions } from './text.ts';

/** Chains shown; the rest is told by number. */
const shownChains = 5;
/** Deeper steps are not moved further to the right: the names need the room. */
const deepest = 12;

/** What `why` prints: what the module costs, which imports to take away, and the chains that load it. */
export function renderWhy(why: Why, options: RenderOptions): string {
  const width = widthOf(options);
  const paint = paintFor(options);
  const parts = [costs(why, width, paint), cut(why, width, paint), chains(why, width, paint)];
  return `${parts.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function costs({ module, selfMs, inclusiveMs, retainedMs, noiseMs }: Why, width: number, paint: Paint): string[] {
  const sentence =
    `Without it a start would save ${wholeMs(retainedMs)} ms (± ${wholeMs(noiseMs)}). ` +
    `It takes ${wholeMs(selfMs)} ms itself, ${wholeMs(inclusiveMs)} ms with all that it is the first to load.`;
  return [...wrap(module, width).map((line) => paint('bold', line)), ...wrap(sentence, width)];
}

function cut(why: Why, width: number, paint: Paint): string[] {
  if (why.cut.length === 0) {
    const isRoot = why.chains.some((chain) => chain.length === 1);
    return wrap(isRoot ? 'Nothing imports it: it is the entry, or preloaded.' : 'No set of imports could be taken away that would stop it from loading.', width);
  }
  const smallest = imports(`To stop it from loading, take away ${counted(why.cut.length, 'import')}; a start saves ${wholeMs(why.cutSavesMs)} ms:`, why.cut, width, paint);
  if (why.practicalCut === null) return smallest;
  const { cut: edits, savesMs } = why.practicalCut;
  const title = `That takes the app itself away. Without touching it: ${counted(edits.length, 'import')}, which save ${wholeMs(savesMs)} ms:`;
  return [...smallest, '', ...imports(title, edits, width, paint)];
}

function imports(title: string, cut: Why['cut'], width: number, paint: Paint): string[] {
  const rows = cut.map(({ file, line, specifier }) => [placed(file, line), specifier]);
  return [
    ...wrap(title, width).map((line) => paint('bold', line)),
    ...indent(table([{ least: 20, style: 'cyan' }, { least: 10 }], rows, width - 2, paint)),
  ];
}

function chains({ chains: all, chainsInAll, chainsCounted }: Why, width: number, paint: Paint): string[] {
  const shown = all.slice(0, shownChains);
  const number = `${chainsCounted === 'exact' ? '' : 'at least '}${many(chainsInAll)} ${chainsInAll === 1 ? 'chain' : 'chains'}`;
  const which = chainsInAll > shown.length ? `, the shortest ${shown.length === 1 ? 'one' : whole(shown.length)}` : '';
  return [
    `${paint('bold', 'How it is loaded')} ${paint('dim', `(${number}${which})`)}`,
    ...indent([paint('dim', 'ms: each with all that it is the first to load')]),
    ...shown.flatMap((chain, i) => [...(i === 0 ? [] : ['']), ...indent(steps(chain, width - 2, paint))]),
    ...(all.length > shown.length ? ['', paint('dim', `  and ${many(chainsInAll - shown.length)} more: --json lists ${whole(all.length)}`)] : []),
  ];
}

/** Millions and more in words: nobody reads that many digits. */
function many(count: number): string {
  return count < 1e6 ? whole(count) : count.toLocaleString('en-US', { notation: 'compact', compactDisplay: 'long' });
}

/** One row per module, with the line in it that leads to the next. */
function steps(chain: Why['chains'][number], width: number, paint: Paint): string[] {
  const rows = chain.map(({ module, ms }, i) => [wholeMs(ms), '  '.repeat(Math.min(i, deepest)) + placed(module, chain[i + 1]?.line ?? null)]);
  return table([{ align: 'right', style: 'cyan' }, { least: 20 }], rows, width, paint);
}

function placed(file: string, line: number | null): string {
  return `${file}${line === null ? '' : `:${line}`}`;
}
