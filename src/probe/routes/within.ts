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
  depth: number;
  ofModule: boolean;
}

const deepest = 3;
const mostFunctions = 300;
const mostProperties = 60;

/**
 * Functions inside `holder` that `wanted` accepts. Functions that it does not accept are searched in turn, three deep;
 * objects, arrays and instances in a closure one level. Getters are never run.
 */
export function functionsWithin(holder: Callable, inspector: FunctionInspector, wanted: (place: RawPlace) => boolean): Inner[] {
  const found: Inner[] = [];
  const seen = new Set<Callable>([holder]);

  function search(fn: Callable, path: string, depth: number, above: Use): void {
    const text = Function.prototype.toString.call(fn);
    for (const reference of referencesOf(fn, inspector)) {
      const value = functionBehind(reference.value, inspector);
      if (value === null || seen.has(value) || seen.size > mostFunctions) continue;
      const place = inspector.placeOf(value);
      if (place === null) continue;
      const used = weaker(above, useIn(text, reference.named));
      const slot = path + reference.slot;
      if (wanted(place)) found.push({ fn: value, place, slot, depth: depth + reference.depth, ofModule: reference.ofModule, ...used });
      else if (depth + 1 < deepest && !reference.ofModule) {
        seen.add(value);
        search(value, `${slot}>`, depth + 1, used);
      }
    }
  }

  search(holder, '', 0, { use: 'called', usedAt: 999 });
  return found;
}

function functionBehind(value: unknown, inspector: FunctionInspector): Callable | null {
  if (!isCallable(value)) return null;
  return inspector.behind(value)?.target ?? value;
}

function referencesOf(fn: Callable, inspector: FunctionInspector): Reference[] {
  const bound = inspector.behind(fn);
  const args = (bound?.args ?? []).flatMap((value, index) => spread(value, `bound${index}`, '', false));
  const closed = inspector.scopesOf(fn).flatMap((scope, index) =>
    dataOf(scope.variables).flatMap(([name, value]) => spread(value, `${index}.${name}`, variable(name), scope.ofModule)),
  );
  return [...args, ...closed];
}

/** The value itself if it is a function, else the functions one level inside. */
function spread(value: unknown, slot: string, named: string, ofModule: boolean): Reference[] {
  if (isCallable(value)) return [{ value, slot, named, depth: 1, ofModule }];
  if (!isBag(value) || types.isProxy(value)) return [];
  if (Array.isArray(value)) {
    // A list of middleware ends in the handler: count from its end.
    return value
      .slice(-mostProperties)
      .map((item: unknown, index, list) => ({ value: item, slot: `${slot}.-${list.length - index}`, named: `${named}\\s*\\[`, depth: 2, ofModule }))
      .reverse();
  }
  const proto: unknown = Object.getPrototypeOf(value);
  const members = new Map([...(isBag(proto) && proto !== Object.prototype ? dataOf(proto) : []), ...dataOf(value)]);
  members.delete('constructor');
  return [...members].slice(0, mostProperties).map(([name, member]) => ({
    value: member,
    slot: `${slot}.${name}`,
    named: `${named}\\s*\\??\\.\\s*${escaped(name)}(?![\\w$])`,
    depth: 2,
    ofModule,
  }));
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
