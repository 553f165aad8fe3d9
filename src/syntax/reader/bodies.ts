import { ts } from 'ts-morph';
import type { Machine } from './machine.ts';
import { read, scopeOf, type ForeignValue, type FunctionValue, type Place, type Value } from './values.ts';

const Kind = ts.SyntaxKind;

/** One thing that the text of a function does, in the words of the text. */
export interface Fact {
  kind: 'call' | 'new' | 'member' | 'text';
  /** As written, calls and keys folded: `req.headers.authorization`, `res.json`. */
  name: string;
  /** Where the callee comes from, as far as that is known: `node:fs.writeFileSync`, `axios.create().get`. */
  origin: string | null;
  /** The first argument or the key, where it is a known text. */
  text: string | null;
  /** The first argument as written. */
  argument: string;
  /** The names of the options given, where they are written out. */
  options: string[];
  /** Stands alone as a statement, without anyone waiting for it. */
  unawaited: boolean;
  place: Place;
}

/** A variable of a module that a function uses. */
export interface VariableUse {
  /** `file#name`. */
  variable: string;
  name: string;
  writes: boolean;
  place: Place;
}

export interface Body {
  facts: Fact[];
  uses: VariableUse[];
  /** Functions of the app that it calls or hands on. */
  leads: FunctionValue[];
}

/** What is not waited for may be how the answer is sent, or how a promise is kept. */
const answering = /\b(?:res|response|reply|next|resolve|reject|done|cb|callback)\b\s*(?:[.(]|\)|,)/;

/** Methods that change what they are called on. */
const changing = /^(?:push|pop|shift|unshift|splice|set|add|delete|clear|sort|reverse|fill)$/;

/** Reads the bodies of functions without calling them; each is read once. */
export class Bodies {
  private readonly machine: Machine;
  private readonly shapeOf: (thing: ForeignValue) => string;
  private readonly known = new Map<FunctionValue, Body>();

  constructor(machine: Machine, shapeOf: (thing: ForeignValue) => string) {
    this.machine = machine;
    this.shapeOf = shapeOf;
  }

  /** A function and all of the app that it leads to, with the number of calls between, itself first; at most `limit` of them. */
  reachedFrom(start: FunctionValue, limit = 400): { body: Body; distance: number }[] {
    const seen = new Set<ts.Node>();
    const bodies: { body: Body; distance: number }[] = [];
    const open = [{ fn: start, distance: 0 }];
    for (let next = open.shift(); next !== undefined && bodies.length < limit; next = open.shift()) {
      const { fn, distance } = next;
      if (seen.has(fn.node)) continue;
      seen.add(fn.node);
      const body = this.bodyOf(fn);
      bodies.push({ body, distance });
      for (const lead of [...body.leads, ...fn.wraps]) open.push({ fn: lead, distance: distance + 1 });
    }
    return bodies;
  }

  private bodyOf(fn: FunctionValue): Body {
    let body = this.known.get(fn);
    if (body === undefined) {
      body = { facts: [], uses: [], leads: [] };
      this.known.set(fn, body);
      this.visit(fn.node, fn, localNames(fn.node), body);
    }
    return body;
  }

