import type { Node } from 'oxc-parser';
import { momentOf } from './moment.ts';
import { walk } from './parse.ts';
import { writes, type SourceModule } from './scopes.ts';
import { around, exportedName, topLevelStatementOf } from './sites.ts';
import { viewAround } from './uses.ts';

/**
 * A CommonJS export that can be made a getter. `node` is the assignment, with `target` the object it assigns to, or the property
 * of an object that is assigned; `loads` tells that the view holds the `require` itself, `guarded` that a failure is swallowed.
 */
export type ExportGetter = { node: Node; name: string; view: Node; target: Node | null; loads: boolean; guarded: boolean };

/**
 * The getter that `exports.a = x.b`, `exports.a = require('x')` or a property of `module.exports = { a: x.b }` can become, found
 * from the identifier or the call of `require` in it; null when the module reads or sets the export elsewhere as it loads.
 */
export function exportGetter(module: SourceModule, inner: Node): ExportGetter | null {
  const view = inner.type === 'CallExpression' ? around(inner).whole : viewAround(inner);
  const { parent } = view;
  const loads = inner.type === 'CallExpression';
  if (loads && around(inner).called) return null;
  if (parent?.type === 'AssignmentExpression') {
    const name = exportedName(parent.left);
    if (name === null || name === '' || parent.left.type !== 'MemberExpression') return null;
    if (parent.parent?.type !== 'ExpressionStatement') return null;
    const guarded = loads && isOnlyTried(parent.parent);
    if (!guarded && topLevelStatementOf(parent) !== parent.parent) return null;
    return isTouchedElsewhere(module, name, parent) ? null : { node: parent, name, view, target: parent.left.object, loads, guarded };
  }
  if (parent?.type !== 'Property' || parent.computed || parent.method) return null;
  const assignment = parent.parent?.parent;
  if (assignment?.type !== 'AssignmentExpression' || assignment.parent?.type !== 'ExpressionStatement') return null;
  if (topLevelStatementOf(assignment) !== assignment.parent) return null;
  const name = parent.key.type === 'Identifier' ? parent.key.name : parent.key.type === 'Literal' ? String(parent.key.value) : '';
  return ['', '__proto__'].includes(name) || isTouchedElsewhere(module, name, parent) ? null : { node: parent, name, view, target: null, loads, guarded: false };
}

/** True for a statement of `try { ... } catch {}` at the top level, where the export stays undefined when it cannot be made. */
function isOnlyTried(statement: Node): boolean {
  const tried = statement.parent?.parent;
  if (tried?.type !== 'TryStatement' || tried.block !== statement.parent || tried.finalizer !== null) return false;
  return tried.handler !== null && tried.handler.body.body.length === 0 && topLevelStatementOf(tried) === tried;
}

/** True when the export is assigned twice, which TypeScript's `exports.a = void 0` is not, or read while the module loads. */
function isTouchedElsewhere(module: SourceModule, name: string, own: Node): boolean {
  const { named, readAny } = exportsTouched(module);
  return readAny.some((node) => !isInside(node, own)) || (named.get(name) ?? []).some((node) => !isInside(node, own) && touches(module, node));
}

function touches(module: SourceModule, node: Node): boolean {
  if (isClearing(node)) return false;
  const { parent } = node;
  return (parent?.type === 'AssignmentExpression' && parent.left === node) || momentOf(module, node).at !== 'function';
}

function isInside(node: Node, outer: Node): boolean {
  for (let one: Node | null | undefined = node; one != null; one = one.parent) if (one === outer) return true;
  return false;
}

interface Touched {
  /** Places that name an export of the module. */
  named: Map<string, Node[]>;
  /** Places that read any export as the module loads. */
  readAny: Node[];
}

const touched = new WeakMap<SourceModule, Touched>();

/** Looked for once: a barrel has hundreds of exports. */
function exportsTouched(module: SourceModule): Touched {
  const known = touched.get(module);
  if (known !== undefined) return known;
  const found: Touched = { named: new Map(), readAny: [] };
  walk(module.syntax.program, (node) => {
    if (readsAny(module, node)) found.readAny.push(node);
    const name = exportedName(node);
    if (name === null) return;
    const places = found.named.get(name) ?? [];
    places.push(node);
    found.named.set(name, places);
  });
  touched.set(module, found);
  return found;
}

/** True where the module, as it loads, reads exports of its own without naming them: `exports[key]`, `{ ...exports }`, `Object.values(exports)`. */
function readsAny(module: SourceModule, node: Node): boolean {
  const isExports = exportedName(node) === '' || (node.type === 'Identifier' && node.name === 'exports' && module.resolve(node) === null);
  if (!isExports || momentOf(module, node).at === 'function' || momentOf(module, node).at === 'never') return false;
  const { parent } = node;
  switch (parent?.type) {
    case 'MemberExpression':
      return parent.object === node && parent.computed && parent.property.type !== 'Literal' && !writes(parent);
    case 'SpreadElement':
    case 'ForInStatement':
    case 'ForOfStatement':
      return true;
    case 'CallExpression':
      return parent.arguments[0] === node && parent.callee.type === 'MemberExpression' && parent.callee.property.type === 'Identifier' && ['values', 'entries'].includes(parent.callee.property.name);
    default:
      return false;
  }
}

/** `exports.a = exports.b = void 0`, which TypeScript writes first. */
function isClearing(target: Node): boolean {
  let assignment = target.parent;
  while (assignment?.type === 'AssignmentExpression' && assignment.right.type === 'AssignmentExpression') assignment = assignment.right;
  return assignment?.type === 'AssignmentExpression' && assignment.right.type === 'UnaryExpression' && assignment.right.operator === 'void';
}
