import type { Observed } from '../../model/boot.ts';
import type { Effect, ReasonCode } from '../../model/deferrals.ts';
import type { ModuleGraph } from '../../model/graph.ts';
import { isPure } from '../../syntax/effects/known.ts';

export interface EffectsInput {
  graph: ModuleGraph;
  staticEffects: (id: string) => readonly Effect[];
  /** What the evidence run saw; null where the app was not started, and then nothing unknown is excused. */
  observed: readonly Observed[] | null;
  /** Ids of the modules whose text names something; a global that only modules name that go is of no interest to others. */
  mentionedBy: (name: string) => readonly string[];
  /** Where a module's code may mean a name: offsets in its text. */
  mentionsIn: (id: string, name: string) => readonly number[];
  /** Whether the code at an offset of a module ran before the first answer; null where it is in no function, or not known. */
  ranBeforeAnswer: (id: string, offset: number) => boolean | null;
}

/** What stands against a module's going: `hard` effects forbid it, `soft` ones ask for a person. */
export interface Objections {
  hard: ReasonCode | null;
  soft: ReasonCode | null;
  /** Others may rely on the moment of the effect, even if the module still loads later. */
  ordered: boolean;
}

/** Kinds of effects that the evidence run sees wherever they happen, so that what it did not see did not happen there. */
const seenWhenThere: ReadonlySet<Effect['kind']> = new Set(['global', 'prototype', 'environment', 'listener', 'process', 'loader']);
const orderMatters: ReadonlySet<Effect['kind']> = new Set(['prototype', 'environment', 'loader']);

/** Answers, for a module and a set of modules that would go with it, which of its effects reach outside of the set. */
export function objectionsOf(input: EffectsInput): (id: string, gone: ReadonlySet<string>) => Objections {
  const observed = input.observed && new Map(input.observed.map((one) => [one.id, one.effects]));
  const kinds = new Map(input.graph.modules.map((module) => [module.id, module.kind]));
  const packages = new Map(input.graph.modules.map((module) => [module.id, module.package]));
  const targets = targetsBySpecifier(input.graph);
  const statics = new Map<string, readonly Effect[]>();
  const staticOf = (id: string): readonly Effect[] => {
    const known = statics.get(id) ?? (kinds.get(id) === 'cjs' || kinds.get(id) === 'esm' ? input.staticEffects(id) : []);
    statics.set(id, known);
    return known;
  };
  const variables = new Set(input.observed?.flatMap(({ effects }) => effects.filter(({ kind }) => kind === 'environment').map(({ on }) => on.slice('process.env.'.length))));
  const readsWritten = new Map<string, boolean>();
  // Loaded later, it would see another value than it did.
  const readsWhatIsWritten = (id: string): boolean => {
    if (!readsWritten.has(id)) readsWritten.set(id, [...variables].some((name) => input.mentionsIn(id, name).length > 0));
    return readsWritten.get(id)!;
  };
  return (id, gone) => {
    if (kinds.get(id) === 'native') return { hard: null, soft: 'EFFECT_STATIC', ordered: false };
    const seen = (observed?.get(id) ?? []).filter((effect) => reachesOut(effect, gone, input));
    const stays = (other: string | undefined): boolean => other === undefined || !gone.has(other);
    let soft = variables.size > 0 && (kinds.get(id) === 'cjs' || kinds.get(id) === 'esm') && readsWhatIsWritten(id);
    let hard = false;
    const isPlainCode = isPure(packages.get(id) ?? '', '');
    for (const effect of staticOf(id)) {
      const target = effect.specifier === null ? undefined : targets.get(`${id}\0${effect.specifier}`);
      if (target !== undefined && (!stays(target) || computesOnly(effect, packages.get(target)))) continue;
      if (effect.kind === 'global' && !reachesOut(effect, gone, input)) continue;
      // What it seems to do to a value that nobody can name, it does to what it is called with.
      if (isPlainCode && (effect.kind === 'unknown-call' || effect.kind === 'other-module' || (effect.kind === 'global' && !isSeen(effect)))) continue;
      const weight = weigh(effect, {
        watched: observed !== null,
        neverRan: effect.at !== undefined && effect.at.length > 0 && effect.at.every((offset) => input.ranBeforeAnswer(id, offset) === false),
        importsOutside: () => importsOutside(input.graph, id, gone, kinds),
      });
      if (weight === 'hard') hard = true;
      if (weight === 'soft') soft = true;
    }
    return {
      hard: seen.length > 0 ? 'EFFECT_OBSERVED' : hard ? 'EFFECT_STATIC' : null,
      soft: soft ? 'EFFECT_STATIC' : null,
      ordered: seen.some(({ kind }) => orderMatters.has(kind)),
    };
  };
}

