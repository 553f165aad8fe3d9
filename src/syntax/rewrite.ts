import type { Node, VariableDeclaration } from 'oxc-parser';
import type { Barrel } from './barrels.ts';
import type { Edit } from './edits.ts';
import type { ExportGetter } from './export-getters.ts';
import type { Host } from './hosts.ts';
import type { SourceModule, Variable } from './scopes.ts';
import type { Unit } from './units.ts';
import { usesOf } from './uses.ts';

/** All that is put off for one or more specifiers. */
export type Plan = { units: Unit[]; getters: ExportGetter[]; barrels: Barrel[] };

/** Names of what is added to a module, none of which its text contains. */
type Names = { prefix: string; accessor(variable: Variable): string; loader(index: number): string };

/**
 * The edits that carry out a plan. Each unit stays where it is, in a function that makes its variables; beside it stand hoisted
 * accessors, so that functions called before the line, in a cycle of modules, find them; every use becomes a call of an accessor.
 */
export function rewrite(module: SourceModule, { units, getters, barrels }: Plan, host: Host): Edit[] {
  const prefix = freePrefix(module.source);
  const names: Names = { prefix, accessor: ({ name }) => `${prefix}${name}`, loader: (index) => `${prefix}${index}` };
  const edits: Edit[] = [{ ...at(firstStatement(module)), text: `${host.prelude(prefix)} ` }];
  const ordered = [...units].sort((a, b) => a.node.start - b.node.start);
  for (const [index, unit] of ordered.entries()) edits.push(...unitEdits(module, unit, index, names, host));
  for (const statement of new Set(ordered.filter(({ kind }) => kind === 'declarator').map((unit) => unit.statement))) {
    edits.push(...separated(module, statement as VariableDeclaration, new Set(ordered.map(({ node }) => node))));
  }
  for (const [index, barrel] of barrels.entries()) edits.push(...barrelEdits(module, barrel, ordered.length + index, names, host));
  const handled = new Set<Node>();
  for (const [index, getter] of getters.entries()) edits.push(...getterEdits(module, getter, ordered.length + barrels.length + index, names, handled));
  for (const unit of ordered) edits.push(...useEdits(module, unit, names, handled, host));
  // At one place: what opens a unit before its own text, in the order above.
  return edits.map((edit, order) => ({ edit, order })).sort((a, b) => a.edit.start - b.edit.start || a.edit.end - b.edit.end || a.order - b.order).map(({ edit }) => edit);
}

function unitEdits(module: SourceModule, unit: Unit, index: number, names: Names, host: Host): Edit[] {
  const { node, made } = unit;
  const single = made.length === 1 && unit.kind !== 'import' ? made[0]! : null;
  const members = made.map(({ variable, imported }) => ({ variable, member: unit.kind !== 'import' ? memberOf(single === null ? variable.name : '*') : memberOf(imported ?? '*') }));
  const head = accessors(module, unit, members, index, names);
  const loader = `${names.loader(index)}_`;
  if (unit.kind === 'import' || unit.kind === 'import-equals') {
    const load = unit.kind === 'import' ? host.namespace({ specifier: unit.label, index, names: namesRead(module, unit) }, names.prefix) : `require(${JSON.stringify(unit.label)})`;
    return [{ start: node.start, end: node.end, text: `${head} function ${loader}() { return ${load}; }${blanked(module, node)}` }];
  }
  const given = single === null ? `{ ${made.map(({ variable }) => variable.name).join(', ')} }` : single.variable.name;
  const open = `${head} function ${loader}() { `;
  if (unit.kind === 'assignment') return [{ ...at(node.start), text: open }, { ...at(node.end), text: ` return ${given}; }` }];
  const { statement } = unit as Unit & { statement: VariableDeclaration };
  const first = statement.declarations[0] === node;
  return [
    { ...at(first ? statement.start : node.start), text: first ? open : `${open}${statement.kind} ` },
    { ...at(node.end), text: `; return ${given}; }` },
  ];
}

/** `var` and functions: both are there before the module's first statement runs. */
function accessors(module: SourceModule, unit: Unit, members: { variable: Variable; member: string }[], index: number, names: Names): string {
  const store = names.loader(index);
  const lazy = `${names.prefix}(${store}_, ${JSON.stringify(unit.label)})`;
  const parts = [`var ${store} = ${lazy};`];
  const shared = members.length > 1 ? `${store}all()` : `(${store} ??= ${lazy})()`;
  if (members.length > 1) parts.push(`function ${store}all() { return (${store} ??= ${lazy})(); }`);
  for (const { variable, member } of members) {
    const accessor = names.accessor(variable);
    parts.push(`function ${accessor}() { return ${shared}${member}; }`);
    if (usesOf(module, variable).some(({ how }) => how === 'jsx')) parts.push(`Object.defineProperty(${accessor}, "it", { get: ${accessor} });`);
  }
  return parts.join(' ');
}

