import { resolve } from 'node:path';
import type { Analysis } from '../model/analysis.ts';
import type { Build } from '../model/build.ts';
import type { AnalyzeOptions } from '../model/options.ts';
import { shellWord } from '../model/shell-word.ts';
import type { Verification } from '../model/verification.ts';
import { renderOptions, progressFor, type Io, type Progress } from './io.ts';
import type { Actions, AnalyzeFlags, BuildFlags, LazyFlags, VerifyFlags } from './program.ts';
import type { TypedOptions } from './options.ts';

/**
 * The commands, each loading what it needs when it is called: this is what keeps --help quick. `fail` is told when
 * something the user asked to be held to does not hold.
 */
export function actions(io: Io, fail: () => void): Actions {
  return {
    async analyze(app, flags) {
      const progress = progressFor(io, flags.json === true);
      const analysis = await withProgress(progress, () => (flags.from === undefined ? analyzeApp(app, flags, io, progress) : savedAnalysis(flags.from, io)));
      const shown = flags.route === undefined ? analysis : await withRoutes(analysis, flags.route);
      if (flags.json === true) return io.stdout.write(document(shown));
      const { renderAnalysis } = await import('../render/analysis.ts');
      return io.stdout.write(ended(renderAnalysis(shown, { ...renderOptions(io), again: startWords(app, flags) })));
    },

    async why(module, app, flags) {
      const progress = progressFor(io, flags.json === true);
      const why = await withProgress(progress, async () => {
        const options = await settle(app, flags, io, progress);
        const { explain } = await import('../pipeline.ts');
        return explain(options, module);
      });
      if (flags.json === true) return io.stdout.write(document(why));
      const { renderWhy } = await import('../render/why.ts');
      return io.stdout.write(ended(renderWhy(why, renderOptions(io))));
    },

    async verify(app, flags) {
      const progress = progressFor(io, flags.json === true);
      const verification = await withProgress(progress, () => verifyApp(app, flags, io, progress));
      const { differs } = await import('../model/verification.ts');
      if (differs(verification)) fail();
      if (flags.json === true) return io.stdout.write(document(verification));
      const { renderVerification } = await import('../render/verification.ts');
      return io.stdout.write(ended(renderVerification(verification, renderOptions(io))));
    },

    async lazy(app, flags) {
      if (flags.check === true) return checkLazy(app, flags, io, fail);
      if (flags.evidenceOnly === true) return evidenceOnly(app, flags, io);
      await writeOptionsNeedWrite(flags);
      const progress = progressFor(io, flags.json === true);
      const report = await withProgress(progress, async () => {
        const [options, { lazy }] = await Promise.all([settle(app, flags, io, progress), import('../lazy.ts')]);
        return lazy(options, { includeReview: flags.includeReview === true, only: flags.only, write: flags.write === true, fixCommand: flags.fixCommand, verifyCommand: flags.verify });
      });
      if (report.takenBack.length > 0 || report.fixFailed !== null) fail();
      if (flags.json === true) return io.stdout.write(document(report));
      const { renderDiff, renderLazy } = await import('../render/lazy.ts');
      if (report.files.length > 0) await io.stdout.write(renderDiff(report, renderOptions(io)));
      return io.stderr.write(renderLazy(report, renderOptions(io)));
    },

    async build(app, flags) {
      const progress = progressFor(io, flags.json === true);
      const build = await withProgress(progress, () => buildApp(app, flags, io, progress));
      if (build === null) return;
      if (build.findings.some(({ severity }) => severity === 'error')) fail();
      if (flags.json === true) return io.stdout.write(document(build));
      const { renderBuild } = await import('../render/build.ts');
      return io.stdout.write(ended(renderBuild(build, renderOptions(io))));
    },
  };
}

/** Null where only a code cache was made. */
async function buildApp(app: string | undefined, flags: BuildFlags, io: Io, progress: Progress): Promise<Build | null> {
  const { build, remakeCache } = await import('../build.ts');
  if (flags.cacheOnly !== undefined) {
    const [{ typedStart }, { envFile }] = await Promise.all([import('./options.ts'), import('../system/files.ts')]);
    await remakeCache({ ...typedStart(flags, { cwd: io.cwd, readEnvFile: envFile }), outdir: resolve(io.cwd, flags.cacheOnly), boots: flags.boot !== false, onProgress: progress.show });
    return null;
  }
  const options = await settle(app, flags, io, progress);
  return build(options, { outdir: resolve(io.cwd, flags.outdir), shownOutdir: flags.outdir, defers: flags.lazy, codeCache: flags.codeCache, boots: flags.boot !== false, sourcemap: flags.sourcemap, mode: flags.mode, plan: flags.plan === undefined ? undefined : resolve(io.cwd, flags.plan) });
}

