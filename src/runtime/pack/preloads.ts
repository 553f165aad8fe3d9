import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Target } from './format.ts';
import type { Pack } from './reader.ts';

/**
 * Preloads of the app's start command that this process still has to run: those that Node was told to run, it has run. Of the processes
 * that the app starts, those that are forked get its flags.
 */
export function preloadsOf(pack: Pack, startedByApp: boolean): Target[] {
  const { preloads } = pack.head;
  if (preloads.length === 0 || (startedByApp && process.send === undefined)) return [];
  const words = [...process.execArgv, ...(process.env['NODE_OPTIONS'] ?? '').split(/\s+/)];
  const told = words.flatMap((word, i) => {
    const [, flag, value] = /^(-r|--require|--import)(?:=(.*))?$/.exec(word) ?? [];
    return flag === undefined ? [] : [(value ?? words[i + 1] ?? '').replace(/^"|"$/g, '')];
  });
  return preloads.filter((preload) => !told.some((specifier) => names(pack, specifier, preload)));
}

function names(pack: Pack, specifier: string, preload: Target): boolean {
  if (/^(?:\.{0,2}\/|file:)/.test(specifier)) {
    const file = realPathOf(specifier.startsWith('file:') ? decodeURIComponent(new URL(specifier).pathname) : resolve(specifier));
    return typeof preload === 'number' ? pack.find(file) === preload : file === pack.files + preload.slice(1);
  }
  const [name = ''] = /^(?:@[^/]+\/)?[^/]+/.exec(specifier) ?? [];
  return name !== '' && `/${typeof preload === 'number' ? pack.row(preload)[0] : preload.slice(1)}`.includes(`/node_modules/${name}/`);
}

function realPathOf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