interface Witness {
  watched: boolean;
  /** Coverage tells that none of the code that has the effect ran. */
  neverRan: boolean;
  importsOutside: () => boolean;
}

/** A static effect on something that stays, in the light of a run that did not see it. */
function weigh(effect: Effect, { watched, neverRan, importsOutside }: Witness): 'hard' | 'soft' | null {
  if (!watched) return 'hard';
  // Too large, or written in a way that we cannot follow: what it could reach unseen is what it imports.
  if (effect.kind === 'not-parsed') return importsOutside() ? 'hard' : null;
  // Of what everybody shares the run saw each change, so what did not change was there already, or is not asked for here.
  if (effect.kind === 'global' || effect.kind === 'prototype') return isSeen(effect) || effect.when === 'feature-test' ? null : 'soft';
  if (effect.kind === 'unknown-call') return neverRan ? null : 'soft';
  if (effect.kind === 'other-module') return neverRan || (effect.when !== 'always' && isSeen(effect)) ? null : 'soft';
  // Whoever watches a channel later misses only what was said before its own module was there to speak.
  if (effect.kind === 'listener' && neverRan && effect.on.startsWith('diagnostics_channel.')) return null;
  if (seenWhenThere.has(effect.kind)) return effect.when === 'feature-test' ? null : 'soft';
  return effect.when === 'always' && !neverRan ? 'hard' : 'soft';
}

/** Whether the run compares what is written to: globals and what hangs on Node's own, exports and what hangs on those as a class. */
function isSeen({ kind, on }: Effect): boolean {
  const [root = '', ...path] = on.split('.');
  if (kind === 'other-module') return root === 'default' || root === 'prototype' ? path.length <= 1 : path.length === 0;
  return root === 'globalThis' ? path.length === 1 : root in globalThis;
}

/** A call into a package that is known to compute only, be it by one of its own modules. */
function computesOnly({ kind, on }: Effect, name: string | null | undefined): boolean {
  return kind === 'unknown-call' && name != null && isPure(name, on);
}

/** Made by whichever copy of core-js comes first and found by the others; lodash only looks for a key in it. */
const sharedByCopies: ReadonlySet<string> = new Set(['__core-js_shared__']);

function reachesOut(effect: Effect, gone: ReadonlySet<string>, { mentionedBy }: EffectsInput): boolean {
  if (effect.kind === 'other-module' && effect.specifier === null) return !gone.has(effect.on.split(' ')[0]!);
  const name = effect.kind === 'global' ? /^globalThis\.(?:Symbol\((.+)\)|(.+))$/s.exec(effect.on)?.slice(1).find(Boolean) : undefined;
  // A name of Node's own, or one that is computed, concerns everybody.
  if (name === undefined || name in globalThis || name.startsWith('[') || name.length < 3) return true;
  return !sharedByCopies.has(name) && mentionedBy(name).some((id) => !gone.has(id));
}

function importsOutside(graph: ModuleGraph, id: string, gone: ReadonlySet<string>, kinds: ReadonlyMap<string, string>): boolean {
  return graph.edges.some((edge) => edge.from === id && !gone.has(edge.to) && kinds.get(edge.to) !== 'builtin');
}

function targetsBySpecifier(graph: ModuleGraph): Map<string, string> {
  return new Map(graph.edges.map((edge) => [`${edge.from}\0${edge.specifier}`, edge.to]));
}
