import type { Difference, Verification } from '../model/verification.ts';
import { counted, indent, oneLine, paintFor, widthOf, wrap, type Paint, type RenderOptions } from './text.ts';

/** Differences shown in full; the rest is told by number. */
const shownDifferences = 20;
const shownNatures = 8;

/** The verdict, then each difference as a diff, then what was compared by its kind only. */
export function renderVerification(verification: Verification, options: RenderOptions): string {
  const [paint, width] = [paintFor(options), widthOf(options)];
  const parts = [verdict(verification, width, paint), ...differences(verification, paint), failures(verification, width, paint), natures(verification, width, paint)];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function verdict(verification: Verification, width: number, paint: Paint): string[] {
  const { variants, requests, writesSkipped, differences, deferredModulesLoaded, failedToLoad } = verification;
  const names = variants.map(oneLine).join(', ');
  const differing = new Set(differences.map(({ request, variant }) => `${variant} ${request}`)).size;
  const down = [...new Set(differences.flatMap(({ aspect, variant }) => (aspect === 'start' ? [variant] : [])))];
  const failed = failedToLoad.length;
  const sentence =
    down.length > 0
      ? `${down.map(oneLine).join(', ')} did not come up.`
      : requests > 0
        ? differing === 0
          ? `No difference: ${names} answered ${counted(requests, 'request')} as the original does.`
          : `${counted(differing, 'answer')} of ${names} differ${differing === 1 ? 's' : ''} from the original's, of ${counted(requests, 'request')}.`
        : failed === 0
          ? `${names} came up with everything loaded.`
          : `${counted(failed, 'deferred module')} of ${names} cannot be loaded.`;
  return [
    ...wrap(sentence, width).map((line) => paint(differing + failed > 0 ? 'red' : 'green', line)),
    ...(requests > 0 ? wrap(`The original answered ${statusLine(verification)}.`, width) : []),
    ...(deferredModulesLoaded > 0 ? wrap(`${counted(deferredModulesLoaded, 'deferred module')} loaded late.`, width) : []),
    ...(writesSkipped > 0 ? wrap(`${counted(writesSkipped, 'request')} not sent because they may write; --allow-writes sends them.`, width) : []),
  ];
}

/** A proof by answers that are all errors is a weak one, so say what they were. */
function statusLine({ statuses }: Verification): string {
  return Object.entries(statuses)
    .map(([status, count]) => (status === 'none' ? `${counted(count, 'request')} not at all` : `${counted(count, 'request')} with ${status}`))
    .join(', ');
}

/** One block for each request and variant, as a unified diff with the aspects as its hunks. */
function differences({ differences }: Verification, paint: Paint): string[][] {
  const blocks = new Map<string, Difference[]>();
  for (const one of differences) {
    const key = JSON.stringify([one.request, one.variant]);
    blocks.set(key, [...(blocks.get(key) ?? []), one]);
  }
  const shown = [...blocks.values()].slice(0, shownDifferences).map((block) => [
    ...(block[0]!.request === null ? [] : [paint('bold', oneLine(block[0]!.request))]),
    paint('red', '--- original'),
    paint('green', `+++ ${oneLine(block[0]!.variant)}`),
    ...block.flatMap((one) => [paint('cyan', `@@ ${one.name === null ? one.aspect : `${one.aspect} ${oneLine(one.name)}`} @@`), ...one.diff.map((line) => diffLine(line, paint))]),
  ]);
  const rest = blocks.size - shown.length;
  return rest > 0 ? [...shown, [paint('dim', `and ${rest} more: --json lists all`)]] : shown;
}

function diffLine(line: string, paint: Paint): string {
  // A diff keeps the blanks of its lines, but nothing in it may steer the terminal.
  const safe = line.replace(/[^\P{Cc}\t]/gu, '\u00b7');
  return safe.startsWith('-') ? paint('red', safe) : safe.startsWith('+') ? paint('green', safe) : safe;
}

function failures({ failedToLoad }: Verification, width: number, paint: Paint): string[] {
  if (failedToLoad.length === 0) return [];
  return [paint('bold', 'Cannot be loaded'), ...indent(failedToLoad.flatMap(({ variant, module, message }) => wrap(`${variant}: ${module}: ${message}`, width - 2)))];
}

function natures({ byNature, requests }: Verification, width: number, paint: Paint): string[] {
  if (byNature.length === 0 || requests === 0) return [];
  const rows = byNature.slice(0, shownNatures).flatMap(({ request, at, as }) => wrap(`${request}: ${at} (${as})`, width - 2));
  return [
    paint('bold', 'Differs between starts of the original too, so only its kind was compared'),
    ...indent([...rows, ...(byNature.length > shownNatures ? [`and ${byNature.length - shownNatures} more: --json lists all`] : [])]).map((line) => paint('dim', line)),
  ];
}
