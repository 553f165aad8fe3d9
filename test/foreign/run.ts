// Runs the test suites of packages that nobody here wrote, as they are and with every import of their own CommonJS files deferred
// that the transform lets go, and compares what passes: npm run foreign [-- --only <name>]
import { execFile } from 'node:child_process';
import { globSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writePlan } from '../../src/steps/rewrite/plan.ts';
import { loopbackPrefix } from '../corpus/loopback-only.ts';
import { table } from '../corpus/table.ts';
import { deferAll, type DeferredPackage } from './deferring.ts';
import { installForeign } from './install.ts';
import { type ForeignPackage, packages } from './packages.ts';

interface Suite {
  passed: number;
  failed: string[];
}

interface Row {
  name: string;
  kind: string;
  deferred: DeferredPackage;
  plain: Suite;
  lazy: Suite;
}

const runners: Record<ForeignPackage['runner'], { args: string[]; read(printed: string): Suite }> = {
  node: {
    args: ['--test', '--test-reporter=tap', '--test-concurrency=2', '--test-timeout=60000'],
    read: (printed) => ({
      passed: Number(/^# pass (\d+)$/m.exec(printed)?.[1] ?? 0),
      // What a foreign suite itself marks as not expected to pass is none of its failures.
      failed: [...printed.matchAll(/^\s*not ok \d+ - (?!.*# (?:TODO|SKIP))(.*)$/gm)].map(([, name]) => name!).sort(),
    }),
  },
  mocha: {
    args: ['node_modules/mocha/bin/_mocha', '--reporter', 'tap', '--exit'],
    read: (printed) => ({
      passed: [...printed.matchAll(/^ok \d+ (?!.*# SKIP)/gm)].length,
      // What a foreign suite itself marks as not expected to pass is none of its failures.
      failed: [...printed.matchAll(/^not ok \d+ (.*)$/gm)].map(([, name]) => name!).sort(),
    }),
  },
};

const { values: options } = parseArgs({ options: { only: { type: 'string', multiple: true } } });
const rows: Row[] = [];
for (const one of packages) {
  if (options.only !== undefined && !options.only.includes(one.name)) continue;
  console.error(`${one.name} ...`);
  rows.push(await compared(one));
}
const failures = rows.filter((row) => differences(row).length > 0);
console.log(
  [
    table(
      ['package', 'what', 'imports deferred', 'files', 'left alone', 'passed before', 'passed after', ''],
      rows.map((row) => [row.name, row.kind, row.deferred.imports, row.deferred.files.length, row.deferred.refused, count(row.plain), count(row.lazy), differences(row).length === 0 ? 'same' : 'differs'].map(String)),
    ),
    ...failures.map((row) => [`${row.name}:`, ...differences(row).map((line) => `  ${line}`)].join('\n')),
    `${rows.length - failures.length} passed, ${failures.length} failed`,
  ].join('\n\n'),
);
process.exitCode = failures.length > 0 ? 1 : 0;

async function compared(one: ForeignPackage): Promise<Row> {
  const folder = realpathSync(await installForeign(one));
  const deferred = deferAll(folder);
  const notes = realpathSync(mkdtempSync(join(tmpdir(), 'lwa-split-foreign-')));
  try {
    const plain = await suite(one, folder, {});
    const lazy = await suite(one, folder, writePlan(notes, deferred.files));
    return { name: one.name, kind: one.kind, deferred, plain, lazy };
  } finally {
    rmSync(notes, { recursive: true, force: true });
  }
}

/** What the package's test runner says, whatever its exit code. Where that can be, there is no network but the loopback. */
async function suite({ runner, tests }: ForeignPackage, cwd: string, env: Record<string, string>): Promise<Suite> {
  const files = globSync(tests, { cwd }).sort();
  const { NODE_OPTIONS: _, NODE_TEST_CONTEXT: __, ...inherited } = process.env;
  const [command, ...args] = [...(loopbackPrefix() ?? []), process.execPath, ...runners[runner].args, ...files];
  const printed = await new Promise<string>((done) => {
    execFile(command!, args, { cwd, env: { ...inherited, ...env }, maxBuffer: 1 << 28 }, (_error, stdout) => done(stdout));
  });
  return runners[runner].read(printed);
}

function differences({ plain, lazy }: Row): string[] {
  const counts = plain.passed === lazy.passed && plain.passed > 0 ? [] : [`${plain.passed} tests passed before, ${lazy.passed} after`];
  const known = new Set(plain.failed);
  return [...counts, ...lazy.failed.filter((name) => !known.has(name)).map((name) => `fails now: ${name}`)];
}

function count({ passed, failed }: Suite): string {
  return failed.length === 0 ? String(passed) : `${passed} (${failed.length} not)`;
}
