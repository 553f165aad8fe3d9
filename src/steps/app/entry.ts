import { isAbsolute, join, normalize, relative } from 'node:path';
import { UserError } from '../../model/trouble.ts';
import { shellWord } from '../../model/shell-word.ts';
import { plainNode, transpilerIn, wordsAfterRunner } from './command.ts';
import type { Project } from './project.ts';

/** How the app starts: a shell command for the root, and the file it runs where that is known (relative to the root). */
export interface Entry {
  entry: string | null;
  start: string;
  /** Compiles the sources while they run. */
  transpiler: string | null;
}

interface Wanted {
  /** The user's own start command, which wins. */
  start?: string | undefined;
  /** What the image starts, when it says so plainly. */
  imageCommand: string | null;
  packageManager: string;
  /** Nothing will be started, so an output that was not built yet is named all the same. */
  unstarted?: boolean;
  /** Folders of the workspace's packages, where the project is a workspace's root. */
  members: string[];
}

const startScripts = ['start:prod', 'start:production', 'serve:prod'];
const names = ['server', 'index', 'app', 'main'];
const folders = ['.', 'dist', 'build', 'src'];
const extensions = ['js', 'mjs', 'cjs', 'ts', 'mts', 'cts'];

/** Finds how the app starts, asking first who knows best. Throws UserError when nothing says, naming what was looked for. */
export function findEntry(project: Project, wanted: Wanted): Entry {
  const found =
    fromCommand(project, wanted.start, 'the start command') ??
    fromNamedFile(project) ??
    fromStartScript(project, wanted.unstarted === true) ??
    fromOtherCommands(project, wanted.imageCommand) ??
    fromCompiledFramework(project) ??
    fromAnyStartScript(project, wanted.packageManager) ??
    fromManifest(project) ??
    fromConvention(project);
  if (found !== null) return found;
  throw new UserError(
    'no-entry',
    `Nothing in ${project.shown(project.root)} says how the server starts: no "start" script, no existing "main" or "bin" in package.json, no ${names.join(', ')} file in ${folders.join(', ')}.`,
    memberHint(project, wanted.members) ?? buildHint(project) ?? 'Say it with --start "<command>", or name the file: lwa-split analyze path/to/server.js',
  );
}

function fromCommand(project: Project, command: string | undefined, source: string): Entry | null {
  if (command === undefined) return null;
  if (command.trim() === '') throw new UserError('empty-start', `The ${source.replace(/^the /, '')} is empty.`, 'Give the command that starts the server: --start "node dist/server.js"');
  const plain = plainNode(command);
  const entry = plain === null ? scriptIn(project, wordsAfterRunner(command)) : resolveScript(project, plain.script);
  return { entry, start: command, transpiler: transpilerIn(command) };
}

function fromNamedFile(project: Project): Entry | null {
  return project.entry === null ? null : startOf(project, project.entry);
}

/** `scripts.start` that is Node and a script: run as it is, without the package manager's own start in between. */
function fromStartScript(project: Project, unstarted: boolean): Entry | null {
  const script = project.manifest.scripts['start'];
  const plain = script === undefined ? null : plainNode(script);
  if (plain === null) return null;
  const entry = resolveScript(project, plain.script);
  if (entry === null && unstarted) return { entry: normalize(plain.script), start: plain.command, transpiler: transpilerIn(plain.command) };
  if (entry === null) {
    throw new UserError(
      'entry-missing',
      `The "start" script of ${project.shown(join(project.root, 'package.json'))} runs ${plain.script}, which does not exist.`,
      buildHint(project) ?? 'Correct the script, or say how the app starts with --start "<command>".',
    );
  }
  return { entry, start: plain.command, transpiler: transpilerIn(plain.command) };
}

/** Where `start` is a development command, the production one is what gets deployed, if it was built. */
function fromOtherCommands(project: Project, imageCommand: string | null): Entry | null {
  const commands = [...startScripts.map((name) => project.manifest.scripts[name]), imageCommand ?? undefined];
  for (const command of commands) {
    const plain = command === undefined ? null : plainNode(command);
    const entry = plain === null ? null : resolveScript(project, plain.script);
    if (plain !== null && entry !== null) return { entry, start: plain.command, transpiler: transpilerIn(plain.command) };
  }
  return null;
}

