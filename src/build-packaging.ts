// What makes an output folder a container image or a zip function.
import { join, relative, sep } from 'node:path';
import manifest from '../package.json' with { type: 'json' };
import type { AnalyzeOptions } from './model/options.ts';
import type { Finding } from './model/trouble.ts';
import type { Packed } from './steps/build/index.ts';
import { ADAPTER_VERSION, packaging, packagingFindings } from './steps/build/packaging/index.ts';
import { writeFileAtomic } from './system/files.ts';
import { diskFiles } from './system/project-files.ts';

const LOCK_FILES = ['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'bun.lockb'];

/** Writes the Dockerfile and the start script of a zip function into the output folder, and tells what to know before an upload. */
export function writePackaging({ app, root, port, start }: AnalyzeOptions, outdir: string, packed: Packed, options: { mode: 'pack' | 'bundle'; defers: boolean }): Finding[] {
  const home = join(root, app.workspaceRoot);
  const folder = relative(home, root).split(sep).join('/') || '.';
  const inside = relative(root, outdir);
  const files = packaging({
    app,
    folder,
    lockFile: LOCK_FILES.find((name) => diskFiles.isFile(join(home, name))) ?? null,
    hasBuildScript: hasBuildScript(root),
    outdir: inside.startsWith('..') ? null : inside.split(sep).join('/'),
    buildOptions: [...(start === undefined ? [] : ['--start', start]), ...(options.mode === 'bundle' ? ['--mode', 'bundle'] : []), ...(options.defers ? [] : ['--no-lazy'])],
    server: packed.start.split(' ').at(-1)!,
    workdir: packed.workdir,
    port: port ?? null,
    node: process.versions.node.split('.')[0]!,
    adapter: ADAPTER_VERSION,
    tool: manifest.version,
  });
  for (const { path, text, mode } of files) writeFileAtomic(join(outdir, path), text, mode);
  return packagingFindings(packed);
}

function hasBuildScript(root: string): boolean {
  const text = diskFiles.read(join(root, 'package.json'));
  const scripts = text === null ? undefined : (JSON.parse(text) as { scripts?: Record<string, unknown> }).scripts;
  return typeof scripts?.['build'] === 'string';
}
