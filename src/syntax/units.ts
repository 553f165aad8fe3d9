import type { Node, VariableDeclarator } from 'oxc-parser';
import type { ReasonCode } from '../model/deferrals.ts';
import { walk } from './parse.ts';
import { bindingsOf } from './imports.ts';
import { isClass } from './moment.ts';
import { isConstant, type SourceModule, type Variable, writes } from './scopes.ts';
import { around, declaratorAround, helperName, isTypeWrapper, topLevelStatementOf, type Site } from './sites.ts';

/** A piece of a module that can run later as a whole: what it makes is then read through accessors. */
export type Unit = {
  kind: 'import' | 'import-equals' | 'declarator' | 'assignment';
  /** The import, the declarator, or the statement `x = require('x')`. */
  node: Node;
  statement: Node;
  /** What the accessor is called in the log: the specifier, or the variable's name. */
  label: string;
  made: { variable: Variable; imported: string | null }[];
  /** True when more than looking at modules happens: a client is made, a function of the module is called. */
  runsCode: boolean;
};

/** The piece that must be put off so that a site loads nothing; or why there is none. */
export function unitOf(module: SourceModule, site: Site): Unit | ReasonCode {
  switch (site.kind) {
    case 'import':
      return importUnit(module, site);
    case 'import-equals':
      return importEqualsUnit(module, site);
    case 'side-effect-import':
    case 'bare-require':
      return 'SIDE_EFFECT_IMPORT';
    case 'export-from':
    case 'export-star':
    case 'export-star-helper':
    case 'exported-require':
      return 'REEXPORT';
    case 'dynamic-import':
      return 'TOP_LEVEL_AWAIT';
    case 'computed':
      return 'COMPUTED_SPECIFIER';
    case 'assigned-require':
      return site.where === 'top-level' ? assignmentUnit(module, site) : 'CANNOT_REWRITE';
    default: {
      const declarator = declaratorAround(site.node);
      if (declarator !== null) return declaratorUnit(module, declarator, site.specifier!);
      return site.kind === 'called-require' || site.kind === 'require-in-expression' ? 'TOP_LEVEL_USE' : 'CANNOT_REWRITE';
    }
  }
}

/** A top-level variable whose initializer is to run later. */
export function declaratorUnit(module: SourceModule, declarator: VariableDeclarator, specifier: string | null): Unit | ReasonCode {
  const statement = declarator.parent;
  if (statement?.parent?.type === 'ExportNamedDeclaration') return 'REEXPORT';
  if (statement?.type !== 'VariableDeclaration' || topLevelStatementOf(statement) !== statement || declarator.init === null) return 'CANNOT_REWRITE';
  if (statement.kind.includes('using')) return 'CANNOT_REWRITE';
  const made = bindingsOf(module, { node: declarator, declarator, kind: declarator.id.type === 'Identifier' ? 'require' : 'destructured-require' });
  if (made.length === 0) return 'SIDE_EFFECT_IMPORT';
  const obstacle = boundToPlace(module, declarator);
  if (obstacle !== null) return obstacle;
  const runsCode = !isView(declarator.init) || !isViewPattern(declarator.id);
  return { kind: 'declarator', node: declarator, statement, label: specifier ?? made[0]!.variable.name, made, runsCode };
}

