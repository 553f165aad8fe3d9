import { join } from 'node:path';
import { frameworkOfPackage, type Framework } from '../../syntax/reader/framework.ts';
import type { ReaderWorld, Target } from '../../syntax/reader/modules.ts';
import { readApp, type Reading } from '../../syntax/reader/reader.ts';
import type { ProjectFiles } from '../../system/project-files.ts';
import type { Resolved } from '../../system/resolve-module.ts';

export interface StaticInput {
  /** Absolute. */
  root: string;
  /** Absolute path of the file that starts the app; null where none is known. */
  entry: string | null;
  frameworks: readonly Framework[];
  files: ProjectFiles;
  resolve(specifier: string, from: string, kind: 'import' | 'require'): Resolved | null;
}

/** Follows the app from its entry. Packages that depend on a framework, and the one that the entry belongs to, are read like its own sources. */
export function readSources({ root, entry, frameworks, files, resolve }: StaticInput): Reading {
  const carries = packagesThatCarry(frameworks, files);
  const entryPackage = entry === null ? null : packageFolder(entry);
  const world: ReaderWorld = {
    files,
    root,
    resolve: (specifier, from, kind) => {
      const found = resolve(specifier, from, kind);
      return found === null ? notInstalled(specifier) : target(found);
    },
    traitsOf,
  };
  const traits = new Map(frameworks.map((framework) => [framework, { fluent: new Set(framework.fluent), runs: new Set(framework.runs) }]));
  return readApp(world, entry);

  function traitsOf(name: string): ReturnType<ReaderWorld['traitsOf']> {
    const framework = frameworkOfPackage(frameworks, name);
    return framework === null ? null : traits.get(framework)!;
  }

  function target({ file, name }: Resolved): Target {
    const folder = file === null ? null : packageFolder(file);
    if (file === null) return { file, name, own: false };
    if (folder === null || folder === entryPackage) return { file, name, own: true };
    return { file, name, own: frameworkOfPackage(frameworks, nameOf(folder)) === null && carries(folder) };
  }
}

/** A package that is not there is known by its name at least: routes do not depend on what is in it. */
function notInstalled(specifier: string): Target | null {
  return /^[./#]/.test(specifier) ? null : { file: null, name: specifier, own: false };
}

/** Folder of the installed package a file belongs to; null for files outside node_modules. */
function packageFolder(file: string): string | null {
  return /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? null;
}

function nameOf(folder: string): string {
  return folder.slice(folder.lastIndexOf('/node_modules/') + '/node_modules/'.length);
}

/** Tells packages whose own sources may hold routes: they need a framework themselves. */
function packagesThatCarry(frameworks: readonly Framework[], files: ProjectFiles): (folder: string) => boolean {
  const known = new Map<string, boolean>();
  return (folder) => {
    let carries = known.get(folder);
    if (carries === undefined) {
      carries = dependenciesIn(files.read(join(folder, 'package.json'))).some((name) => frameworkOfPackage(frameworks, name) !== null);
      known.set(folder, carries);
    }
    return carries;
  };
}

function dependenciesIn(manifest: string | null): string[] {
  try {
    const { dependencies, peerDependencies } = JSON.parse(manifest ?? '{}') as { dependencies?: object; peerDependencies?: object };
    return Object.keys({ ...dependencies, ...peerDependencies });
  } catch {
    return [];
  }
}