  private visit(node: ts.Node, fn: FunctionValue, locals: ReadonlySet<string>, body: Body): void {
    const place = (at: ts.Node): Place => {
      const { line, character } = fn.module.source.getLineAndCharacterOfPosition(at.getStart(fn.module.source));
      return { file: fn.module.file, line: line + 1, column: character + 1 };
    };
    const children = (): void => ts.forEachChild(node, (child) => this.visit(child, fn, locals, body));
    if (ts.isTypeNode(node) && node.kind !== Kind.ExpressionWithTypeArguments) return;
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      const target = this.resolve(node.expression, fn, locals);
      if (target?.kind === 'function') body.leads.push(target);
      const args = node.arguments ?? [];
      for (const arg of args) this.follow(arg, fn, locals, body);
      body.facts.push({
        kind: ts.isNewExpression(node) ? 'new' : 'call',
        name: dotted(node.expression),
        origin: target?.kind === 'foreign' ? this.shapeOf(target).replace(/^new /, '') : null,
        text: args[0] === undefined ? null : this.textOf(args[0], fn, locals),
        argument: args[0] === undefined ? '' : dotted(args[0]),
        options: args.flatMap((arg) => (ts.isObjectLiteralExpression(arg) ? arg.properties.map((one) => (one.name === undefined ? '' : one.name.getText(fn.module.source))) : [])),
        unawaited: node.parent !== undefined && (ts.isExpressionStatement(node.parent) || ts.isVoidExpression(node.parent)) && !answering.test(node.getText(fn.module.source)),
        place: place(node),
      });
    } else if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) {
      const key = ts.isPropertyAccessExpression(node) ? node.name.text : this.textOf(node.argumentExpression, fn, locals);
      body.facts.push({ kind: 'member', name: dotted(node), origin: null, text: key, argument: '', options: [], unawaited: false, place: place(node) });
    } else if (ts.isStringLiteralLike(node)) {
      body.facts.push({ kind: 'text', name: '', origin: null, text: node.text, argument: '', options: [], unawaited: false, place: place(node) });
    } else if (ts.isIdentifier(node) && !locals.has(node.text)) {
      this.use(node, fn, body, place(node));
    }
    children();
  }

  /** Functions handed on as values are called by someone. */
  private follow(arg: ts.Expression, fn: FunctionValue, locals: ReadonlySet<string>, body: Body): void {
    if (!ts.isIdentifier(arg) && !ts.isPropertyAccessExpression(arg)) return;
    const value = this.resolve(arg, fn, locals);
    if (value?.kind === 'function') body.leads.push(value);
  }

  private use(node: ts.Identifier, fn: FunctionValue, body: Body, place: Place): void {
    const scope = scopeOf(node.text, fn.scope);
    if (scope === null || scope !== fn.module.scope || isName(node)) return;
    const slot = scope.names.get(node.text)!;
    // Imports, functions and known texts hold no state; what is a module's own variable may.
    if (slot.kind === 'getter' || slot.kind === 'function' || slot.kind === 'native' || slot.kind === 'foreign') return;
    body.uses.push({ variable: `${fn.module.file}#${node.text}`, name: node.text, writes: isWritten(node), place });
  }

  private textOf(node: ts.Expression, fn: FunctionValue, locals: ReadonlySet<string>): string | null {
    if (ts.isStringLiteralLike(node)) return node.text;
    const value = ts.isIdentifier(node) ? this.resolve(node, fn, locals) : null;
    return value?.kind === 'data' && typeof value.value === 'string' ? value.value : null;
  }

  /** What an expression names, where that needs no calling; null for what belongs to the function itself. */
  private resolve(node: ts.Expression, fn: FunctionValue, locals: ReadonlySet<string>): Value | null {
    if (ts.isParenthesizedExpression(node) || ts.isNonNullExpression(node) || ts.isAsExpression(node)) return this.resolve(node.expression, fn, locals);
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === Kind.CommaToken) return this.resolve(node.right, fn, locals);
    if (ts.isIdentifier(node)) {
      const scope = locals.has(node.text) ? null : scopeOf(node.text, fn.scope);
      return scope === null ? null : read(scope.names.get(node.text)!);
    }
    if (node.kind === Kind.ThisKeyword) return fn.self ?? fn.home;
    if (!ts.isPropertyAccessExpression(node)) return null;
    if (node.expression.kind === Kind.ThisKeyword) {
      const own = this.resolve(node.expression, fn, locals);
      const member = own === null ? null : this.machine.member(own, node.name.text);
      return member === null || member.kind === 'data' || member.kind === 'unknown' ? this.injected(node.name.text, fn) : member;
    }
    const of = this.resolve(node.expression, fn, locals);
    return of === null || of.kind === 'unknown' ? null : this.machine.member(of, node.name.text);
  }

  /** What a constructor's parameter of this name is an instance of, by its type: the class's prototype. */
  private injected(name: string, fn: FunctionValue): Value | null {
    const maker = fn.home?.kind === 'object' ? fn.home.props.get('constructor') : undefined;
    if (maker?.kind !== 'function' || !ts.isClassLike(maker.node)) return null;
    const constructor = maker.node.members.find(ts.isConstructorDeclaration);
    const index = constructor?.parameters.findIndex((parameter) => ts.isIdentifier(parameter.name) && parameter.name.text === name) ?? -1;
    if (index < 0) return null;
    const type = constructor!.parameters[index]!.type;
    const typeName = type !== undefined && ts.isTypeReferenceNode(type) && ts.isIdentifier(type.typeName) ? type.typeName.text : null;
    const scope = typeName === null ? null : scopeOf(typeName, maker.scope);
    const made = scope === null ? maker.injected?.[index] : read(scope.names.get(typeName!)!);
    return made?.kind === 'function' ? read(made.props.get('prototype') ?? made) : (made ?? null);
  }
}

