import { Command, Option } from 'commander';
import type { TypedOptions } from './options.ts';

/** What the commands do; what they are called with is declared here, and nothing heavy is loaded for it. */
export interface Actions {
  analyze(app: string | undefined, options: AnalyzeFlags): Promise<void>;
  why(module: string, app: string | undefined, options: OutputFlags): Promise<void>;
  verify(app: string | undefined, options: VerifyFlags): Promise<void>;
  lazy(app: string | undefined, options: LazyFlags): Promise<void>;
  build(app: string | undefined, options: BuildFlags): Promise<void>;
}

export interface OutputFlags extends TypedOptions {
  json?: boolean;
  text?: boolean;
  debug?: boolean;
}

export interface AnalyzeFlags extends OutputFlags {
  from?: string;
  deferrals?: boolean;
}

export interface VerifyFlags extends AnalyzeFlags {
  requests?: string;
  against?: string[];
  allowWrites?: boolean;
  reset?: string;
  loadOnly?: boolean;
}

export interface LazyFlags extends OutputFlags {
  write?: boolean;
  check?: boolean;
  evidenceOnly?: boolean;
  only?: string;
  includeReview?: boolean;
  fixCommand?: string;
  verify?: string;
}

export interface BuildFlags extends OutputFlags {
  outdir: string;
  mode: 'pack' | 'bundle';
  lazy: boolean;
  codeCache: boolean;
  cacheOnly?: string;
  sourcemap: 'linked' | 'external' | 'none';
  plan?: string;
}

/** The command line of lwa-split. Problems are thrown as CommanderError, texts go to `print`. */
export function program(version: string, actions: Actions, print: (text: string) => void): Command {
  const root = quiet(new Command('lwa-split'), print)
    .description('Finds out by measurement why a Node web app starts slowly on AWS Lambda behind the Lambda Web Adapter.')
    .version(version, '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command');

  const analyze = command(root, 'analyze', print)
    .description('start the app under a probe and tell what its cold start costs')
    .argument('[app]', 'folder with a package.json, or the file that starts the server (default: this folder)');
  outputOptions(startOptions(analyze))
    .option('--from <file>', 'continue from a saved analysis instead of starting the app')
    .option('--no-boot', 'start nothing: read routes and modules from the sources')
    .addOption(new Option('--deferrals', 'what every analysis has').hideHelp())
    .action((app: string | undefined, flags: AnalyzeFlags) => actions.analyze(app, flags));

  const why = command(root, 'why', print)
    .description('show every chain of imports that loads a module, and the smallest cut that would stop it')
    .argument('<module>', 'a package, or the path of a file')
    .argument('[app]', 'folder with a package.json, or the file that starts the server (default: this folder)');
  outputOptions(startOptions(why)).action((module: string, app: string | undefined, flags: OutputFlags) => actions.why(module, app, flags));

  const verify = command(root, 'verify', print)
    .description('ask the app and its variants the same, and show where their answers differ')
    .argument('[app]', 'folder with a package.json, or the file that starts the server (default: this folder)');
  outputOptions(startOptions(verify))
    .option('--against <variant>', 'start command, name=command, or folder of a variant; repeatable (default: the app itself, started again)', collect)
    .option('--requests <file>', 'HAR, JSON list or .http file of requests (default: made from the routes)')
    .option('--allow-writes', 'send requests other than GET and HEAD too')
    .option('--reset <command>', 'shell command to run before each variant, to put the data back')
    .option('--load-only', 'send nothing; let each variant load every deferred module once')
    .option('--from <file>', 'take the routes from a saved analysis')
    .action((app: string | undefined, flags: VerifyFlags) => actions.verify(app, flags));

  const lazy = command(root, 'lazy', print)
    .description('show how to move imports to where they are needed, as a diff of your sources; or write it')
    .argument('[app]', 'folder with a package.json, or the file that starts the server (default: this folder)');
  outputOptions(startOptions(lazy))
    .option('--write', 'change the sources, all or none, and write lwa-split.deferrals.json')
    .option('--only <glob>', 'only in these source files, from the folder of the app')
    .option('--include-review', 'also what a person has to look at')
    .option('--fix-command <command>', 'shell command to run on what was written, such as "eslint --fix {files}"')
    .option('--verify <command>', 'shell command that must succeed with the changes; those that break it are taken back')
    .addOption(new Option('--evidence-only', 'write only lwa-split.deferrals.json, for builds that defer').conflicts('write'))
    .addOption(new Option('--check', 'start nothing: end with 1 when a safe win of 10 ms is pending, or what was deferred loads at once again').conflicts(['write', 'evidenceOnly']))
    .action((app: string | undefined, flags: LazyFlags) => actions.lazy(app, flags));

  const build = command(root, 'build', print)
    .description('pack the app so that it starts fast, and measure what that gives')
    .argument('[app]', 'folder with a package.json, or the file that starts the server (default: this folder)');
  outputOptions(startOptions(build))
    .option('--outdir <dir>', 'folder to write to', 'dist-lambda')
    .addOption(new Option('--mode <mode>', 'pack: every file stays a module; bundle: one file, by esbuild').choices(['pack', 'bundle']).default('pack'))
    .option('--no-lazy', 'defer no imports')
    .option('--no-code-cache', 'make no code cache')
    .option('--no-boot', 'start nothing; what needs a running app is left out')
    .option('--cache-only <dir>', 'only make the code cache of this build anew, with this Node')
    .addOption(new Option('--sourcemap <kind>', 'source maps of what is compiled').choices(['linked', 'external', 'none']).default('linked'))
    .option('--plan <file>', 'plan with the functions and what each preloads')
    .action((app: string | undefined, flags: BuildFlags) => actions.build(app, flags));

  return root;
}

function command(root: Command, name: string, print: (text: string) => void): Command {
  return quiet(root.command(name), print).helpOption('-h, --help', 'print this help');
}

function quiet(some: Command, print: (text: string) => void): Command {
  return some.exitOverride().configureOutput({ writeOut: print, writeErr: () => undefined, outputError: () => undefined });
}

function startOptions(some: Command): Command {
  return some
    .option('--start <command>', 'shell command that starts the app (default: found in the project)')
    .option('--node <path>', 'the Node to measure with: first on PATH and in NODE')
    .option('--env <name=value>', 'environment variable of the app; repeatable', collect)
    .option('--env-file <path>', 'file of environment variables, in dotenv syntax; repeatable', collect)
    .option('--before <command>', 'shell command to run before each start')
    .option('--runs <n|auto>', 'timing runs; auto: until the result is within 5 %, at most 60 s (default: auto)')
    .option('--readiness-path <path>', 'path that is polled until the app answers (default: /)')
    .option('--port <number>', 'port of the app, where it does not listen on PORT')
    .option('--timeout <seconds>', 'how long one start may take (default: 30)')
    .option('--memory <mb>', 'memory of the Lambda function to predict for')
    .option('--route <pattern>', 'only routes with this id or path; * stands for anything');
}

function outputOptions(some: Command): Command {
  return some
    .addOption(new Option('--json', 'print one JSON document').conflicts('text'))
    .option('--text', 'print the report as text, on a terminal too')
    .option('--debug', 'show the causes of an error');
}

function collect(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}
