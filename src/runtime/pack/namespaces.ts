/** The exports of a module, by name. */
export type Namespace = Record<string, unknown>;

/** Of what a CommonJS module exports, what ES modules see under a name. */
export function valueOf(exports: Namespace | null, name: string): unknown {
  return name === 'default' || name === 'module.exports' ? exports : exports![name];
}

/** Gives an object of exports the looks of a namespace object. */
export function asNamespace(object: Namespace): void {
  Object.defineProperty(object, Symbol.toStringTag, { value: 'Module' });
  Object.freeze(object);
}

/** As Node marks what CommonJS gets of a module with a default export. */
export function withMark(namespace: Namespace): Namespace {
  const marked = Object.create(null) as Namespace;
  for (const name of [...Object.keys(namespace), '__esModule'].sort()) {
    Object.defineProperty(marked, name, { enumerable: true, get: name === '__esModule' ? () => true : () => namespace[name] });
  }
  asNamespace(marked);
  return marked;
}