function importUnit(module: SourceModule, site: Site): Unit | ReasonCode {
  const { node } = site;
  if (node.type !== 'ImportDeclaration' || node.parent?.type !== 'Program') return 'CANNOT_REWRITE';
  // Attributes and queries make modules of their own, which nothing but the same import gives.
  if (node.phase !== null || node.attributes.length > 0 || /[?#]|^(data|https?|blob):/.test(node.source.value.replace(/^#/, ''))) return 'CANNOT_REWRITE';
  return { kind: 'import', node, statement: node, label: node.source.value, made: bindingsOf(module, site), runsCode: false };
}

function importEqualsUnit(module: SourceModule, site: Site): Unit | ReasonCode {
  const { node } = site;
  if (module.format.module === 'esm' || node.parent?.type !== 'Program') return 'CANNOT_REWRITE';
  return { kind: 'import-equals', node, statement: node, label: site.specifier!, made: bindingsOf(module, site), runsCode: false };
}

/** `var x; x = require('x');`, as CoffeeScript writes it: the only assignment of a variable that has no initializer. */
function assignmentUnit(module: SourceModule, site: Site): Unit | ReasonCode {
  const assignment = around(site.node).whole.parent;
  const statement = assignment?.parent;
  if (assignment?.type !== 'AssignmentExpression' || statement?.type !== 'ExpressionStatement') return 'CANNOT_REWRITE';
  const variable = module.resolve(assignment.left);
  const declared = variable?.defs.length === 1 ? variable.defs[0]!.node : null;
  if (variable == null || declared?.type !== 'VariableDeclarator' || declared.init !== null) return 'CANNOT_REWRITE';
  if (topLevelStatementOf(declared) !== declared.parent) return 'CANNOT_REWRITE';
  if (!isOnlyAssignedIn(module, variable, assignment)) return 'LIVE_BINDING_WRITTEN';
  const obstacle = boundToPlace(module, assignment);
  if (obstacle !== null) return obstacle;
  return { kind: 'assignment', node: statement, statement, label: site.specifier!, made: [{ variable, imported: '*' }], runsCode: !isView(assignment.right) };
}

/** By node: what one import hangs on is asked about for each other one that hangs on it too. */
const boundPieces = new WeakMap<Node, ReasonCode | null>();

/** Why a piece of code would not mean the same in a function that runs later; null when it does. */
function boundToPlace(module: SourceModule, piece: Node): ReasonCode | null {
  const known = boundPieces.get(piece);
  if (known !== undefined) return known;
  const reason = whatBinds(module, piece);
  boundPieces.set(piece, reason);
  return reason;
}

function whatBinds(module: SourceModule, piece: Node): ReasonCode | null {
  let reason: ReasonCode | null = null;
  walk(piece, (node) => {
    if (reason !== null) return false;
    if (node.type === 'AwaitExpression') reason = 'TOP_LEVEL_AWAIT';
    if (['YieldExpression', 'ThisExpression', 'Super', 'MetaProperty'].includes(node.type) && !isImportMeta(node)) reason = 'CANNOT_REWRITE';
    if (node.type === 'Identifier') reason = readsChanging(module, piece, node) ? 'CANNOT_REWRITE' : reason;
    if (node.type === 'Identifier' && node.name === '__proto__') reason = 'CANNOT_REWRITE';
    // A function of its own has its own `this`, `arguments` and `await`; what it closes over is checked all the same.
    if (node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression' || isClass(node)) {
      reason = capturesPlace(module, piece, node);
      return false;
    }
    return true;
  });
  return reason;
}

function capturesPlace(module: SourceModule, piece: Node, inner: Node): ReasonCode | null {
  let reason: ReasonCode | null = null;
  const keepsThis = inner.type === 'ArrowFunctionExpression';
  walk(inner, (node) => {
    if (keepsThis && node.type === 'ThisExpression') reason = 'CANNOT_REWRITE';
    if (node.type === 'Identifier' && readsChanging(module, piece, node)) reason = 'CANNOT_REWRITE';
    return reason === null && (node === inner || !keepsThis || node.type !== 'FunctionExpression');
  });
  return reason;
}

/** True for a variable from around the piece that may have another value by the time the piece runs, and for `arguments`. */
function readsChanging(module: SourceModule, piece: Node, identifier: Node): boolean {
  const variable = module.resolve(identifier);
  if (variable === null) return identifier.type === 'Identifier' && identifier.name === 'arguments' && identifier.parent?.type !== 'MemberExpression';
  const declared = variable.defs[0]?.name ?? variable.scope.block;
  if (declared.start >= piece.start && declared.end <= piece.end) return false;
  if (variable.name === 'arguments' && variable.defs.length === 0) return true;
  return !isConstant(module, variable) && !isOnlyAssignedIn(module, variable, piece);
}

function isOnlyAssignedIn(module: SourceModule, variable: Variable, piece: Node): boolean {
  const assigned = module.usesOf(variable).filter(writes);
  return variable.defs.length === 1 && assigned.length === 1 && assigned[0]!.start >= piece.start && assigned[0]!.end <= piece.end;
}

function isImportMeta(node: Node): boolean {
  return node.type === 'MetaProperty' && node.meta.name === 'import';
}

/** True when an expression only looks at modules: members, compilers' helpers, a choice between such. */
function isView(node: Node): boolean {
  if (isTypeWrapper(node)) return isView((node as { expression: Node } & Node).expression);
  switch (node.type) {
    case 'Identifier':
    case 'Literal':
      return true;
    case 'MemberExpression':
      return isView(node.object) && (!node.computed || node.property.type === 'Literal');
    case 'CallExpression':
      return node.arguments.every(isView) && (helperName(node) !== null || (node.callee.type === 'Identifier' && /^_*require$/.test(node.callee.name)));
    case 'ConditionalExpression':
      return [node.test, node.consequent, node.alternate].every(isView);
    case 'LogicalExpression':
    case 'BinaryExpression':
      return isView(node.left) && isView(node.right);
    case 'UnaryExpression':
      return node.operator !== 'delete' && isView(node.argument);
    case 'SequenceExpression':
      return node.expressions.every(isView);
    case 'ObjectExpression':
      return node.properties.every((property) => property.type === 'Property' && !property.computed && property.kind === 'init' && !property.method && isView(property.value));
    default:
      return false;
  }
}

function isViewPattern(node: Node): boolean {
  switch (node.type) {
    case 'Identifier':
      return true;
    case 'AssignmentPattern':
      return isViewPattern(node.left) && isView(node.right);
    case 'ObjectPattern':
      return node.properties.every((property) => (property.type === 'Property' ? !property.computed && isViewPattern(property.value) : isViewPattern(property.argument)));
    default:
      return false;
  }
}
