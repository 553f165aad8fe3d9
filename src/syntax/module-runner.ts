import { editedText, type Edit } from './edits.ts';
import type { ImportBinding, ModulePieces } from './module-shape.ts';

/** How a module's imports and exports are bound, which only all modules together tell. */
export type Binding = {
  /** In a cycle: its exports are there before it runs, and nothing of others is taken before it is asked for. */
  cyclic: boolean;
  /** Of each request, the names whose value may still change after the target was evaluated. */
  live: ReadonlySet<string>[];
  /** Every export but those whose name is ambiguous, `export *` spelled out. */
  exports: { name: string; value: { local: string | null } | { from: number; imported: string }; live: boolean }[];
};

/** How the text of a CommonJS module begins, and what ends the first line's addition in all others. */
export type Marks = { wrapper: string; mark: string };

/**
 * The text of an ES module as an expression that gives a function, for `vm.Script`. No line moves, and what is
 * added to the first ends with a mark. Its parameters are a context (`meta`, `import`, and what deferred imports need) and a list of what each request gives; it returns an object of the exports,
 * or gives it to the context where it waits at top level.
 * Of a module in a cycle it is a generator, which hands over that object and then runs.
 */
export function asFunction(source: string, name: string, { shape, bindings, edits, hoisted }: ModulePieces, { cyclic, live, exports }: Binding, { mark }: Marks): string {
  const reference = (from: number, imported: string): string => (imported === '*' ? `${name}m[${from}]` : `${name}m[${from}]${member(imported)}`);
  const all = [...edits];
  const taken: string[] = [];
  for (const binding of bindings) {
    const { from, imported } = binding;
    if (cyclic || (imported !== '*' && live[from]!.has(imported))) for (const use of binding.uses) all.push(referenceEdit(binding.name, use, reference(from, imported)));
    else taken.push(imported === '*' ? `${binding.name} = ${name}m[${from}]` : `{ ${propertyKey(imported)}: ${binding.name} } = ${name}m[${from}]`);
  }
  const table = `{ __proto__: null${exports.map((one) => `, ${property(one.name, 'local' in one.value ? (one.value.local ?? `${name}d`) : reference(one.value.from, one.value.imported), cyclic || one.live)}`).join('')} }`;
  const body = editedText(source, all).replace(/^#!/, '//');
  const kind = `${shape.topLevelAwait ? 'async ' : ''}function${cyclic ? '*' : ''}`;
  const head = `(${kind} (${name}, ${name}m) { "use strict"; ${hoisted}${cyclic ? `${name}.x(${table}); yield; ` : taken.length > 0 ? `const ${taken.join(', ')}; ` : ''}`;
  return `${head}${mark}${body}\n${cyclic ? '' : shape.topLevelAwait ? `${name}.x(${table}); ` : `return ${table}; `}})`;
}

/** The text of a CommonJS module as an expression that gives the usual wrapper; with a context around it where it needs one. */
export function asWrapper(source: string, context: string | null, { wrapper, mark }: Marks): string {
  const body = source.replace(/^#!/, '//');
  return context === null ? `${wrapper}${body}\n})` : `(function (${context}) { return ${wrapper}${mark}${body}\n}); })`;
}

/** A name that the text does not hold, nor any that begins with it. */
export function contextName(source: string): string {
  for (let count = 1; ; count += 1) {
    const name = `lwa${count === 1 ? '' : count}$`;
    if (!source.includes(name)) return name;
  }
}

function property(name: string, value: string, live: boolean): string {
  return live ? `get ${propertyKey(name)}() { return ${value}; }` : name === '__proto__' ? `["__proto__"]: ${value}` : `${propertyKey(name)}: ${value}`;
}

const plainName = /^[A-Za-z_$][\w$]*$/;

function propertyKey(name: string): string {
  return plainName.test(name) ? name : JSON.stringify(name);
}

function member(name: string): string {
  return plainName.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}

function referenceEdit(name: string, { start, end, as }: ImportBinding['uses'][number], reference: string): Edit {
  if (as === 'value') return { start, end, text: reference };
  if (as === 'shorthand') return { start, end, text: `${name}: ${reference}` };
  // As a method it would be called with the namespace as `this`; and what now begins with a parenthesis must not continue a line.
  return { start, end, text: `${as === 'call-statement' ? ';' : ''}(0, ${reference})` };
}