function localNames(node: ts.Node): Set<string> {
  const names = new Set<string>();
  const add = (name: ts.BindingName): void => {
    if (ts.isIdentifier(name)) names.add(name.text);
    else for (const element of name.elements) if (!ts.isOmittedExpression(element)) add(element.name);
  };
  const visit = (child: ts.Node): void => {
    if (ts.isVariableDeclaration(child) || ts.isParameter(child)) add(child.name);
    if (ts.isFunctionDeclaration(child) && child.name !== undefined && child !== node) names.add(child.name.text);
    ts.forEachChild(child, visit);
  };
  visit(node);
  return names;
}

/** `a.b[c].d()` as `a.b.d`: keys that are texts count as members. */
function dotted(node: ts.Expression): string {
  if (ts.isIdentifier(node)) return node.text;
  if (node.kind === Kind.ThisKeyword) return 'this';
  if (ts.isPropertyAccessExpression(node)) return `${dotted(node.expression)}.${node.name.text}`;
  if (ts.isElementAccessExpression(node)) return `${dotted(node.expression)}.${ts.isStringLiteralLike(node.argumentExpression) ? node.argumentExpression.text : '*'}`;
  if (ts.isCallExpression(node)) return `${dotted(node.expression)}()`;
  if (ts.isNewExpression(node)) return `new ${dotted(node.expression)}`;
  if (ts.isParenthesizedExpression(node) || ts.isNonNullExpression(node) || ts.isAwaitExpression(node) || ts.isAsExpression(node)) return dotted(node.expression);
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === Kind.CommaToken) return dotted(node.right);
  return '?';
}

function isName(node: ts.Identifier): boolean {
  const { parent } = node;
  return parent !== undefined && ((ts.isPropertyAccessExpression(parent) && parent.name === node) || (ts.isPropertyAssignment(parent) && parent.name === node) || ts.isTypeReferenceNode(parent));
}

/** Assigned to, counted up, or changed through a member or a method that changes. */
function isWritten(node: ts.Identifier): boolean {
  let target: ts.Node = node;
  while (ts.isPropertyAccessExpression(target.parent) || ts.isElementAccessExpression(target.parent)) {
    if (target.parent.expression !== target) return false;
    if (ts.isPropertyAccessExpression(target.parent) && ts.isCallExpression(target.parent.parent) && target.parent.parent.expression === target.parent) return changing.test(target.parent.name.text);
    target = target.parent;
  }
  const { parent } = target;
  if (ts.isBinaryExpression(parent)) return parent.left === target && parent.operatorToken.kind >= Kind.FirstAssignment && parent.operatorToken.kind <= Kind.LastAssignment;
  return ts.isPostfixUnaryExpression(parent) || (ts.isPrefixUnaryExpression(parent) && (parent.operator === Kind.PlusPlusToken || parent.operator === Kind.MinusMinusToken)) || ts.isDeleteExpression(parent);
}