/** Parts the declarators that stay from those that go into functions: a comma at such a border becomes the end of a statement. */
function separated(module: SourceModule, { declarations, kind }: VariableDeclaration, gone: Set<Node>): Edit[] {
  const edits: Edit[] = [];
  for (const [index, next] of declarations.entries()) {
    const previous = declarations[index - 1];
    if (previous === undefined || !(gone.has(previous) || gone.has(next))) continue;
    const comma = commaAfter(module, previous.end);
    edits.push({ start: comma, end: comma + 1, text: ';' });
    if (!gone.has(next)) edits.push({ ...at(next.start), text: `${kind} ` });
  }
  return edits;
}

function useEdits(module: SourceModule, unit: Unit, names: Names, handled: Set<Node>, host: Host): Edit[] {
  const edits: Edit[] = [];
  for (const { variable } of unit.made) {
    const read = `${names.accessor(variable)}()`;
    for (const { identifier, how, moment } of usesOf(module, variable)) {
      const { start, end, parent } = identifier;
      const own = start >= unit.node.start && end <= unit.node.end;
      if (own || handled.has(identifier) || moment.at === 'never' || how === 'pragma') continue;
      if (parent?.type === 'ExportSpecifier') edits.push(...exportEdits(module, parent, read, host));
      else if (how === 'jsx') edits.push({ start, end, text: `${names.accessor(variable)}.it` });
      else if (parent?.type === 'Property' && parent.shorthand) edits.push({ ...at(end), text: `: ${read}` });
      // `new x.Y()` would make an object of the accessor itself.
      else edits.push({ start, end, text: isConstructed(identifier) ? `(${read})` : read });
    }
  }
  return edits;
}

function getterEdits(module: SourceModule, getter: ExportGetter, index: number, names: Names, handled: Set<Node>): Edit[] {
  const { node, name, view, target } = getter;
  const key = JSON.stringify(name);
  const setter = `set(value) { Object.defineProperty(this, ${key}, { value, writable: true, enumerable: true, configurable: true }); }`;
  if (target !== null) {
    const open = getter.guarded ? ['{ try { return ', '; } catch {} }'] : ['(', ')'];
    const get = getter.loads ? [`get: ${names.prefix}(() => ${open[0]}`, `${open[1]}, ${key})`] : ['get: () => (', ')'];
    const head = `Object.defineProperty(${module.source.slice(target.start, target.end)}, ${key}, { enumerable: true, configurable: true, ${get[0]}${newlines(module, node.start, view.start)}`;
    return [{ start: node.start, end: view.start, text: head }, { ...at(view.end), text: `${get[1]}, ${setter} })` }];
  }
  const property = node as Node & { key: Node; shorthand: boolean };
  const written = module.source.slice(property.key.start, property.key.end);
  const setting = `set ${written}(value) { Object.defineProperty(this, ${key}, { value, writable: true, enumerable: true, configurable: true }); }`;
  if (property.shorthand) {
    handled.add(view);
    return [{ start: node.start, end: node.end, text: `get ${written}() { return ${names.prefix}${name}(); }, ${setting}` }];
  }
  const blanks = newlines(module, node.start, view.start);
  if (!getter.loads) return [{ start: node.start, end: view.start, text: `get ${written}() {${blanks} return (` }, { ...at(view.end), text: `); }, ${setting}` }];
  // In the name of the getter, so that it is made where the value was.
  const store = names.loader(index);
  return [
    { ...at(firstStatement(module)), text: `var ${store}; ` },
    { start: node.start, end: view.start, text: `get [(${store} = ${names.prefix}(() => (${blanks}` },
    { ...at(view.end), text: `), ${key}), ${key})]() { return ${store}(); }, ${setting}` },
  ];
}

