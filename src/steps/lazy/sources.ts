import { sep } from 'node:path';
import type { ImportEdge, ModuleGraph } from '../../model/graph.ts';
import { codemod, type Codemod } from '../../syntax/codemod.ts';
import type { Edit } from '../../syntax/edits.ts';
import { languageOf, type SourceFormat } from '../../syntax/parse.ts';
import type { MayWait } from '../../syntax/places.ts';

/** A file that a person edits, and that was loaded as it is or after compiling. */
export interface Source {
  /** Module id. */
  id: string;
  file: string;
  text: string;
  format: SourceFormat;
  /** As for `codemod`; absent where nothing is known of who calls what. */
  mayWait?: MayWait;
}

/** The source of an import that was asked for, which spells its specifier so. */
export interface ImportSource extends Source {
  specifier: string;
}

export interface SourcesInput {
  graph: ModuleGraph;
  /** Whether a module belongs to the app itself. */
  isOwn: (id: string) => boolean;
  /** Where an import stands in the source that a person edits. */
  placeOf: (edge: Pick<ImportEdge, 'from' | 'specifier'>) => { file: string; line: number; specifier: string };
  /** Absolute path, by id. */
  fileOf: (id: string) => string | null;
  /** Text by absolute path. */
  read: (file: string) => string | null;
  compilerOf: (file: string) => SourceFormat['compiler'];
}

/** What compilers put on top of the CommonJS they make of an ES module. */
const compiledMark = /^\s*Object\.defineProperty\(exports, ["']__esModule["']/m;

/** Finds the source in which an import stands; null for a dependency's, and for compiled output whose source is not there. */
export function sourcesOf({ graph, isOwn, placeOf, fileOf, read, compilerOf }: SourcesInput): (edge: Pick<ImportEdge, 'from' | 'specifier'>) => ImportSource | null {
  const kinds = new Map(graph.modules.map(({ id, kind }) => [id, kind]));
  return (edge) => {
    if (!isOwn(edge.from)) return null;
    const { file: id, specifier } = placeOf(edge);
    const file = fileOf(id);
    const text = file === null || file.split(sep).includes('node_modules') ? null : read(file);
    if (file === null || text === null || (id === edge.from && compiledMark.test(text))) return null;
    return { id, file, text, specifier, format: { module: kinds.get(edge.from) === 'esm' ? 'esm' : 'cjs', language: languageOf(file), compiler: compilerOf(file) } };
  };
}

const byteOrderMark = '\uFEFF';

/** The codemod on a whole file; its offsets count from behind a byte order mark. */
export function moved({ text, format, mayWait }: Pick<Source, 'text' | 'format' | 'mayWait'>, specifiers: readonly string[]): Codemod & { mark: string; body: string } {
  const mark = text.startsWith(byteOrderMark) ? byteOrderMark : '';
  const body = text.slice(mark.length);
  const result = codemod(body, specifiers.map((specifier) => ({ specifier })), format, mayWait);
  return { ...result, edits: withoutGaps(body, result.edits), mark, body };
}

/** Lines taken out between blank ones, or at the top, take the blank ones after them along. */
function withoutGaps(body: string, edits: readonly Edit[]): Edit[] {
  const joined: Edit[] = [];
  for (const edit of edits) {
    const last = joined.at(-1);
    if (last !== undefined && last.text === '' && edit.text === '' && last.end === edit.start) joined[joined.length - 1] = { ...edit, start: last.start };
    else joined.push(edit);
  }
  return joined.map((edit) => {
    const { start, end, text } = edit;
    const takesLines = text === '' && start < end && body[end - 1] === '\n' && /(?:^|\n[^\S\n]*\n)$/.test(body.slice(0, start));
    const gap = takesLines ? /^(?:[^\S\n]*\n)+/.exec(body.slice(end)) : null;
    return gap === null ? edit : { ...edit, end: end + gap[0].length };
  });
}
