import type { Expression, Statement } from 'oxc-parser';
import type { Effect } from '../../model/deferrals.ts';
import { builtinOf } from './known.ts';
import { ANY, codeOf, foreign, joinedSoFar, own, put, scopeBelow, type Code, type Scope, type Thing, type Things, type When } from './things.ts';

/** One evaluation of a module's text. */
export interface Run {
  file: string;
  effects: Map<string, Effect>;
  /** What calls of `require` and `import()` that were met ask for; null: computed. */
  asked: { require: Set<string | null>; import: Set<string | null> };
  when: When;
  /** How much may still be looked at before the module counts as too large. */
  left: number;
  /** How far `joinedSoFar` may come until then. */
  mostJoined: number;
  lineAt(offset: number): number;
  globalThis: Thing;
  requires: Thing;
  moduleFormat: 'cjs' | 'esm';
  /** Things and scopes by where they are made, so that evaluating a function again makes nothing new and comes to an end. */
  made: Map<string, Thing>;
  scopes: Map<string, Scope>;
  /** What calls and expressions need of the files that stand on them. */
  evaluator: Evaluator;
}

export interface Evaluator {
  value(run: Run, scope: Scope, node: Expression): Things;
  statements(run: Run, scope: Scope, body: readonly Statement[]): void;
  body(run: Run, code: Code): void;
}

export class TooMuch extends Error {}

export function spend(run: Run, steps = 1): void {
  run.left -= steps;
  if (run.left < 0 || joinedSoFar() > run.mostJoined) throw new TooMuch();
}

export type Place = { start: number; end: number };

/** The one thing of that name that a place of the text makes. */
export function ownAt(run: Run, at: Place, name: string): Thing {
  return remember(run.made, `${at.start} ${at.end} ${name}`, () => own(name));
}

/** A function or class as a value. */
export function codeAt(run: Run, scope: Scope, node: Code['node']): Thing {
  return remember(run.made, `${node.start} ${node.end} code`, () => own(node.id?.name ?? 'function', codeOf(scope, node)));
}

export function foreignOf(run: Run, kind: 'import' | 'instance' | 'unknown', path: string, specifier: string | null): Thing {
  // What is called in a loop would get longer for ever.
  const short = path.replace(/((?:\(\)[^()]*){3}).*$/s, '$1').slice(0, 200);
  return remember(run.made, `${kind} ${short} ${specifier}`, () => foreign(kind, short, specifier));
}

/** The scope of a block, or of a function's body. */
export function scopeAt(run: Run, at: Place, above: Scope, whole = false, self: Things = above.self, code: Code | null = above.code): Scope {
  return remember(run.scopes, `${at.start} ${at.end} ${whole}`, () => scopeBelow(above, whole, self, code));
}

function remember<Value>(known: Map<string, Value>, key: string, make: () => Value): Value {
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = make();
  known.set(key, made);
  return made;
}

const sureness: Record<When, number> = { condition: 0, 'feature-test': 1, always: 2 };

export function surer(a: When, b: When): boolean {
  return sureness[a] > sureness[b];
}

/** Evaluates something that only happens under a condition. */
export function under<Result>(run: Run, when: When, work: () => Result): Result {
  const before = run.when;
  if (surer(before, when)) run.when = when;
  try {
    return work();
  } finally {
    run.when = before;
  }
}

export function note(run: Run, kind: Effect['kind'], on: string, at: { start: number }, specifier: string | null = null): void {
  const key = `${kind}\0${on}\0${specifier}`;
  const known = run.effects.get(key);
  const places = known?.at?.includes(at.start) === true ? known.at : [...(known?.at ?? []), at.start];
  const when = known && !surer(run.when, known.when) ? known.when : run.when;
  run.effects.set(key, { kind, on: on.slice(0, 120), place: known?.place ?? { file: run.file, line: run.lineAt(at.start) }, at: places, specifier, when });
}

/** Writes, or deletes, a property; what is not the module's own is an effect. */
export function write(run: Run, thing: Thing, name: string, value: Iterable<Thing>, at: { start: number }): void {
  if (thing.kind === 'own') return put(thing, name, value);
  if (thing.kind === 'instance') return;
  const path = [thing.path, name === ANY ? '[computed]' : name].filter(Boolean).join('.');
  if (thing.kind === 'loader') return note(run, 'loader', path, at);
  if (thing.kind === 'unknown') return note(run, 'other-module', path, at);
  const builtin = thing.kind === 'import' ? builtinOf(thing.specifier) : null;
  if (builtin === 'module') return note(run, 'loader', `Module.${path}`, at, thing.specifier);
  if (thing.kind === 'import' && builtin !== 'process') return note(run, /(?:^|\.)prototype\./.test(path) ? 'prototype' : 'other-module', path, at, thing.specifier);
  const global = builtin === 'process' ? `process.${path.replace(/^default\./, '')}` : path;
  if (global.startsWith('process.env.')) return note(run, 'environment', global, at);
  if (global.startsWith('process.')) return note(run, 'process', global, at);
  if (/(?:^|\.)prototype\./.test(global)) return note(run, 'prototype', global, at);
  note(run, 'global', global.includes('.') ? global : `globalThis.${global}`, at);
}
