import type { ArrowFunctionExpression, Function as FunctionNode, FunctionBody, Node } from 'oxc-parser';
import { calledBy, typeOf, type Called } from './callers.ts';
import type { Edit } from './edits.ts';
import { isCallable, isClass } from './moment.ts';
import { walk } from './parse.ts';
import type { SourceModule } from './scopes.ts';

type Callable = FunctionNode | ArrowFunctionExpression;

/** A place in a function where statements can be put, so that they run before everything in it that needs them. */
export type Place = { owner: Callable; start: number; end: number; insert(statements: string[]): Edit[] };

/** Whether whoever calls a function waits for it before doing anything else, so that nobody sees it begin later. */
export type MayWait = (callable: Called) => boolean;

/**
 * The functions that need statements so that all the uses find what these declare, one place in each; null when a use stands
 * where no statement can come before it. With `mayWait`, statements have an `await`, and only places are given where another
 * wait changes nothing that anyone can see.
 */
export function placesFor(module: SourceModule, uses: Node[], mayWait: MayWait | null): Place[] | null {
  const places = new Map<Callable, Place>();
  for (const use of uses) {
    const [owner, place] = placeAround(module, use, uses, mayWait) ?? [null, null];
    if (owner === null) return null;
    places.set(owner, place);
  }
  // What an outer function declares, the inner ones see.
  return [...places].filter(([owner]) => ![...places.keys()].some((other) => other !== owner && contains(other, owner))).map(([, place]) => place);
}

/** The place in the innermost function around a use that has one. */
function placeAround(module: SourceModule, use: Node, uses: readonly Node[], mayWait: MayWait | null): [Callable, Place] | null {
  for (let owner = ownerOf(use); owner !== null; owner = ownerOf(owner)) {
    const around = owner;
    const place = mayWait === null ? openingPlace(module, owner) : waitingPlace(module, owner, uses.filter((one) => contains(around, one)), mayWait);
    if (place !== null) return [owner, place];
    if (mayWait === null) return null;
  }
  return null;
}

/** The innermost function around a use that has a body of statements, or can get one; callbacks of loops belong to what is around. */
function ownerOf(use: Node): Callable | null {
  let found: Callable | null = null;
  let child = use;
  for (let parent = child.parent; parent != null; child = parent, parent = child.parent) {
    if (isClass(parent) || parent.type === 'PropertyDefinition') {
      if (found !== null) return found;
      if (parent.type === 'PropertyDefinition') return null;
    }
    if (!isCallable(parent)) continue;
    // A parameter's default value runs before the body.
    if (parent.body !== child) return found;
    if (parent.body?.type === 'BlockStatement' && !isInLoopCall(parent)) return parent;
    found = parent;
  }
  return found;
}

function isInLoopCall(node: Callable): boolean {
  const call = node.parent;
  if (call?.type !== 'CallExpression' || call.callee.type !== 'MemberExpression' || call.callee.property.type !== 'Identifier') return false;
  return ['map', 'forEach', 'filter', 'reduce', 'some', 'every', 'find', 'findIndex', 'flatMap', 'sort'].includes(call.callee.property.name);
}

function openingPlace(module: SourceModule, owner: Callable): Place | null {
  const { body } = owner;
  if (body?.type !== 'BlockStatement') return body == null ? null : bodyPlace(module, owner, body);
  const first = body.body.find((statement) => !('directive' in statement && statement.directive != null));
  return first === undefined ? null : before(module, owner, first);
}

/** `() => x.y()` becomes a function with a block, laid out on lines of its own. */
function bodyPlace(module: SourceModule, owner: Callable, body: Node): Place | null {
  const { source } = module;
  const arrow = source.lastIndexOf('=>', body.start) + 2;
  if (source.slice(arrow, body.start).includes('\n')) return null;
  const indent = indentAt(source, owner.start);
  const inner = indent + unitOf(source);
  const end = /;\s*$/m.test(source) ? ';' : '';
  const gap = /\s/.test(source[arrow]!) ? '' : ' ';
  const insert = (statements: string[]): Edit[] => [
    { start: arrow, end: arrow, text: ` {\n${statements.map((statement) => `${inner}${statement}\n`).join('')}${inner}return${gap}` },
    { start: owner.end, end: owner.end, text: `${end}\n${indent}}` },
  ];
  return { owner, start: arrow, end: owner.end, insert };
}

/** Right after a wait, or right before one that needs it, with nothing before it but looking at values and leaving; else see `firstPlace`. */
function waitingPlace(module: SourceModule, owner: Callable, uses: Node[], mayWait: MayWait): Place | null {
  const { body } = owner;
  if (owner.generator || body == null) return null;
  if (!owner.async) return asyncPlace(module, owner, uses, mayWait);
  if (body.type !== 'BlockStatement') return mayWait(calledBy(module, owner)) ? bodyPlace(module, owner, body) : null;
  let statements: Node[] = (body as FunctionBody).body;
  for (;;) {
    const first = statements.findIndex((statement) => uses.some((use) => contains(statement, use)));
    if (first === -1) return null;
    for (let index = first - 1; index >= 0; index -= 1) if (isWait(statements[index]!)) return before(module, owner, statements[index + 1]!);
    const using = statements[first]!;
    if (!statements.slice(0, first).every((statement) => isLooking(statement) || isGuard(statement))) return firstPlace(module, owner, uses, mayWait);
    if (isWait(using) || using.type === 'ReturnStatement') return before(module, owner, using);
    if (using.type !== 'TryStatement' || !uses.every((use) => contains(using.block, use))) return firstPlace(module, owner, uses, mayWait);
    statements = using.block.body;
  }
}

