import { createRequire } from 'node:module';
import { extname, join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BuildOptions, Loader, Plugin } from 'esbuild';
import { UserError } from '../model/trouble.ts';
import { builtFile } from './own-files.ts';

export interface BundleJob {
  /** Absolute. */
  root: string;
  entry: string;
  /** Absolute; null to look only at what would be in it. */
  outfile: string | null;
  format: 'cjs' | 'esm';
  /** `22.15.0`. */
  node: string;
  sourcemap: 'linked' | 'external' | 'none';
  banner: string;
  /** What to import instead of a file that stays outside, as the bundle finds it; null for files that go in. */
  outside(file: string): string | null;
  /** The text to bundle in place of a file's own; null for its own. */
  textOf(file: string): string | null;
  /** Absolute path of an evidence file whose imports are deferred; null to defer nothing. */
  evidence: string | null;
}

export interface BundleResult {
  /** Absolute paths of the files that went in. */
  inputs: string[];
  /** Between them, by absolute path: what is imported or required, and what only an `import()` leads to. */
  edges: { from: string; to: string; late: boolean }[];
  /** Sentences about what went wrong; without any, the bundle is there. */
  errors: { text: string; file: string | null; line: number | null }[];
}

const CODE: Record<string, Loader> = { '.js': 'js', '.mjs': 'js', '.cjs': 'js', '.jsx': 'jsx', '.ts': 'ts', '.mts': 'ts', '.cts': 'ts', '.tsx': 'tsx', '.json': 'json' };

/** Bundles for Node by Node's own rules of resolution, with the esbuild of the app or else ours. Throws a UserError where there is none. */
export async function bundleWithEsbuild(job: BundleJob): Promise<BundleResult> {
  const { build } = await esbuildFor(job.root);
  const options: BuildOptions & { metafile: true } = {
    absWorkingDir: job.root,
    entryPoints: [job.entry],
    ...(job.outfile === null ? { write: false, outdir: join(job.root, 'out') } : { outfile: job.outfile }),
    bundle: true,
    platform: 'node',
    format: job.format,
    target: `node${job.node}`,
    // Without a list, esbuild would take what packages offer to bundlers only.
    conditions: ['node-addons', 'module-sync'],
    mainFields: ['main'],
    keepNames: true,
    legalComments: 'none',
    sourcemap: job.sourcemap === 'none' ? false : job.sourcemap,
    banner: { js: job.banner },
    metafile: true,
    logLevel: 'silent',
    plugins: [boundary(job), ...(job.evidence === null ? [] : [await deferring(job.evidence)])],
  };
  try {
    const { metafile } = await build(options);
    const isFile = (path: string): boolean => !/^[\w-]+:/.test(path);
    const fileOf = (path: string): string => join(job.root, path.replace(/\?.*$/, ''));
    const inputs = Object.entries(metafile.inputs).filter(([path]) => isFile(path));
    const edges = inputs.flatMap(([from, { imports }]) => imports.filter((one) => one.external !== true && isFile(one.path)).map((one) => ({ from: fileOf(from), to: fileOf(one.path), late: one.kind === 'dynamic-import' })));
    return { inputs: [...new Set(inputs.map(([path]) => fileOf(path)))].sort(), edges, errors: [] };
  } catch (error) {
    const { errors } = error as { errors?: { text: string; location: { file: string; line: number } | null }[] };
    if (errors === undefined) throw error;
    return { inputs: [], edges: [], errors: errors.map(({ text, location }) => ({ text, file: location && join(job.root, location.file), line: location && location.line })) };
  }
}

/** Decides what goes in, and with which text. What is not found stays as it is written: it may never be asked for. */
function boundary({ outside, textOf }: BundleJob): Plugin {
  const seen = Symbol('asked by ourselves');
  return {
    name: 'lwa-split:boundary',
    setup(build) {
      build.onResolve({ filter: /.*/ }, async ({ path, pluginData, kind, ...rest }) => {
        if (pluginData === seen || kind === 'entry-point') return undefined;
        const found = await build.resolve(path, { kind, importer: rest.importer, namespace: rest.namespace, resolveDir: rest.resolveDir, with: rest.with, pluginData: seen });
        if (found.errors.length > 0) return { path, external: true };
        if (found.external || found.namespace !== 'file' || found.suffix !== '') return undefined;
        const instead = outside(found.path) ?? (extname(found.path) in CODE ? null : found.path);
        return instead === null ? undefined : { path: instead, external: true };
      });
      build.onLoad({ filter: /\.[cm]?[jt]sx?$/, namespace: 'file' }, ({ path, suffix }) => {
        const contents = suffix === '' ? textOf(path) : null;
        return contents === null ? undefined : { contents, loader: CODE[extname(path)] ?? 'js' };
      });
    },
  };
}

/** The published plugin, as users have it. */
async function deferring(evidence: string): Promise<Plugin> {
  const { lwaSplit } = (await import(pathToFileURL(builtFile('esbuild.js')).href)) as { lwaSplit(options: { analysis: string }): Plugin };
  return lwaSplit({ analysis: evidence });
}

async function esbuildFor(root: string): Promise<typeof import('esbuild')> {
  for (const from of [join(root, 'package.json'), import.meta.url]) {
    try {
      const esbuild = (await import(pathToFileURL(createRequire(from).resolve('esbuild')).href)) as typeof import('esbuild') & { default?: typeof import('esbuild') };
      return esbuild.default ?? esbuild;
    } catch {
      // The next one.
    }
  }
  throw new UserError('no-esbuild', 'The mode bundle needs esbuild, and it is not installed.', 'Install it: npm install --save-dev esbuild. Or build with --mode pack, which does not bundle.');
}

/** `./lib/x.js`: how one file of an output imports another. */
export function importPath(fromFolder: string, to: string): string {
  const path = relative(fromFolder, to).split(sep).join('/');
  return path === '' ? '.' : path.startsWith('.') ? path : `./${path}`;
}
