// Bundles the tool into dist/: the CLI as ES modules in chunks, so that --help loads next to nothing, and the probe as
// one CommonJS file that any Node from 20 can preload.
import { execFile } from 'node:child_process';
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { build, type BuildOptions } from 'esbuild';
import ts from 'typescript';
import { configJsonSchema } from './src/config/schema.ts';

/** What runs inside apps: one file each, on every Node from 20. */
const commonJs = { outdir: 'dist', outExtension: { '.js': '.cjs' }, bundle: true, format: 'cjs', platform: 'node', target: 'node20', logLevel: 'warning' } satisfies BuildOptions;

rmSync('dist', { recursive: true, force: true });
await Promise.all([
  promisify(execFile)(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.types.json']),
  promisify(execFile)(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'examples/nest/tsconfig.json']),
  build({
    entryPoints: { cli: 'src/cli/main.ts', index: 'src/index.ts', 'summary-worker': 'src/summary-worker.ts', 'copy-worker': 'src/copy-worker.ts', 'early-copy-worker': 'src/early-copy-worker.ts' },
    outdir: 'dist',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22.18',
    packages: 'external',
    chunkNames: 'chunks/[name]-[hash]',
    logLevel: 'warning',
  }),
  build({
    entryPoints: { bin: 'src/cli/bin.ts' },
    outdir: 'dist',
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'es2020',
    external: ['./cli.js'],
    logLevel: 'warning',
  }),
  build({
    entryPoints: { esbuild: 'plugins/esbuild/index.ts', 'esbuild-lazy': 'src/runtime/lazy.ts' },
    outdir: 'dist',
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    logLevel: 'warning',
  }),
  build({
    ...commonJs,
    entryPoints: { probe: 'src/probe/main.ts', 'probe-hooks': 'src/probe/off-thread-hooks.ts', 'probe-evidence': 'src/probe/evidence.ts', floor: 'src/probe/floor.ts' },
    // The very first thing the built probe does: what follows until it is ready is its own cost.
    banner: { js: 'const probeStart = performance.now();' },
  }),
  build({
    ...commonJs,
    entryPoints: { 'defer-loader': 'src/runtime/defer-loader.ts', runtime: 'src/runtime/index.ts', 'pack-boot': 'src/runtime/pack/boot.ts', 'pack-stand-in': 'src/runtime/pack/stand-in.ts' },
  }),
  build({ ...commonJs, entryPoints: { 'pack-resolver': 'src/runtime/pack/resolver.ts' }, outExtension: { '.js': '.mjs' }, format: 'esm' }),
]);
writeFileSync('dist/types/esbuild.d.ts', declarationOf('plugins/esbuild/index.ts'));
chmodSync('dist/bin.js', 0o755);
writeFileSync('dist/config.schema.json', `${JSON.stringify(configJsonSchema(), null, 2)}\n`);

/** The types of a file whose exports name nothing of other files of ours. */
function declarationOf(file: string): string {
  return ts.transpileDeclaration(readFileSync(file, 'utf8'), { fileName: file }).outputText;
}
