import { basename, dirname, extname, join, relative, sep } from 'node:path';
import type { LeftOut } from '../../../model/build.ts';
import { UserError } from '../../../model/trouble.ts';
import { languageOf } from '../../../syntax/parse.ts';
import { bundleView, placesWrittenOut, type BundleView } from '../../../syntax/bundling.ts';
import { editedText } from '../../../syntax/edits.ts';
import { hasTopLevelAwait } from '../../../syntax/top-level-await.ts';
import { bundleWithEsbuild, importPath, type BundleJob } from '../../../system/esbuild.ts';
import { copyTree, isInside, listTree, type TreeEntry } from '../../../system/file-tree.ts';
import { realPath, writeFileAtomic } from '../../../system/files.ts';
import { traceFiles } from '../../../system/traced-files.ts';
import { boundaries, type Outside } from './outside.ts';

export interface BundleInput {
  /** Absolute, without symbolic links; `base` is it or the workspace above it. */
  root: string;
  base: string;
  outdir: string;
  /** Absolute path of the server's entry. */
  entry: string;
  /** Version of the Node to bundle for. */
  node: string;
  sourcemap: BundleJob['sourcemap'];
  /** Absolute path of a file with imports to defer; null for none. */
  evidence: string | null;
  /** Absolute paths of modules that a start saw each module ask for: computed names lead there too. */
  loads: ReadonlyMap<string, readonly string[]>;
  /** Absolute paths of modules that shall stay outside all the same. */
  kept: ReadonlySet<string>;
  read(file: string): string | null;
  /** What a module is: what Node takes it for. */
  isEsm(file: string): boolean;
  onProgress(text: string): void;
}

export interface Bundled {
  /** `node server.cjs`. */
  start: string;
  /** Where the app's files lie, from the output folder. */
  workdir: string;
  external: LeftOut[];
  /** Absolute paths of the modules in the bundle. */
  inputs: string[];
}

const FILES = 'files';
const BESIDE = '__lwaSplitBeside';
const URL_OF = '__lwaSplitUrl';

/**
 * Bundles the app with esbuild, and leaves outside what would not be itself in a bundle, with all that it loads, so that no module
 * is there twice. The bundle lies in the entry's place among the app's own files. Throws a UserError where nothing can be bundled.
 */
export async function bundle(input: BundleInput): Promise<Bundled> {
  const { base, root, outdir, entry, onProgress } = input;
  onProgress('looking for what cannot be bundled');
  const job = { root, entry, node: input.node, sourcemap: input.sourcemap };
  const looked = await bundleWithEsbuild({ ...job, outfile: null, format: 'esm', banner: '', outside: () => null, textOf: () => null, evidence: null });
  if (looked.errors.length > 0) throw cannotBundle(looked.errors, root);
  const views = viewsOf(input, looked.inputs);
  const outside = await boundaries({ ...input, views, edges: looked.edges, trace: (files) => traceFiles(files, base, root) });
  if (outside.files.has(entry)) throw new UserError('cannot-bundle', `The entry ${relative(root, entry)} cannot be in a bundle: ${outside.reasons.get(entry) ?? 'it is loaded by a module that cannot'}.`, 'Build with --mode pack, which keeps modules as they are.');

  onProgress('bundling');
  const inside = looked.inputs.filter((file) => !outside.files.has(file));
  const format = inside.some((file) => waits(input, file)) || [...outside.files].some(input.isEsm) ? 'esm' : 'cjs';
  const place = join(outdir, FILES, relative(base, dirname(entry)), `${basename(entry, extname(entry))}.${format === 'esm' ? 'mjs' : 'cjs'}`);
  await copyTree({ entries: filesBeside(input, outside, place), outside: [] }, join(outdir, FILES), new Map());
  const done = await bundleWithEsbuild({
    ...job,
    outfile: place,
    format,
    banner: bannerOf(format),
    outside: (file) => (outside.files.has(realPath(file)) ? importPath(dirname(place), join(outdir, FILES, relative(base, realPath(file)))) : null),
    textOf: (file) => writtenOut(input, views.get(file), file),
    evidence: input.evidence,
  });
  if (done.errors.length > 0) throw cannotBundle(done.errors, root);
  const path = relative(outdir, place).split(sep).join('/');
  writeFileAtomic(join(outdir, 'server.cjs'), `'use strict';\n// The bundle takes the place of the app's entry.\nprocess.argv[1] = require('node:path').join(__dirname, ${JSON.stringify(path)});\nrequire('node:module').runMain();\n`);
  return { start: 'node server.cjs', workdir: [FILES, ...relative(base, root).split(sep).filter(Boolean)].join('/'), external: outside.leftOut, inputs: done.inputs };
}

function viewsOf({ read, isEsm }: BundleInput, files: readonly string[]): Map<string, BundleView> {
  const views = new Map<string, BundleView>();
  for (const file of files) {
    const text = file.endsWith('.json') ? null : read(file);
    if (text !== null) views.set(file, bundleView(text, { module: isEsm(file) ? 'esm' : 'cjs', language: languageOf(file) }));
  }
  return views;
}

function waits({ read, isEsm }: BundleInput, file: string): boolean {
  return isEsm(file) && hasTopLevelAwait(read(file) ?? '', file);
}

/** The app's own files stay where they say they are, whether they run from there or not. */
function writtenOut({ read, entry, base }: BundleInput, view: BundleView | undefined, file: string): string | null {
  const source = view === undefined || view.places.length === 0 ? null : read(file);
  if (source === null) return null;
  const path = JSON.stringify(importPath(dirname(join(base, relative(base, entry))), file));
  const folder = JSON.stringify(importPath(dirname(entry), dirname(file)));
  return editedText(source, placesWrittenOut(view!, source, { dirname: `${BESIDE}(${folder})`, filename: `${BESIDE}(${path})`, url: `${URL_OF}(${path})`, entry: file === entry }));
}

function bannerOf(format: 'cjs' | 'esm'): string {
  const beside = `const ${BESIDE} = (path) => require('node:path').join(__dirname, path), ${URL_OF} = (path) => require('node:url').pathToFileURL(${BESIDE}(path)).href;`;
  if (format === 'cjs') return beside;
  const own = "import { createRequire as __lwaSplitRequire } from 'node:module'; const require = __lwaSplitRequire(import.meta.url), __filename = require('node:url').fileURLToPath(import.meta.url), __dirname = require('node:path').dirname(__filename);";
  return `${own} ${beside}`;
}

/** What lies in the output beside the bundle: the app's own files, and all that stays outside. */
function filesBeside({ root, base, outdir }: BundleInput, outside: Outside, place: string): TreeEntry[] {
  const prefix = relative(base, root).split(sep).filter(Boolean).map((part) => `${part}/`).join('');
  const own = listTree(root, (path) => /(?:^|\/)(?:node_modules|\.git)$/.test(path) || isInside(outdir, join(root, path))).entries.map((entry) => ({ ...entry, path: prefix + entry.path }));
  const all = new Map([...own, ...outside.entries].map((entry) => [entry.path, entry]));
  all.delete(relative(join(outdir, FILES), place).split(sep).join('/'));
  return [...all.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function cannotBundle(errors: { text: string; file: string | null; line: number | null }[], root: string): UserError {
  const [{ text, file, line } = { text: 'esbuild failed', file: null, line: null }] = errors;
  const at = file === null ? '' : ` (${relative(root, file)}${line === null ? '' : `:${line}`})`;
  return new UserError('cannot-bundle', `esbuild cannot bundle this app: ${text}${at}.`, 'Build with --mode pack, which keeps modules as they are.');
}

