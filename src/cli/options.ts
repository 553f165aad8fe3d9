import { dirname, join, resolve } from 'node:path';
import { checkField, type Config, type ConfigField } from '../config/schema.ts';
import { loadConfig, type ConfigWorld } from '../config/index.ts';
import type { AnalyzeOptions } from '../model/options.ts';
import { UserError } from '../model/trouble.ts';
import { findApp } from '../steps/app/index.ts';
import type { ProjectFiles } from '../system/project-files.ts';

/** Options as they were typed: every value is text still. */
export interface TypedOptions {
  start?: string;
  node?: string;
  env?: string[];
  envFile?: string[];
  before?: string;
  runs?: string;
  readinessPath?: string;
  port?: string;
  timeout?: string;
  memory?: string;
  route?: string;
  /** False with --no-boot: the app will not be started, so nothing has to be there for it. */
  boot?: boolean;
}

export interface OptionsWorld extends ConfigWorld {
  cwd: string;
  /** Variables of a dotenv file. Throws a UserError when it cannot be read. */
  readEnvFile(path: string): Record<string, string>;
}

const defaultTimeoutS = 30;

/**
 * Everything a command needs to know before it starts the app: what was typed, over what the config file says, over
 * what the project shows. Throws UserError for what does not hold.
 */
export async function resolveOptions(app: string | undefined, typed: TypedOptions, world: OptionsWorld): Promise<Omit<AnalyzeOptions, 'onProgress'>> {
  const given = checkTyped(typed);
  const { config, folder } = await loadConfig(configFolder(app, world), world);
  const namedFile = app !== undefined && world.files.isFile(resolve(world.cwd, app));
  // A file named on the command line says how to start, so the config's command must not win over it.
  const start = given.start ?? (namedFile ? undefined : config.start);
  const readinessPath = given.readinessPath ?? config.readinessPath;
  const target = app === undefined ? resolve(folder, config.app ?? '.') : resolve(world.cwd, app);
  const found = await findApp(target, { start, readinessPath, cwd: world.cwd, unstarted: typed.boot === false }, world.files);
  return {
    ...found,
    start,
    readinessPath,
    node: given.node === undefined ? absolute(folder, config.node) : resolve(world.cwd, given.node),
    env: mergeEnvironment(typed, config, folder, world),
    before: given.before ?? config.before,
    runs: given.runs ?? config.runs ?? 'auto',
    port: given.port ?? config.port,
    timeoutMs: (given.timeout ?? config.timeout ?? defaultTimeoutS) * 1000,
    memoryMb: given.memory ?? config.memory,
    eager: config.eager,
    lazy: config.lazy,
    route: typed.route,
  };
}

/** What was typed about starting something, for what is no app but a build. */
export function typedStart(typed: TypedOptions, world: Pick<OptionsWorld, 'cwd' | 'readEnvFile'>): Pick<AnalyzeOptions, 'node' | 'env' | 'before' | 'port' | 'timeoutMs'> {
  const { node, before, port, timeout } = checkTyped(typed);
  return {
    node: node === undefined ? undefined : resolve(world.cwd, node),
    env: mergeEnvironment(typed, {}, world.cwd, world),
    before,
    port,
    timeoutMs: (timeout ?? defaultTimeoutS) * 1000,
  };
}

const checkedFields = { start: 'start', node: 'node', before: 'before', runs: 'runs', 'readiness-path': 'readinessPath', port: 'port', timeout: 'timeout', memory: 'memory' } as const;
const numeric = new Set<ConfigField>(['runs', 'port', 'timeout', 'memory']);

/** Options on the command line follow the same rules as the config's fields. */
function checkTyped(typed: TypedOptions): Config {
  const config: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [option, field] of Object.entries(checkedFields)) {
    const text = typed[field];
    if (text === undefined) continue;
    const value = numeric.has(field) && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
    const checked = checkField(field, value, `--${option}`);
    if (checked.ok) config[field] = checked.value;
    else problems.push(checked.problem);
  }
  problems.push(...(typed.env ?? []).filter((text) => !/^[^=\s]+=/.test(text)).map(() => '--env must be NAME=VALUE'));
  if (problems.length > 0) throw new UserError('bad-option', `${problems.join('; ')}.`, 'See lwa-split analyze --help.');
  return config as Config;
}

/** Later ones win: the config's files, the config's variables, --env-file, --env. */
function mergeEnvironment(typed: TypedOptions, config: Config, folder: string, world: Pick<OptionsWorld, 'cwd' | 'readEnvFile'>): Record<string, string> {
  const configFiles = typeof config.envFile === 'string' ? [config.envFile] : (config.envFile ?? []);
  const read = (base: string, paths: string[]): [string, string][] => paths.flatMap((path) => Object.entries(world.readEnvFile(resolve(base, path))));
  const configured = Object.entries(config.env ?? {}).map(([name, value]): [string, string] => [name, String(value)]);
  const typedPairs = (typed.env ?? []).map((pair): [string, string] => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]);
  return Object.fromEntries([...read(folder, configFiles), ...configured, ...read(world.cwd, typed.envFile ?? []), ...typedPairs]);
}

/** The config belongs to the app's package: its folder, or for a file the nearest one upward with a package.json. */
function configFolder(app: string | undefined, world: OptionsWorld): string {
  if (app === undefined) return world.cwd;
  const target = resolve(world.cwd, app);
  return world.files.isFile(target) ? nearestPackage(dirname(target), world.files) : target;
}

function nearestPackage(from: string, files: ProjectFiles): string {
  for (let folder = from; dirname(folder) !== folder; folder = dirname(folder)) {
    if (files.isFile(join(folder, 'package.json'))) return folder;
  }
  return from;
}

function absolute(folder: string, path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(folder, path);
}
