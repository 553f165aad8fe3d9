import type { Node } from 'oxc-parser';
import { valuesUnder, type ImportRequest, type Value } from '../model/summary.ts';
import { addMember, containerOf, further, inherit, keyOf, mention, newRegion, note, request, type At, type Scan } from './summary-scan.ts';

type Call = Node & { type: 'CallExpression' | 'NewExpression' };

/** What a call gives: notes that its callee runs and what its arguments are handed to. */
export function callValue(scan: Scan, node: Call, at: At): Value[] {
  const callee = unwrapped(node.callee);
  const known = node.type === 'CallExpression' ? (required(scan, node, callee, at) ?? helped(scan, node, callee, at)) : null;
  if (known !== null) return known;
  const place = callee.type === 'MemberExpression' ? callee.property : node.type === 'NewExpression' ? node : callee;
  const inside: At = node.arguments.some((one) => one.type !== 'Literal') ? { ...at, region: newRegion(scan, 'call', at.region, true, place.start, node.end) } : at;
  const callees = scan.evaluator.valueOf(scan, callee, inside).map(withoutBind);
  for (const one of callees) note(scan, inside, { ...one, how: 'run' });
  const to = callees[0] ?? null;
  for (const one of node.arguments) mention(scan, one.type === 'SpreadElement' ? one.argument : one, inside, { how: 'give', to });
  const as = node.type === 'NewExpression' ? 'new' : 'call';
  // What comes of calling a result is nothing that the text tells.
  return callees.flatMap((one) => (one.as === undefined && one.name !== -1 ? [{ ...one, as } as const] : []));
}

/** `f.bind(x)`, `f.call(x)` and `f.apply(x)` run `f`. */
function withoutBind(callee: Value): Value {
  const path = callee.as === undefined ? callee.path : (callee.rest ?? []);
  if (path.length === 0 || !['bind', 'call', 'apply'].includes(path.at(-1)!)) return callee;
  return callee.as === undefined ? { ...callee, path: path.slice(0, -1) } : { ...callee, rest: path.slice(0, -1) };
}

function unwrapped(callee: Node): Node {
  let node = callee;
  for (;;) {
    if (node.type === 'ChainExpression' || node.type === 'ParenthesizedExpression' || node.type === 'TSNonNullExpression' || node.type === 'TSAsExpression') node = node.expression;
    else if (node.type === 'SequenceExpression') node = node.expressions.at(-1)!;
    else return node;
  }
}

/** Notes a request for a module; a computed one with the folder that it begins with, where the text tells. */
export function requestOf(scan: Scan, node: Node, specifier: Node, kind: ImportRequest['kind'], at: At): number {
  if (specifier.type === 'Literal' && typeof specifier.value === 'string') return request(scan, at, node, kind, specifier.value);
  if (specifier.type === 'TemplateLiteral' && specifier.expressions.length === 0) return request(scan, at, node, kind, specifier.quasis[0]!.value.cooked ?? '');
  mention(scan, specifier, at);
  const head = specifier.type === 'TemplateLiteral' ? specifier.quasis[0]!.value.cooked : specifier.type === 'BinaryExpression' && specifier.left.type === 'Literal' ? specifier.left.value : null;
  const folder = typeof head === 'string' ? /^\.{1,2}\/(?:.*\/)?/.exec(head)?.[0] : undefined;
  return request(scan, at, node, kind, null, folder);
}

/** `require('x')` under whatever name compilers and `createRequire` give it; null for other calls. */
function required(scan: Scan, node: Node & { type: 'CallExpression' }, callee: Node, at: At): Value[] | null {
  const name = callee.type === 'Identifier' ? callee.name : callee.type === 'MemberExpression' && !callee.computed && callee.property.type === 'Identifier' ? callee.property.name : '';
  const [specifier] = node.arguments;
  if (!/require$/i.test(name) || specifier === undefined || specifier.type === 'SpreadElement') return null;
  const plain = callee.type === 'Identifier' && name === 'require';
  if (!plain && !(specifier.type === 'Literal' && typeof specifier.value === 'string')) return null;
  return [{ request: requestOf(scan, node, specifier, 'require', at), path: [] }];
}

