import type { Node } from 'oxc-parser';
import { isConstant, writes, type SourceModule, type Variable } from './scopes.ts';
import { helperName, isTypeWrapper, type Site } from './sites.ts';
import type { Unit } from './units.ts';
import { viewAround } from './uses.ts';

/**
 * What initializers call, as paths from the module that is put off (`''` for itself, `Client`, `create().use`) or, behind its specifier and
 * a space, from another one that is imported (`dompurify sanitize`), where they run nothing else and what they hand over is the same
 * later: literals, functions, constants, JSON files, variables of the environment. Else null.
 */
export function callsOf(module: SourceModule, units: readonly Unit[], sites: readonly Site[]): string[] | null {
  const made = new Map(units.flatMap((unit) => unit.made.map(({ variable, imported }) => [variable, unit.runsCode ? '()' : imported === '*' || imported === 'default' ? '' : (imported ?? '()')] as const)));
  const about: About = { module, made, loads: new Set(sites.map(({ node }) => node)), calls: new Set() };
  for (const { runsCode, node } of units) {
    if (!runsCode) continue;
    const init = node.type === 'VariableDeclarator' ? node.init : null;
    if (node.type !== 'VariableDeclarator' || init === null || !isSame(about, init) || !isPlainPattern(node.id)) return null;
  }
  return [...about.calls].sort();
}

interface About {
  module: SourceModule;
  /** Variables that are put off too, and the path of what each holds. */
  made: ReadonlyMap<Variable, string>;
  loads: ReadonlySet<Node>;
  calls: Set<string>;
}

/** Whether an expression gives the same later as now, its calls noted. */
function isSame(about: About, node: Node): boolean {
  const same = (one: Node): boolean => isSame(about, one);
  if (isTypeWrapper(node)) return same((node as { expression: Node } & Node).expression);
  switch (node.type) {
    case 'Literal':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return true;
    case 'TemplateLiteral':
      return node.expressions.every(same);
    case 'Identifier':
      return isSameName(about, node);
    case 'MemberExpression':
      return isEnvironment(about, node) || isData(about, rootOf(node)) || ((!node.computed || node.property.type === 'Literal') && pathOf(about, node) !== null);
    case 'CallExpression':
      if (about.loads.has(node) || (helperName(node) !== null && node.arguments.every(same))) return true;
      return isKnownCall(about, node.callee, node.arguments);
    case 'NewExpression':
      return isKnownCall(about, node.callee, node.arguments);
    case 'ObjectExpression':
      return node.properties.every((property) => property.type === 'Property' && !property.computed && !letsAct(property.key) && same(property.value));
    case 'ArrayExpression':
      return node.elements.every((element) => element !== null && same(element));
    case 'UnaryExpression':
      return node.operator !== 'delete' && same(node.argument);
    case 'BinaryExpression':
    case 'LogicalExpression':
      return same(node.left) && same(node.right);
    case 'ConditionalExpression':
      return same(node.test) && same(node.consequent) && same(node.alternate);
    default:
      return false;
  }
}

function isKnownCall(about: About, callee: Node, args: readonly Node[]): boolean {
  const path = pathOf(about, callee) ?? foreignPath(about, callee);
  if (path === null) return false;
  about.calls.add(path);
  return args.every((arg) => isSame(about, arg));
}

/** Path of an expression from the module that is put off, or from what was made of it; null for everything else. */
function pathOf(about: About, node: Node): string | null {
  if (about.loads.has(node)) return '';
  if (isTypeWrapper(node)) return pathOf(about, (node as { expression: Node } & Node).expression);
  switch (node.type) {
    case 'Identifier': {
      const variable = about.module.resolve(node);
      return variable === null ? null : (about.made.get(variable) ?? null);
    }
    case 'MemberExpression': {
      const name = node.computed ? (node.property.type === 'Literal' ? String(node.property.value) : null) : node.property.type === 'Identifier' ? node.property.name : null;
      const object = name === null ? null : pathOf(about, node.object);
      return object === null ? null : object === '' ? name : `${object}.${name}`;
    }
    case 'SequenceExpression':
      return pathOf(about, node.expressions.at(-1)!);
    case 'CallExpression':
    case 'NewExpression': {
      if (node.type === 'CallExpression' && helperName(node) !== null) return node.arguments[0] === undefined ? null : pathOf(about, node.arguments[0]);
      return isKnownCall(about, node.callee, node.arguments) ? `${pathOf(about, node.callee) ?? foreignPath(about, node.callee)}()` : null;
    }
    default:
      return null;
  }
}

