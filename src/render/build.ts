import type { Build } from '../model/build.ts';
import { counted, paintFor, wholeMs, widthOf, wrap, type RenderOptions } from './text.ts';

/** What was built, what it gives, and what stays outside. */
export function renderBuild(build: Build, options: RenderOptions): string {
  const [paint, width] = [paintFor(options), widthOf(options)];
  const { before, after } = build.coldStart;
  const { outdir, start, bytes, modules, deferred, codeCache } = build;
  const times = before === null || after === null ? null : `${wholeMs(before.medianMs)} ms to the first answer before, ${wholeMs(after.medianMs)} ms now`;
  const lines = [
    paint('bold', `${outdir}: ${times ?? `not timed, because ${gaveNoAnswer(build) ? 'the app gave no answer' : 'nothing was started'}`}`),
    ...wrap(`${counted(modules.packed, 'module')} in the ${build.mode}${build.mode === 'pack' ? `, ${modules.hot} of them for the start` : ''}; ${(bytes / 1e6).toFixed(1)} MB in all. ${counted(deferred.length, 'import')} deferred. Code cache: ${cacheWords[codeCache]}.`, width),
    ...byReason(build).flatMap(({ names, because }) => wrap(`Outside the ${build.mode}: ${names.join(', ')}, because ${because}.`, width)),
    ...build.findings.flatMap(({ message }) => wrap(message, width)),
    ...wrap(`Start it with: ${start}`, width),
  ];
  return lines.join('\n');
}

function gaveNoAnswer({ findings }: Build): boolean {
  return findings.some(({ code }) => ['app-crashed', 'app-never-listened', 'app-never-answered'].includes(code));
}

/** What stays outside only for others is named in one breath. */
function byReason({ external }: Build): { names: string[]; because: string }[] {
  const found = new Map<string, string[]>();
  for (const { package: name, because } of external) found.set(because, [...(found.get(because) ?? []), name]);
  return [...found].map(([because, names]) => ({ names, because }));
}

const cacheWords = { 'real-start': 'made after a real start', 'compile-only': 'made by compiling alone', none: 'none' } as const;
