import type { Node } from 'oxc-parser';
import { momentOf } from './moment.ts';
import { walk } from './parse.ts';
import type { SourceModule } from './scopes.ts';
import { around, exportedName, topLevelStatementOf } from './sites.ts';
import { viewAround } from './uses.ts';

/**
 * A CommonJS export that can be made a getter. `node` is the assignment, with `target` the object it assigns to, or the property
 * of an object that is assigned; `loads` tells that the view holds the `require` itself.
 */
export type ExportGetter = { node: Node; name: string; view: Node; target: Node | null; loads: boolean };

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
    if (parent.parent?.type !== 'ExpressionStatement' || topLevelStatementOf(parent) !== parent.parent) return null;
    return isTouchedElsewhere(module, name, parent) ? null : { node: parent, name, view, target: parent.left.object, loads };
  }
  if (parent?.type !== 'Property' || parent.computed || parent.method) return null;
  const assignment = parent.parent?.parent;
  if (assignment?.type !== 'AssignmentExpression' || assignment.parent?.type !== 'ExpressionStatement') return null;
  if (topLevelStatementOf(assignment) !== assignment.parent) return null;
  const name = parent.key.type === 'Identifier' ? parent.key.name : parent.key.type === 'Literal' ? String(parent.key.value) : '';
  return name === '' || isTouchedElsewhere(module, name, parent) ? null : { node: parent, name, view, target: null, loads };
}

/** True when the export is assigned twice, which TypeScript's `exports.a = void 0` is not, or read while the module loads. */
function isTouchedElsewhere(module: SourceModule, name: string, own: Node): boolean {
  let found = false;
  walk(module.syntax.program, (node) => {
    if (node === own) return false;
    if (exportedName(node) === name && !isClearing(node)) {
      const { parent } = node;
      const written = parent?.type === 'AssignmentExpression' && parent.left === node;
      if (written || momentOf(module, node).at !== 'function') found = true;
    }
    return !found;
  });
  return found;
}

/** `exports.a = exports.b = void 0`, which TypeScript writes first. */
function isClearing(target: Node): boolean {
  let assignment = target.parent;
  while (assignment?.type === 'AssignmentExpression' && assignment.right.type === 'AssignmentExpression') assignment = assignment.right;
  return assignment?.type === 'AssignmentExpression' && assignment.right.type === 'UnaryExpression' && assignment.right.operator === 'void';
}