/** Loads the module when one of its exports is first read through this one. */
function barrelEdits(module: SourceModule, { statement, specifier, members, style }: Barrel, index: number, names: Names, host: Host): Edit[] {
  const store = names.loader(index);
  const lazy = `${names.prefix}(${store}_, ${JSON.stringify(specifier)})`;
  const load = style === 'cjs' ? `require(${JSON.stringify(specifier)})` : host.namespace({ specifier, index, names: members.map(({ imported }) => imported) }, names.prefix);
  const head = `var ${store} = ${lazy}; function ${store}all() { return (${store} ??= ${lazy})(); } function ${store}_() { return ${load}; }`;
  const exported =
    style === 'esm'
      ? members.map((member) => host.exported!(member.exported, `${store}all()${memberOf(member.imported)}`)).join(' ')
      : `for (const name of ${JSON.stringify(members.map((member) => member.exported))}) if (!Object.hasOwn(exports, name)) Object.defineProperty(exports, name, { enumerable: true, configurable: true, get: () => ${store}all()[name], set(value) { Object.defineProperty(this, name, { value, writable: true, enumerable: true, configurable: true }); } });`;
  return [{ start: statement.start, end: statement.end, text: `${head} ${exported}${blanked(module, statement)}` }];
}

/** Takes the name out of `export { a, b as c }` and makes it a live export the host's way. */
function exportEdits(module: SourceModule, specifier: Node & { type: 'ExportSpecifier' }, read: string, host: Host): Edit[] {
  const declaration = specifier.parent!;
  const exported = specifier.exported.type === 'Literal' ? specifier.exported.value : specifier.exported.name;
  const comma = commaAfter(module, specifier.end);
  const edits: Edit[] = [{ start: specifier.start, end: specifier.end, text: '' }];
  if (comma !== -1 && comma < declaration.end) edits.push({ start: comma, end: comma + 1, text: '' });
  return [...edits, { ...at(declaration.end), text: ` ${host.exported!(exported, read)}` }];
}

/** Exports of an import that the module reads: those it names, and members of a namespace; null when it could be any. */
function namesRead(module: SourceModule, unit: Unit): string[] | null {
  const names = new Set<string>();
  for (const { variable, imported } of unit.made) {
    if (imported !== '*') {
      names.add(imported!);
      continue;
    }
    for (const { identifier } of usesOf(module, variable)) {
      const { parent } = identifier;
      if (parent?.type === 'MemberExpression' && !parent.computed && parent.property.type === 'Identifier') names.add(parent.property.name);
      else if (parent?.type === 'JSXMemberExpression') names.add(parent.property.name);
      else return null;
    }
  }
  return [...names].sort();
}

function memberOf(name: string): string {
  if (name === '*') return '';
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}

/** True when `new` is applied to the identifier, or to members of it. */
function isConstructed(identifier: Node): boolean {
  let child = identifier;
  for (let parent = child.parent; parent != null; child = parent, parent = child.parent) {
    if (parent.type === 'NewExpression') return parent.callee === child;
    const through = (parent.type === 'MemberExpression' && parent.object === child) || (parent.type === 'TaggedTemplateExpression' && parent.tag === child) || parent.type.startsWith('TS');
    if (!through) return false;
  }
  return false;
}

/** Where code can be put before all other code: after directives, which must come first, and the comments above the first statement. */
function firstStatement({ syntax, source }: SourceModule): number {
  return syntax.program.body.find((statement) => !('directive' in statement && statement.directive != null))?.start ?? source.length;
}

function freePrefix(source: string): string {
  for (let count = 1; ; count += 1) {
    const prefix = `lazy${count === 1 ? '' : count}$`;
    if (!source.includes(prefix)) return prefix;
  }
}

/** Offset of the next comma after an offset, if only blanks and comments come before it; -1 otherwise. */
function commaAfter({ source, syntax }: SourceModule, offset: number): number {
  for (let position = offset; position < source.length; position += 1) {
    const comment = syntax.comments.find(({ start }) => start === position);
    if (comment !== undefined) position = comment.end - 1;
    else if (source[position] === ',') return position;
    else if (!/[\s)]/.test(source[position]!)) return -1;
  }
  return -1;
}

/** The line breaks of a piece of the text, so that what comes after keeps its line. */
function newlines({ source }: SourceModule, start: number, end: number): string {
  return source.slice(start, end).replace(/[^\r\n\u2028\u2029]/g, '');
}

/** What stays of an import that is taken out: its line breaks and comments. */
function blanked(module: SourceModule, node: Node): string {
  let text = '';
  let position = node.start;
  for (const comment of module.syntax.comments) {
    if (comment.start < node.start || comment.end > node.end) continue;
    text += `${newlines(module, position, comment.start)} ${module.source.slice(comment.start, comment.end)}`;
    position = comment.end;
  }
  return text + newlines(module, position, node.end);
}

function at(offset: number): { start: number; end: number } {
  return { start: offset, end: offset };
}
