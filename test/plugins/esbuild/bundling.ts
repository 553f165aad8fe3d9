import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { build, type BuildOptions, type BuildResult, type Plugin } from 'esbuild';
import { lwaSplit, type LwaSplitOptions } from '../../../plugins/esbuild/index.ts';

export type Cut = { file: string; specifier: string; verdict?: 'defer' | 'review'; savesMs?: number; hash?: string };

/** What a bundle did: modules loaded by its start, what `answer()` gave, and all that was loaded then. */
export type Ran = { atStart: string[]; answer: unknown; loaded: string[] };

export type Setting = { cuts?: Cut[] | null; plugin?: LwaSplitOptions; before?: Plugin[]; after?: Plugin[]; build?: BuildOptions };

/** Writes an app into a new folder, with the evidence file for the cuts; null for none. */
export function writeApp(t: TestContext, files: Record<string, string>, cuts: Cut[] | null): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'lwa-split-bundling-')));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [file, text] of Object.entries({ 'package.json': '{"name":"app"}', ...files })) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  if (cuts !== null) writeEvidence(folder, files, cuts);
  return folder;
}

export function writeEvidence(folder: string, files: Record<string, string>, cuts: Cut[]): void {
  const imports = cuts.map(({ file, specifier, verdict = 'defer', savesMs = 10, hash = hashOf(files[file]!) }) => ({ file, specifier, verdict, savesMs, hash }));
  writeFileSync(join(folder, 'lwa-split.deferrals.json'), JSON.stringify({ version: 1, imports }));
}

/** As the evidence file knows a text. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/**
 * Bundles an app without and with the plugin and runs both. The first file is the entry; it exports `answer()`, and modules note
 * their loading with `loads.push(...)`.
 */
export async function bundleBoth(t: TestContext, files: Record<string, string>, setting: Setting = {}): Promise<{ folder: string; before: Ran; after: Ran; output: string; result: BuildResult; warnings: string[] }> {
  const folder = writeApp(t, files, setting.cuts ?? null);
  const entry = Object.keys(files)[0]!;
  const plain = await bundle(folder, entry, 'plain', setting.build, [...(setting.before ?? []), ...(setting.after ?? [])]);
  const split = await bundle(folder, entry, 'split', setting.build, [...(setting.before ?? []), lwaSplit(setting.plugin), ...(setting.after ?? [])]);
  const output = split.file;
  return { folder, before: run(plain.file), after: run(output), output, result: split.result, warnings: split.result.warnings.map(({ text }) => text) };
}

/** Builds one variant into its own folder, quietly. */
export async function bundle(folder: string, entry: string, name: string, options: BuildOptions = {}, plugins: Plugin[] = []): Promise<{ file: string; result: BuildResult }> {
  const format = options.format ?? 'cjs';
  const extension = format === 'esm' ? '.mjs' : '.cjs';
  const result = await build({
    absWorkingDir: folder,
    entryPoints: { main: entry },
    bundle: true,
    platform: 'node',
    format,
    outdir: join(folder, `out-${name}`),
    outExtension: { '.js': extension },
    logLevel: 'silent',
    metafile: true,
    ...(format === 'iife' ? { globalName: 'app', footer: { js: 'module.exports = app;' } } : {}),
    ...options,
    plugins,
  });
  return { file: join(folder, `out-${name}`, `main${extension}`), result };
}

/** Runs a bundle in a process of its own. */
export function run(file: string, { env = {}, flags = [] as string[] } = {}): Ran {
  const script = `
    globalThis.loads = [];
    import(${JSON.stringify(`file://${file}`)}).then(async (module) => {
      const app = module.answer ? module : module.default;
      const atStart = [...loads];
      const answer = await app.answer();
      process.stdout.write(JSON.stringify({ atStart, answer: answer === undefined ? null : answer, loaded: [...loads] }));
    });`;
  return JSON.parse(execFileSync(process.execPath, [...flags, '-e', script], { encoding: 'utf8', env: { ...process.env, ...env } })) as Ran;
}
