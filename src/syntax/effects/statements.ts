import type { BindingPattern, Class, Expression, Function, ParamPattern, Statement, VariableDeclaration } from 'oxc-parser';
import { keyOf, read } from './calls.ts';
import { assign, evaluate, evaluateClass } from './expressions.ts';
import { fold, isFeatureTest } from './folding.ts';
import { codeAt, foreignOf, note, ownAt, scopeAt, spend, under, type Place, type Run } from './run.ts';
import { ANY, addAll, declare, lookUp, put, type Code, type Scope, type Things, type When } from './things.ts';

/** Evaluates statements in order, after what is hoisted is there. Whatever `return` gives goes to the scope's code. */
export function runStatements(run: Run, scope: Scope, body: readonly Statement[]): void {
  for (const statement of body) hoist(run, scope, statement);
  for (const statement of body) runStatement(run, scope, statement);
}

/** Functions are there before the first statement runs, and variables hide those of the same name outside. */
function hoist(run: Run, scope: Scope, statement: Statement): void {
  const declared = statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration' ? statement.declaration : statement;
  if (declared === null) return;
  if (declared.type === 'FunctionDeclaration' && declared.id) declare(scope, declared.id.name, new Set([codeAt(run, scope, declared)]));
  if (declared.type === 'ClassDeclaration' && declared.id) declare(scope, declared.id.name, new Set());
  if (declared.type === 'VariableDeclaration') for (const name of namesIn(declared)) declare(declared.kind === 'var' ? wholeScope(scope) : scope, name, new Set());
  if (scope.whole) hoistVars(scope, statement);
}

/** `var` inside blocks belongs to the whole function. */
function hoistVars(scope: Scope, statement: Statement): void {
  const inside = (one: Statement | null | undefined): void => {
    if (!one) return;
    if (one.type === 'VariableDeclaration' && one.kind === 'var') for (const name of namesIn(one)) declare(scope, name, new Set());
    hoistVars(scope, one);
  };
  switch (statement.type) {
    case 'BlockStatement':
      return statement.body.forEach(inside);
    case 'IfStatement':
      return [statement.consequent, statement.alternate].forEach(inside);
    case 'ForStatement':
      if (statement.init?.type === 'VariableDeclaration') inside(statement.init);
      return inside(statement.body);
    case 'ForInStatement':
    case 'ForOfStatement':
      if (statement.left.type === 'VariableDeclaration') inside(statement.left);
      return inside(statement.body);
    case 'WhileStatement':
    case 'DoWhileStatement':
    case 'LabeledStatement':
    case 'WithStatement':
      return inside(statement.body);
    case 'TryStatement':
      return [statement.block, statement.handler?.body, statement.finalizer].forEach(inside);
    case 'SwitchStatement':
      return statement.cases.forEach((one) => one.consequent.forEach(inside));
    default:
  }
}

function* namesIn(declaration: VariableDeclaration): Generator<string> {
  for (const { id } of declaration.declarations) yield* namesOf(id);
}

function* namesOf(pattern: ParamPattern): Generator<string> {
  switch (pattern.type) {
    case 'Identifier':
      yield pattern.name;
      break;
    case 'ObjectPattern':
      for (const property of pattern.properties) yield* namesOf(property.type === 'RestElement' ? property.argument : property.value);
      break;
    case 'ArrayPattern':
      for (const element of pattern.elements) if (element) yield* namesOf(element.type === 'RestElement' ? element.argument : element);
      break;
    case 'AssignmentPattern':
      yield* namesOf(pattern.left);
      break;
    case 'RestElement':
      yield* namesOf(pattern.argument);
      break;
    case 'TSParameterProperty':
      yield* namesOf(pattern.parameter);
  }
}

function wholeScope(scope: Scope): Scope {
  return scope.whole || scope.above === null ? scope : wholeScope(scope.above);
}

