// Bundles the tool into dist/: the CLI as ES modules in chunks, so that --help loads next to nothing, and the probe as
// one CommonJS file that any Node from 20 can preload.
import { rmSync, chmodSync } from 'node:fs';
import { build } from 'esbuild';

rmSync('dist', { recursive: true, force: true });
await Promise.all([
  build({
    entryPoints: { cli: 'src/cli/main.ts', index: 'src/index.ts' },
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
    entryPoints: { probe: 'src/probe/main.ts', 'probe-hooks': 'src/probe/off-thread-hooks.ts' },
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
  }),
]);
chmodSync('dist/bin.js', 0o755);
