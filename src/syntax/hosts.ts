/** What a host is told about an ES import that is to be loaded later. `names` are the exports read from it; null for all. */
export type NamespaceLoad = { specifier: string; index: number; names: string[] | null };

/**
 * Where rewritten modules will run, and what can be written there. `name` is an identifier that is free in the
 * module, and so are all that continue it with a digit and letters.
 */
export type Host = {
  /** One line of code, put before the first statement, that gives `name` the function `lazy` of src/runtime/lazy.ts. */
  prelude(name: string): string;
  /** Expression that loads what `import` names, now, and gives its namespace; null when the host cannot do that for this one. */
  namespace(load: NamespaceLoad, name: string): string | null;
  /** True when `namespace` gives the very namespace object, so that it may be handed around. */
  exactNamespaces: boolean;
  /** True when properties of `exports` may become getters. Tools that find the names of exports in the text no longer see those. */
  getters: boolean;
  /** Statement that makes an expression a live export of an ES module; absent where exports cannot be made so. */
  exported?(name: string, expression: string): string;
  /** Names that a module exports, for `export * from` it; null when they are not known. */
  exportNames?(specifier: string): string[] | null;
};

/** For CommonJS that Node runs as it is: `runtime` is the specifier or the path under which it finds `lazy`. */
export function commonJsHost(runtime: string): Host {
  return {
    prelude: (name) => `var ${name} = require(${JSON.stringify(runtime)}).lazy;`,
    namespace: () => null,
    exactNamespaces: false,
    getters: false,
  };
}

/**
 * For ES modules that Node runs as they are. Loads the very file that `import` would, by its path, so that no package is loaded
 * twice; `canLoad` says which specifiers name modules without top-level await. `runtime` exports `lazy` and `namespaceOf`.
 */
export function moduleHost(runtime: string, canLoad: (specifier: string) => boolean = () => true): Host {
  return {
    prelude: (name) => `import { lazy as ${name}, namespaceOf as ${name}0of } from ${JSON.stringify(runtime)};`,
    namespace: ({ specifier, names }, name) => (canLoad(specifier) ? `${name}0of(import.meta.resolve(${JSON.stringify(specifier)}), ${JSON.stringify(names)})` : null),
    exactNamespaces: false,
    getters: false,
  };
}