function runStatement(run: Run, scope: Scope, node: Statement): void {
  spend(run);
  const block = (at: Place, body: readonly Statement[]): void => runStatements(run, scopeAt(run, at, scope), body);
  const one = (statement: Statement | null): void => void (statement && runStatements(run, scopeAt(run, statement, scope), [statement]));
  switch (node.type) {
    case 'ExpressionStatement':
      evaluate(run, scope, node.expression);
      return;
    case 'VariableDeclaration':
      for (const { id, init } of node.declarations) bind(run, scope, id, init ? evaluate(run, scope, init) : new Set());
      return;
    case 'ReturnStatement': {
      const value = node.argument ? evaluate(run, scope, node.argument) : [];
      if (scope.code) addAll(scope.code.result, value);
      return;
    }
    case 'BlockStatement':
      return block(node, node.body);
    case 'IfStatement':
      return branch(run, scope, node.test, () => one(node.consequent), () => one(node.alternate));
    case 'ForStatement': {
      const below = scopeAt(run, node, scope);
      if (node.init?.type === 'VariableDeclaration') runStatements(run, below, [node.init]);
      else if (node.init) evaluate(run, below, node.init);
      if (node.test) evaluate(run, below, node.test);
      runStatements(run, below, [node.body]);
      if (node.update) evaluate(run, below, node.update);
      return;
    }
    case 'ForInStatement':
    case 'ForOfStatement': {
      const from = evaluate(run, scope, node.right);
      const below = scopeAt(run, node, scope);
      const each = node.type === 'ForInStatement' ? new Set<never>() : read(run, from, ANY);
      if (node.left.type === 'VariableDeclaration') {
        hoist(run, below, node.left);
        bind(run, below, node.left.declarations[0]!.id, each);
      } else assign(run, below, node.left, each);
      return runStatements(run, below, [node.body]);
    }
    case 'WhileStatement':
    case 'DoWhileStatement':
      evaluate(run, scope, node.test);
      return one(node.body);
    case 'LabeledStatement':
      return one(node.body);
    case 'WithStatement':
      return note(run, 'not-parsed', 'with', node);
    case 'SwitchStatement':
      evaluate(run, scope, node.discriminant);
      return under(run, 'condition', () => block(node, node.cases.flatMap((each) => each.consequent)));
    case 'ThrowStatement':
      evaluate(run, scope, node.argument);
      return;
    case 'TryStatement':
      block(node.block, node.block.body);
      if (node.handler) {
        const below = scopeAt(run, node.handler, scope);
        if (node.handler.param) for (const name of namesOf(node.handler.param)) declare(below, name, new Set());
        const { body } = node.handler.body;
        under(run, 'condition', () => runStatements(run, below, body));
      }
      if (node.finalizer) block(node.finalizer, node.finalizer.body);
      return;
    case 'ClassDeclaration':
      if (!node.declare) declare(scope, node.id?.name ?? '', evaluateClass(run, scope, node));
      return;
    case 'ExportNamedDeclaration':
      if (node.declaration) runStatement(run, scope, node.declaration);
      return;
    case 'ExportDefaultDeclaration':
      if (node.declaration.type === 'ClassDeclaration') runStatement(run, scope, node.declaration);
      else if (!node.declaration.type.startsWith('TS') && node.declaration.type !== 'FunctionDeclaration') evaluate(run, scope, node.declaration as Expression);
      return;
    case 'TSExportAssignment':
      evaluate(run, scope, node.expression);
      return;
    case 'ImportDeclaration':
      if (node.importKind !== 'type') {
        for (const specifier of node.specifiers) {
          const path = specifier.type === 'ImportDefaultSpecifier' ? 'default' : specifier.type === 'ImportNamespaceSpecifier' ? '' : nameOf(specifier.imported);
          declare(scope, specifier.local.name, new Set([foreignOf(run, 'import', path, node.source.value)]));
        }
      }
      return;
    case 'TSImportEqualsDeclaration':
      if (node.moduleReference.type === 'TSExternalModuleReference') {
        const { value } = node.moduleReference.expression;
        run.asked.require.add(value);
        declare(scope, node.id.name, new Set([foreignOf(run, 'import', '', value)]));
      }
      return;
    case 'TSEnumDeclaration':
      if (!node.declare) declare(scope, node.id.name, new Set([ownAt(run, node, node.id.name)]));
      return;
    case 'TSModuleDeclaration':
      if (!node.declare && node.body) {
        if (node.id.type === 'Identifier') declare(scope, node.id.name, new Set([ownAt(run, node, node.id.name)]));
        block(node.body, node.body.body as Statement[]);
      }
      return;
    default:
  }
}

