import type { Config } from './config/schema.ts';

export type { Config } from './config/schema.ts';
export type { Analysis, Why } from './model/analysis.ts';
export type { Sample } from './model/sample.ts';
export type { Finding } from './model/trouble.ts';

/** Gives editors the types of a config: `export default defineConfig({ ... })` in lwa-split.config.ts. */
export function defineConfig(config: Config): Config {
  return config;
}
