import { readFileSync, realpathSync, existsSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, extname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OnLoadResult, PartialMessage, Plugin, PluginBuild } from 'esbuild';
import { packageRule } from '../../src/plugin.ts';
import { closuresOf, keptFacts, type Closures } from './closure.ts';
import { packageIn, readLists, type PackageLists } from './config.ts';
import { evidenceName, idsOf, readEvidence, type Evidence } from './evidence.ts';
import { pathFilter } from './filter.ts';
import { matcher } from './globs.ts';
import { keptAnswers } from './kept.ts';
import { portIn, portMap, portSpecifier, portText, runtimeSpecifier } from './host.ts';
import { askedFor, formatOf, loadedBy, rewritten, withMap, type Cut, type Rewritten } from './rewrite.ts';

export interface LwaSplitOptions {
  /** Path of the evidence file; `lwa-split.deferrals.json` beside the package.json of the working folder unless given. */
  analysis?: string;
  /** Globs of importing files, as the evidence file names them, or of specifiers. Only what matches one is deferred. */
  include?: readonly string[];
  /** Globs as for `include`. What matches one is not deferred. */
  exclude?: readonly string[];
  /** Globs as for `include`: entries that need a review and have had one. What is made from such an import may be made later too. */
  review?: readonly string[];
  /** Imports that save less are left alone, milliseconds. */
  threshold?: number;
}

/** Makes a build for Node load modules when they are first used, where the evidence file shows that this is safe and pays. */
export function lwaSplit(options: LwaSplitOptions = {}): Plugin {
  return {
    name: 'lwa-split',
    setup(build) {
      const { bundle, platform, absWorkingDir = process.cwd() } = build.initialOptions;
      if (bundle !== true || platform !== 'node') {
        build.onStart(() => ({ warnings: [{ text: 'lwa-split defers imports in builds with bundle: true and platform: "node" only; this one stays as it is.' }] }));
        return;
      }
      const here = packageFolder(absWorkingDir);
      const analysis = options.analysis === undefined ? join(here, evidenceName) : resolve(absWorkingDir, options.analysis);
      // The evidence of an app in a monorepo lies in that app's folder, wherever the build is started.
      const root = existsSync(join(dirname(analysis), 'package.json')) ? realpathSync(dirname(analysis)) : here;
      register(build, { ...options, root, analysis });
    },
  };
}

type Settings = LwaSplitOptions & { root: string; analysis: string };

/** What is known while one build runs. */
type Run = { evidence: Evidence | null; closures: Closures; lists: PackageLists };

