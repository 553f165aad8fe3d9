// Where the start of one variant goes, by V8's own profile: what the build bench says of an app that misses its aim.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startOf, type StartVariant } from './build-start.ts';

interface CpuProfile {
  nodes: { id: number; callFrame: { functionName: string; url: string } }[];
  samples: number[];
  timeDeltas: number[];
}

/** Part of the sampled time that the main threads were busy, 0 to 1, largest first. */
export type Share = [what: string, share: number];

const PRELOAD = fileURLToPath(new URL('profile-preload.cjs', import.meta.url));
/** A large profile takes a while to be written. */
const PATIENCE_MS = 5000;

/** Starts the variant once under a profiler; empty where it gave no answer. `folder` is made and taken away again. */
export async function profileOf(variant: StartVariant, node: string, folder: string): Promise<Share[]> {
  mkdirSync(folder, { recursive: true });
  const options = `--require ${JSON.stringify(PRELOAD)} ${variant.env['NODE_OPTIONS'] ?? ''}`.trim();
  try {
    const start = await startOf({ ...variant, env: { ...variant.env, NODE_OPTIONS: options, LWA_SPLIT_BENCH_PROFILE: folder } }, node, null, async () => {
      writeFileSync(join(folder, 'stop'), '');
      for (let waited = 0; waited < PATIENCE_MS && !written(folder).length; waited += 50) await sleep(50);
      await sleep(500);
    });
    if (start === null) return [];
    return shares(written(folder).map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as CpuProfile));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function written(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.json'));
}

export function shares(profiles: readonly CpuProfile[]): Share[] {
  const spent = new Map<string, number>();
  let whole = 0;
  for (const { nodes, samples, timeDeltas } of profiles) {
    const kinds = new Map(nodes.map(({ id, callFrame }) => [id, kindOf(callFrame)]));
    for (const [i, id] of samples.entries()) {
      const kind = kinds.get(id);
      if (kind === undefined || kind === null) continue;
      whole += timeDeltas[i]!;
      spent.set(kind, (spent.get(kind) ?? 0) + timeDeltas[i]!);
    }
  }
  return [...spent].map(([kind, us]): Share => [kind, us / whole]).sort((a, b) => b[1] - a[1]);
}

/** What a sample is booked on; null where nothing was done. */
function kindOf({ functionName, url }: CpuProfile['nodes'][number]['callFrame']): string | null {
  if (functionName === '(idle)' || functionName === '(root)') return null;
  if (functionName === '(garbage collector)') return 'garbage collection';
  if (functionName === '(program)') return 'outside of JavaScript';
  if (url === 'node:vm' || functionName === 'compileFunctionForCJSLoader') return 'taking compiled code';
  if (url.endsWith('/server.cjs')) return "the pack's loader";
  if (url.startsWith('node:internal/modules/')) return "Node's loader";
  if (url.startsWith('node:') || url === '') return 'Node itself';
  return /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1] ?? "the app's own files";
}
