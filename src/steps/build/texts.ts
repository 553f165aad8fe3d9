import { asFunction, asWrapper } from '../../syntax/module-runner.ts';
import { commonJsNames } from '../../syntax/commonjs-names.ts';
import { ASYNC, CJS, CONTEXT, CYCLIC, ESM, JSON_TEXT, MARK, NATIVE_IMPORT, OWN_AWAIT, WRAPPER } from '../../runtime/pack/format.ts';
import type { Gathered } from './gather.ts';
import type { Linked } from './link.ts';

/** A module as the pack holds it; targets are still absolute paths and `node:` names. */
export interface PackText {
  id: string;
  file: string;
  flags: number;
  text: string;
  requires: Map<string, string>;
  imports: Map<string, string>;
  requests: { target: string; names: string[] | 1 }[] | null;
  /** Of CommonJS: what ES modules may import; null where none imports it. */
  names: string[] | null;
  /** Of ES modules. */
  exports: string[] | null;
}

const marks = { wrapper: WRAPPER, mark: MARK };

/** The texts of all modules that can be linked, sorted by id. */
export function texts(modules: ReadonlyMap<string, Gathered>, { bindings }: Linked, namesOf: (file: string) => readonly string[] | null): PackText[] {
  const imported = new Set<string>();
  for (const { imports } of modules.values()) for (const target of imports.values()) imported.add(target);
  const made: PackText[] = [];
  for (const module of modules.values()) {
    const { id, file, source, requires, imports, context } = module;
    const common = { id, file, requires, imports, requests: null, exports: null };
    if (module.kind === 'json') made.push({ ...common, flags: JSON_TEXT, text: source, names: null });
    else if (module.kind === 'cjs') {
      const flags = CJS | (context === null ? 0 : CONTEXT) | (module.nativeImport ? NATIVE_IMPORT : 0);
      made.push({ ...common, flags, text: asWrapper(source, context, marks), names: imported.has(file) ? [...(namesOf(file) ?? [])].sort() : null });
    } else {
      const binding = bindings.get(file);
      if (binding === undefined) continue;
      const { shape } = module.pieces!;
      const flags = ESM | CONTEXT | (binding.async ? ASYNC : 0) | (shape.topLevelAwait ? OWN_AWAIT : 0) | (binding.cyclic ? CYCLIC : 0) | (module.nativeImport ? NATIVE_IMPORT : 0);
      made.push({ ...common, flags, text: asFunction(source, context!, module.pieces!, binding, marks), requests: binding.requests, names: null, exports: binding.exports.map(({ name }) => name) });
    }
  }
  return made.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/**
 * Names that Node finds in CommonJS modules, those of modules that they hand on among them; null for what is no such module.
 * `resolve` says where a specifier of one of them leads.
 */
export function commonJsNamesOf(modules: ReadonlyMap<string, Gathered>): (file: string) => readonly string[] | null {
  const known = new Map<string, string[] | null>();
  const find = (file: string): string[] | null => {
    const before = known.get(file);
    if (before !== undefined) return before;
    const module = modules.get(file);
    if (module === undefined || module.kind !== 'cjs') return null;
    const found = new Set<string>();
    // In a circle each adds what it has itself.
    known.set(file, []);
    const { names, reexports } = commonJsNames(module.written);
    for (const name of names) found.add(name);
    for (const specifier of reexports) {
      const target = module.requires.get(specifier);
      for (const name of (target === undefined ? null : find(target)) ?? []) found.add(name);
    }
    found.delete('default');
    known.set(file, [...found]);
    return known.get(file)!;
  };
  return find;
}
