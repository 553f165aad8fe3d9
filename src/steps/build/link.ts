import { builtinModules, isBuiltin } from 'node:module';
import type { Binding } from '../../syntax/module-runner.ts';
import type { ModuleExport } from '../../syntax/module-shape.ts';
import type { Gathered } from './gather.ts';
import { cyclesAmong } from '../../query/components.ts';

/** How the ES modules of a pack are linked. */
export interface Linked {
  /** By absolute path; ES modules only. */
  bindings: Map<string, Binding & { async: boolean; requests: { target: string; names: string[] | 1 }[] }>;
  /** ES modules that Node must load itself, with the reason: what they import cannot be given in the pack. */
  unlinked: Map<string, string>;
}

type Modules = ReadonlyMap<string, Gathered>;
/** Where an export comes from in the end: a module and how it is called there; `constant` where it no longer changes after its evaluation. */
type Origin = { file: string; name: string; constant: boolean };

/**
 * Links the ES modules as the language does, without running anything. `namesOf` gives the names that Node finds in the text of
 * a CommonJS module. What does not link is left to Node, which then says what is wrong in its own words.
 */
export function link(modules: Modules, namesOf: (file: string) => readonly string[] | null): Linked {
  const unlinked = new Map<string, string>();
  const linkable = new Map([...modules].filter(([, { kind }]) => kind === 'esm'));
  for (let news = true; news; ) {
    news = false;
    for (const [file, module] of linkable) {
      const problem = obstacle(module, linkable, modules, namesOf);
      if (problem === null) continue;
      unlinked.set(file, problem);
      linkable.delete(file);
      news = true;
    }
  }
  const edges = new Map([...linkable].map(([file, module]) => [file, targetsOf(module).filter((target) => linkable.has(target))]));
  const cyclic = cyclesAmong([...linkable.keys()], (file) => edges.get(file)!);
  const waits = waiting(linkable);
  const bindings: Linked['bindings'] = new Map();
  for (const [file, module] of linkable) bindings.set(file, { ...bind(module, linkable, namesOf), cyclic: cyclic.has(file), async: waits.has(file) });
  return { bindings, unlinked };
}

function obstacle(module: Gathered, linkable: Modules, modules: Modules, namesOf: (file: string) => readonly string[] | null): string | null {
  const { requests, exports, stars } = module.pieces!.shape;
  for (const [i, { specifier, type, names }] of requests.entries()) {
    const target = module.imports.get(specifier);
    if (target === undefined) return `"${specifier}" is not found`;
    if (target.startsWith('node:')) {
      const members = builtinMembers(target);
      if (type !== null || names.some((name) => name !== '*' && name !== 'default' && !members.includes(name))) return `"${specifier}" does not export what is imported`;
      continue;
    }
    const found = modules.get(target);
    if ((found?.kind === 'json') !== (type === 'json')) return `"${specifier}" is imported as what it is not`;
    if (found?.kind === 'json') {
      if (names.some((name) => name !== '*' && name !== 'default') || stars.includes(i)) return `"${specifier}" does not export what is imported`;
      continue;
    }
    if (found?.kind === 'esm') {
      if (!linkable.has(target)) return `"${specifier}" is not in the pack`;
      const missing = names.find((name) => name !== '*' && originOf(target, name, linkable, namesOf) === null);
      if (missing !== undefined) return `"${specifier}" has no export named ${missing}`;
      continue;
    }
    const known = namesOf(target);
    if (known === null) return `"${specifier}" is not in the pack`;
    const missing = names.find((name) => name !== '*' && name !== 'default' && name !== 'module.exports' && !known.includes(name));
    if (missing !== undefined) return `"${specifier}" has no export named ${missing} that Node would find`;
  }
  return new Set(exports.map(({ name }) => name)).size === exports.length ? null : 'it exports a name twice';
}

