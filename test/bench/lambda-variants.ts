import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EnvironmentOptions } from '../../src/lambda/index.ts';
import type { StartProfile } from '../../src/model/prediction.ts';
import { deferredProfile } from '../../src/query/predict-variants.ts';
import { startProfile } from '../../src/query/start-profile.ts';
import { boot } from '../../src/steps/boot/index.ts';
import { costs as costsOf } from '../../src/steps/costs/index.ts';
import { writePlan } from '../../src/steps/rewrite/plan.ts';
import { machineSpeed } from '../../src/system/machine.ts';
import { builtFile } from '../../src/system/own-files.ts';
import { exportsBytes } from '../../src/system/packages.ts';
import { pollUntilAnswer } from '../../src/system/poll.ts';
import { freePort } from '../../src/system/ports.ts';
import { startApp } from '../../src/system/start.ts';
import { median } from '../../src/model/sample.ts';
import type { CorpusApp } from '../corpus/apps.ts';
import { chosenRewrite, prediction, startOptions } from '../corpus/deferred.ts';

/** A way to run an app, and what is known of its start before it ever ran so. */
export interface LambdaVariant {
  name: string;
  function: Pick<EnvironmentOptions, 'command' | 'cwd' | 'env'>;
  profile: StartProfile;
}

/** The speed of the machine is taken this often before the starts and after them. */
const SPEEDS = 5;

/** The app as deployed and its variants, all from starts of the app as deployed alone. `remove` takes away what was written for them. */
export async function variantsOf(app: CorpusApp, folder: string, node: string, { rounds, variant }: { rounds: string; variant?: string[] | undefined }): Promise<{ variants: LambdaVariant[]; remove(): void }> {
  const given = { node, runs: String(Math.max(5, Number(rounds))), review: false, onProgress: (text: string) => console.error(`  ${text}`) };
  const options = await startOptions(app, folder, given);
  const speeds = await speedsOf(node);
  const started = await boot(options, () => {});
  speeds.push(...(await speedsOf(node)));
  const costs = costsOf(started.boot, (id) => exportsBytes(started.ids.fileOf(id)));
  const profile = startProfile(started.boot, costs, median(speeds));
  if (profile === null) throw new Error(`${app.name} gave no answer`);
  const deployed = { command: 'bash run.sh', cwd: folder, env: { AWS_LWA_READINESS_CHECK_PATH: app.readinessPath } };
  const rewritten = chosenRewrite(started, costs, given);
  const { predictedMs: goneMs } = prediction(started.boot.evidence.graph, costs, rewritten.deferrals);
  const notes = realpathSync(mkdtempSync(join(tmpdir(), 'lwa-split-lambda-')));
  const savings = { goneMs, probeOverhead: started.boot.probeOverhead ?? 0 };
  const variants: LambdaVariant[] = [
    { name: 'deployed', function: deployed, profile },
    { name: 'deferred', function: { ...deployed, env: { ...deployed.env, ...writePlan(notes, rewritten.files) } }, profile: deferredProfile(profile, savings, rewritten.files.length) },
  ];
  return {
    variants: variants.filter(({ name }) => variant === undefined || variant.includes(name)),
    remove: () => rmSync(notes, { recursive: true, force: true }),
  };
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
