import { nearest } from './nearest.ts';
import { Config, checkField, type ConfigField } from './schema.ts';

/** A config that can be used, and everything that is wrong with it: `problems` is empty when nothing is. */
export interface CheckedConfig {
  config: Config;
  problems: string[];
}

/** Checks what a config file holds, field by field, so that one mistake hides no other. */
export function checkConfig(content: unknown): CheckedConfig {
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    return { config: {}, problems: ['it must hold one object'] };
  }
  const { config, problems } = parse(content as Record<string, unknown>);
  return { config, problems: [...problems, ...brokenRules(config)] };
}

function parse(content: Record<string, unknown>): CheckedConfig {
  const config: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [key, value] of Object.entries(content)) {
    if (!isField(key)) {
      problems.push(unknownKey(key));
      continue;
    }
    const checked = checkField(key, value, `"${key}"`);
    if (checked.ok) config[key] = checked.value;
    else problems.push(checked.problem);
  }
  return { config: config as Config, problems };
}

/** What no field can tell on its own. */
function brokenRules(config: Config): string[] {
  const both = (config.eager ?? []).filter((name) => config.lazy?.includes(name));
  return both.map((name) => `"eager" and "lazy" both name ${name}`);
}

function isField(key: string): key is ConfigField {
  return Object.hasOwn(Config.shape, key);
}

function unknownKey(key: string): string {
  const meant = nearest(key, Object.keys(Config.shape));
  return `there is no "${key}"${meant === null ? '' : ` (did you mean "${meant}"?)`}`;
}
