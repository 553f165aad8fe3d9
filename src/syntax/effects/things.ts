import type { ArrowFunctionExpression, Class, Function } from 'oxc-parser';

/**
 * What a value may be, as far as it matters to who is affected when it changes:
 * own (made by this module), import (another module's, by which specifier and path), instance (made by foreign code for
 * us, so that changing it is our affair but its methods are foreign), global, loader (require and what hangs on it),
 * or unknown.
 */
export interface Thing {
  kind: 'own' | 'import' | 'instance' | 'global' | 'loader' | 'unknown';
  /** Path of properties from the import or the global scope; a name to show for the others. */
  path: string;
  specifier: string | null;
  props: Map<string, Things>;
  /** Prototypes. */
  above: Things;
  code: Code | null;
}

/** All that a value may be. Empty: a primitive. */
export type Things = Set<Thing>;

/** A function of the module. One evaluation stands for all its calls: arguments of all calls are joined. */
export interface Code {
  node: Function | ArrowFunctionExpression | Class;
  scope: Scope;
  self: Things;
  args: Things[];
  result: Things;
  /** In a class: what it extends. */
  extended: Things;
  state: 'fresh' | 'running' | 'done';
  /** The surest condition it was evaluated under. */
  under: When | null;
  getter: boolean;
}

export type When = 'always' | 'feature-test' | 'condition';

export interface Scope {
  names: Map<string, Things>;
  above: Scope | null;
  /** Where `var` declares; false in blocks. */
  whole: boolean;
  self: Things;
  code: Code | null;
}

/** Any property: one whose name is computed. */
export const ANY = '*';

export function own(path: string, code: Code | null = null): Thing {
  const thing: Thing = { kind: 'own', path, specifier: null, props: new Map(), above: new Set(), code };
  return thing;
}

export function foreign(kind: 'import' | 'instance' | 'global' | 'loader' | 'unknown', path: string, specifier: string | null): Thing {
  return { kind, path, specifier, props: new Map(), above: new Set(), code: null };
}

export function scopeBelow(above: Scope | null, whole: boolean, self: Things, code: Code | null): Scope {
  return { names: new Map(), above, whole, self, code };
}

export function lookUp(scope: Scope, name: string): Things | null {
  for (let at: Scope | null = scope; at !== null; at = at.above) {
    const found = at.names.get(name);
    if (found) return found;
  }
  return null;
}

let joined = 0;

/** How many things have been added to others so far, in all evaluations: what most of their time goes into. */
export function joinedSoFar(): number {
  return joined;
}

export function addAll(to: Things, from: Iterable<Thing>): boolean {
  const before = to.size;
  for (const thing of from) {
    to.add(thing);
    joined++;
  }
  return to.size > before;
}

/** Puts something into a property, beside what it may hold already. */
export function put(thing: Thing, name: string, value: Iterable<Thing>): void {
  const held = thing.props.get(name);
  if (held) addAll(held, value);
  else thing.props.set(name, new Set(value));
}

/** Values that are text or numbers, whatever is read from them. */
const plainGlobals = /^process\.(?:env|argv|execArgv|versions|version|platform|arch|pid|ppid|title|execPath|config|features|release)\./;

/** What reading a property of a thing may give. Getters of the module's own objects are for the caller to run. */
export function member(thing: Thing, name: string): Things {
  if (thing.kind === 'own') {
    const found = new Set<Thing>();
    const seen = new Set<Thing>();
    const look = (one: Thing): void => {
      if (seen.has(one)) return;
      seen.add(one);
      if (name === ANY) for (const held of one.props.values()) addAll(found, held);
      else {
        addAll(found, one.props.get(name) ?? []);
        // Copying all properties of another class copies no prototype.
        if (name !== 'prototype') addAll(found, one.props.get(ANY) ?? []);
      }
      for (const up of one.above) {
        if (up.kind === 'own') look(up);
        else if (found.size === 0) addAll(found, member(up, name));
      }
    };
    look(thing);
    if (name === 'prototype' && found.size === 0 && thing.code) {
      const prototype = own(`${thing.path}.prototype`);
      put(thing, name, [prototype]);
      put(prototype, 'constructor', [thing]);
      found.add(prototype);
    }
    return found;
  }
  const path = thing.path === '' ? name : `${thing.path}.${name}`;
  if (thing.kind === 'global' && plainGlobals.test(path)) return new Set();
  const known = thing.props.get(name);
  if (known) return known;
  const below = foreign(thing.kind, path, thing.specifier);
  // A chain of foreign properties ends somewhere, or a loop that walks up one would never.
  const found = new Set([path.length > 200 ? thing : below]);
  thing.props.set(name, found);
  return found;
}

/** A name that is declared twice keeps what it may be already. */
export function declare(scope: Scope, name: string, value: Things): void {
  const known = scope.names.get(name);
  if (known) addAll(known, value);
  else scope.names.set(name, value);
}

export function codeOf(scope: Scope, node: Code['node']): Code {
  return { node, scope, self: new Set(), args: [], result: new Set(), extended: new Set(), state: 'fresh', under: null, getter: false };
}
