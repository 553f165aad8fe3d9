import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { build as esbuild } from 'esbuild';
import { build } from '../../src/build.ts';
import type { Build } from '../../src/model/build.ts';
import type { AnalyzeOptions } from '../../src/model/options.ts';
import { standInEnvironment } from '../../src/steps/build/make-cache.ts';
import { listTree } from '../../src/system/file-tree.ts';
import { readJson } from '../../src/system/files.ts';
import { builtFile } from '../../src/system/own-files.ts';
import type { CorpusApp } from '../corpus/apps.ts';
import { startOnce } from '../corpus/starting.ts';
import { startOf, type StartVariant } from './build-start.ts';
import { hello } from './hello.ts';

export interface Variants {
  variants: StartVariant[];
  pack: Build;
  /** Bytes: the app as installed, the output folder, and of that what the pack adds to the app's files. */
  sizes: { app: number; output: number; pack: number };
  remove(): void;
}

/** As on Lambda: nothing is loaded beside the requests. */
const LAMBDA = { AWS_LAMBDA_FUNCTION_NAME: 'bench' };

/** The app as deployed and all that it is compared with, ready to be started in turn. */
export async function variantsOf(app: CorpusApp, folder: string, node: string, options: AnalyzeOptions): Promise<Variants> {
  const notes = realpathSync(mkdtempSync(join(tmpdir(), 'lwa-split-bench-')));
  const deployed: StartVariant = { name: 'as deployed', command: 'bash run.sh', cwd: folder, env: {}, readinessPath: app.readinessPath };
  const compileCache = { NODE_COMPILE_CACHE: join(notes, 'compile-cache') };
  const flush = { NODE_OPTIONS: `--require ${JSON.stringify(fileURLToPath(new URL('flush-compile-cache.cjs', import.meta.url)))}` };
  await startOnce(app, folder, node, { ...compileCache, ...flush }, () => sleep(1000));
  const question = { shownOutdir: 'out', codeCache: true, boots: true, sourcemap: 'none', mode: 'pack' } as const;
  const outdirs = { plain: join(notes, 'no-lazy'), pack: join(notes, 'pack') };
  await build({ ...options, runs: 1 }, { ...question, outdir: outdirs.plain, defers: false });
  const pack = await build({ ...options, runs: 1 }, { ...question, outdir: outdirs.pack, defers: true });
  const entry = join(realpathSync(folder), (readJson(join(outdirs.pack, 'manifest.json')) as { app: { entry: string } }).app.entry);
  const from = (server: string): Record<string, string> => ({ ...standInEnvironment({ entry, server: realpathSync(server), cache: null }), ...LAMBDA });
  const bundle = await minified(entry, app, notes, folder);
  const bare: StartVariant = { ...deployed, name: 'bare server', command: `exec node "${builtFile('floor.cjs')}"`, readinessPath: '/' };
  const helloFile = hello(options.app.framework?.name ?? null, folder);
  if (helloFile !== null) writeFileSync(join(notes, 'hello.cjs'), helloFile);
  const wanted: (StartVariant | null)[] = [
    deployed,
    { ...deployed, name: 'compile cache', env: compileCache },
    bundle === null ? null : { ...deployed, name: 'minified bundle', env: standInEnvironment({ entry, server: bundle, cache: null }) },
    { ...deployed, name: 'pack, no deferral', env: from(join(outdirs.plain, 'server.cjs')) },
    { ...deployed, name: 'pack', env: from(join(outdirs.pack, 'server.cjs')) },
    bare,
    helloFile === null ? null : { ...bare, name: 'hello world', command: `exec node "${join(notes, 'hello.cjs')}"` },
  ];
  const variants: StartVariant[] = [];
  // What does not start is no variant: bundles often do not.
  for (const one of wanted) if (one !== null && (await startOf(one, node)) !== null) variants.push(one);
  const output = sizeOf(outdirs.pack);
  return { variants, pack, sizes: { app: sizeOf(folder), output, pack: output - sizeOf(join(outdirs.pack, 'files')) }, remove: () => rmSync(notes, { recursive: true, force: true }) };
}

/** One file, as people make it without us: all in it, minified, in the place of the entry. Null where esbuild refuses. */
async function minified(entry: string, { format, nodes }: CorpusApp, notes: string, folder: string): Promise<string | null> {
  const outfile = join(notes, 'minified', format === 'esm' ? 'server.mjs' : 'server.cjs');
  mkdirSync(join(notes, 'minified'));
  const require = `import { createRequire } from 'node:module'; import { fileURLToPath as __url } from 'node:url'; const require = createRequire(import.meta.url); const __filename = __url(import.meta.url); const __dirname = __filename.replace(/\\/[^/]*$/, '');`;
  try {
    await esbuild({ entryPoints: [entry], outfile, absWorkingDir: folder, bundle: true, minify: true, platform: 'node', format, target: `node${nodes[0]}`, loader: { '.node': 'copy' }, banner: format === 'esm' ? { js: require } : {}, logLevel: 'silent' });
    return outfile;
  } catch {
    return null;
  }
}

function sizeOf(folder: string): number {
  return listTree(folder, () => false).entries.reduce((sum, entry) => sum + ('size' in entry ? entry.size : 0), 0);
}
