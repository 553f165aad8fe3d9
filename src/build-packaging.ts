// What makes an output folder a container image or a zip function.
import { join, relative, sep } from 'node:path';
import manifest from '../package.json' with { type: 'json' };
import type { AnalyzeOptions } from './model/options.ts';
import { findings, type Finding } from './model/trouble.ts';
import { givenWords, plainNode, type GivenWords } from './steps/app/command.ts';
import type { Packed } from './steps/build/index.ts';
import { environmentFile } from './steps/build/packaging/environment-file.ts';
import { ADAPTER_VERSION, packaging, packagingFindings } from './steps/build/packaging/index.ts';
import { exists, writeFileAtomic } from './system/files.ts';
import { diskFiles } from './system/project-files.ts';

const LOCK_FILES = ['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'bun.lockb'];

/** Writes the Dockerfile and the start script of a zip function into the output folder, and tells what to know before an upload. */
export function writePackaging({ app, root, port, start }: AnalyzeOptions, outdir: string, packed: Packed, options: { mode: 'pack' | 'bundle'; defers: boolean; argumentCount: number | null }): Packaged {
  const home = join(root, app.workspaceRoot);
  const folder = relative(home, root).split(sep).join('/') || '.';
  const inside = relative(root, outdir);
  const known = givenTo(app.start, root, options.argumentCount);
  const given = known ?? NOTHING;
  const flags = given.flags.filter((flag) => {
    const file = environmentFile(flag);
    return file === null || exists(join(outdir, packed.workdir, file));
  });
  const files = packaging({
    app,
    folder,
    lockFile: LOCK_FILES.find((name) => diskFiles.isFile(join(home, name))) ?? null,
    hasBuildScript: hasBuildScript(root),
    outdir: inside.startsWith('..') ? null : inside.split(sep).join('/'),
    buildOptions: [...(start === undefined ? [] : ['--start', start]), ...(options.mode === 'bundle' ? ['--mode', 'bundle'] : []), ...(options.defers ? [] : ['--no-lazy'])],
    server: packed.start.split(' ').at(-1)!,
    given: { ...given, flags },
    workdir: packed.workdir,
    port: port ?? portIn(given.variables),
    node: process.versions.node.split('.')[0]!,
    adapter: ADAPTER_VERSION,
    tool: manifest.version,
  });
  for (const { path, text, mode } of files) writeFileAtomic(join(outdir, path), text, mode);
  const lost = known === null ? [findings['arguments-not-carried']({ count: options.argumentCount ?? 1 })] : [];
  return { start: [...given.variables, 'node', ...flags, packed.start.replace(/^node /, ''), ...given.words].join(' '), findings: [...lost, ...packagingFindings(packed)] };
}

export interface Packaged {
  /** How the build is started in the output folder. */
  start: string;
  findings: Finding[];
}

const NOTHING: GivenWords = { variables: [], flags: [], words: [] };

/** A port that the command itself sets holds whatever the image says. */
function portIn(variables: readonly string[]): number | null {
  const value = variables.findLast((one) => one.startsWith('PORT='))?.slice('PORT='.length) ?? '';
  return /^\d+$/.test(value) ? Number(value) : null;
}

/**
 * What the start command gives to the server; null where there are arguments that it does not show. `count`: as they were seen; null
 * without a start, where only a command of Node itself is sure. */
export function givenTo(start: string, root: string, count: number | null): GivenWords | null {
  const script = /^(?:npm|pnpm|yarn|bun)(?: run)? start$/.test(start) ? scriptsOf(root)['start'] : start;
  const given = typeof script === 'string' ? givenWords(script) : null;
  if (count === null) return (typeof script === 'string' && plainNode(script) !== null ? given : null) ?? NOTHING;
  if (given?.words.length === count) return given;
  return count === 0 ? { ...(given ?? NOTHING), words: [] } : null;
}

function hasBuildScript(root: string): boolean {
  return typeof scriptsOf(root)['build'] === 'string';
}

function scriptsOf(root: string): Record<string, unknown> {
  const text = diskFiles.read(join(root, 'package.json'));
  return (text === null ? undefined : (JSON.parse(text) as { scripts?: Record<string, unknown> }).scripts) ?? {};
}
