import type { Expression } from 'oxc-parser';
import type { Run } from './run.ts';
import { lookUp, type Scope } from './things.ts';

const typesInNode: Record<string, string> = Object.fromEntries([
  ...['define', 'window', 'document', 'self', 'importScripts', 'WorkerGlobalScope', 'DedicatedWorkerGlobalScope', 'ServiceWorkerGlobalScope', 'Deno', 'Bun', 'EdgeRuntime', 'XMLHttpRequest', 'ActiveXObject', 'jest', 'HTMLElement', 'Window', 'chrome', 'browser', 'requirejs', 'YUI', 'QUnit', 'java', 'Packages', '__webpack_require__', '__non_webpack_require__', 'angular', 'jQuery', '$', 'ender', 'undefined'].map((name) => [name, 'undefined']),
  ...['global', 'globalThis', 'process', 'console', 'Reflect', 'JSON', 'Math', 'Intl', 'WebAssembly', 'performance', 'Atomics'].map((name) => [name, 'object']),
  ...['Object', 'Function', 'Array', 'Symbol', 'Map', 'Set', 'WeakMap', 'WeakSet', 'WeakRef', 'Promise', 'Proxy', 'BigInt', 'Buffer', 'setTimeout', 'setImmediate', 'queueMicrotask', 'fetch', 'URL', 'URLSearchParams', 'TextEncoder', 'TextDecoder', 'AbortController', 'structuredClone', 'ArrayBuffer', 'Uint8Array', 'SharedArrayBuffer', 'Date', 'RegExp', 'Error', 'EventTarget', 'Event'].map((name) => [name, 'function']),
]);

/** True or false where a condition has one answer in every Node that we run on; null where it has not. */
export function fold(run: Run, scope: Scope, test: Expression): boolean | null {
  const value = constant(run, scope, test);
  return value === undefined ? null : Boolean(value.is);
}

/** The value of an expression; undefined where it is not constant. Objects are stood for by `true`. */
function constant(run: Run, scope: Scope, node: Expression): { is: unknown } | undefined {
  const of = (one: Expression): { is: unknown } | undefined => constant(run, scope, one);
  switch (node.type) {
    case 'Literal':
      return 'regex' in node ? { is: true } : { is: node.value };
    case 'Identifier':
      if (node.name === 'undefined') return { is: undefined };
      if (isModuleName(run, scope, node.name)) return { is: true };
      return typesInNode[node.name] !== undefined && lookUp(scope, node.name) === null ? { is: typesInNode[node.name] !== 'undefined' } : undefined;
    case 'UnaryExpression': {
      if (node.operator === 'typeof' && node.argument.type === 'Identifier') return typeOf(run, scope, node.argument.name);
      if (node.operator === 'typeof' && isMember(node.argument, 'module', 'exports') && isModuleName(run, scope, 'module')) return { is: 'object' };
      const argument = node.operator === '!' || node.operator === 'void' ? of(node.argument) : undefined;
      return argument && { is: node.operator === '!' ? !argument.is : undefined };
    }
    case 'MemberExpression':
      return isMember(node, 'module', 'exports') && isModuleName(run, scope, 'module') ? { is: true } : undefined;
    case 'LogicalExpression': {
      const left = of(node.left);
      if (left === undefined) {
        // `x && false` is false whatever x is.
        const right = of(node.right);
        return right !== undefined && ((node.operator === '&&' && !right.is) || (node.operator === '||' && right.is)) ? right : undefined;
      }
      const decided = node.operator === '&&' ? !left.is : node.operator === '||' ? Boolean(left.is) : left.is != null;
      return decided ? left : of(node.right);
    }
    case 'BinaryExpression': {
      if (isMember(node.left as Expression, 'require', 'main') || isMember(node.right, 'require', 'main')) {
        // What can be deferred was not started as the main module.
        const other = isMember(node.right, 'require', 'main') ? (node.left as Expression) : node.right;
        return other.type === 'Identifier' && other.name === 'module' && /^[=!]==?$/.test(node.operator) ? { is: node.operator.startsWith('!') } : undefined;
      }
      const [left, right] = [of(node.left as Expression), of(node.right)];
      if (!left || !right) return undefined;
      if (node.operator === '===' || node.operator === '==') return { is: left.is === right.is };
      if (node.operator === '!==' || node.operator === '!=') return { is: left.is !== right.is };
      return undefined;
    }
    default:
      return undefined;
  }
}

function typeOf(run: Run, scope: Scope, name: string): { is: string } | undefined {
  if (isModuleName(run, scope, name)) return { is: name === 'require' ? 'function' : 'object' };
  if (lookUp(scope, name) !== null) return undefined;
  if (run.moduleFormat === 'esm' && ['module', 'exports', 'require', '__filename', '__dirname'].includes(name)) return { is: 'undefined' };
  const type = typesInNode[name];
  return type === undefined ? undefined : { is: type };
}

/** `module`, `exports` and `require` as Node hands them in, not a variable of that name. */
function isModuleName(run: Run, scope: Scope, name: string): boolean {
  if (run.moduleFormat !== 'cjs' || !['module', 'exports', 'require'].includes(name)) return false;
  let top = scope;
  while (top.above) top = top.above;
  return lookUp(scope, name) === top.names.get(name);
}

function isMember(node: Expression, object: string, property: string): boolean {
  return node.type === 'MemberExpression' && node.object.type === 'Identifier' && node.object.name === object && node.property.type === 'Identifier' && !node.computed && node.property.name === property;
}

/** Whether a condition asks nothing but what this version of Node has: no variables, no environment, no calls. */
export function isFeatureTest(scope: Scope, test: Expression): boolean {
  switch (test.type) {
    case 'Literal':
      return true;
    case 'Identifier':
      return lookUp(scope, test.name) === null;
    case 'UnaryExpression':
      return isFeatureTest(scope, test.argument);
    case 'LogicalExpression':
      return isFeatureTest(scope, test.left) && isFeatureTest(scope, test.right);
    case 'BinaryExpression':
      return isFeatureTest(scope, test.left as Expression) && isFeatureTest(scope, test.right);
    case 'ChainExpression':
      return isFeatureTest(scope, test.expression as Expression);
    case 'MemberExpression':
      if (test.object.type === 'Identifier' && test.object.name === 'process') return test.property.type === 'Identifier' && /^(?:version|versions|release|features|platform)$/.test(test.property.name);
      return isFeatureTest(scope, test.object) && (!test.computed || isFeatureTest(scope, test.property));
    default:
      return false;
  }
}
