// In a process of its own: one build with esbuild, with the plugin or without. Prints milliseconds, from before the plugin is loaded.
import type { BuildOptions } from 'esbuild';

/** What the process is told, as JSON in its one argument. */
export interface PluginOrder {
  options: BuildOptions;
  /** Path of the built plugin; null: without it. */
  plugin: string | null;
  /** Path of the evidence file, there or not. */
  analysis: string;
}

export interface PluginTimes {
  buildMs: number;
  /** The same once more in a process that watches, with nothing changed. */
  rebuildMs: number;
}

const { options, plugin, analysis } = JSON.parse(process.argv[2]!) as PluginOrder;
const begun = performance.now();
const { context } = await import('esbuild');
const plugins = plugin === null ? [] : [((await import(plugin)) as typeof import('../../plugins/esbuild/index.ts')).lwaSplit({ analysis })];
const watching = await context({ ...options, plugins });
await watching.rebuild();
const built = performance.now();
await watching.rebuild();
const times: PluginTimes = { buildMs: built - begun, rebuildMs: performance.now() - built };
await watching.dispose();
console.log(JSON.stringify(times));
