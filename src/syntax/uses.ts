import type { Node, VariableDeclarator } from 'oxc-parser';
import { isClass, momentOf, type Moment } from './moment.ts';
import { declaratorAround, exportedName, helperName, isExportedProperty, isTypeWrapper } from './sites.ts';
import { writes, type SourceModule, type Variable } from './scopes.ts';

/**
 * What is done with a name. `reexport`: it, or a member of it, becomes an export as it is. `metadata`: the compiler names it in
 * what it emits for decorators. `pragma`: JSX becomes calls of it. `value`: any other reading, as an argument for instance.
 */
export type How = 'call' | 'new' | 'member' | 'extends' | 'decorator' | 'metadata' | 'jsx' | 'pragma' | 'typeof' | 'instanceof' | 'tag' | 'reexport' | 'write' | 'delete' | 'value';

/** One use of a variable, with the identifier in the tree. */
export type VariableUse = {
  identifier: Node;
  moment: Moment;
  how: How;
  /** The declarator of a top-level variable whose initializer this use stands in, when both run at load. */
  initializes: VariableDeclarator | null;
};

/** Every use of a variable at run time, those that compilers add included, in source order. */
export function usesOf(module: SourceModule, variable: Variable): VariableUse[] {
  const known = found.get(variable);
  if (known !== undefined) return known;
  const uses = findUses(module, variable);
  found.set(variable, uses);
  return uses;
}

const found = new WeakMap<Variable, VariableUse[]>();

function findUses(module: SourceModule, variable: Variable): VariableUse[] {
  const written = module.usesOf(variable).map((identifier) => useOf(module, identifier));
  const exported = exportingDeclaration(variable);
  return [...(exported === null ? [] : [exported]), ...metadataUses(module, variable), ...pragmaUses(module, variable), ...written];
}

/** The identifier with the members, helpers and types around it: what reads from it without running it. */
export function viewAround(identifier: Node): Node {
  for (let whole = identifier; ; ) {
    const { parent } = whole;
    if (parent == null) return whole;
    const reads = (parent.type === 'MemberExpression' && parent.object === whole) || (parent.type === 'CallExpression' && parent.arguments[0] === whole && helperName(parent) !== null);
    if (!reads && !isTypeWrapper(parent)) return whole;
    whole = parent;
  }
}

function useOf(module: SourceModule, identifier: Node): VariableUse {
  const moment = momentOf(module, identifier);
  const initializes = moment.at === 'load' && !moment.conditional ? declaratorAround(identifier) : null;
  return { identifier, moment, how: moment.through ?? howUsed(identifier), initializes };
}

function howUsed(identifier: Node): How {
  if (writes(identifier)) return 'write';
  if (isExported(viewAround(identifier))) return 'reexport';
  let child = identifier;
  while (child.parent != null && isTypeWrapper(child.parent)) child = child.parent;
  const { parent } = child;
  switch (parent?.type) {
    case 'JSXOpeningElement':
    case 'JSXClosingElement':
    case 'JSXMemberExpression':
      return 'jsx';
    case 'MemberExpression':
      return parent.object === child ? 'member' : 'value';
    case 'VariableDeclarator':
      return picksMembers(parent.id) ? 'member' : 'value';
    case 'CallExpression':
      return parent.callee === child ? 'call' : 'value';
    case 'NewExpression':
      return parent.callee === child ? 'new' : 'value';
    case 'TaggedTemplateExpression':
      return 'tag';
    case 'UnaryExpression':
      return parent.operator === 'typeof' || parent.operator === 'delete' ? parent.operator : 'value';
    case 'BinaryExpression':
      return parent.operator === 'instanceof' && parent.right === child ? 'instanceof' : 'value';
    default:
      return insideDecorator(child) ? 'decorator' : 'value';
  }
}

/** `const { a, b } = x` reads members as `x.a` does; a rest needs the whole. */
function picksMembers(pattern: Node): boolean {
  return pattern.type === 'ObjectPattern' && pattern.properties.every((property) => property.type === 'Property' && !property.computed);
}

/** `export { x }`, `export default x`, `exports.a = x`, `module.exports = { x }`. */
function isExported(view: Node): boolean {
  const { parent } = view;
  switch (parent?.type) {
    case 'ExportSpecifier':
    case 'ExportDefaultDeclaration':
    case 'TSExportAssignment':
      return true;
    case 'AssignmentExpression':
      return parent.right === view && exportedName(parent.left) !== null;
    default:
      return isExportedProperty(view);
  }
}

function insideDecorator(node: Node): boolean {
  for (let one: Node | null | undefined = node; one != null && !one.type.endsWith('Statement'); one = one.parent) if (one.type === 'Decorator') return true;
  return false;
}

/** `export const x = ...` and `export import x = ...` export the variable as they make it. */
function exportingDeclaration(variable: Variable): VariableUse | null {
  const identifier = variable.defs[0]?.name;
  for (let one = identifier; one != null; one = one.parent ?? undefined) {
    if (one.type.endsWith('Statement')) return null;
    if (one.type === 'ExportNamedDeclaration') return identifier === undefined ? null : { identifier, moment: atLoad, how: 'reexport', initializes: null };
  }
  return null;
}

const atLoad: Moment = { at: 'load', conditional: false, through: null };

/** With `emitDecoratorMetadata`, types beside decorators are named as values when the class is made. */
function metadataUses(module: SourceModule, variable: Variable): VariableUse[] {
  if (module.format.compiler?.emitDecoratorMetadata !== true) return [];
  return module
    .typeUsesOf(variable)
    .filter(besideDecorator)
    .map((identifier) => ({ identifier, moment: atLoad, how: 'metadata', initializes: null }));
}

function besideDecorator(identifier: Node): boolean {
  for (let one: Node | null | undefined = identifier; one != null; one = one.parent) {
    if (one.type === 'BlockStatement' || one.type === 'TSTypeAliasDeclaration' || one.type === 'TSInterfaceDeclaration') return false;
    if (isClass(one)) return one.decorators.length > 0 || one.body.body.some(hasDecorator);
  }
  return false;
}

function hasDecorator(member: Node): boolean {
  if ('decorators' in member && Array.isArray(member.decorators) && member.decorators.length > 0) return true;
  return member.type === 'MethodDefinition' && member.value.params.some((parameter) => 'decorators' in parameter && (parameter.decorators?.length ?? 0) > 0);
}

/** JSX is compiled to calls of `React`, or of what `@jsx` and `@jsxFrag` comments name, unless the automatic runtime is on. */
function pragmaUses(module: SourceModule, variable: Variable): VariableUse[] {
  if (!module.syntax.hasJsx) return [];
  const named = module.syntax.comments.flatMap(({ value }) => [...value.matchAll(/@jsx(?:Frag)?\s+(\w+)/g)].map((match) => match[1]!));
  if (!['React', 'h', 'Fragment', ...named].includes(variable.name)) return [];
  return [{ identifier: variable.defs[0]!.name, moment: { at: 'function', conditional: false, through: null }, how: 'pragma', initializes: null }];
}