const interop = /^(?:__import(?:Star|Default)|_?interop|__toESM|__toModule|__toCommonJS)/i;

/** Helpers that compilers write, and `Object`'s functions that move properties; null for other calls. */
function helped(scan: Scan, node: Node & { type: 'CallExpression' }, callee: Node, at: At): Value[] | null {
  const names = namesIn(callee);
  const last = names.at(-1) ?? '';
  const [first, second, third] = node.arguments;
  if (first === undefined || first.type === 'SpreadElement') return null;
  if (/^_*(?:ts_)?decorate$/.test(last) && first.type === 'ArrayExpression' && second !== undefined) return decorated(scan, first.elements, second, third, at);
  if (/^_*export_?star$|^__reExport$/i.test(last) || (last === '__export' && second === undefined)) return reexported(scan, node.arguments, at);
  if (/^_*export$/.test(last) && second?.type === 'ObjectExpression') return getters(scan, first, second, at);
  if (names.some((name) => interop.test(name))) {
    for (const one of node.arguments.slice(1)) mention(scan, one, at);
    return scan.evaluator.valueOf(scan, first, at);
  }
  if (names[0] !== 'Object' || names.length !== 2) return null;
  if (last === 'freeze' || last === 'seal' || last === 'preventExtensions') return scan.evaluator.valueOf(scan, first, at);
  if (last === 'assign') return copied(scan, node.arguments, at);
  if (last !== 'defineProperty' || third?.type !== 'ObjectExpression' || second === undefined) return null;
  const values = third.properties.flatMap((one) => (one.type === 'Property' ? described(scan, one, at) : []));
  const key = keyOf(scan, second, true, at);
  for (const { name, path } of scan.evaluator.valueOf(scan, first, at)) if (name !== undefined && name >= 0) addMember(scan, containerOf(scan, name), path.find((one) => one !== 'prototype') ?? key, values);
  return [];
}

function namesIn(callee: Node): string[] {
  if (callee.type === 'Identifier') return [callee.name];
  if (callee.type !== 'MemberExpression' || callee.computed || callee.property.type !== 'Identifier') return [];
  return [...namesIn(callee.object), callee.property.name];
}

/** A property of a descriptor, or of an object of getters: the value that reading gives. */
function described(scan: Scan, property: Node & { type: 'Property' }, at: At): Value[] {
  const { value } = property;
  if (value.type === 'ArrowFunctionExpression' && value.body.type !== 'BlockStatement') return scan.evaluator.valueOf(scan, value.body, at);
  if (value.type !== 'FunctionExpression' && value.type !== 'ArrowFunctionExpression') return scan.evaluator.valueOf(scan, value, at);
  const only = value.body?.type === 'BlockStatement' ? value.body.body : [];
  const [returned] = only;
  if (only.length === 1 && returned?.type === 'ReturnStatement' && returned.argument !== null) return scan.evaluator.valueOf(scan, returned.argument, at);
  return scan.evaluator.valueOf(scan, value, at);
}

function getters(scan: Scan, target: Node, object: Node & { type: 'ObjectExpression' }, at: At): Value[] {
  for (const { name } of scan.evaluator.valueOf(scan, target, at)) {
    if (name === undefined || name < 0) continue;
    for (const one of object.properties) if (one.type === 'Property') addMember(scan, containerOf(scan, name), keyOf(scan, one.key, one.computed, at), described(scan, one, at));
  }
  return [];
}

function reexported(scan: Scan, args: readonly Node[], at: At): Value[] {
  const sources = args.flatMap((one) => scan.evaluator.valueOf(scan, one, at)).filter(({ request: asked }) => asked !== undefined);
  if (scan.moduleExports !== null) inherit(scan, containerOf(scan, scan.moduleExports), sources);
  return [];
}