function nameOf(name: { type: string; name?: string; value?: string }): string {
  return name.name ?? name.value ?? ANY;
}

/** Runs the side that a condition leads to; both, as conditional, where that is open. */
export function branch(run: Run, scope: Scope, test: Expression, yes: () => void, no: () => void): void {
  evaluate(run, scope, test);
  const answer = fold(run, scope, test);
  if (answer !== null) return answer ? yes() : no();
  const when: When = isFeatureTest(scope, test) ? 'feature-test' : 'condition';
  under(run, when, () => (yes(), no()));
}

/** Takes a value apart into the names of a pattern. */
export function bind(run: Run, scope: Scope, pattern: ParamPattern, value: Things): void {
  switch (pattern.type) {
    case 'Identifier': {
      const known = lookUp(scope, pattern.name);
      if (known) addAll(known, value);
      else scope.names.set(pattern.name, new Set(value));
      return;
    }
    case 'TSParameterProperty':
      bind(run, scope, pattern.parameter, value);
      for (const self of scope.self) if (self.kind === 'own') for (const name of namesOf(pattern.parameter)) put(self, name, value);
      return;
    case 'AssignmentPattern':
      return bind(run, scope, pattern.left as BindingPattern, new Set([...value, ...evaluate(run, scope, pattern.right)]));
    case 'RestElement': {
      const rest = ownAt(run, pattern, 'rest');
      put(rest, ANY, value);
      return bind(run, scope, pattern.argument, new Set([rest]));
    }
    case 'ObjectPattern':
      for (const property of pattern.properties) {
        if (property.type === 'RestElement') bind(run, scope, property.argument, value);
        else bind(run, scope, property.value, read(run, value, keyOf(run, scope, property.key, property.computed)));
      }
      return;
    case 'ArrayPattern':
      for (const element of pattern.elements) {
        if (element) bind(run, scope, element.type === 'RestElement' ? element.argument : element, element.type === 'RestElement' ? value : read(run, value, ANY));
      }
  }
}

/** Runs the body of a function or, for a class, of its constructor and fields, in a scope of its own. */
export function runBody(run: Run, code: Code): void {
  const { node } = code;
  const inner = scopeAt(run, node, code.scope, true, node.type === 'ArrowFunctionExpression' ? code.scope.self : code.self, code);
  if ('superClass' in node) return runConstructor(run, code, node, inner);
  const held = ownAt(run, node, 'arguments');
  code.args.forEach((arg) => put(held, ANY, arg));
  if (node.type !== 'ArrowFunctionExpression') {
    declare(inner, 'arguments', new Set([held]));
    if (node.type === 'FunctionExpression' && node.id) declare(inner, node.id.name, new Set([codeAt(run, code.scope, node)]));
  }
  takeArguments(run, inner, code, node.params);
  if (node.body === null) return;
  if (node.body.type === 'BlockStatement') runStatements(run, inner, node.body.body);
  else addAll(code.result, evaluate(run, inner, node.body));
}

function takeArguments(run: Run, inner: Scope, code: Code, params: readonly ParamPattern[]): void {
  for (const param of params) for (const name of namesOf(param)) declare(inner, name, new Set());
  const all = code.args.at(-1) ?? new Set();
  params.forEach((param, i) => {
    if (param.type !== 'RestElement') return bind(run, inner, param, code.args[i] ?? new Set());
    bind(run, inner, param, new Set([...code.args.slice(i).flatMap((arg) => [...arg]), ...(code.args.length > i ? all : [])]));
  });
}

function runConstructor(run: Run, code: Code, node: Class, inner: Scope): void {
  for (const element of node.body.body) {
    if ((element.type === 'PropertyDefinition' || element.type === 'AccessorProperty') && !element.static && element.value) {
      const value = evaluate(run, inner, element.value);
      for (const self of code.self) if (self.kind === 'own') put(self, keyOf(run, inner, element.key, element.computed), value);
    }
  }
  const constructor = node.body.body.find((element) => element.type === 'MethodDefinition' && element.kind === 'constructor');
  if (constructor?.type !== 'MethodDefinition') return;
  const method: Function = constructor.value;
  takeArguments(run, inner, code, method.params);
  if (method.body) runStatements(run, inner, method.body.body);
}