async function checkLazy(app: string | undefined, flags: LazyFlags, io: Io, fail: () => void): Promise<void> {
  const [options, { checkEvidence }, { holds }] = await Promise.all([settle(app, flags, io, progressFor(io, true)), import('../lazy.ts'), import('../model/lazy.ts')]);
  const found = checkEvidence(options);
  if (!holds(found)) fail();
  if (flags.json === true) return io.stdout.write(document(found));
  const { renderCheck } = await import('../render/lazy.ts');
  return io.stdout.write(renderCheck(found, renderOptions(io)));
}

async function evidenceOnly(app: string | undefined, flags: LazyFlags, io: Io): Promise<void> {
  const progress = progressFor(io, flags.json === true);
  const file = await withProgress(progress, async () => {
    const [options, { writeEvidence }] = await Promise.all([settle(app, flags, io, progress), import('../lazy.ts')]);
    return writeEvidence(options);
  });
  if (flags.json === true) return io.stdout.write(document(file));
  const { renderEvidence } = await import('../render/lazy.ts');
  return io.stderr.write(renderEvidence(file));
}

async function writeOptionsNeedWrite({ write, fixCommand, verify }: LazyFlags): Promise<void> {
  const option = fixCommand !== undefined ? '--fix-command' : verify !== undefined ? '--verify' : null;
  if (write === true || option === null) return;
  const { UserError } = await import('../model/trouble.ts');
  throw new UserError('bad-option', `${option} runs on what was written, and nothing is written without --write.`, 'Add --write.');
}

async function verifyApp(app: string | undefined, flags: VerifyFlags, io: Io, progress: Progress): Promise<Verification> {
  const [options, { compareVariants }, { variantsFrom }, { requestsFrom }, { readText }] = await Promise.all([
    settle(app, flags, io, progress),
    import('../pipeline.ts'),
    import('./variants.ts'),
    import('../steps/verify/requests.ts'),
    import('../system/files.ts'),
  ]);
  return compareVariants(options, {
    variants: await variantsFrom(flags.against ?? [], options, io.cwd),
    requests: flags.requests === undefined ? undefined : requestsFrom(readText(resolve(io.cwd, flags.requests)), flags.requests),
    routes: flags.from === undefined ? undefined : (await savedAnalysis(flags.from, io)).routes,
    allowWrites: flags.allowWrites === true,
    reset: flags.reset,
    loadOnly: flags.loadOnly === true,
  });
}

/** The app and the options that decide how it starts, to be typed again. Variables given by --env are not repeated: they may be secret. */
function startWords(app: string | undefined, { start, node, envFile, before, readinessPath, port }: TypedOptions): string {
  const options = { start, node, 'env-file': envFile, before, 'readiness-path': readinessPath, port };
  const words = Object.entries(options).flatMap(([name, value]) => [value ?? []].flat().flatMap((one) => [`--${name}`, String(one)]));
  return [...(app === undefined ? [] : [app]), ...words].map(shellWord).join(' ');
}

async function analyzeApp(app: string | undefined, flags: AnalyzeFlags, io: Io, progress: Progress): Promise<Analysis> {
  const options = await settle(app, flags, io, progress);
  if (flags.boot === false) return (await import('../unstarted.ts')).analyzeUnstarted(options);
  const { analyze } = await import('../pipeline.ts');
  return analyze(options);
}

async function settle(app: string | undefined, typed: TypedOptions, io: Io, progress: Progress): Promise<AnalyzeOptions> {
  const [{ resolveOptions }, { diskFiles }, { importFile }, { envFile }] = await Promise.all([
    import('./options.ts'),
    import('../system/project-files.ts'),
    import('../system/import-file.ts'),
    import('../system/files.ts'),
  ]);
  const options = await resolveOptions(app, typed, { cwd: io.cwd, files: diskFiles, importFile, readEnvFile: envFile });
  return { ...options, onProgress: progress.show };
}

async function savedAnalysis(file: string, io: Io): Promise<Analysis> {
  const [{ Analysis: schema }, { readJson }, { UserError }] = await Promise.all([import('../model/analysis.ts'), import('../system/files.ts'), import('../model/trouble.ts')]);
  const parsed = schema.safeParse(readJson(resolve(io.cwd, file)));
  if (parsed.success) return parsed.data;
  throw new UserError('not-an-analysis', `${file} is not an analysis of this version of lwa-split.`, `Make one: lwa-split analyze --json > ${file}`, parsed.error);
}

async function withRoutes(analysis: Analysis, pattern: string): Promise<Analysis> {
  const { routesMatching } = await import('../query/routes-matching.ts');
  const routes = routesMatching(analysis.routes, pattern);
  if (routes.length > 0) return { ...analysis, routes };
  const { UserError } = await import('../model/trouble.ts');
  const some = analysis.routes.slice(0, 3).map((route) => `"${route.id}"`).join(', ');
  throw new UserError('no-such-route', `No route matches "${pattern}".`, some === '' ? 'The app registered no route that was seen.' : `Routes look like ${some}; * stands for anything.`);
}

async function withProgress<Result>(progress: Progress, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } finally {
    progress.end();
  }
}

function document(content: unknown): string {
  return `${JSON.stringify(content, null, 2)}\n`;
}

function ended(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}
