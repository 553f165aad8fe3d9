import type { Class, Function as FunctionNode, ArrowFunctionExpression, Node } from 'oxc-parser';
import type { SourceModule, Variable } from './scopes.ts';

type Callable = FunctionNode | ArrowFunctionExpression;

/** When a piece of a module runs. */
export type Moment = {
  /**
   * `load`: as the module is evaluated. `called-at-load`: in a function that the module calls by name while it is evaluated.
   * `function`: only when someone calls in later. `never`: behind a constant that is false, as in `0 && (module.exports = ...)`.
   */
  at: 'load' | 'called-at-load' | 'function' | 'never';
  /** True when a branch, a loop or a callback that may not be called stands between. */
  conditional: boolean;
  /** Set when a class that is made at load needs the value: as its parent, or for a decorator. */
  through: 'extends' | 'decorator' | null;
};

/** Methods that call their callback before they return. */
const callsBack = new Set(['map', 'forEach', 'filter', 'reduce', 'reduceRight', 'some', 'every', 'find', 'findIndex', 'flatMap', 'sort', 'from', 'fromEntries']);

/** When the code at a node runs, as far as the text of its module tells. */
export function momentOf(module: SourceModule, node: Node, open: Set<Node> = new Set()): Moment {
  const moment: Moment = { at: 'load', conditional: false, through: null };
  let child = node;
  for (let parent = child.parent; parent != null; child = parent, parent = child.parent) {
    if (child.type === 'Decorator') {
      // A decorator runs when its class is made, wherever in the class it stands.
      moment.through ??= 'decorator';
      parent = enclosingClass(parent) ?? parent;
      continue;
    }
    if (isClass(parent) && parent.superClass === child) moment.through ??= 'extends';
    if (isDead(parent, child)) return { at: 'never', conditional: true, through: null };
    if (isBranch(parent, child)) moment.conditional = true;
    if (isCallable(parent)) {
      if (isCalledAtOnce(parent)) continue;
      if (isCallback(parent)) {
        moment.conditional = true;
        continue;
      }
      return entered(module, parent, moment, open);
    }
    if ((parent.type === 'PropertyDefinition' || parent.type === 'AccessorProperty') && parent.value === child && !parent.static) return entered(module, parent, moment, open);
  }
  return moment;
}

/** `(function () {})()`, `(() => {})()`, `(function () {}).call(this)`: a function that runs where it stands. */
export function isCalledAtOnce(node: Node): boolean {
  if (!isCallable(node) || node.generator) return false;
  const { parent } = node;
  if (parent?.type === 'CallExpression') return parent.callee === node;
  if (parent?.type !== 'MemberExpression' || parent.object !== node || parent.parent?.type !== 'CallExpression') return false;
  return parent.parent.callee === parent && parent.property.type === 'Identifier' && ['call', 'apply'].includes(parent.property.name);
}

export function isCallable(node: Node): node is Callable {
  return node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression';
}

export function isClass(node: Node): node is Class {
  return node.type === 'ClassDeclaration' || node.type === 'ClassExpression';
}

function enclosingClass(node: Node): Class | null {
  for (let one: Node | null | undefined = node; one != null; one = one.parent) if (isClass(one)) return one;
  return null;
}

/** The moment of what stands in a function, or in the initializer of an instance's field. */
function entered(module: SourceModule, body: Node, inside: Moment, open: Set<Node>): Moment {
  const later: Moment = { at: 'function', conditional: inside.conditional, through: null };
  if (open.has(body)) return later;
  open.add(body);
  const calls = namesOf(module, body).flatMap((variable) => module.usesOf(variable)).filter(isCallee);
  for (const call of calls) {
    const { at, conditional } = momentOf(module, call, open);
    if (at === 'load' || at === 'called-at-load') return { at: 'called-at-load', conditional: inside.conditional || conditional, through: null };
  }
  return later;
}

/** Variables through which the module can call the function; for a constructor or an instance's field, `new` of the class. */
function namesOf(module: SourceModule, body: Node): Variable[] {
  const { parent } = body;
  if (body.type === 'FunctionDeclaration') return module.declares(body).slice(0, 1);
  if (parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier') return module.declares(parent);
  const member = parent?.type === 'MethodDefinition' && parent.kind === 'constructor' ? parent : body;
  if (member.type === 'MethodDefinition' || member.type === 'PropertyDefinition' || member.type === 'AccessorProperty') {
    const owner = enclosingClass(member);
    return owner?.type === 'ClassDeclaration' ? module.declares(owner).slice(0, 1) : [];
  }
  return [];
}

function isCallee(identifier: Node): boolean {
  const { parent } = identifier;
  return (parent?.type === 'CallExpression' || parent?.type === 'NewExpression') && parent.callee === identifier;
}

function isCallback(node: Callable): boolean {
  const { parent } = node;
  if (parent?.type !== 'CallExpression' || parent.callee === node || node.generator) return false;
  const { callee } = parent;
  return callee.type === 'MemberExpression' && callee.property.type === 'Identifier' && callsBack.has(callee.property.name);
}

function isBranch(parent: Node, child: Node): boolean {
  switch (parent.type) {
    case 'IfStatement':
    case 'ConditionalExpression':
    case 'SwitchCase':
    case 'WhileStatement':
      return parent.test !== child;
    case 'LogicalExpression':
    case 'AssignmentPattern':
      return parent.right === child;
    case 'AssignmentExpression':
      return parent.right === child && ['&&=', '||=', '??='].includes(parent.operator);
    case 'ForStatement':
    case 'ForInStatement':
    case 'ForOfStatement':
      return parent.body === child;
    case 'CatchClause':
      return true;
    default:
      return false;
  }
}

function isDead(parent: Node, child: Node): boolean {
  if (parent.type === 'LogicalExpression') return parent.operator === '&&' && parent.right === child && isFalse(parent.left);
  return parent.type === 'IfStatement' && parent.consequent === child && isFalse(parent.test);
}

function isFalse(node: Node): boolean {
  return node.type === 'Literal' && (node.value === false || node.value === 0);
}