/** In a function that becomes `async` for it. */
function asyncPlace(module: SourceModule, owner: Callable, uses: Node[], mayWait: MayWait): Place | null {
  const edits = asyncEdits(module, owner);
  if (edits === null) return null;
  const isBlock = owner.body!.type === 'BlockStatement';
  const place = isBlock ? firstPlace(module, owner, uses, mayWait) : mayWait(calledBy(module, owner)) ? bodyPlace(module, owner, owner.body!) : null;
  return place && { ...place, insert: (statements) => [...edits, ...place.insert(statements)] };
}

/** `async` before a function, and a promise of what it is written to return; null for what cannot be `async`. */
function asyncEdits(module: SourceModule, owner: Callable): Edit[] | null {
  const { parent, returnType } = owner;
  const isMethod = parent?.type === 'MethodDefinition' || (parent?.type === 'Property' && (parent.method || parent.kind !== 'init'));
  if (isMethod && (parent.computed || (parent.kind !== 'method' && parent.kind !== 'init'))) return null;
  const start = isMethod ? parent.key.start : owner.start;
  const type = typeOf(module, owner);
  const edits = [{ start, end: start, text: 'async ' }];
  if (type === null || type.startsWith('Promise<') || returnType == null) return edits;
  if (/\b(?:Observable|Generator|Iterator|Iterable|asserts|is)\b/.test(type)) return null;
  return [...edits, { start: returnType.typeAnnotation.start, end: returnType.typeAnnotation.end, text: `Promise<${type}>` }];
}

/**
 * Before anything that a function does, where nobody sees it begin later: all that it did at once, it still does at once. But what
 * it listens to may have happened by then.
 */
function firstPlace(module: SourceModule, owner: Callable, uses: readonly Node[], mayWait: MayWait): Place | null {
  const statements = (owner.body as FunctionBody).body;
  const first = statements.findIndex((statement) => (!isLooking(statement) && !isGuard(statement)) || uses.some((use) => contains(statement, use)));
  if (first === -1 || listensAtOnce(statements.slice(first)) || !mayWait(calledBy(module, owner))) return null;
  return before(module, owner, statements[first]!);
}

const listening = new Set(['on', 'once', 'addListener', 'prependListener', 'prependOnceListener', 'addEventListener', 'subscribe', 'pipe', 'pipeTo', 'pipeline']);

/** Whether one of the statements up to the first that waits asks to be told about events. */
function listensAtOnce(statements: readonly Node[]): boolean {
  let waits = false;
  let listens = false;
  for (const statement of statements) {
    if (waits) break;
    walk(statement, (node) => {
      if (node.type === 'AwaitExpression') waits = true;
      if (node.type === 'CallExpression') {
        const { callee } = node;
        const name = callee.type === 'MemberExpression' ? callee.property : callee;
        if (name.type === 'Identifier' && listening.has(name.name)) listens = true;
      }
      return !isCallable(node);
    });
  }
  return listens;
}

/** `await x;`, `const y = await x;`, `y = await x;`: after the wait nothing happens but that a name gets the value. */
function isWait(statement: Node): boolean {
  if (statement.type === 'VariableDeclaration') return statement.declarations.length === 1 && statement.declarations[0]!.init?.type === 'AwaitExpression';
  if (statement.type !== 'ExpressionStatement') return false;
  const { expression } = statement;
  return expression.type === 'AwaitExpression' || (expression.type === 'AssignmentExpression' && expression.left.type === 'Identifier' && expression.right.type === 'AwaitExpression');
}

/** A directive, or variables that are made by looking at others. */
function isLooking(statement: Node): boolean {
  if ('directive' in statement && statement.directive != null) return true;
  return statement.type === 'VariableDeclaration' && looksOnly(statement);
}

/** `if (looked at) return ...`: those who stay see nothing of it. */
function isGuard(statement: Node): boolean {
  if (statement.type !== 'IfStatement' || statement.alternate !== null || !looksOnly(statement.test)) return false;
  const last = statement.consequent.type === 'BlockStatement' ? statement.consequent.body.at(-1) : statement.consequent;
  return last?.type === 'ReturnStatement' || last?.type === 'ThrowStatement';
}

function looksOnly(code: Node): boolean {
  let looks = true;
  walk(code, (node) => {
    if (['CallExpression', 'NewExpression', 'AwaitExpression', 'TaggedTemplateExpression', 'AssignmentExpression', 'UpdateExpression', 'ImportExpression'].includes(node.type)) looks = false;
    return looks && !isCallable(node);
  });
  return looks;
}

function before({ source }: SourceModule, owner: Callable, statement: Node): Place {
  const { start } = statement;
  const lineStart = source.lastIndexOf('\n', start - 1) + 1;
  const alone = /^\s*$/.test(source.slice(lineStart, start));
  const indent = alone ? source.slice(lineStart, start) : '';
  const newline = source.includes('\r\n') ? '\r\n' : '\n';
  const text = (statements: string[]) => statements.map((one) => (alone ? `${one}${newline}${indent}` : `${one.replace(/;?([^\S\r\n]*\/\/.*)?$/, ';')} `)).join('');
  return { owner, start, end: start, insert: (statements) => [{ start, end: start, text: text(statements) }] };
}

function contains(outer: Node, inner: Node): boolean {
  return outer.start <= inner.start && outer.end >= inner.end;
}

function indentAt(source: string, offset: number): string {
  return /^[^\S\n]*/.exec(source.slice(source.lastIndexOf('\n', offset - 1) + 1))![0];
}

/** What the file indents by: the smallest indentation in it, two blanks where there is none. */
function unitOf(source: string): string {
  return /^(\t| {2,8})\S/m.exec(source)?.[1] ?? '  ';
}
