import type { CallExpression, Node, VariableDeclarator } from 'oxc-parser';
import { isCalledAtOnce, momentOf, type Moment } from './moment.ts';
import type { SourceModule } from './scopes.ts';

/**
 * How a module text asks for another module. Forms of `require` are named after what is done with the result:
 * `exported-require` is `exports.x = require('x')`, `called-require` is `require('x')(key)` or `new (require('x'))()`,
 * `export-star-helper` is TypeScript's `__exportStar(require('x'), exports)`; `computed` is any whose specifier is no literal.
 */
export type ImportKind =
  | 'import'
  | 'side-effect-import'
  | 'export-from'
  | 'export-star'
  | 'import-equals'
  | 'dynamic-import'
  | 'require'
  | 'destructured-require'
  | 'member-require'
  | 'called-require'
  | 'bare-require'
  | 'exported-require'
  | 'assigned-require'
  | 'require-in-expression'
  | 'export-star-helper'
  | 'computed';

/** One place in a tree that asks for a module. */
export type Site = {
  /** Null when it is computed. */
  specifier: string | null;
  kind: ImportKind;
  /** The declaration, or the call of `require` or `import`. */
  node: Node;
  /** The declarator whose initializer the call is, helpers and members around it included. */
  declarator: VariableDeclarator | null;
  /** Name of the interop helper around a `require`: `__importStar`, `_interopRequireDefault`, `__toESM`. */
  helper: string | null;
  /** Top level: a statement of the module, or of a function around the whole of it. Nested: in a block or expression that runs at load. */
  where: 'top-level' | 'nested' | 'function';
  moment: Moment;
  /** What a comment on it asks for: `// lwa-split: eager`. */
  choice: 'eager' | 'lazy' | null;
};

/** Every place where the module asks for another one, in source order; types that are imported as such are none. */
export function sitesOf(module: SourceModule): readonly Site[] {
  const known = sitesIn.get(module) ?? readSites(module);
  sitesIn.set(module, known);
  return known;
}

const sitesIn = new WeakMap<SourceModule, readonly Site[]>();

function readSites(module: SourceModule): Site[] {
  const choices = choicesOf(module);
  const sites: Site[] = [];
  // Without that word nothing but `require` is one.
  const makesRequire = module.source.includes('createRequire');
  for (const node of module.syntax.asking) {
    if (!makesRequire && node.type === 'CallExpression' && (node.callee.type !== 'Identifier' || node.callee.name !== 'require')) continue;
    const found = siteAt(module, node);
    if (found === null) continue;
    const moment = momentOf(module, node);
    const where = moment.at !== 'load' ? 'function' : isTopLevel(found.declarator ?? node) ? 'top-level' : 'nested';
    sites.push({ ...found, node, moment, where, choice: choices(found.declarator ?? node) });
  }
  return sites;
}

/** The statement around a node that stands directly in the module, or in a function around the whole of it; null when there is none. */
export function topLevelStatementOf(node: Node): Node | null {
  for (let one: Node | null | undefined = node; one != null; one = one.parent) {
    const { parent } = one;
    if (parent == null) return null;
    if (parent.type === 'Program' || (parent.type === 'BlockStatement' && isWholeModule(parent))) return one;
    if (parent.type === 'BlockStatement') return null;
  }
  return null;
}

/** The top-level variable, exported or not, whose initializer a node stands in. */
export function declaratorAround(node: Node): VariableDeclarator | null {
  for (let one: Node | null | undefined = node; one != null; one = one.parent) {
    if (one.type !== 'VariableDeclarator') continue;
    const statement = one.parent?.parent?.type === 'ExportNamedDeclaration' ? one.parent.parent : one.parent;
    if (statement != null && topLevelStatementOf(one) === statement) return one;
  }
  return null;
}

