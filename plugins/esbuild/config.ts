import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { PartialMessage } from 'esbuild';

/** Package names that the config file of an app says are never deferred, or always. */
export type PackageLists = { eager: readonly string[]; lazy: readonly string[] };

const names = ['ts', 'mjs', 'js', 'json'].map((extension) => `lwa-split.config.${extension}`);

/** Reads the lists, and nothing else of the config; a warning where there is a file that cannot be read. */
export async function readLists(root: string): Promise<{ lists: PackageLists; warnings: PartialMessage[] }> {
  const path = names.map((name) => join(root, name)).find(existsSync);
  if (path === undefined) return { lists: { eager: [], lazy: [] }, warnings: [] };
  try {
    const content: unknown = path.endsWith('.json') ? JSON.parse(readFileSync(path, 'utf8')) : ((await import(pathToFileURL(path).href)) as { default?: unknown }).default;
    return { lists: { eager: stringsIn(content, 'eager'), lazy: stringsIn(content, 'lazy') }, warnings: [] };
  } catch (error) {
    const text = `${path} cannot be read here, so its lists of eager and lazy packages do not count: ${(error as Error).message}`;
    return { lists: { eager: [], lazy: [] }, warnings: [{ text }] };
  }
}

function stringsIn(content: unknown, field: string): string[] {
  const list: unknown = typeof content === 'object' && content !== null ? (content as Record<string, unknown>)[field] : undefined;
  return Array.isArray(list) ? list.filter((one) => typeof one === 'string') : [];
}

/** Package that a bare specifier leads to. */
export function packageIn(specifier: string): string {
  return specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}
