import type { Analysis } from '../model/analysis.ts';
import { halfInterval } from '../model/sample.ts';
import type { Finding } from '../model/trouble.ts';
import { shellWord } from '../model/shell-word.ts';
import { accountLines } from './account.ts';
import { deferralLines } from './deferrals.ts';
import { heavyImportLines, nameOf } from './heavy-imports.ts';
import { lambdaLines } from './lambda.ts';
import { packageLines, slowestLines } from './loaded.ts';
import { routeLines } from './routes.ts';
import { isUnstarted, sizeLines } from './sizes.ts';
import { counted, indent, oneLine, paintFor, percent, placed, shorten, wholeMs, widthOf, wrap, type Page, type Paint, type RenderOptions } from './text.ts';

/** The codes of findings that tell why there is no cold start to report. */
const fatal = new Set(['not-started', 'app-crashed', 'app-never-listened', 'app-never-answered']);

/** The report that `analyze` prints: answers, then what they rest on, then findings and what to do next. */
export function renderAnalysis(analysis: Analysis, options: RenderOptions): string {
  const page: Page = { width: widthOf(options), paint: paintFor(options) };
  const listened = analysis.coldStart.now !== null || reasonFor(analysis.findings)?.code === 'app-never-answered';
  const measured = (): string[][] => [
    heavyImportLines(analysis, page),
    deferralLines(analysis, page),
    accountLines(analysis, listened, page),
    lambdaLines(analysis, page.width, page.paint),
    packageLines(analysis, page),
    slowestLines(analysis, page),
  ];
  const parts = [
    headline(analysis, page),
    ...(isUnstarted(analysis) ? [sizeLines(analysis, page)] : measured()),
    routeLines(analysis, page),
    remarks(analysis, page),
    next(analysis, options.again ?? '', page),
  ];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function headline(analysis: Analysis, { width, paint }: Page): string[] {
  const { app, coldStart, machine, modules, findings } = analysis;
  const facts = [
    oneLine(app.name),
    ...(app.framework ? [`${app.framework.name} ${app.framework.version}`] : []),
    app.format === 'esm' ? 'ES modules' : 'CommonJS',
    ...(app.form === 'compiled' ? [] : [app.form === 'source' ? 'TypeScript sources' : 'bundled']),
    `Node ${app.node.replace(/^v/, '')}`,
    oneLine(machine.cpu),
  ];
  return [
    ...wrap(facts.join(' · '), width).map((line) => paint('dim', line)),
    '',
    ...(coldStart.now ? coldStartLines(coldStart, width, paint) : noColdStart(findings, width, paint)),
    ...(isUnstarted(analysis) ? [] : wrap(loading(analysis, modules.length), width)),
  ];
}

function coldStartLines({ now, floor }: Analysis['coldStart'], width: number, paint: Paint): string[] {
  if (!now) return [];
  const exactness = now.runs > 1 ? ` (± ${wholeMs(halfInterval(now))}, ${counted(now.runs, 'start')})` : '';
  const bare = floor ? ` A bare Node server takes ${wholeMs(floor.medianMs)} ms here.` : '';
  const answer = `A cold start takes ${wholeMs(now.medianMs)} ms`;
  return wrap(`${answer}${exactness}.${bare}`, width).map((line) => line.replace(answer, paint('bold', answer)));
}

function noColdStart(findings: readonly Finding[], width: number, paint: Paint): string[] {
  const reason = reasonFor(findings);
  const sentence = reason ? `No cold start to report. ${reason.message}` : 'No cold start to report: the app did not answer.';
  const place = reason?.file ? [paint('dim', `at ${shorten(placed(reason), width - 3)}`)] : [];
  return [...wrap(sentence, width).map((line) => paint('bold', line)), ...place];
}

/** Why there is no cold start to report. */
function reasonFor(findings: readonly Finding[]): Finding | undefined {
  return findings.find(({ code }) => fatal.has(code));
}

function loading({ coldStart: { account, now } }: Analysis, modules: number): string {
  if (!account) return modules === 0 ? '' : `${counted(modules, 'module')} loaded.`;
  const loadMs = account.resolveMs + account.readMs + account.evaluateMs;
  const share = percent(loadMs, account.initMs);
  if (!now) return `Until then, loading its ${counted(modules, 'module')} took ${wholeMs(loadMs)} ms.`;
  return `Of the ${wholeMs(account.initMs)} ms until it listens, loading its ${counted(modules, 'module')} takes ${wholeMs(loadMs)} ms (${share}).`;
}

function remarks({ findings, coldStart }: Analysis, { width, paint }: Page): string[] {
  const told = coldStart.now ? null : reasonFor(findings);
  const left = findings.filter((finding) => finding !== told);
  if (left.length === 0) return [];
  const rank = { error: 0, warning: 1, info: 2 };
  const style = { error: 'red', warning: 'yellow', info: 'dim' } as const;
  return [
    paint('bold', 'Findings'),
    ...folded(left)
      .toSorted((a, b) => rank[a.severity] - rank[b.severity])
      .flatMap((finding) => {
        const where = finding.file === null ? '' : ` (${placed(finding)})`;
        const lines = wrap(`${finding.message}${where}`, width - 11);
        return lines.map((line, i) => `  ${i === 0 ? paint(style[finding.severity], finding.severity.padEnd(7)) : ' '.repeat(7)}  ${line}`);
      }),
  ];
}

/** What is said of many routes alike is said once, with how many they are. */
function folded(findings: readonly Finding[]): Finding[] {
  const alike = new Map<string, Finding[]>();
  for (const finding of findings) {
    const said = /^[A-Z]+ \S+(?=: )/.test(finding.message) ? finding.message.replace(/^[A-Z]+ \S+(?=: )/, '') : `${finding.message} ${finding.file}:${finding.line}`;
    const key = `${finding.code} ${said}`;
    alike.set(key, [...(alike.get(key) ?? []), finding]);
  }
  return [...alike.values()].flatMap((group) => {
    const [first] = group;
    if (group.length <= FOLDED) return group;
    return [{ ...first!, message: first!.message.replace(/^[A-Z]+ \S+(?=: )/, (route) => `${route} and ${group.length - 1} more`), file: null, line: null }];
  });
}

const FOLDED = 3;

function next({ heavyImports, deferrals, coldStart, findings }: Analysis, again: string, { width, paint }: Page): string[] {
  const place = again === '' ? '' : ` ${again}`;
  const steps: [string, string][] = [];
  const reason = coldStart.now ? undefined : reasonFor(findings)?.code;
  if (reason === 'not-started') steps.push([`lwa-split analyze${place}`, 'what a start really loads, and what it costs']);
  else if (reason === 'app-never-answered') steps.push([`lwa-split analyze${place} --readiness-path <path>`, 'with a path that answers']);
  else if (!coldStart.now) steps.push([`lwa-split analyze${place} --env-file <file>`, 'with what the app needs to come up']);
  if (deferrals.some(({ verdict }) => verdict === 'defer')) steps.push([`lwa-split lazy${place}`, 'what is safe to defer, as a diff of your sources']);
  if (coldStart.now) steps.push([`lwa-split build${place}`, 'a package that starts faster, proven to answer alike']);
  const first = heavyImports.find((heavy) => !heavy.inDependencies) ?? heavyImports[0];
  if (first) steps.push([`lwa-split why ${shellWord(nameOf(first))}${place}`, 'each chain that loads it, and what would stop it']);
  steps.push([`lwa-split analyze${place} --json`, 'all that was measured']);
  const widest = Math.max(...steps.map(([command]) => command.length));
  const together = steps.every(([, purpose]) => 2 + widest + 2 + purpose.length <= width);
  return [
    paint('bold', 'Next:'),
    ...steps.flatMap(([command, purpose]) => {
      if (together) return [`  ${paint('green', command)}${' '.repeat(widest - command.length)}  ${paint('dim', purpose)}`];
      return [`  ${paint('green', command)}`, ...indent(wrap(purpose, width - 4), 4).map((line) => paint('dim', line))];
    }),
  ];
}