/** The expression a `require` stands for with the helpers, members and calls around it, and what was met on the way. */
export function around(call: Node): { whole: Node; helper: string | null; member: boolean; called: boolean } {
  const met = { whole: call, helper: null as string | null, member: false, called: false };
  for (let parent = call.parent; parent != null; parent = met.whole.parent) {
    const inner = met.whole;
    if (isTypeWrapper(parent)) met.whole = parent;
    else if (parent.type === 'MemberExpression' && parent.object === inner) [met.whole, met.member] = [parent, true];
    else if (parent.type === 'CallExpression' && parent.arguments[0] === inner && helperName(parent) !== null) {
      [met.whole, met.helper] = [parent, helperName(parent)];
    } else if ((parent.type === 'CallExpression' || parent.type === 'NewExpression') && parent.callee === inner) [met.whole, met.called] = [parent, true];
    else break;
  }
  return met;
}

/** `__exportStar(require('x'), exports)`, as TypeScript, tslib, Babel and esbuild name it. */
export function exportsAll({ callee }: CallExpression): boolean {
  const called = callee.type === 'SequenceExpression' ? callee.expressions.at(-1)! : callee;
  const name = called.type === 'MemberExpression' ? called.property : called;
  return name.type === 'Identifier' && /^_*(export|export_?star|reExport)\d*$/i.test(name.name);
}

/** A value of the object in `module.exports = { ... }`. */
export function isExportedProperty(value: Node): boolean {
  const property = value.parent;
  const assignment = property?.parent?.parent;
  if (property?.type !== 'Property' || property.value !== value || property.parent?.type !== 'ObjectExpression') return false;
  return assignment?.type === 'AssignmentExpression' && assignment.right === property.parent && exportedName(assignment.left) === '';
}

/** Name of the compiler's helper that a call applies to a module, else null. It only looks at the module, however often it is called. */
export function helperName(call: CallExpression): string | null {
  const callee = call.callee.type === 'SequenceExpression' ? call.callee.expressions.at(-1)! : call.callee;
  const names: string[] = [];
  if (callee.type === 'Identifier') names.push(callee.name);
  if (callee.type === 'MemberExpression') {
    if (callee.property.type === 'Identifier') names.push(callee.property.name);
    if (callee.object.type === 'Identifier') names.push(callee.object.name);
  }
  return names.find((name) => /^_*(import(Default|Star)|toESM|toModule|interop_?(re)?quire\w*|interop\w*)\d*$/i.test(name)) ?? null;
}

/** Syntax of types around an expression, and the end of an optional chain: nothing happens there at run time. */
export function isTypeWrapper(node: Node): boolean {
  return ['TSAsExpression', 'TSNonNullExpression', 'TSSatisfiesExpression', 'TSTypeAssertion', 'ChainExpression', 'TSInstantiationExpression'].includes(node.type);
}

type Found = Pick<Site, 'specifier' | 'kind' | 'declarator' | 'helper'>;

function siteAt(module: SourceModule, node: Node): Found | null {
  const plain = (specifier: string | null, kind: ImportKind): Found => ({ specifier, kind, declarator: null, helper: null });
  switch (node.type) {
    case 'ImportDeclaration':
      if (node.importKind === 'type') return null;
      return plain(node.source.value, node.specifiers.length === 0 ? 'side-effect-import' : 'import');
    case 'ExportNamedDeclaration':
      return node.source === null || node.exportKind === 'type' ? null : plain(node.source.value, 'export-from');
    case 'ExportAllDeclaration':
      return node.exportKind === 'type' ? null : plain(node.source.value, node.exported === null ? 'export-star' : 'export-from');
    case 'TSImportEqualsDeclaration':
      return node.importKind === 'type' || node.moduleReference.type !== 'TSExternalModuleReference' ? null : plain(node.moduleReference.expression.value, 'import-equals');
    case 'ImportExpression': {
      const specifier = literal(node.source);
      return plain(specifier, specifier === null ? 'computed' : 'dynamic-import');
    }
    case 'CallExpression':
      return isRequire(module, node) ? required(node) : null;
    default:
      return null;
  }
}

