import type { DeferralsFile, ReasonCode } from '../model/deferrals.ts';
import type { LazyCheck, LazyReport } from '../model/lazy.ts';
import { reasons } from '../model/reasons.ts';
import { counted, indent, moduleName, oneLine, paintFor, table, wholeMs, widthOf, wrap, type Paint, type RenderOptions } from './text.ts';

/** Imports shown of each kind; the rest is told by number. */
const shownImports = 12;

/** The unified diff of all files, as `git apply` takes it. */
export function renderDiff({ files }: LazyReport, options: RenderOptions): string {
  const paint = paintFor(options);
  const text = files.map(({ diff }) => (diff.endsWith('\n') ? diff : `${diff}\n`)).join('');
  return options.color ? text.split('\n').map((line) => colored(line, paint)).join('\n') : text;
}

function colored(line: string, paint: Paint): string {
  if (/^(?:---|\+\+\+) /.test(line)) return paint('bold', line);
  return paint(line.startsWith('+') ? 'green' : line.startsWith('-') ? 'red' : line.startsWith('@@') ? 'cyan' : 'dim', line);
}

/** What moves, what could but does not, and what to do about it. */
export function renderLazy(report: LazyReport, options: RenderOptions): string {
  const [paint, width] = [paintFor(options), widthOf(options)];
  const { written, imports, savesMs, takenBack, fixFailed, files, left, base } = report;
  const headline =
    imports.length === 0
      ? 'Nothing to defer in the sources.'
      : `${counted(imports.length, 'import')} in ${counted(files.length, 'file')} ${written ? (imports.length === 1 ? 'is' : 'are') : 'can be'} deferred: ${wholeMs(savesMs)} ms less to load at a start.`;
  const blocks = [
    [...wrap(headline, width), ...rows(imports, width, paint)],
    ...(takenBack.length === 0 ? [] : [[...wrap(`Taken back, because with ${takenBack.length === 1 ? 'it' : 'them'} the app does not start, or the command of --verify fails:`, width).map((line) => paint('red', line)), ...rows(takenBack, width, paint)]]),
    ...(fixFailed === null ? [] : [wrap(`The command of --fix-command failed${fixFailed === '' ? '' : `: ${oneLine(fixFailed)}`}. The sources are written.`, width).map((line) => paint('red', line))]),
    ...leftBlocks(left, width, paint),
    ...(base === '.' ? [] : [wrap(`Paths of the diff start at ${base}: sources of other packages are among them.`, width)]),
    ...proofBlock(report, width, paint),
    ...(written || imports.length === 0 ? [] : [wrap('Nothing was written; --write does.', width)]),
  ];
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** What the start after writing has shown. */
function proofBlock({ written, rebuild, proof, imports }: LazyReport, width: number, paint: Paint): string[][] {
  if (!written || imports.length === 0) return [];
  if (rebuild) return [wrap('The app runs what its compiler makes of these sources: build it again for this to take effect. With --before "<build command>", lwa-split builds and then looks whether the deferred modules stay away.', width)];
  if (proof === null) return [wrap('Not proven by a start: the app did not come up before, either.', width)];
  const absent = proof.absent.length === 0 ? [] : wrap(`Started again: ${proof.absent.length === 1 ? `${moduleName(proof.absent[0]!)} does` : `${counted(proof.absent.length, 'deferred module')} do`} not load any more.`, width);
  const loaded = proof.loaded.flatMap(({ module, by }) => wrap(`${oneLine(moduleName(module))} still loads at the start, by ${oneLine(moduleName(by))}.`, width).map((line) => paint('yellow', line)));
  return [[...absent, ...loaded]];
}

const whyLeft = {
  review: (count: number) => `${counted(count, 'more import')} would pay, but a person has to look first (--include-review):`,
  build: (count: number) => `${counted(count, 'more import')} would pay, but only a build can defer ${count === 1 ? 'it' : 'them'}: the code that uses ${count === 1 ? 'it' : 'them'} cannot wait.`,
  'no-source': (count: number) => `${counted(count, 'more import')} would pay in compiled files whose sources no source map leads to ("sourceMap" in tsconfig.json makes one). A build can defer ${count === 1 ? 'it as it is' : 'them as they are'}.`,
  'not-asked-for': (count: number) => `${counted(count, 'more import')} would pay in files that --only leaves out:`,
};

function leftBlocks(left: LazyReport['left'], width: number, paint: Paint): string[][] {
  return (['review', 'build', 'no-source', 'not-asked-for'] as const).flatMap((because) => {
    const some = left.filter((one) => one.because === because);
    return some.length === 0 ? [] : [[...wrap(whyLeft[because](some.length), width), ...rows(some, width, paint, because === 'review')]];
  });
}

interface Row {
  file: string;
  line: number;
  specifier: string;
  savesMs: number;
  reasons?: readonly ReasonCode[];
}

function rows(imports: readonly Row[], width: number, paint: Paint, withReasons = false): string[] {
  if (imports.length === 0) return [];
  const shown = [...imports].sort((a, b) => b.savesMs - a.savesMs).slice(0, shownImports);
  const lines = table(
    [{ align: 'right' }, { least: 12 }, { least: 12, style: 'dim' }],
    shown.map(({ savesMs, specifier, file, line }) => [`${wholeMs(savesMs)} ms`, oneLine(specifier), `${oneLine(file)}:${line}`]),
    width - 2,
    paint,
  );
  if (withReasons) return indent([...lines.flatMap((line, i) => [line, ...wrap((shown[i]!.reasons ?? []).map((reason) => reasons[reason]).join('; '), width - 6).map((why) => `    ${paint('dim', why)}`)]), ...(imports.length > shown.length ? [`and ${imports.length - shown.length} more: --json`] : [])]);
  return indent(imports.length > shown.length ? [...lines, `and ${imports.length - shown.length} more: --json`] : lines);
}

/** What `--check` found; the first line is the verdict. */
export function renderCheck({ pending, lost, stale }: LazyCheck, options: RenderOptions): string {
  const [paint, width] = [paintFor(options), widthOf(options)];
  const verdict = pending.length + lost.length === 0 ? paint('green', 'No deferral is lost, and no safe win of 10 ms or more is pending.') : null;
  const blocks = [
    ...(verdict === null ? [] : [[verdict]]),
    ...(lost.length === 0 ? [] : [[...wrap(`${counted(lost.length, 'import')} that ${lost.length === 1 ? 'was' : 'were'} deferred ${lost.length === 1 ? 'loads' : 'load'} at once again. lwa-split lazy --write defers; the comment "lwa-split: eager" says that it shall be so:`, width).map((line) => paint('red', line)), ...rows(lost, width, paint)]]),
    ...(pending.length === 0 ? [] : [[...wrap(`${counted(pending.length, 'import')} can be deferred safely. lwa-split lazy shows how, lwa-split lazy --write does it:`, width).map((line) => paint('red', line)), ...rows(pending, width, paint)]]),
    ...(stale.length === 0 ? [] : [[...wrap(`${counted(stale.length, 'entry', 'entries')} of lwa-split.deferrals.json ignored, because the importer is not what it was. lwa-split lazy --evidence-only measures again:`, width), ...indent(stale.slice(0, shownImports).map(({ file, specifier, because }) => paint('dim', `${oneLine(specifier)} in ${oneLine(file)} (${because})`)))]]),
  ];
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

export function renderEvidence({ imports }: DeferralsFile): string {
  const safe = imports.filter(({ verdict }) => verdict === 'defer').length;
  return `lwa-split.deferrals.json holds ${counted(imports.length, 'import')}, of which ${safe} can be deferred safely. Commit it.\n`;
}
