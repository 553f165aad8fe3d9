import { dirname, join, normalize, relative, resolve } from 'node:path';
import type { App } from '../../model/app.ts';
import type { ProjectFiles } from '../../system/project-files.ts';

/**
 * The file to read an app from: the source its entry is compiled from where that is there, else the entry. Absolute;
 * null where the start command names no file, not even through a shell script of the project.
 */
export function entrySource(app: Pick<App, 'entry' | 'start'>, root: string, files: ProjectFiles): string | null {
  const entry = app.entry === null ? scriptBehind(app.start, root, files) : join(root, app.entry);
  if (entry === null) return null;
  return sourceOf(entry, root, files) ?? (files.isFile(entry) ? entry : null);
}

/** `bash run.sh`: the file that Node is given there. */
function scriptBehind(command: string, root: string, files: ProjectFiles): string | null {
  const script = command.split(/\s+/).map((word) => resolve(root, word)).find((file) => /\.(?:ba)?sh$/.test(file) && files.isFile(file));
  const words = (script === undefined ? command : (files.read(script) ?? '')).split(/[\s;&|]+/).map((word) => word.replace(/^["']|["']$/g, ''));
  const folder = script === undefined ? root : dirname(script);
  const starts = words.flatMap((word, index) => (/(?:^|\/)node$|\bNODE\b|^(?:tsx|ts-node)$/.test(word) ? [index + 1] : []));
  const named = starts.flatMap((start) => words.slice(start, start + 6)).filter((word) => !word.startsWith('-'));
  return named.map((word) => resolve(folder, word)).find((file) => files.isFile(file) && !/\.(?:json|sh)$/.test(file)) ?? null;
}

/** What a compiled file was made from: as its source map says, else where the tsconfig's folders put it. Null: it is a source. */
export function sourceOf(file: string, root: string, files: ProjectFiles): string | null {
  if (/\.[cm]?tsx?$/.test(file)) return null;
  return fromMap(file, files) ?? fromFolders(file, root, files);
}

function fromMap(file: string, files: ProjectFiles): string | null {
  const text = files.read(`${file}.map`);
  if (text === null) return null;
  try {
    const { sources, sourceRoot } = JSON.parse(text) as { sources?: unknown; sourceRoot?: unknown };
    const [only, ...others] = Array.isArray(sources) ? sources.map(String) : [];
    if (only === undefined || others.length > 0) return null;
    const source = resolve(dirname(file), typeof sourceRoot === 'string' ? sourceRoot : '', only);
    return files.isFile(source) ? source : null;
  } catch {
    return null; // A broken map is as good as none.
  }
}

function fromFolders(file: string, root: string, files: ProjectFiles): string | null {
  const config = files.read(join(root, 'tsconfig.build.json')) ?? files.read(join(root, 'tsconfig.json')) ?? '';
  const base = files.read(join(root, 'tsconfig.json')) ?? '';
  const said = (name: string): string | undefined => new RegExp(`^\\s*"${name}"\\s*:\\s*"([^"]+)"`, 'm').exec(config)?.[1] ?? new RegExp(`^\\s*"${name}"\\s*:\\s*"([^"]+)"`, 'm').exec(base)?.[1];
  const output = join(root, said('outDir') ?? 'dist');
  const below = relative(output, file);
  if (below.startsWith('..')) return null;
  const stem = below.replace(/\.([cm]?)jsx?$/, '');
  const folders = [said('rootDir') ?? 'src', '.', 'src'];
  return folders.flatMap((folder) => ['ts', 'tsx', 'mts', 'cts'].map((extension) => normalize(join(root, folder, `${stem}.${extension}`)))).find((one) => files.isFile(one)) ?? null;
}