function required(call: CallExpression): Found {
  const specifier = literal(call.arguments[0]);
  const { whole, helper, member, called } = around(call);
  const { parent } = whole;
  const declarator = parent?.type === 'VariableDeclarator' && parent.init === whole ? parent : null;
  const kind = (): ImportKind => {
    if (specifier === null) return 'computed';
    if (parent?.type === 'CallExpression' && exportsAll(parent)) return 'export-star-helper';
    if (called) return 'called-require';
    if (declarator !== null) return declarator.id.type !== 'Identifier' ? 'destructured-require' : member ? 'member-require' : 'require';
    if (parent?.type === 'ExpressionStatement') return 'bare-require';
    if (parent?.type === 'AssignmentExpression' && parent.right === whole && parent.operator === '=') {
      if (exportedName(parent.left) !== null) return 'exported-require';
      if (parent.left.type === 'Identifier') return 'assigned-require';
    }
    return isExportedProperty(whole) ? 'exported-require' : 'require-in-expression';
  };
  return { specifier, kind: kind(), declarator, helper };
}

/** `exports.a` and `module.exports.a` name the export `a`, `module.exports` the whole, which is `''`; null for everything else. */
export function exportedName(target: Node): string | null {
  if (target.type !== 'MemberExpression') return null;
  if (isModuleExports(target)) return '';
  const { object, property } = target;
  if (!isModuleExports(object) && !(object.type === 'Identifier' && object.name === 'exports')) return null;
  if (!target.computed) return property.type === 'Identifier' ? property.name : null;
  return property.type === 'Literal' && typeof property.value === 'string' ? property.value : null;
}

function isModuleExports(node: Node): boolean {
  if (node.type !== 'MemberExpression' || node.computed) return false;
  return node.object.type === 'Identifier' && node.object.name === 'module' && node.property.type === 'Identifier' && node.property.name === 'exports';
}

/** A call of the module's own `require`, or of one that `createRequire` made. */
function isRequire(module: SourceModule, call: CallExpression): boolean {
  const { callee } = call;
  if (callee.type !== 'Identifier' || call.arguments.length === 0) return false;
  const variable = module.resolve(callee);
  if (variable === null) return callee.name === 'require';
  const made = variable.defs.length === 1 ? variable.defs[0]!.node : null;
  if (made?.type !== 'VariableDeclarator' || made.init?.type !== 'CallExpression') return false;
  const maker = made.init.callee.type === 'MemberExpression' ? made.init.callee.property : made.init.callee;
  return maker.type === 'Identifier' && maker.name.endsWith('createRequire');
}

function literal(node: Node | undefined): string | null {
  if (node?.type === 'Literal') return typeof node.value === 'string' ? node.value : null;
  return node?.type === 'TemplateLiteral' && node.expressions.length === 0 ? node.quasis[0]!.value.cooked : null;
}

function isTopLevel(node: Node): boolean {
  const statement = topLevelStatementOf(node);
  if (statement === null) return false;
  if (statement === node || node.parent === statement) return true;
  const { whole } = around(node);
  return whole.parent === statement || (whole.parent?.type === 'AssignmentExpression' && whole.parent.parent === statement);
}

/** The body of a function that is called where it stands, as a statement of the module: CoffeeScript and old scripts are written so. */
function isWholeModule(block: Node): boolean {
  const { parent } = block;
  if (parent == null || !isCalledAtOnce(parent)) return false;
  const statement = topLevelStatementOf(parent);
  if (statement?.type !== 'ExpressionStatement') return false;
  const { expression } = statement;
  return expression.type === 'CallExpression' && (expression.callee === parent || parent.parent === expression.callee);
}

/** Reads the comments that opt out or in: on a line of the import, or alone on the line before it. */
function choicesOf({ source, syntax, lineAt }: SourceModule): (node: Node) => Site['choice'] {
  const byLine = new Map<number, 'eager' | 'lazy'>();
  for (const comment of syntax.comments) {
    const choice = /^[\s*]*lwa-split:\s*(eager|lazy)\b/.exec(comment.value)?.[1];
    if (choice !== 'eager' && choice !== 'lazy') continue;
    const alone = /(^|\n)[^\S\n]*$/.test(source.slice(Math.max(0, comment.start - 200), comment.start)) && /^[^\S\n]*(\n|$)/.test(source.slice(comment.end, comment.end + 200));
    byLine.set(alone ? lineAt(comment.end) + 1 : lineAt(comment.start), choice);
  }
  return (node) => {
    if (byLine.size === 0) return null;
    for (let line = lineAt(node.start); line <= lineAt(node.end); line += 1) {
      const choice = byLine.get(line);
      if (choice !== undefined) return choice;
    }
    return null;
  };
}