function bind(module: Gathered, linkable: Modules, namesOf: (file: string) => readonly string[] | null): Omit<Binding, 'cyclic'> & { requests: { target: string; names: string[] | 1 }[] } {
  const { shape } = module.pieces!;
  const requests = shape.requests.map(({ specifier, names }) => ({ target: module.imports.get(specifier)!, names: names.includes('*') ? (1 as const) : [...names] }));
  const isLive = (from: number, name: string): boolean => {
    const { target } = requests[from]!;
    return linkable.has(target) && name !== '*' && originOf(target, name, linkable, namesOf)?.constant === false;
  };
  const live = shape.requests.map(({ names }, from) => new Set(names.filter((name) => isLive(from, name))));
  const exports: Binding['exports'] = [];
  const own = new Set(shape.exports.map(({ name }) => name));
  for (const one of shape.exports) {
    if ('from' in one) exports.push({ name: one.name, value: { from: one.from, imported: one.imported }, live: isLive(one.from, one.imported) });
    else exports.push({ name: one.name, value: { local: one.local }, live: !one.constant });
  }
  const starred = new Map<string, number>();
  for (const from of shape.stars) {
    for (const name of exportedNames(requests[from]!.target, linkable, namesOf)) {
      if (name === 'default' || own.has(name) || starred.has(name)) continue;
      // Null where two modules give different things under one name.
      if (originOf(module.file, name, linkable, namesOf) !== null) starred.set(name, from);
    }
  }
  for (const [name, from] of starred) {
    exports.push({ name, value: { from, imported: name }, live: isLive(from, name) });
    const { names, target } = requests[from]!;
    if (names !== 1 && !linkable.has(target) && !names.includes(name)) names.push(name);
  }
  exports.sort((a, b) => (a.name < b.name ? -1 : 1));
  return { live, exports, requests };
}

/** Names that a module exports, those behind `export *` among them. */
function exportedNames(file: string, linkable: Modules, namesOf: (file: string) => readonly string[] | null, seen: Set<string> = new Set()): Set<string> {
  const names = new Set<string>();
  if (seen.has(file)) return names;
  seen.add(file);
  if (file.startsWith('node:')) return new Set(builtinMembers(file));
  const module = linkable.get(file);
  if (module === undefined) return new Set(['default', ...(namesOf(file) ?? [])]);
  const { exports, stars, requests } = module.pieces!.shape;
  for (const { name } of exports) names.add(name);
  for (const from of stars) {
    for (const name of exportedNames(module.imports.get(requests[from]!.specifier)!, linkable, namesOf, seen)) if (name !== 'default') names.add(name);
  }
  return names;
}

/** As the language resolves an export; null where there is none, or where it is ambiguous. */
function originOf(file: string, name: string, linkable: Modules, namesOf: (file: string) => readonly string[] | null, seen: Set<string> = new Set()): Origin | null {
  const key = `${file}\0${name}`;
  if (seen.has(key)) return null;
  seen.add(key);
  const module = linkable.get(file);
  if (module === undefined) {
    const known = file.startsWith('node:') ? builtinMembers(file) : (namesOf(file) ?? []);
    return name === 'default' || name === '*' || name === 'module.exports' || known.includes(name) ? { file, name, constant: true } : null;
  }
  const { exports, stars, requests } = module.pieces!.shape;
  const targetOf = (from: number): string => module.imports.get(requests[from]!.specifier)!;
  const own = exports.find((one: ModuleExport) => one.name === name);
  if (own !== undefined) {
    if (!('from' in own)) return { file, name: own.local ?? '', constant: own.constant };
    if (own.imported === '*') return { file: targetOf(own.from), name: '*', constant: true };
    return originOf(targetOf(own.from), own.imported, linkable, namesOf, seen);
  }
  if (name === 'default') return null;
  let found: Origin | null = null;
  for (const from of stars) {
    const origin = originOf(targetOf(from), name, linkable, namesOf, seen);
    if (origin === null) continue;
    if (found !== null && (found.file !== origin.file || found.name !== origin.name)) return null;
    found = origin;
  }
  return found;
}

/** ES modules that wait at top level, and those that import them. */
function waiting(linkable: Modules): Set<string> {
  const importers = new Map<string, string[]>();
  for (const [file, module] of linkable) {
    for (const { specifier } of module.pieces!.shape.requests) {
      const target = module.imports.get(specifier)!;
      importers.set(target, [...(importers.get(target) ?? []), file]);
    }
  }
  const waits = new Set([...linkable].filter(([, module]) => module.pieces!.shape.topLevelAwait).map(([file]) => file));
  for (const file of waits) for (const importer of importers.get(file) ?? []) waits.add(importer);
  return waits;
}

/** Where a module leads at once, and where it leads when it first uses what was deferred. */
function targetsOf({ pieces, imports, deferred }: Gathered): string[] {
  const specifiers = [...pieces!.shape.requests.map(({ specifier }) => specifier), ...(deferred?.deferred ?? [])];
  return specifiers.flatMap((specifier) => imports.get(specifier) ?? []);
}

const members = new Map<string, string[]>();

function builtinMembers(name: string): string[] {
  let known = members.get(name);
  if (known === undefined) {
    const plain = name.slice('node:'.length);
    const exists = isBuiltin(name) || builtinModules.includes(plain);
    known = exists ? Object.keys(process.getBuiltinModule(name) as object) : [];
    members.set(name, known);
  }
  return known;
}