function copied(scan: Scan, [target, ...sources]: readonly Node[], at: At): Value[] {
  const into = scan.evaluator.valueOf(scan, target!, at);
  const from = sources.flatMap((one) => scan.evaluator.valueOf(scan, one.type === 'SpreadElement' ? one.argument : one, at));
  for (const { name, self } of into) {
    if (name !== undefined && name >= 0) inherit(scan, containerOf(scan, name), from);
    else if (self !== undefined) inherit(scan, self, from);
  }
  for (const to of into) for (const value of from) note(scan, at, { ...value, how: 'give', to, stored: true });
  return [...into, ...from];
}

/** Regions for decorators that stand in the source. */
export function decoratorRegions(scan: Scan, nodes: readonly Node[], at: At): number[] {
  return nodes.map((node) => decorator(scan, node.type === 'Decorator' ? node.expression : node, at));
}

function decorator(scan: Scan, expression: Node, at: At): number {
  const region = newRegion(scan, 'decorators', at.region, true, expression.start, expression.end);
  const inside = { ...at, region };
  const options = expression.type === 'CallExpression' && namesIn(unwrapped(expression.callee)).at(-1) === 'Module' ? expression.arguments[0] : undefined;
  if (options?.type === 'ObjectExpression') injection(scan, options, inside);
  else mention(scan, expression, inside);
  return region;
}

/**
 * What a Nest module lists: its controllers are the routes' own, plain providers are there for whoever asks for their
 * class, and everything else is handed to the framework.
 */
function injection(scan: Scan, options: Node & { type: 'ObjectExpression' }, at: At): void {
  for (const one of options.properties) {
    if (one.type !== 'Property') mention(scan, one, at);
    else {
      const key = keyOf(scan, one.key, one.computed, at);
      if (key === 'controllers' || key === 'exports') continue;
      const listed = one.value.type === 'ArrayExpression' ? one.value.elements : [one.value];
      for (const element of listed) {
        if (element === null) continue;
        const isClass = key === 'providers' && (element.type === 'Identifier' || element.type === 'MemberExpression');
        mention(scan, element.type === 'SpreadElement' ? element.argument : element, at, isClass ? { how: 'take' } : { how: 'give', to: null });
      }
    }
  }
}

/** `X = __decorate([...], X)` and `__decorate([...], X.prototype, 'key')`. */
function decorated(scan: Scan, elements: readonly (Node | null)[], target: Node, key: Node | undefined, at: At): Value[] {
  const owners = scan.evaluator.valueOf(scan, target, at).flatMap(({ name }) => (name === undefined || name < 0 ? [] : [containerOf(scan, name)]));
  const on = key?.type === 'Literal' ? String(key.value) : '';
  for (const element of elements) {
    if (element === null) continue;
    const types = on === '' ? constructorTypes(element) : null;
    if (types !== null) {
      for (const owner of owners) types.forEach((type, i) => addMember(scan, owner, `design:${i}`, type === null ? [] : scan.evaluator.valueOf(scan, type, at)));
      continue;
    }
    const region = decorator(scan, element, at);
    for (const owner of owners) {
      const known = (scan.regions[owner]!.decorators ??= {});
      known[on] = [...(Object.hasOwn(known, on) ? known[on]! : []), region];
    }
  }
  return [];
}

/** Elements of `__metadata("design:paramtypes", [...])`. */
function constructorTypes(element: Node): readonly (Node | null)[] | null {
  if (element.type !== 'CallExpression') return null;
  const [first, second] = element.arguments;
  return first?.type === 'Literal' && first.value === 'design:paramtypes' && second?.type === 'ArrayExpression' ? second.elements : null;
}

/** Tells constructors what the compiler's metadata says about the types of their parameters. */
export function applyConstructorTypes(scan: Scan): void {
  for (const { container, values } of scan.names) {
    const types = container === undefined ? undefined : scan.regions[container]!.members;
    if (types === undefined) continue;
    for (const { region } of values) {
      const [made] = valuesUnder((region === undefined ? undefined : scan.regions[region]!.members) ?? {}, 'constructor');
      const params = made?.region === undefined ? [] : (scan.params.get(made.region) ?? []);
      params.forEach((name, i) => {
        const [type] = valuesUnder(types, `design:${i}`);
        if (name >= 0 && type !== undefined) scan.names[name]!.type = further(type, []);
      });
    }
  }
}

