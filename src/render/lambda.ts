import type { Analysis } from '../model/analysis.ts';
import { indent, table, whole, wholeMs, wrap, type Paint } from './text.ts';

/** Lines of the prediction with less than this are told in JSON only. */
const shownMs = 1;

/** What a cold start is predicted to take on Lambda at each memory size, and what that is made of. */
export function lambdaLines({ lambda, lambdaBasis: basis }: Analysis, width: number, paint: Paint): string[] {
  if (lambda.length === 0 || basis === undefined) return [];
  const name = 'On Lambda, predicted';
  const title = paint('bold', name);
  const where = `(${[basis.packaging, basis.architecture, ...(basis.provisioned ? ['provisioned concurrency'] : []), `constants of ${basis.constants}, ${basis.date}`].join(', ')})`;
  const fits = name.length + 1 + where.length <= width;
  const rows = lambda.map((row) => [
    `${whole(row.memoryMb)} MB`,
    wholeMs(row.initMs),
    wholeMs(row.firstRequestMs),
    wholeMs(row.totalMs),
    `${wholeMs(row.lowMs)} to ${wholeMs(row.highMs)}`,
    row.memoryMb === basis.memoryMb ? '◂ this function' : '',
  ]);
  const columns = [
    { title: 'memory', align: 'right' },
    { title: 'init', align: 'right' },
    { title: 'first request', align: 'right' },
    { title: 'together', align: 'right', style: 'cyan' },
    { title: 'likely, ms' },
    { title: '', style: 'dim' },
  ] as const;
  return [
    ...(fits ? [`${title} ${paint('dim', where)}`] : [title, ...indent(wrap(where, width - 2).map((line) => paint('dim', line)))]),
    ...indent([...table(columns, rows, width - 2, paint), ...wrap(madeOf(basis), width - 2).map((line) => paint('dim', line))]),
  ];
}

function madeOf({ parts, codeSavesMs }: NonNullable<Analysis['lambdaBasis']>): string {
  const init = parts.filter((part) => part.of === 'init' && part.ms >= shownMs).map((part) => `${part.name} ${wholeMs(part.ms)}`);
  const memory = 'Memory changes the first request only: init has a burst of CPU at every size.';
  const code = codeSavesMs === null || codeSavesMs < shownMs ? '' : ` Deferring imports could take at most ${wholeMs(codeSavesMs)} ms off it.`;
  return `Init: ${init.join(', ')} ms. ${memory}${code}`;
}
