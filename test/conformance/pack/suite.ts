import assert from 'node:assert/strict';
import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { boot } from '../../../src/steps/boot/index.ts';
import { pack } from '../../../src/steps/build/index.ts';
import { anApp } from '../../helpers/booting.ts';
import { temporaryFolder } from '../../helpers/installed.ts';
import { nodeBinary } from '../../helpers/nodes.ts';
import type { PackCase } from './case.ts';
import { topics } from './cases/index.ts';
import { gaps } from './gaps.ts';
import { entryOf, outcome, rootIn, setUp, type Outcome } from './running.ts';

export interface SuiteOptions {
  /** Only every n-th case of each topic. */
  every?: number;
  /** Start the app before it is packed, as a build does where it can; else only its texts are read. */
  booted: boolean;
  codeCache: boolean;
}

/** Compares all cases under one Node with their packs. `LWA_SPLIT_CASE` selects by a part of the name. */
export function conformance(major: number, options: SuiteOptions): void {
  const selected = process.env['LWA_SPLIT_CASE'] ?? '';
  describe(`A pack on Node ${major} is what plain Node runs:`, { concurrency: 2 }, () => {
    for (const [topic, cases] of Object.entries(topics)) {
      describe(topic, { concurrency: 2 }, () => {
        const chosen = cases.filter(({ name, nodes }, index) => name.includes(selected) && index % (options.every ?? 1) === 0 && (nodes?.includes(major) ?? true));
        for (const one of chosen) it(one.name, (t) => compare(t, one, major, options));
      });
    }
  });
}

/** Gaps that no case has: a renamed case must not lose its gap silently. */
export function gapsWithoutCase(): string[] {
  const names = new Set(Object.values(topics).flatMap((cases) => cases.map(({ name }) => name)));
  return gaps.flatMap(({ name }) => (names.has(name) ? [] : [name]));
}

async function compare(t: TestContext, one: PackCase, major: number, options: SuiteOptions): Promise<void> {
  const folder = temporaryFolder((clean) => t.after(clean));
  const root = join(folder, 'app');
  const because = setUp(one, root);
  // The case itself says what it cannot be set up without here, such as a package with a native add-on.
  if (because !== null) return t.skip(because);
  const node = await nodeBinary(major);
  const cwd = join(folder, 'cwd');
  mkdirSync(cwd);
  const plain = await outcome(one, { node, file: join(root, entryOf(one)), root, cwd });
  assert.equal(plain.exit, one.exit ?? 0, `under plain Node: ${plain.stderr}`);
  assert.notEqual(plain.stdout + plain.stderr + plain.answers.join(''), '', 'a case has to tell something');

  const packed = await outcomeFromPack(one, { node, root, cwd, folder }, options);
  const gap = gaps.find(({ name, nodes }) => name === one.name && (nodes?.includes(major) ?? true));
  if (gap === undefined) return assert.deepEqual(packed, plain);
  assert.notDeepEqual(packed, plain, 'This gap is closed: take it out of gaps.ts.');
  t.diagnostic(`known gap: ${gap.because}`);
}

/** The app itself is moved away before its pack runs, so that nothing of it can be used. */
async function outcomeFromPack(one: PackCase, { node, root, cwd, folder }: { node: string; root: string; cwd: string; folder: string }, { booted, codeCache }: SuiteOptions): Promise<Outcome> {
  const entry = entryOf(one);
  const format = /\.m[jt]s$/.test(entry) ? 'esm' : 'cjs';
  const setup = { app: anApp({ start: ['node', entry, ...(one.args ?? [])].map((word) => `'${word}'`).join(' '), entry, format }), root, node, env: {}, runs: 0, timeoutMs: 5000 };
  const started = booted ? await boot(setup, () => {}).catch(() => null) : null;
  const outdir = join(folder, 'out');
  const built = await pack({
    ...setup,
    outdir,
    graph: started?.boot.evidence.graph ?? null,
    main: started?.boot.evidence.main,
    fileOf: (id) => started?.ids.fileOf(id) ?? null,
    deferrals: [],
    unpacked: new Set(),
    routes: [],
    codeCache,
    mayStart: booted,
    sourcemap: 'linked',
    onProgress: () => {},
  });
  assert.ok(built.modules.packed > 0, 'nothing was packed');
  renameSync(root, `${root}-moved-away`);
  const server = built.start.split(' ').at(-1)!;
  return outcome(one, { node, file: join(outdir, server), root: rootIn(outdir, entry), cwd });
}

