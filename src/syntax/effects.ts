import type { Program } from 'oxc-parser';
import type { Effect } from '../model/deferrals.ts';
import { evaluate } from './effects/expressions.ts';
import { TooMuch, type Run } from './effects/run.ts';
import { runBody, runStatements } from './effects/statements.ts';
import { foreign, joinedSoFar, own, put, scopeBelow } from './effects/things.ts';
import { awaitsAtTop } from './module-record.ts';
import { parseTree, type SourceFormat, type Syntax } from './parse.ts';

const evaluator: Run['evaluator'] = { value: evaluate, statements: runStatements, body: runBody };

/**
 * Steps of evaluation, and things added to others on the way, after which a module counts as too large to be sure of. Of 11,774 texts
 * of published servers that are followed to their end none takes more than 92,000 and 59,000; the dozen others come
 * to no end within 150,000 steps either.
 */
const mostSteps = 100_000;
const mostJoined = 100_000;
/** Longer texts are bundles, which take more steps than that. */
const mostCharacters = 1_000_000;

/**
 * What loading a module does besides making its exports, by its text alone: everything that runs while it loads is
 * followed, calls into its own functions included. Values are told apart only by whose they are, so that the answer
 * errs on the side of an effect; a call of another module's function is an `unknown-call` unless it is known to compute only.
 * `file` is the module id that the places name; `read` the text's tree, where it is at hand. Sorted by line.
 */
export function effectsOf(source: string, format: SourceFormat, file: string, read?: Pick<Syntax, 'program' | 'module'> | null): Effect[] {
  const syntax = source.length > mostCharacters ? null : read === undefined ? parseTree(source, format) : read;
  const run = syntax === null ? null : evaluated(source, file, syntax);
  if (run === null) return [{ kind: 'not-parsed', on: file, place: { file, line: 1 }, specifier: null, when: 'always' }];
  return [...run.effects.values()].sort((a, b) => (a.place?.line ?? 0) - (b.place?.line ?? 0));
}

/** What a module loads while it is loaded. `specifier` is null where it is computed. */
export interface Load {
  specifier: string | null;
  kind: 'import' | 'require' | 'dynamic-import';
}

/** What loading a module loads in turn, of a text that does nothing else but make its exports; null where it does, or where that is not sure. */
export function pureLoads(source: string, format: SourceFormat): Load[] | null {
  const syntax = source.length > mostCharacters ? null : parseTree(source, format);
  const run = syntax === null || (syntax.module && /\bawait\b/.test(source) && awaitsAtTop(syntax.program)) ? null : evaluated(source, '', syntax);
  if (run === null || run.effects.size > 0) return null;
  const asked = (specifiers: Iterable<string | null>, kind: Load['kind']): Load[] => [...specifiers].map((specifier) => ({ specifier, kind }));
  return [...asked(staticImports(syntax!.program), 'import'), ...asked(run.asked.require, 'require'), ...asked(run.asked.import, 'dynamic-import')];
}

function staticImports({ body }: Program): Set<string> {
  const found = new Set<string>();
  for (const node of body) {
    if (node.type === 'ImportDeclaration' && node.importKind !== 'type') found.add(node.source.value);
    else if ((node.type === 'ExportNamedDeclaration' || node.type === 'ExportAllDeclaration') && node.source !== null && node.exportKind !== 'type') found.add(node.source.value);
  }
  return found;
}

/** The module as it was loaded; null where it is too long to follow, or nested deeper than the stack. */
function evaluated(source: string, file: string, syntax: Pick<Syntax, 'program' | 'module'>): Run | null {
  const run = runOf(source, syntax.module ? 'esm' : 'cjs', file);
  const exported = own('exports');
  const scope = scopeBelow(null, true, new Set(syntax.module ? [] : [exported]), null);
  if (!syntax.module) {
    const module = own('module');
    put(module, 'exports', [exported]);
    put(module, 'constructor', [foreign('import', '', 'node:module')]);
    scope.names.set('module', new Set([module]));
    scope.names.set('exports', new Set([exported]));
    scope.names.set('require', new Set([run.requires]));
  }
  try {
    runStatements(run, scope, syntax.program.body);
  } catch (error) {
    if (!(error instanceof TooMuch) && !(error instanceof RangeError)) throw error;
    return null;
  }
  return run;
}

function runOf(source: string, moduleFormat: 'cjs' | 'esm', file: string): Run {
  const ends: number[] = [];
  for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) ends.push(at);
  const lineAt = (offset: number): number => {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ends[middle]! < offset) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  };
  return { file, effects: new Map(), asked: { require: new Set(), import: new Set() }, when: 'always', left: mostSteps, mostJoined: joinedSoFar() + mostJoined, lineAt, globalThis: foreign('global', '', null), requires: foreign('loader', 'require', null), moduleFormat, made: new Map(), scopes: new Map(), evaluator };
}
