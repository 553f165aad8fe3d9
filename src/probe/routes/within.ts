import { types } from 'node:util';
import type { FunctionInspector } from './inspect.ts';
import { type Bag, type Callable, isBag, isCallable } from './patch.ts';
import type { RawPlace } from './types.ts';

/** A function that another one holds in its closure or its bound arguments. */
export interface Inner {
  fn: Callable;
  place: RawPlace;
  /** How it is reached, in the same words for every product of the same factory: `0.moduleDef.module`. */
  slot: string;
  depth: number;
  /** A variable of its own, no member of something. */
  direct: boolean;
  ofModule: boolean;
  /** What the holder's text does with it; through several holders, the least of all. */
  use: 'called' | 'passed' | 'none';
  /** Where in the holder's text its last use stands, 0 to 999. */
  usedAt: number;
}

type Use = Pick<Inner, 'use' | 'usedAt'>;

interface Reference {
  value: unknown;
  slot: string;
  /** Regular expression source for how the text would name it. */
  named: string;
  /** The same for the object it is a member of. */
  owner: string | null;
  depth: number;
  ofModule: boolean;
}

const deepest = 3;
/** No wrapper is that long, characters: such a function is a whole library, and what it holds is its own. */
const longestWrapper = 20_000;
const mostFunctions = 300;
const mostProperties = 60;

/** Whose code a place is: the app's, the package's that registered the route, or somebody else's. */
export type Owner = 'app' | 'registrar' | 'other';

/**
 * Functions inside `holder` that are the app's or the registrar's. What is not the app's is searched in turn, three
 * deep; objects, arrays and instances in a closure one level. Getters are never run.
 */
export function functionsWithin(holder: Callable, inspector: FunctionInspector, ownerOf: (place: RawPlace) => Owner): Inner[] {
  const found: Inner[] = [];
  const seen = new Set<Callable>([holder]);

  function search(fn: Callable, path: string, depth: number, above: Use): void {
    const text = Function.prototype.toString.call(fn);
    if (text.length > longestWrapper && fn !== holder) return;
    const place = inspector.placeOf(fn);
    const inApp = place !== null && ownerOf(place) === 'app';
    for (const reference of referencesOf(fn, inspector)) {
      const value = functionBehind(reference.value, inspector);
      if (value === null || seen.has(value) || seen.size > mostFunctions) continue;
      const inside = inspector.placeOf(value);
      if (inside === null) continue;
      const owner = ownerOf(inside);
      const used = weaker(above, useOf(reference, text, inApp));
      const slot = path + reference.slot;
      if (owner !== 'other') {
        found.push({ fn: value, place: inside, slot, depth: depth + reference.depth, direct: reference.owner === null, ofModule: reference.ofModule, ...used });
      }
      if (owner !== 'app' && depth + 1 < deepest && !reference.ofModule) {
        seen.add(value);
        search(value, `${slot}>`, depth + 1, used);
      }
    }
  }

  search(holder, '', 0, { use: 'called', usedAt: 999 });
  return found;
}

/** Helpers often hand on the whole description of a route: then its members count as handed on, too. */
function useOf({ named, owner }: Reference, text: string, inApp: boolean): Use {
  const use = useIn(text, named);
  if (use.use !== 'none' || owner === null || inApp) return use;
  return useIn(text, owner).use === 'none' ? use : { use: 'passed', usedAt: 0 };
}

function functionBehind(value: unknown, inspector: FunctionInspector): Callable | null {
  if (!isCallable(value)) return null;
  return inspector.behind(value)?.target ?? value;
}

// Libraries that several handlers close over are looked into once.
const references = new WeakMap<Callable, Reference[]>();

function referencesOf(fn: Callable, inspector: FunctionInspector): Reference[] {
  const known = references.get(fn) ?? readReferences(fn, inspector);
  references.set(fn, known);
  return known;
}

function readReferences(fn: Callable, inspector: FunctionInspector): Reference[] {
  const bound = inspector.behind(fn);
  const args = (bound?.args ?? []).flatMap((value, index) => spread(value, `bound${index}`, '', false));
  const closed = inspector.scopesOf(fn).flatMap((scope, index) =>
    dataOf(scope.variables).flatMap(([name, value]) => spread(value, `${index}.${name}`, variable(name), scope.ofModule)),
  );
  return [...args, ...closed];
}

