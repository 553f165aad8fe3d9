import { dirname, join } from 'node:path';
import type { App } from '../../model/app.ts';
import type { DeferralsFile } from '../../model/deferrals.ts';
import type { LazyCheck } from '../../model/lazy.ts';
import { languageOf } from '../../syntax/parse.ts';
import type { ProjectFiles } from '../../system/project-files.ts';
import { loadsAtOnce } from './evidence.ts';
import { moved, type Source } from './sources.ts';

/** A pending win below this is not worth stopping a build for, milliseconds. */
const pendingMs = 10;

/** Who calls whom was known when the entry was written, and it would be one for builds where nothing could wait. */
const mayWait = (): boolean => true;

export interface CheckInput {
  /** Line of an import in a text, 1 where it is not found. */
  lineOf: (text: string, specifier: string) => number;
  hashOf: (text: string) => string;
  /** The source with this id; null where there is none, or where it is a dependency's. */
  sourceOf: (id: string) => Pick<Source, 'text' | 'format'> | null;
}

/** Holds the sources against the evidence file. A win is pending only where the codemod can bring it; starts nothing. */
export function check(file: DeferralsFile, { sourceOf, hashOf, lineOf }: CheckInput): LazyCheck {
  const found: LazyCheck = { kind: 'lazy-check', version: 1, pending: [], lost: [], stale: [] };
  for (const { file: id, specifier, verdict, savesMs, hash, applied, by } of file.imports) {
    if (id.startsWith('node_modules/')) continue;
    const source = sourceOf(id);
    if (source === null) {
      found.stale.push({ file: id, specifier, because: 'missing' });
      continue;
    }
    const place = { file: id, line: lineOf(source.text, specifier), specifier, savesMs };
    if (applied === true) {
      // Who writes that an import shall be eager has not lost it.
      const wanted = moved(source, [specifier]).refused.some(({ reason }) => reason === 'OPT_OUT');
      if (!wanted && loadsAtOnce(source, specifier)) found.lost.push(place);
    } else if (hashOf(source.text) !== hash) found.stale.push({ file: id, specifier, because: 'changed' });
    else if (verdict === 'defer' && by === undefined && savesMs >= pendingMs && moved({ ...source, mayWait }, [specifier]).changed.length > 0) found.pending.push(place);
  }
  return found;
}

/** Reads the app's own sources by module id, as a start would name them. */
export function sourcesById(app: App, root: string, files: ProjectFiles, compilerOf: (file: string) => Source['format']['compiler']): (id: string) => Pick<Source, 'text' | 'format'> | null {
  return (id) => {
    const file = [join(root, id), ...app.workspaces.filter(({ name }) => id.startsWith(`${name}/`)).map(({ name, folder }) => join(root, folder, id.slice(name.length + 1)))].find((one) => files.isFile(one));
    const text = file === undefined ? null : files.read(file);
    return file === undefined || text === null ? null : { text, format: { module: isModule(file, files) ? 'esm' : 'cjs', language: languageOf(file), compiler: compilerOf(file) } };
  };
}

/** By extension and package.json, as Node decides; a module in what counts as CommonJS is read as one all the same. */
function isModule(file: string, files: ProjectFiles): boolean {
  if (/\.c[jt]s$/.test(file)) return false;
  if (/\.m[jt]s$/.test(file)) return true;
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const text = files.read(join(folder, 'package.json'));
    if (text !== null) return /"type"\s*:\s*"module"/.test(text);
    if (dirname(folder) === folder) return false;
  }
}
