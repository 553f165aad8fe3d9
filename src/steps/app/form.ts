import { dirname, join } from 'node:path';
import { isBuiltin } from 'node:module';
import type { App } from '../../model/app.ts';
import { manifestIn, upward, type Project } from './project.ts';
import type { Entry } from './entry.ts';

/** Marks that bundlers leave in a file that holds other modules: esbuild, webpack, ncc, Rollup's CommonJS plugin. */
const bundlerMarks = /__webpack_require__|__nccwpck_require__|\b__commonJS(?:Min)?\s*[=(]|\b__esm\s*=\s*\(|\bcreateCommonjsModule\b|\bgetDefaultExportFromCjs\b/;

/** A file that imports nothing but built-ins and is longer than this was put together from several; people split earlier. */
const longestByHand = 200_000;

/** Whether the entry is a source, a compiled file or a bundle, by its extension, its start command and its text. */
export function formOf(project: Project, { entry, transpiler }: Entry): App['form'] {
  if (transpiler !== null || (entry !== null && /\.(?:[cm]?ts|[jt]sx)$/.test(entry))) return 'source';
  const text = entry === null ? null : project.files.read(join(project.root, entry));
  return text !== null && isBundle(text) ? 'bundle' : 'compiled';
}

function isBundle(text: string): boolean {
  if (specifiersIn(text).some((specifier) => /^\.{1,2}\//.test(specifier))) return false;
  return bundlerMarks.test(text) || (text.length > longestByHand && specifiersIn(text).every((specifier) => isBuiltin(specifier)));
}

/** How Node takes the entry: by its extension, else the nearest package.json's `type`, else by its syntax. */
export function formatOf(project: Project, { entry, transpiler }: Entry): App['format'] {
  if (entry === null) return project.manifest.type === 'module' ? 'esm' : 'cjs';
  if (/\.(?:mjs|mts)$/.test(entry)) return 'esm';
  if (/\.(?:cjs|cts)$/.test(entry)) return 'cjs';
  const type = typeFor(project, entry);
  if (type !== null) return type === 'module' ? 'esm' : 'cjs';
  // Without a type, transpilers give CommonJS; Node looks at the syntax.
  if (transpiler !== null) return 'cjs';
  return hasModuleSyntax(project.files.read(join(project.root, entry)) ?? '') ? 'esm' : 'cjs';
}

function typeFor(project: Project, entry: string): 'module' | 'commonjs' | null {
  for (const folder of upward(dirname(join(project.root, entry)))) {
    const manifest = folder === project.root ? project.manifest : manifestIn(folder, project.files, project.shown);
    if (manifest !== null && (folder !== project.root || project.files.isFile(join(folder, 'package.json')))) return manifest.type ?? null;
  }
  return null;
}

function hasModuleSyntax(text: string): boolean {
  return /^\s*(?:import\s*(?:[\w$*{]|['"])|export\s+(?:default|const|let|var|function|class|async|\{|\*))/m.test(withoutComments(text));
}

/** What a file asks for in imports and literal `require` calls, read roughly: good for a first look, never for a verdict. */
export function specifiersIn(text: string): string[] {
  const pattern = /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)(['"])([^'"\n]+)\1/g;
  return [...withoutComments(text).matchAll(pattern)].map((match) => match[2]!);
}

function withoutComments(text: string): string {
  return text.replace(/^\s*\/\/.*$/gm, '').replace(/\/\*[\s\S]*?\*\//g, '');
}