/** The value itself if it is a function, else the functions one level inside. */
function spread(value: unknown, slot: string, named: string, ofModule: boolean): Reference[] {
  if (isCallable(value)) return [{ value, slot, named, owner: null, depth: 1, ofModule }];
  if (!isBag(value) || types.isProxy(value)) return [];
  if (Array.isArray(value)) {
    // A list of middleware ends in the handler: count from its end.
    return value
      .slice(-mostProperties)
      .map((item: unknown, index, list) => ({ value: item, slot: `${slot}.-${list.length - index}`, named: `${named}\\s*\\[`, owner: null, depth: 2, ofModule }))
      .reverse();
  }
  const proto: unknown = Object.getPrototypeOf(value);
  const members = new Map([...(isBag(proto) && proto !== Object.prototype ? dataOf(proto) : []), ...dataOf(value)]);
  members.delete('constructor');
  const plain = [...members].slice(0, mostProperties);
  return [...plain, ...describedMethods(plain)].map(([name, member]) => ({
    value: member,
    slot: `${slot}.${name}`,
    named: `${named}\\s*\\??\\.\\s*${escaped(name)}(?![\\w$])`,
    owner: named,
    depth: 2,
    ofModule,
  }));
}

/** Decorators leave a class and a method's name side by side: `{ target: Users, method: 'list' }` tells a method. */
function describedMethods(members: [string, unknown][]): [string, unknown][] {
  return members.flatMap(([name, member]) => {
    const proto: unknown = isCallable(member) ? Object.getOwnPropertyDescriptor(member, 'prototype')?.value : null;
    if (!isBag(proto)) return [];
    const named = members.flatMap(([, text]) => (typeof text === 'string' && text !== 'constructor' ? [Object.getOwnPropertyDescriptor(proto, text)?.value as unknown] : []));
    return named.filter(isCallable).map((method): [string, unknown] => [`${name}#`, method]);
  });
}

/** Named properties that hold plain data, in a fixed order. */
function dataOf(bag: Bag): [string, unknown][] {
  if (types.isProxy(bag)) return [];
  return Object.getOwnPropertyNames(bag)
    .sort()
    .flatMap((name): [string, unknown][] => {
      try {
        const descriptor = Object.getOwnPropertyDescriptor(bag, name);
        return descriptor !== undefined && 'value' in descriptor ? [[name, descriptor.value]] : [];
      } catch {
        return []; // A variable of a scope that has no value yet.
      }
    });
}

function variable(name: string): string {
  return `(?<![\\w$.])${escaped(name)}(?![\\w$])`;
}

function escaped(name: string): string {
  return name.replace(/[^\w]/g, '\\$&');
}

// Products of one factory have one text and the same names: each question is asked once.
const uses = new Map<string, Map<string, Use>>();

function useIn(text: string, named: string): Use {
  const known = uses.get(text) ?? new Map<string, Use>();
  const use = known.get(named) ?? searchUse(text, named);
  uses.set(text, known.set(named, use));
  return use;
}

function searchUse(text: string, named: string): Use {
  if (named === '') return { use: 'passed', usedAt: 0 };
  const lastOf = (pattern: string): number => [...text.matchAll(new RegExp(pattern, 'g'))].at(-1)?.index ?? -1;
  const share = (index: number): number => Math.floor((999 * index) / Math.max(1, text.length));
  const called = lastOf(`${named}\\s*(?:\\?\\.\\s*)?(?:\\.\\s*(?:call|apply)\\s*)?\\(${named.endsWith('\\[') ? '|' + named : ''}`);
  if (called >= 0) return { use: 'called', usedAt: share(called) };
  const passed = lastOf(`[(,[]\\s*${named}\\s*[,)\\]]`);
  return passed >= 0 ? { use: 'passed', usedAt: share(passed) } : { use: 'none', usedAt: 0 };
}

function weaker(a: Use, b: Use): Use {
  const rank = { called: 2, passed: 1, none: 0 };
  return { use: rank[a.use] < rank[b.use] ? a.use : b.use, usedAt: b.usedAt };
}
