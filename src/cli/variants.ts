import { basename, join, resolve } from 'node:path';
import type { AnalyzeOptions } from '../model/options.ts';
import { UserError } from '../model/trouble.ts';
import { findApp } from '../steps/app/index.ts';
import type { Variant } from '../steps/verify/index.ts';
import { diskFiles, type ProjectFiles } from '../system/project-files.ts';

/**
 * What `--against` names: a folder that holds a build or an app, else a shell command, which runs in the app's root,
 * maybe after `name=`. A name begins with a small letter, so that `PORT=80 node x.js` stays a command.
 */
export async function variantsFrom(texts: readonly string[], original: AnalyzeOptions, cwd: string, files: ProjectFiles = diskFiles): Promise<Variant[]> {
  const variants: Variant[] = [];
  for (const [i, text] of texts.entries()) {
    const [, name, rest = text] = /^([a-z][\w.-]*)=(.*)$/s.exec(text) ?? [];
    const folder = resolve(cwd, rest);
    const variant = files.isFolder(folder)
      ? { name: name ?? basename(folder), setup: { ...original, ...(await startOf(folder, original, cwd, files)) } }
      : { name: name ?? (texts.length === 1 ? 'variant' : `variant ${i + 1}`), setup: { ...original, app: { ...original.app, start: rest } } };
    if (rest.trim() === '') throw new UserError('bad-option', '--against has an empty command.', 'Name a folder or a start command: --against "node other.js"');
    if (variant.name === 'original' || variants.some((other) => other.name === variant.name)) throw new UserError('bad-option', `--against has two variants named ${variant.name}.`, 'Name them: --against before=... --against after=...');
    variants.push(variant);
  }
  return variants;
}

/** A build is started from the app's own folder, as the contract has it; another app from its own. */
async function startOf(folder: string, { app, root }: AnalyzeOptions, cwd: string, files: ProjectFiles): Promise<Pick<AnalyzeOptions, 'app' | 'root'>> {
  const server = ['server.cjs', 'server.mjs'].map((name) => join(folder, name)).find((file) => files.isFile(file));
  if (server !== undefined && files.isFile(join(folder, 'manifest.json'))) return { root, app: { ...app, start: `exec node '${server.replaceAll("'", `'\\''`)}'` } };
  return findApp(folder, { readinessPath: app.readinessPath, cwd }, files);
}
