import type { Build } from '../model/build.ts';
import { counted, paintFor, wholeMs, widthOf, wrap, type RenderOptions } from './text.ts';

/** What was built, what it gives, and what stays outside. */
export function renderBuild(build: Build, options: RenderOptions): string {
  const [paint, width] = [paintFor(options), widthOf(options)];
  const { before, after } = build.coldStart;
  const { outdir, start, bytes, modules, deferred, codeCache } = build;
  const times = before === null || after === null ? null : `${wholeMs(before.medianMs)} ms to the first answer before, ${wholeMs(after.medianMs)} ms now`;
  const lines = [
    paint('bold', `${outdir}: ${times ?? 'not timed, because nothing was started'}`),
    ...wrap(`${counted(modules.packed, 'module')} in the pack, ${modules.hot} of them for the start; ${(bytes / 1e6).toFixed(1)} MB in all. ${counted(deferred.length, 'import')} deferred. Code cache: ${cacheWords[codeCache]}.`, width),
    ...build.external.flatMap(({ package: name, because }) => wrap(`Outside the pack: ${name}, because ${because}.`, width)),
    ...build.findings.flatMap(({ message }) => wrap(message, width)),
    ...wrap(`Start it with: ${start}`, width),
  ];
  return lines.join('\n');
}

const cacheWords = { 'real-start': 'made after a real start', 'compile-only': 'made by compiling alone', none: 'none' } as const;
