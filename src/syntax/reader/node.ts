import { basename, dirname, extname, isAbsolute, join, matchesGlob, normalize, parse, posix, relative, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { addCollections, collectionPackages } from './collections.ts';
import type { Machine } from './machine.ts';
import { data, foreign, fromPlain, isCallable, list, native, object, stringOf, toPlain, unknown, type ForeignValue, type NativeValue, type Value } from './values.ts';

/** What may be looked at on disk while reading: paths are absolute, what is not there is null, false or empty. */
export interface ReaderFiles {
  read(path: string): string | null;
  isFile(path: string): boolean;
  isFolder(path: string): boolean;
  list(folder: string): string[];
}

/** Packages that read folders like `node:fs`, and such that search by patterns. */
const fileSystems = new Set(['node:fs', 'node:fs/promises', 'fs-extra', 'graceful-fs']);
const globbers = new Set(['glob', 'fast-glob', 'globby', 'tiny-glob', 'tinyglobby']);

/** Gives an outside module the members whose results can be known from the project alone: paths, folders, small texts. */
export function furnish(machine: Machine, module: ForeignValue, files: ReaderFiles, root: string): ForeignValue {
  const { root: name } = module;
  if (name === 'node:path' || name === 'upath' || name === 'node:path/posix') addPaths(module);
  else if (name === 'node:url') addUrls(module);
  else if (fileSystems.has(name)) addFiles(machine, module, files);
  else if (globbers.has(name)) addGlobs(machine, module, files, root);
  else if (collectionPackages.has(name)) addCollections(machine, module);
  else if (name === 'node:process') module.props.set('default', machine.globals.get('process') ?? unknown);
  else if (name === 'node:util') module.props.set('promisify', native('promisify', ([fn = unknown]) => fn));
  return module;
}

function addPaths(module: ForeignValue): void {
  const functions = { join, resolve, dirname, basename, extname, normalize, relative, isAbsolute, parse };
  for (const [name, fn] of Object.entries(functions)) module.props.set(name, plainly(name, fn as (...args: never[]) => unknown));
  module.props.set('sep', data(sep));
  module.props.set('posix', module);
}

/** A function that is carried out for real where all its arguments are known; else the unknown argument comes out. */
function plainly(name: string, fn: (...args: never[]) => unknown): NativeValue {
  return native(name, (args) => {
    const plain = args.map((arg) => toPlain(arg));
    const missing = plain.indexOf(null);
    if (missing >= 0) return args[missing]!.kind === 'unknown' ? args[missing]! : unknown;
    try {
      return fromPlain(fn(...(plain.map((one) => one!.value) as never[])));
    } catch {
      return unknown;
    }
  });
}

function addUrls(module: ForeignValue): void {
  const href = (value: unknown): string => (typeof value === 'string' ? value : (value as { href: string }).href);
  module.props.set('fileURLToPath', plainly('fileURLToPath', (url: unknown) => fileURLToPath(href(url))));
  module.props.set('pathToFileURL', plainly('pathToFileURL', (path: unknown) => ({ href: pathToFileURL(String(path)).href, pathname: String(path) })));
}

function addFiles(machine: Machine, module: ForeignValue, files: ReaderFiles): void {
  const add = (names: string[], answer: (path: string, args: Value[]) => Value): void => {
    for (const name of names) {
      const method = native(name, (args, _, at) => {
        const path = pathOf(args[0]);
        const result = path === null ? machine.unreadable('the folder or file that is read', at) : answer(path, args);
        const callback = args.findLast(isCallable);
        if (callback !== undefined) machine.call(callback, [data(null), result], unknown, at);
        return result;
      });
      module.props.set(name, method);
      const promises = module.props.get('promises');
      if (promises?.kind === 'foreign') promises.props.set(name, method);
    }
  };
  if (!module.props.has('promises')) module.props.set('promises', foreign({ root: 'node:fs/promises', how: 'import', name: 'node:fs/promises' }));
  add(['readdirSync', 'readdir'], (path, args) => {
    const options = args[1] === undefined ? null : toPlain(args[1]);
    return entriesOf(files, path, (options?.value ?? {}) as { withFileTypes?: boolean; recursive?: boolean });
  });
  add(['existsSync', 'pathExistsSync', 'pathExists'], (path) => data(files.isFile(path) || files.isFolder(path)));
  add(['statSync', 'lstatSync', 'stat', 'lstat'], (path) => statsOf(files.isFile(path), files.isFolder(path)));
  add(['readFileSync', 'readFile'], (path) => textAt(files, path));
  add(['readJsonSync', 'readJson', 'readJSONSync', 'readJSON'], (path) => jsonAt(files, path));
}

const MAX_TEXT = 2_000_000;

function textAt(files: ReaderFiles, path: string): Value {
  const text = /\.(json|ya?ml|txt|m?js|ts)$/.test(path) ? files.read(path) : null;
  return text === null || text.length > MAX_TEXT ? unknown : data(text);
}

export function jsonAt(files: ReaderFiles, path: string): Value {
  try {
    return fromPlain(JSON.parse(files.read(path) ?? '') as unknown);
  } catch {
    return unknown;
  }
}

function entriesOf(files: ReaderFiles, folder: string, options: { withFileTypes?: boolean; recursive?: boolean }): Value {
  if (!files.isFolder(folder)) return list([]);
  const names = options.recursive === true ? filesBelow(files, folder).map((file) => relative(folder, file)) : files.list(folder);
  if (options.withFileTypes !== true) return list(names.map(data));
  return list(
    names.map((name) => {
      const path = join(folder, name);
      const entry = statsOf(files.isFile(path), files.isFolder(path));
      entry.props.set('name', data(basename(name)));
      entry.props.set('parentPath', data(dirname(path)));
      entry.props.set('path', data(dirname(path)));
      return entry;
    }),
  );
}

function statsOf(isFile: boolean, isFolder: boolean): ReturnType<typeof object> {
  return object([
    ['isFile', native('isFile', () => data(isFile))],
    ['isDirectory', native('isDirectory', () => data(isFolder))],
    ['isSymbolicLink', native('isSymbolicLink', () => data(false))],
  ]);
}

/** Files below a folder, node_modules left out; absolute, in order. */
export function filesBelow(files: ReaderFiles, folder: string): string[] {
  return files.list(folder).flatMap((name) => {
    if (name === 'node_modules' || name.startsWith('.')) return [];
    const path = join(folder, name);
    return files.isFolder(path) ? filesBelow(files, path) : [path];
  });
}

function addGlobs(machine: Machine, module: ForeignValue, files: ReaderFiles, root: string): void {
  const search = native('glob', (args, _, at) => {
    const patterns = args[0] === undefined ? null : toPlain(args[0]);
    const options = (args[1] === undefined || isCallable(args[1]) ? null : toPlain(args[1]))?.value as { cwd?: string; absolute?: boolean } | undefined;
    const callback = args.findLast(isCallable);
    const result = patterns === null ? machine.unreadable('the pattern of files', at) : matching(files, [patterns.value].flat().map(String), options?.cwd ?? root, options?.absolute === true);
    if (callback !== undefined) machine.call(callback, [data(null), result], unknown, at);
    return result;
  });
  for (const name of ['sync', 'globSync', 'glob', 'globbySync', 'globby', 'async', 'default', 'fg']) module.props.set(name, search);
  for (const name of ['sync', 'globSync']) search.props.set(name, search);
}

function matching(files: ReaderFiles, patterns: string[], cwd: string, absolute: boolean): Value {
  const wanted = patterns.filter((pattern) => !pattern.startsWith('!')).map((pattern) => (isAbsolute(pattern) ? normalize(pattern) : join(cwd, pattern)));
  const unwanted = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => join(cwd, pattern.slice(1)));
  const found = wanted.flatMap((pattern) => filesBelow(files, fixedPart(pattern)).filter((file) => matchesGlob(file, pattern)));
  const kept = found.filter((file) => !unwanted.some((pattern) => matchesGlob(file, pattern)));
  const named = kept.map((file) => (absolute || patterns.some(isAbsolute) ? file : posix.normalize(relative(cwd, file))));
  return list([...new Set(named)].map(data));
}

function fixedPart(pattern: string): string {
  const parts = pattern.split('/');
  const first = parts.findIndex((part) => /[*?{[(!]/.test(part));
  return first < 0 ? dirname(pattern) : parts.slice(0, first).join('/') || '/';
}

function pathOf(value: Value | undefined): string | null {
  const text = stringOf(value);
  if (text !== null) return text.startsWith('file:') ? fileURLToPath(text) : resolve(text);
  const href = value?.kind === 'object' ? stringOf(value.props.get('href') as Value | undefined) : null;
  return href === null ? null : fileURLToPath(href);
}

