import type { Effect } from '../model/deferrals.ts';
import { evaluate } from './effects/expressions.ts';
import { TooMuch, type Run } from './effects/run.ts';
import { runBody, runStatements } from './effects/statements.ts';
import { foreign, own, put, scopeBelow } from './effects/things.ts';
import { parseTree, type SourceFormat, type Syntax } from './parse.ts';

const evaluator: Run['evaluator'] = { value: evaluate, statements: runStatements, body: runBody };

/** Steps of evaluation after which a module counts as too large to be sure of. */
const mostSteps = 150_000;
/** Longer texts are bundles, which take more steps than that. */
const mostCharacters = 1_000_000;

/**
 * What loading a module does besides making its exports, by its text alone: everything that runs while it loads is
 * followed, calls into its own functions included. Values are told apart only by whose they are, so that the answer
 * errs on the side of an effect; a call of another module's function is an `unknown-call` unless it is known to compute only.
 * `file` is the module id that the places name; `read` the text's tree, where it is at hand. Sorted by line.
 */
export function effectsOf(source: string, format: SourceFormat, file: string, read?: Omit<Syntax, 'hasJsx' | 'dynamic'> | null): Effect[] {
  const whole = (): Effect => ({ kind: 'not-parsed', on: file, place: { file, line: 1 }, specifier: null, when: 'always' });
  if (source.length > mostCharacters) return [whole()];
  const syntax = read === undefined ? parseTree(source, format) : read;
  if (syntax === null) return [whole()];
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
    // Too long, or nested deeper than the stack: nothing is known then.
    if (!(error instanceof TooMuch) && !(error instanceof RangeError)) throw error;
    return [whole()];
  }
  return [...run.effects.values()].sort((a, b) => (a.place?.line ?? 0) - (b.place?.line ?? 0));
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
  return { file, effects: new Map(), when: 'always', left: mostSteps, lineAt, globalThis: foreign('global', '', null), requires: foreign('loader', 'require', null), moduleFormat, made: new Map(), scopes: new Map(), evaluator };
}
