import type { ArrowFunctionExpression, Function as FunctionNode, Node } from 'oxc-parser';
import { isCallable } from './moment.ts';
import { walk } from './parse.ts';
import type { SourceModule } from './scopes.ts';

type Callable = FunctionNode | ArrowFunctionExpression;

/** What others may know a function by. Lines from 1: its own, with decorators and keywords before its name, up to that of its body. */
export type Called = {
  names: string[];
  firstLine: number;
  bodyLine: number;
  /** Whether it gives its callers a promise: it is `async`, or says that it returns one. */
  promises: boolean;
  /** What else it gives them: `value` where each return is written out and is the last thing it does, `unknown` for a call's result and the like. */
  returns: 'value' | 'nothing' | 'unknown';
};

/** Who calls what goes by a name in a text. */
export type Callers = {
  /** Functions that call it and wait for it, or return its promise, before they do anything else. */
  waiting: Called[];
  /** It is called otherwise, or is given to others. */
  otherwise: boolean;
  /** It is called, waited for or not. */
  called: boolean;
};

/** Every use of a name, be it a variable's or a property's: who has another thing in mind under the same name is counted too. */
export function callersOf(module: SourceModule, name: string): Callers {
  const found: Callers = { waiting: [], otherwise: false, called: false };
  walk(module.syntax.program, (node) => {
    if (node.type.startsWith('TSType') || node.type === 'TSInterfaceDeclaration') return false;
    const named = (node.type === 'Identifier' || node.type === 'PrivateIdentifier') && node.name === name;
    // A computed name may mean any.
    if (node.type === 'Literal' && node.value === name && node.parent?.type === 'MemberExpression') found.otherwise = true;
    if (!named || declares(node)) return true;
    if (callOf(node) !== null) found.called = true;
    const caller = waitingCaller(module, node);
    if (caller === null) found.otherwise = true;
    else found.waiting.push(caller);
    return true;
  });
  return found;
}

/** How a function can be called: by the name of its declaration, variable, method or property. */
export function calledBy(module: SourceModule, callable: Callable): Called {
  const { parent } = callable;
  const holder = parent !== null && parent !== undefined && ['VariableDeclarator', 'MethodDefinition', 'Property', 'PropertyDefinition'].includes(parent.type) ? parent : callable;
  const key = holder.type === 'VariableDeclarator' ? holder.id : 'key' in holder ? holder.key : 'id' in holder ? holder.id : null;
  const names = key?.type === 'Identifier' || key?.type === 'PrivateIdentifier' ? [key.name] : [];
  const promises = callable.async || typeOf(module, callable)?.startsWith('Promise<') === true;
  return { names, firstLine: module.lineAt(holder.start), bodyLine: module.lineAt((callable.body ?? callable).start), promises, returns: returnsOf(callable) };
}

/** The type that a function is written to return. */
export function typeOf({ source }: SourceModule, { returnType }: Callable): string | null {
  return returnType == null ? null : source.slice(returnType.typeAnnotation.start, returnType.typeAnnotation.end);
}

function returnsOf({ body }: Callable): Called['returns'] {
  if (body == null) return 'unknown';
  if (body.type !== 'BlockStatement') return isWrittenOut(body) ? 'value' : 'unknown';
  const returned: (Node | null)[] = [];
  walk(body, (node) => {
    if (node.type === 'ReturnStatement') returned.push(node.argument);
    return !isCallable(node);
  });
  if (returned.every((one) => one === null)) return 'nothing';
  return returned.every((one) => one !== null && isWrittenOut(one)) && body.body.at(-1)?.type === 'ReturnStatement' ? 'value' : 'unknown';
}

function isWrittenOut(value: Node): boolean {
  return ['ObjectExpression', 'ArrayExpression', 'Literal', 'TemplateLiteral', 'BinaryExpression', 'NewExpression', 'UnaryExpression'].includes(value.type);
}

/** The name of a declaration, of a parameter of types, or in an import or export: no use of it. */
function declares(node: Node): boolean {
  const { parent } = node;
  if (parent == null) return false;
  if (isCallable(parent)) return 'id' in parent && parent.id === node;
  switch (parent.type) {
    case 'VariableDeclarator':
      return parent.id === node;
    case 'MethodDefinition':
    case 'PropertyDefinition':
    case 'TSAbstractMethodDefinition':
      return parent.key === node;
    case 'Property':
      // `{ send }` of an object hands the function to whoever gets that; `{ send: function () {} }` declares one.
      return parent.key === node && !parent.shorthand && (parent.parent?.type === 'ObjectPattern' || isCallable(parent.value));
    case 'ImportSpecifier':
      return parent.imported.type !== 'Identifier' || parent.imported.name === parent.local.name;
    case 'ExportSpecifier':
      return parent.local.type !== 'Identifier' || parent.exported.type !== 'Identifier' || parent.local.name === parent.exported.name;
    case 'ImportDefaultSpecifier':
      return true;
    default:
      return parent.type.startsWith('TS') && parent.type !== 'TSNonNullExpression' && parent.type !== 'TSAsExpression';
  }
}

/** The call `f()` or `a.f()` around the name `f`. */
function callOf(name: Node): Node | null {
  const { parent } = name;
  const callee = parent?.type === 'MemberExpression' && parent.property === name && !parent.computed ? parent : name;
  const call = callee.parent;
  return call?.type === 'CallExpression' && call.callee === callee ? call : null;
}

/** The function around `await f()`, `await a.f()`, or `return f()`; null for any other use. */
function waitingCaller(module: SourceModule, name: Node): Called | null {
  const call = callOf(name);
  if (call === null) return null;
  const { parent } = call;
  const isBody = parent?.type === 'ArrowFunctionExpression' && parent.body === call;
  if (parent?.type !== 'AwaitExpression' && parent?.type !== 'ReturnStatement' && !isBody) return null;
  for (let one: Node | null | undefined = parent; one != null; one = one.parent) if (isCallable(one)) return calledBy(module, one);
  return null;
}