function register(build: PluginBuild, settings: Settings): void {
  const { root, analysis } = settings;
  const { format = 'cjs', loader = {}, sourcemap } = build.initialOptions;
  const sourceMaps = sourcemap !== undefined && sourcemap !== false;
  const noLists: PackageLists = { eager: [], lazy: [] };
  const facts = keptFacts(root);
  const texts = keptAnswers<Rewritten>(root, 'texts');
  let run: Run = { evidence: null, closures: closuresOf(build, facts), lists: noLists };
  /** The last run whose build has ended. */
  let built: Run | null = null;
  const said = new Set<string>();
  const keep = selection(settings);
  const isReviewed = selection({ root, include: settings.review ?? [], analysis });
  const tracedRule = packageRules(root);

  build.onStart(async () => {
    run = { evidence: null, closures: closuresOf(build, facts), lists: noLists };
    const { evidence, warnings } = evidenceOr(analysis, root);
    run.evidence = evidence;
    const { lists, warnings: unread } = await readLists(root);
    run.lists = lists;
    const news = [...warnings, ...unread].filter(({ text }) => !said.has(text!));
    for (const { text } of news) said.add(text!);
    void rewriteAhead(run);
    return { warnings: news };
  });

  build.onEnd(() => {
    built = run;
    facts.loads.save();
    texts.save();
  });

  build.onResolve({ filter: /^lwa-split:lazy$/ }, () => ({ path: runtimeFile }));

  const filter = pathFilter(evidenceOr(analysis, root).evidence?.dependencies ?? []);
  build.onLoad({ filter, namespace: 'file' }, async ({ path, suffix, with: attributes }): Promise<OnLoadResult | undefined> => {
    if (suffix !== '') {
      const port = portIn(suffix);
      if (port === null) return undefined;
      const code = portText(port);
      return { contents: sourceMaps ? withMap(code, portMap(port, readFileSync(path, 'utf8'), path, formatOf(path))) : code, loader: 'default', watchFiles: [path] };
    }
    const isCode = /\.[cm]?[jt]sx?$/.test(path) && /^([jt]sx?|default)$/.test(loader[extname(path)] ?? 'default');
    if (!isCode || path === runtimeFile || Object.keys(attributes ?? {}).length > 0) return undefined;
    const own = !path.includes(`${sep}node_modules${sep}`);
    if (!own && run.evidence === null) return undefined;
    const { cuts, stale, source } = await cutsIn(path, own, run);
    const warnings = staleWarnings(path, stale);
    const contents = cuts.length === 0 ? null : await rewrittenForUs(path, source, cuts);
    const watchFiles = cuts.length === 0 && warnings.length === 0 ? undefined : [path, analysis];
    return contents === null ? { warnings, watchFiles } : { contents, loader: 'default', warnings, watchFiles };
  });

  async function rewrittenForUs(path: string, source: string, cuts: readonly Cut[]): Promise<string | null> {
    // The questions are on their way while the text is rewritten: esbuild takes its time to answer while it builds.
    const [reaches, text] = await Promise.all([reachesUs(build, path), rewritten(source, path, cuts, { sourceMaps, kept: texts })]);
    return reaches ? text : null;
  }

  /** While esbuild is still looking for files, the texts that the evidence names are rewritten for the time when it asks for them. */
  async function rewriteAhead(current: Run): Promise<void> {
    for (const id of current.evidence?.importers ?? []) {
      await new Promise((resolve) => setImmediate(resolve));
      if (run !== current || built === current) return;
      const path = join(root, id);
      if (!existsSync(path)) continue;
      try {
        const { cuts, source } = await cutsIn(path, !id.startsWith('node_modules/'), current);
        if (cuts.length > 0) await rewritten(source, path, cuts, { sourceMaps, kept: texts });
      } catch {
        // Where it is asked for, it fails again and is told.
      }
    }
  }

  /** What of a file is to be put off in this build. */
  async function cutsIn(path: string, own: boolean, { evidence, closures, lists }: Run): Promise<{ cuts: Cut[]; stale: { specifier: string }[]; source: string }> {
    let text: string | null = null;
    const source = (): string => (text ??= readFileSync(path, 'utf8'));
    const about = evidence?.about(path, source) ?? null;
    if (about === null && !own) return { cuts: [], stale: [], source: '' };
    const cuts: Cut[] = own ? askedFor(source(), path).map((specifier) => ({ specifier, values: true })) : [];
    const add = (specifier: string, values = false): void => void (cuts.some((cut) => cut.specifier === specifier) || cuts.push({ specifier, values }));
    for (const { specifier, verdict, savesMs } of about?.current ?? []) {
      if (savesMs >= (settings.threshold ?? 0) && (verdict === 'defer' || isReviewed(path, specifier))) add(specifier, verdict === 'review');
    }
    if (own && lists.lazy.some((name) => source().includes(name))) {
      for (const { specifier } of loadedBy(source(), path)) if (lists.lazy.includes(packageIn(specifier))) add(specifier, true);
    }
    if (evidence === null && own) {
      const packages = loadedBy(source(), path).filter(({ specifier }) => !/^[./#]/.test(specifier) && !isBuiltin(specifier) && !tracedRule(specifier) && keep(path, specifier));
      // All at once: each waits for an answer of esbuild's.
      const pure = await Promise.all(packages.map(({ specifier, kind }) => closures.isPure(specifier, path, kind)));
      packages.forEach(({ specifier }, i) => pure[i] && add(specifier));
    }
    const stays = await Promise.all(cuts.map(async ({ specifier }) => !keep(path, specifier) || lists.eager.includes(packageIn(specifier)) || (format === 'esm' && !(await survivesModules(specifier, path, closures)))));
    return { cuts: cuts.filter((_, index) => !stays[index]), stale: about?.stale ?? [], source: source() };
  }

  function staleWarnings(path: string, stale: { specifier: string }[]): PartialMessage[] {
    if (stale.length === 0) return [];
    const text = `${idsOf(path, root)[0] ?? path} has changed since it was measured, so its imports of ${stale.map(({ specifier }) => specifier).join(', ')} stay as they are.`;
    if (said.has(text)) return [];
    said.add(text);
    return [{ text, notes: [{ text: howToMeasure }] }];
  }
}

/** Whether what a rewritten file asks for comes to this plugin: patterns of externals and other plugins may take it. */
async function reachesUs(build: PluginBuild, path: string): Promise<boolean> {
  const options = { importer: path, namespace: 'file', resolveDir: dirname(path), kind: 'require-call' } as const;
  const [port, runtime] = await Promise.all([portSpecifier(path, { specifier: 'x', names: [] }), runtimeSpecifier].map((specifier) => build.resolve(specifier, options)));
  return !port!.external && port!.path === path && portIn(port!.suffix) !== null && !runtime!.external && runtime!.path === runtimeFile;
}

/**
 * In ES module output, esbuild gives `undefined` for what is required of a module that waits at its top level, and hoists imports of
 * what is not bundled. In other formats it reports the one and requires the other.
 */
async function survivesModules(specifier: string, importer: string, closures: Closures): Promise<boolean> {
  return !(await closures.isExternal(specifier, importer)) && closures.runsAtOnce(specifier, importer);
}

const howToMeasure = 'Measure again with: npx lwa-split lazy --evidence-only';

function evidenceOr(analysis: string, root: string): { evidence: Evidence | null; warnings: PartialMessage[] } {
  try {
    const evidence = readEvidence(analysis, root);
    if (evidence !== null) return { evidence, warnings: [] };
    const text = `There is no ${relative(root, analysis)}, so only imports of packages that certainly do nothing but export are deferred.`;
    return { evidence: null, warnings: [{ text, notes: [{ text: 'To defer all that is safe and pays, start the app once and commit what this writes: npx lwa-split lazy --evidence-only' }] }] };
  } catch (error) {
    return { evidence: null, warnings: [{ text: (error as Error).message, notes: [{ text: howToMeasure }] }] };
  }
}

function selection({ include, exclude, root }: Settings): (path: string, specifier: string) => boolean {
  const included = include === undefined ? null : matcher(include);
  const excluded = matcher(exclude ?? []);
  return (path, specifier) => {
    const names = [specifier, ...idsOf(path, root)];
    return (included === null || names.some(included)) && !names.some(excluded);
  };
}

/** Tells packages that must be there from the start: what tracers patch, if the app has one, and what all share. */
function packageRules(root: string): (specifier: string) => boolean {
  const { dependencies = {} } = readManifest(root);
  return (specifier) => {
    const names = [...Object.keys(dependencies), packageIn(specifier)];
    const modules = names.map((name, order) => ({ id: name, kind: 'cjs' as const, package: name, version: null, bytes: 0, order, importer: null, topLevelAwait: false }));
    return packageRule({ entry: '', roots: [], modules, edges: [] })(packageIn(specifier)) !== null;
  };
}

function readManifest(folder: string): { dependencies?: Record<string, string> } {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { dependencies?: Record<string, string> };
  } catch {
    return {};
  }
}

/** The folder of the next package.json above; the folder itself when there is none. */
function packageFolder(folder: string): string {
  const real = realpathSync(folder);
  for (let one = real; ; one = dirname(one)) {
    if (existsSync(join(one, 'package.json'))) return one;
    if (dirname(one) === one) return real;
  }
}

/** `lazy`, as a file of its own: it becomes a module of the user's bundle. */
const runtimeFile = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../../src/runtime/lazy.ts' : './esbuild-lazy.js', import.meta.url));
