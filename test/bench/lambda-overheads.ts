// What the deferring loader and a pack cost by themselves, on apps made for it: for test/bench/lambda-fit.ts.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AnalyzeOptions } from '../../src/model/options.ts';
import { median } from '../../src/model/sample.ts';
import { boot } from '../../src/steps/boot/index.ts';
import { launch, type Manner } from '../../src/steps/boot/launch.ts';
import { pack } from '../../src/steps/build/index.ts';
import { writePlan } from '../../src/steps/rewrite/plan.ts';
import { contentHash } from '../../src/system/files.ts';
import { machineSpeed } from '../../src/system/machine.ts';
import { anApp } from '../helpers/booting.ts';

/** Milliseconds of the reference machine. */
export interface Overheads {
  loaderMs: number;
  loaderPerFileMs: number;
  packMs: number;
  packPerModuleMs: number;
}

/** Modules of an app: enough that one of them can be told from the noise of a start. */
const MANY = 600;
/** Files that the loader runs other texts of. */
const REWRITTEN = 60;
const FUNCTIONS = 12;
const manner: Manner = { probe: 'none', modules: 'skip', port: { kind: 'given' }, timeoutMs: 10_000 };

/** Starts small apps in turn with and without what is measured, `rounds` times each; writes below `folder`. */
export async function overheads(folder: string, rounds: number): Promise<Overheads> {
  const speeds: number[] = [];
  const cjs = { few: anAppOf(folder, 'cjs', 0), many: anAppOf(folder, 'cjs', MANY) };
  const esm = { few: anAppOf(folder, 'esm', 0), many: anAppOf(folder, 'esm', MANY) };
  const rewritten = Array.from({ length: REWRITTEN }, (_, i) => {
    const text = textOf('cjs', i, MANY);
    return { file: join(cjs.many.root, `m${i}.js`), module: 'cjs' as const, hash: contentHash(text), text };
  });
  const starts: Record<string, AnalyzeOptions> = {
    cjs: cjs.many,
    idleLoader: withEnv(cjs.many, writePlan(join(folder, 'idle'), [])),
    loader: withEnv(cjs.many, writePlan(join(folder, 'loader'), rewritten)),
    cjsFew: cjs.few,
    cjsFewPacked: await packed(cjs.few),
    cjsPacked: await packed(cjs.many),
    esmFewPacked: await packed(esm.few),
    esmPacked: await packed(esm.many),
  };
  const seen: Record<string, number[]> = {};
  for (let round = 0; round < rounds; round++) {
    speeds.push(await machineSpeed(process.execPath));
    for (const [name, options] of Object.entries(starts)) {
      const { answered, spawnedAtMs } = await launch(options, manner);
      (seen[name] ??= []).push(answered === null ? Number.NaN : answered.atMs - spawnedAtMs);
    }
  }
  const speed = median(speeds);
  // Of starts right after each other, so that what the machine did in between is in none.
  const between = (more: string, less: string): number => median(seen[more]!.map((ms, i) => ms - seen[less]![i]!)) * speed;
  return {
    loaderMs: between('idleLoader', 'cjs'),
    loaderPerFileMs: between('loader', 'idleLoader') / REWRITTEN,
    packMs: between('cjsFewPacked', 'cjsFew'),
    packPerModuleMs: (between('cjsPacked', 'cjsFewPacked') + between('esmPacked', 'esmFewPacked')) / 2 / MANY,
  };
}

/** A server behind a tree of small modules. */
function anAppOf(folder: string, format: 'cjs' | 'esm', modules: number): AnalyzeOptions {
  const root = join(folder, `${format}-${modules}`);
  mkdirSync(root);
  writeFileSync(join(root, 'package.json'), JSON.stringify({ name: 'many', type: format === 'esm' ? 'module' : 'commonjs' }));
  for (let i = 0; i < modules; i++) writeFileSync(join(root, `m${i}.js`), textOf(format, i, modules));
  const first = modules === 0 ? '' : format === 'esm' ? "import './m0.js';" : "require('./m0.js');";
  const http = format === 'esm' ? "import http from 'node:http';" : "const http = require('node:http');";
  writeFileSync(join(root, 'server.js'), `${first}\n${http}\nhttp.createServer((request, response) => response.end('here')).listen(process.env.PORT, '127.0.0.1');\n`);
  return { app: anApp({ start: 'exec node server.js', entry: 'server.js', format }), root, node: process.execPath, env: {}, runs: 0, timeoutMs: 10_000, onProgress: () => {} };
}

function textOf(format: 'cjs' | 'esm', i: number, modules: number): string {
  const below = [2 * i + 1, 2 * i + 2].filter((child) => child < modules);
  const loads = below.map((child) => (format === 'esm' ? `import { f1 as g${child} } from './m${child}.js';` : `const { f1: g${child} } = require('./m${child}.js');`));
  const functions = Array.from({ length: FUNCTIONS }, (_, k) => `function f${k}(a, b) { return a + b * ${k * i}; }`);
  const use = `[${below.map((child) => `g${child}`).join(', ')}]`;
  const exported = format === 'esm' ? `export { f1, f2, f3 };\nexport const use = () => ${use};` : `module.exports = { f1, f2, f3, use: () => ${use} };`;
  return `${[...loads, ...functions, exported].join('\n')}\n`;
}

function withEnv(options: AnalyzeOptions, env: Record<string, string>): AnalyzeOptions {
  return { ...options, env: { ...options.env, ...env } };
}

/** As it is deployed, by its own command. */
async function packed(options: AnalyzeOptions): Promise<AnalyzeOptions> {
  const started = await boot(options, () => {});
  const outdir = `${options.root}-packed`;
  const { start } = await pack({ ...options, outdir, graph: started.boot.evidence.graph, fileOf: (id) => started.ids.fileOf(id), deferrals: [], unpacked: new Set(), routes: [], codeCache: true, mayStart: true, sourcemap: 'none' });
  return { ...options, root: outdir, app: { ...options.app, start: `exec ${start}` }, env: { AWS_LAMBDA_FUNCTION_NAME: 'fit' } };
}
