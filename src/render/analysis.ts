import type { Analysis, AnalyzedRoute, HeavyImport } from '../model/analysis.ts';
import { halfInterval } from '../model/sample.ts';
import type { Finding } from '../model/trouble.ts';
import { ownModules, packageTotals } from '../query/package-totals.ts';
import {
  bar,
  counted,
  indent,
  moduleName,
  oneLine,
  paintFor,
  percent,
  shorten,
  table,
  whole,
  wholeMs,
  widthOf,
  wrap,
  type Column,
  type Paint,
  type RenderOptions,
} from './text.ts';
import { shellWord } from '../model/shell-word.ts';
import { lambdaLines } from './lambda.ts';

/** Rows shown of each list; the rest is told by number. */
const shownImports = 5;
const shownPackages = 8;
const shownModules = 5;
const shownRoutes = 12;

/** A start command that takes this long before Node begins is worth a word. */
const notedLauncherMs = 10;

/** The codes of findings that tell why there is no cold start to report. */
const fatal = new Set(['app-crashed', 'app-never-listened', 'app-never-answered']);

const plain: Paint = (_, text) => text;

interface Page {
  width: number;
  paint: Paint;
  again: string;
}

/** The report that `analyze` prints: answers, then what they rest on, then findings and what to do next. */
export function renderAnalysis(analysis: Analysis, options: RenderOptions): string {
  const page: Page = { width: widthOf(options), paint: paintFor(options), again: options.again ?? '' };
  const parts = [
    headline(analysis, page),
    imports(analysis, page),
    account(analysis, page),
    lambdaLines(analysis, page.width, page.paint),
    packages(analysis, page),
    slowest(analysis, page),
    routes(analysis, page),
    remarks(analysis, page),
    next(analysis, page),
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
    ...wrap(loading(analysis, modules.length), width),
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

function imports({ heavyImports, modules }: Analysis, { width, paint }: Page): string[] {
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

function nameOf({ package: name, module }: HeavyImport): string {
  return name ?? moduleName(module);
}

function cutPlace({ cut }: HeavyImport): string {
  const [first, ...rest] = cut;
  if (!first) return 'preloaded';
  return `${placed(first)}${rest.length > 0 ? ` and ${whole(rest.length)} more` : ''}`;
}

function account({ coldStart, findings }: Analysis, { width, paint }: Page): string[] {
  if (!coldStart.account) return [];
  const { initMs, ...parts } = coldStart.account;
  const rows: [string, number, string][] = [
    ['bootstrap', parts.bootstrapMs, parts.launcherMs >= notedLauncherMs ? `${wholeMs(parts.launcherMs)} ms of it before Node` : "Node, before the app's code"],
    ['resolve', parts.resolveMs, "finding modules' files"],
    ['read', parts.readMs, 'reading them'],
    ['evaluate', parts.evaluateMs, 'compiling and running them'],
    ['own work', parts.ownWorkMs, 'the app, after loading'],
    ['waiting', parts.waitingMs, 'for timers, sockets, others'],
    ['unattributed', parts.unattributedMs, 'in none of these'],
  ];
  const listened = coldStart.now !== null || reasonFor(findings)?.code === 'app-never-answered';
  const barWidth = Math.min(24, Math.max(8, width - 62));
  return [
    ...heading('Where the start goes', `${wholeMs(initMs)} ms until it ${listened ? 'listens' : 'ended'}`, width, paint),
    ...indent(
      table(
        [{}, { style: 'cyan' }, { align: 'right' }, { align: 'right' }, { least: 0, style: 'dim' }],
        rows.map(([name, ms, meaning]) => [name, bar(ms / initMs, barWidth).padEnd(barWidth), `${wholeMs(ms)} ms`, percent(ms, initMs), meaning]),
        width - 2,
        paint,
      ),
    ),
    ...(coldStart.probeOverhead === null ? [] : indent([paint('dim', overheadOf(coldStart.probeOverhead))])),
  ];
}

/** Noise can make a start under the probe look faster: that is no gain. */
function overheadOf(share: number): string {
  return share < 0.005 ? 'timed under the probe, which costs nothing that shows' : `timed under the probe, which makes a start ${Math.round(share * 100)} % slower`;
}

function packages({ modules, app }: Analysis, { width, paint }: Page): string[] {
  const totals = packageTotals(modules, app.entry);
  if (totals.length === 0) return [];
  const top = totals.slice(0, shownPackages);
  const most = top[0]!.selfMs;
  const barWidth = Math.min(24, Math.max(8, width - 56));
  return [
    ...heading('Loading by package', 'own time, adds up', width, paint),
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

function slowest({ modules, app }: Analysis, { width, paint }: Page): string[] {
  const slow = modules
    .filter(ownModules(modules, app.entry))
    .filter(({ selfMs }) => selfMs >= 1)
    .sort((a, b) => b.selfMs - a.selfMs || (a.id < b.id ? -1 : 1));
  if (slow.length === 0) return [];
  const top = slow.slice(0, shownModules);
  return [
    ...heading("The slowest of the app's own files", 'ms of their own, and with all they load', width, paint),
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

function routes(analysis: Analysis, { width, paint }: Page): string[] {
  const all = analysis.routes;
  if (all.length === 0) return analysis.modules.length === 0 ? [] : [paint('bold', 'Routes'), ...indent(['None was seen being registered.'])];
  const weight = (route: AnalyzedRoute): number => route.heaviest[0]?.ms ?? 0;
  const top = all.toSorted((a, b) => weight(b) - weight(a)).slice(0, shownRoutes);
  return [
    ...heading('Routes', `${whole(all.length)}; modules that the handler's file leads to, and the heaviest`, width, paint),
    ...indent([
      ...table(
        [{ title: 'route', least: 14 }, { title: 'handler', least: 14, style: 'dim' }, { title: 'modules', align: 'right' }, { title: 'ms', align: 'right' }, { title: 'heaviest', least: 8 }],
        top.map(({ id, declaredAt, modules, heaviest: [first] }) => [
          oneLine(id),
          declaredAt ? moduleName(placed(declaredAt)) : '?',
          whole(modules),
          first ? wholeMs(first.ms) : '',
          first ? packageOf(first.module) : '',
        ]),
        width - 2,
        paint,
      ),
      ...more(all.length - top.length, paint),
    ]),
  ];
}

/** A dependency's module by its package alone: there is no room for the file. */
function packageOf(id: string): string {
  return /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(id)?.[1] ?? id;
}

function remarks({ findings, coldStart }: Analysis, { width, paint }: Page): string[] {
  const told = coldStart.now ? null : reasonFor(findings);
  const left = findings.filter((finding) => finding !== told);
  if (left.length === 0) return [];
  const rank = { error: 0, warning: 1, info: 2 };
  const style = { error: 'red', warning: 'yellow', info: 'dim' } as const;
  return [
    paint('bold', 'Findings'),
    ...left
      .toSorted((a, b) => rank[a.severity] - rank[b.severity])
      .flatMap((finding) => {
        const where = finding.file === null ? '' : ` (${placed(finding)})`;
        const lines = wrap(`${finding.message}${where}`, width - 11);
        return lines.map((line, i) => `  ${i === 0 ? paint(style[finding.severity], finding.severity.padEnd(7)) : ' '.repeat(7)}  ${line}`);
      }),
  ];
}

function next({ heavyImports, coldStart, findings }: Analysis, { width, paint, again }: Page): string[] {
  const place = again === '' ? '' : ` ${again}`;
  const steps: [string, string][] = [];
  const reason = coldStart.now ? undefined : reasonFor(findings)?.code;
  if (reason === 'app-never-answered') steps.push([`lwa-split analyze${place} --readiness-path <path>`, 'with a path that answers']);
  else if (!coldStart.now) steps.push([`lwa-split analyze${place} --env-file <file>`, 'with what the app needs to come up']);
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

/** A title with a note behind it, or below it where the line is too short for both. */
function heading(title: string, note: string, width: number, paint: Paint): string[] {
  if (title.length + note.length + 3 <= width) return [`${paint('bold', title)} ${paint('dim', `(${note})`)}`];
  return [paint('bold', title), ...indent(wrap(note, width - 2).map((line) => paint('dim', line)))];
}

function more(count: number, paint: Paint): string[] {
  return count > 0 ? [paint('dim', `and ${whole(count)} more: --json`)] : [];
}

function placed({ file, line }: { file: string | null; line: number | null }): string {
  return `${file ?? '?'}${line === null ? '' : `:${line}`}`;
}
