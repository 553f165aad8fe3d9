import { basename, join } from 'node:path';
import { UserError } from '../model/trouble.ts';
import type { ProjectFiles } from '../system/project-files.ts';
import { checkConfig } from './check.ts';
import { expected, type Config } from './schema.ts';

/** How a config file is found and run. */
export interface ConfigWorld {
  files: ProjectFiles;
  /** Loads a JavaScript or TypeScript module; rejects with what it throws. */
  importFile(path: string): Promise<unknown>;
}

/** A checked config and the folder that its paths are relative to. */
export interface LoadedConfig {
  config: Config;
  folder: string;
}

const names = ['ts', 'mjs', 'js', 'json'].map((extension) => `lwa-split.config.${extension}`);

/** Loads the config file of a folder; an empty config when there is none. Throws one UserError that tells all problems. */
export async function loadConfig(folder: string, world: ConfigWorld): Promise<LoadedConfig> {
  const path = configIn(folder, world.files);
  if (path === null) return { config: {}, folder };
  const content = path.endsWith('.json') ? readJsonConfig(path, world.files) : await readModuleConfig(path, world);
  const { config, problems } = checkConfig(content);
  if (problems.length > 0) throw invalid(path, problems);
  return { config, folder };
}

function configIn(folder: string, files: ProjectFiles): string | null {
  const found = names.filter((name) => files.isFile(join(folder, name)));
  if (found.length > 1) throw new UserError('two-configs', `There are several config files: ${found.join(', ')}.`, 'Keep one of them.');
  return found[0] === undefined ? null : join(folder, found[0]);
}

/** The parser's own message would repeat a piece of the file, which may hold secrets: only the place is told. */
function readJsonConfig(path: string, files: ProjectFiles): unknown {
  const text = files.read(path) ?? '';
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    const line = /\(line (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
    throw new UserError('config-broken', `${basename(path)} is not valid JSON${line === undefined ? '' : ` (line ${line})`}.`, 'Look for a missing comma or quote, or a comment: JSON has none. A lwa-split.config.ts may have them.');
  }
}

async function readModuleConfig(path: string, world: ConfigWorld): Promise<unknown> {
  const module = await world.importFile(path).catch((cause: unknown) => {
    const message = cause instanceof Error ? `${cause.name}: ${cause.message.split('\n')[0]}` : 'it threw something that is no error';
    throw new UserError('config-broken', `${basename(path)} cannot be loaded (${message.replace(/\.$/, '')}).`, `Try it alone: node ${basename(path)}`, cause);
  });
  if (typeof module === 'object' && module !== null && 'default' in module) return module.default;
  throw invalid(path, ['it has no default export']);
}

function invalid(path: string, problems: string[]): UserError {
  const name = basename(path);
  const sentence = problems.length === 1 ? `${name} is not valid: ${problems[0]}.` : `${name} has ${problems.length} problems: ${problems.join('; ')}.`;
  const fields = Object.keys(expected).filter((field) => field !== '$schema');
  return new UserError('config-invalid', sentence, `A config may set ${fields.join(', ')}.`);
}