function fromCompiledFramework(project: Project): Entry | null {
  const has = (name: string): boolean => name in project.manifest.dependencies || name in project.manifest.devDependencies;
  const built = [...(has('@nestjs/core') ? ['dist/main.js', 'dist/src/main.js'] : []), ...(has('next') ? ['.next/standalone/server.js'] : [])];
  const file = built.find((path) => project.files.isFile(join(project.root, path)));
  return file === undefined ? null : startOf(project, file);
}

function fromAnyStartScript(project: Project, packageManager: string): Entry | null {
  const script = project.manifest.scripts['start'];
  if (script === undefined) return null;
  const words = wordsAfterRunner(script);
  const nest = /(^|\s)nest start\b/.test(script) ? ['src/main.ts'] : [];
  return { entry: scriptIn(project, [...words, ...nest]), start: packageManager === 'bun' ? 'bun run start' : `${packageManager} start`, transpiler: transpilerIn(script) };
}

function fromManifest(project: Project): Entry | null {
  const { main, bin } = project.manifest;
  const bins = bin === undefined ? [] : typeof bin === 'string' ? [bin] : Object.values(bin);
  const entry = scriptIn(project, [...(main === undefined ? [] : [main]), ...(new Set(bins).size === 1 ? [bins[0]!] : [])]);
  return entry === null ? null : startOf(project, entry);
}

function fromConvention(project: Project): Entry | null {
  const candidates = names
    .flatMap((name) => folders.flatMap((folder) => extensions.map((extension) => `${folder}/${name}.${extension}`)))
    // What was built is what runs in production: a source is tried when there is no output.
    .sort((a, b) => Number(a.endsWith('ts')) - Number(b.endsWith('ts')));
  const found = candidates.find((path) => project.files.isFile(join(project.root, path)));
  return found === undefined ? null : startOf(project, normalize(found));
}

/** TypeScript goes through tsx where the project has it: such sources often need more than Node's own type stripping. */
function startOf(project: Project, entry: string): Entry {
  const hasTsx = 'tsx' in project.manifest.dependencies || 'tsx' in project.manifest.devDependencies;
  const loader = /\.[cm]?tsx?$/.test(entry) && hasTsx ? 'tsx' : null;
  return { entry, start: `node ${loader === null ? '' : `--import ${loader} `}${shellWord(entry)}`, transpiler: loader };
}

function scriptIn(project: Project, words: string[]): string | null {
  for (const word of words) {
    const script = resolveScript(project, word);
    if (script !== null) return script;
  }
  return null;
}

/** The file that `node <script>` runs: the path itself, with an extension added, or a folder's main file. Null when there is none. */
function resolveScript(project: Project, written: string): string | null {
  const script = isAbsolute(written) ? relative(project.root, written) : written;
  const direct = ['', '.js', '.json', '.node'].map((ending) => normalize(script + ending)).find((path) => project.files.isFile(join(project.root, path)));
  if (direct !== undefined) return direct;
  if (!project.files.isFolder(join(project.root, script))) return null;
  const main = /^\.?\/?$/.test(script) ? project.manifest.main : undefined;
  const inside = [...(main === undefined ? [] : [main, `${main}.js`, `${main}/index.js`]), 'index.js'];
  return inside.map((name) => normalize(join(script, name))).find((path) => project.files.isFile(join(project.root, path))) ?? null;
}

function buildHint(project: Project): string | null {
  return project.manifest.scripts['build'] === undefined ? null : 'Build the app first (npm run build), or say how it starts with --start "<command>".';
}

/** The root of a workspace is seldom the server: one of its packages is. */
function memberHint(project: Project, members: string[]): string | null {
  const startable = members.find((folder) => folder !== '.' && /"start"\s*:/.test(project.files.read(join(project.root, folder, 'package.json')) ?? ''));
  return startable === undefined ? null : `This is a workspace: name one of its apps, for example lwa-split analyze ${project.shown(join(project.root, startable))}`;
}