function isSameName({ module, made }: Pick<About, 'module' | 'made'>, identifier: Node & { type: 'Identifier' }): boolean {
  const variable = module.resolve(identifier);
  if (variable === null) return ['undefined', 'NaN', 'Infinity', '__dirname', '__filename'].includes(identifier.name);
  if (made.has(variable) || isData({ module }, identifier)) return true;
  const declared = variable.defs[0]?.node;
  if (declared === undefined || !isConstant(module, variable)) return false;
  if (declared.type === 'FunctionDeclaration') return true;
  return declared.type === 'VariableDeclarator' && declared.init?.type === 'Literal' && declared.id.type === 'Identifier';
}

/** Options that make what only computes run code that it is given, as of a DOM. */
function letsAct(key: Node): boolean {
  const name = key.type === 'Identifier' ? key.name : key.type === 'Literal' ? String(key.value) : '';
  return name === 'runScripts' || name === 'beforeParse' || name === 'resources';
}

function rootOf(node: Node): Node {
  return node.type === 'MemberExpression' && (!node.computed || node.property.type === 'Literal') ? rootOf(node.object) : node;
}

/** The content of a JSON file, which this text writes nothing to. */
function isData({ module }: Pick<About, 'module'>, node: Node): boolean {
  const from = importedBy(module, node);
  if (from === null || !from.specifier.endsWith('.json')) return false;
  return module.usesOf(module.resolve(node as Node & { type: 'Identifier' })!).every((identifier) => !writes(viewAround(identifier)));
}

/** What a name stands for that an import, or a plain `require` with the helpers of compilers around it, makes once and for all. */
function importedBy(module: SourceModule, node: Node): { specifier: string; names: string[] } | null {
  const variable = node.type === 'Identifier' ? module.resolve(node) : null;
  const declared = variable?.defs[0]?.node;
  if (variable === null || declared === undefined || !isConstant(module, variable)) return null;
  if (declared.type === 'VariableDeclarator') {
    const specifier = declared.init === null ? null : requested(module, declared.init);
    if (specifier === null) return null;
    if (declared.id.type === 'Identifier') return { specifier, names: namesOf(declared.init!) };
    const property = declared.id.type === 'ObjectPattern' ? declared.id.properties.find((one) => one.type === 'Property' && one.value.type === 'Identifier' && module.resolve(one.value) === variable) : undefined;
    return property?.type === 'Property' && property.key.type === 'Identifier' && !property.computed ? { specifier, names: [...namesOf(declared.init!), property.key.name] } : null;
  }
  if (declared.parent?.type !== 'ImportDeclaration') return null;
  const specifier = declared.parent.source.value;
  if (declared.type === 'ImportDefaultSpecifier' || declared.type === 'ImportNamespaceSpecifier') return { specifier, names: [] };
  return declared.type === 'ImportSpecifier' && declared.imported.type === 'Identifier' ? { specifier, names: [declared.imported.name] } : null;
}

/** The specifier of a plain `require`, with the helpers of compilers around it. */
function requested(module: SourceModule, node: Node): string | null {
  const whole = rootOf(node);
  if (whole.type !== 'CallExpression') return null;
  const [argument] = whole.arguments;
  if (helperName(whole) !== null && argument !== undefined) return requested(module, argument);
  const isRequire = whole.callee.type === 'Identifier' && whole.callee.name === 'require' && module.resolve(whole.callee) === null;
  return isRequire && argument?.type === 'Literal' && typeof argument.value === 'string' ? argument.value : null;
}

/** `b.c` of `require('a').b.c`. */
function namesOf(node: Node): string[] {
  if (node.type !== 'MemberExpression') return [];
  const name = node.property.type === 'Identifier' ? node.property.name : node.property.type === 'Literal' ? String(node.property.value) : '';
  return [...namesOf(node.object), name];
}

/** Specifier and path of what is called of another import, if it is one that nothing in the text changes. */
function foreignPath({ module }: About, callee: Node): string | null {
  const names: string[] = [];
  let root = callee.type === 'SequenceExpression' ? callee.expressions.at(-1)! : callee;
  for (; root.type === 'MemberExpression'; root = root.object) {
    if (root.computed || root.property.type !== 'Identifier') return null;
    names.unshift(root.property.name);
  }
  const from = importedBy(module, root);
  return from === null ? null : [from.specifier, [...from.names, ...names].filter((name) => name !== 'default').join('.')].join(' ');
}

/** `process.env.NAME`. */
function isEnvironment({ module }: About, node: Node & { type: 'MemberExpression' }): boolean {
  const { object, computed } = node;
  if (computed || object.type !== 'MemberExpression' || object.computed) return false;
  const isEnv = object.property.type === 'Identifier' && object.property.name === 'env' && object.object.type === 'Identifier' && object.object.name === 'process';
  return isEnv && module.resolve(object.object) === null;
}

function isPlainPattern(node: Node): boolean {
  if (node.type === 'Identifier') return true;
  return node.type === 'ObjectPattern' && node.properties.every((property) => property.type === 'Property' && !property.computed && property.value.type === 'Identifier');
}
