import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EnvironmentOptions } from '../../src/lambda/index.ts';
import type { StartProfile } from '../../src/model/prediction.ts';
import { builtProfile, deferredProfile, startShares } from '../../src/query/predict-variants.ts';
import { startProfile } from '../../src/query/start-profile.ts';
import { launch } from '../../src/steps/boot/launch.ts';
import { boot, type Started } from '../../src/steps/boot/index.ts';
import { deferredImports } from '../../src/steps/build/deferrable.ts';
import { pack } from '../../src/steps/build/index.ts';
import { standInEnvironment } from '../../src/steps/build/make-cache.ts';
import { costs as costsOf } from '../../src/steps/costs/index.ts';
import { writePlan } from '../../src/steps/rewrite/plan.ts';
import { realPath } from '../../src/system/files.ts';
import { machineSpeed } from '../../src/system/machine.ts';
import { builtFile } from '../../src/system/own-files.ts';
import { exportsBytes } from '../../src/system/packages.ts';
import { pollUntilAnswer } from '../../src/system/poll.ts';
import { freePort } from '../../src/system/ports.ts';
import { startApp } from '../../src/system/start.ts';
import { median } from '../../src/model/sample.ts';
import type { CorpusApp } from '../corpus/apps.ts';
import type { Deferral } from '../../src/model/deferrals.ts';
import type { AnalyzeOptions } from '../../src/model/options.ts';
import { chosenRewrite, prediction, startOptions } from '../corpus/deferred.ts';

/** A way to run an app, and what is known of its start before it ever ran so. */
export interface LambdaVariant {
  name: string;
  function: Pick<EnvironmentOptions, 'command' | 'cwd' | 'env'>;
  profile: StartProfile;
}

export interface Variants {
  variants: LambdaVariant[];
  /** The app as deployed, outside of the emulator. */
  profile: StartProfile;
  /** Starts it so once more: milliseconds from the spawn to the first answer. */
  startOutside(): Promise<number>;
  remove(): void;
}

/** The speed of the machine is taken this often before the starts and after them. */
const SPEEDS = 5;

/** The app as deployed and its variants, all from starts of the app as deployed alone. `remove` takes away what was written for them. */
export async function variantsOf(app: CorpusApp, folder: string, node: string, { rounds, variant }: { rounds: string; variant?: string[] | undefined }): Promise<Variants> {
  const given = { node, runs: String(Math.max(5, Number(rounds))), review: false, onProgress: (text: string) => console.error(`  ${text}`) };
  const options = await startOptions(app, folder, given);
  const speeds = await speedsOf(node);
  const started = await boot(options, () => {});
  speeds.push(...(await speedsOf(node)));
  const costs = costsOf(started.boot, (id) => exportsBytes(started.ids.fileOf(id)));
  const profile = startProfile(started.boot, costs, median(speeds));
  if (profile === null) throw new Error(`${app.name} gave no answer`);
  // Lambda sets no HOME, without which some apps do not start: a function of them would set it.
  const deployed = { command: 'bash run.sh', cwd: folder, env: { HOME: tmpdir(), AWS_LWA_READINESS_CHECK_PATH: app.readinessPath } };
  const rewritten = chosenRewrite(started, costs, given);
  const shares = startShares(started.boot, costs, prediction(started.boot.evidence.graph, costs, rewritten.deferrals));
  const notes = realpathSync(mkdtempSync(join(tmpdir(), 'lwa-split-lambda-')));
  const wanted = (name: string): boolean => variant === undefined || variant.includes(name);
  const variants: LambdaVariant[] = [];
  if (wanted('deployed')) variants.push({ name: 'deployed', function: deployed, profile });
  if (wanted('deferred')) {
    const predicted = deferredProfile(profile, shares, rewritten.files.length);
    variants.push({ name: 'deferred', function: { ...deployed, env: { ...deployed.env, ...writePlan(join(notes, 'deferred'), rewritten.files) } }, profile: predicted });
  }
  if (wanted('built')) {
    // Before there is a build: making it also starts it, for its code cache.
    const predicted = builtProfile(profile, shares);
    const env = await packed(options, started, rewritten.deferrals, join(notes, 'built'));
    variants.push({ name: 'built', function: { ...deployed, env: { ...deployed.env, ...env } }, profile: predicted });
  }
  const startOutside = async (): Promise<number> => {
    const { answered, spawnedAtMs } = await launch(options, { probe: 'none', modules: 'skip', port: { kind: 'given' }, timeoutMs: options.timeoutMs });
    return answered === null ? Number.NaN : answered.atMs - spawnedAtMs;
  };
  return { variants, profile, startOutside, remove: () => rmSync(notes, { recursive: true, force: true }) };
}

/** Packs the app with the same imports deferred, and gives the variables with which its own start command runs the pack. */
async function packed(options: AnalyzeOptions, { boot, ids }: Started, deferrals: readonly Deferral[], outdir: string): Promise<Record<string, string>> {
  const { graph } = boot.evidence;
  const imports = deferredImports(deferrals, graph);
  const { entry } = await pack({ ...options, outdir, graph, fileOf: (id) => ids.fileOf(id), deferrals: imports, unpacked: new Set(), routes: [], codeCache: true, mayStart: true, sourcemap: 'none' });
  return standInEnvironment({ entry, server: realPath(join(outdir, 'server.cjs')), cache: null }, options.env['NODE_OPTIONS']);
}

async function speedsOf(node: string): Promise<number[]> {
  const speeds: number[] = [];
  for (let i = 0; i < SPEEDS; i++) speeds.push(await machineSpeed(node));
  return speeds;
}

/** A server without an app, outside of the emulator and as a function in it. */
export function bareServer(): { function: Pick<EnvironmentOptions, 'command' | 'cwd'>; startMs(node: string): Promise<number> } {
  const command = `exec node "${builtFile('floor.cjs')}"`;
  return {
    function: { command, cwd: tmpdir() },
    startMs: async (node) => {
      const port = await freePort();
      const running = startApp({ command, cwd: tmpdir(), env: { PORT: String(port) }, node });
      try {
        const answer = await pollUntilAnswer({ port, path: '/', timeoutMs: 10_000 });
        if (answer === null) throw new Error(`A bare server gave no answer: ${running.output()}`);
        return answer.atMs - running.spawnedAtMs;
      } finally {
        await running.stop();
      }
    },
  };
}
