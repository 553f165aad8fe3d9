import type { Class, Function, Node } from 'oxc-parser';
import type { Value } from '../model/summary.ts';
import { declareLexical } from './summary-names.ts';
import { requestOf } from './summary-calls.ts';
import { addExport, addMember, below, containerOf, further, lookUp, mention, newName, request, type At, type Scan } from './summary-scan.ts';
import { bind, classRegion, functionRegion, madeBy, valueOf } from './summary-values.ts';
import { boundBy } from './summary-names.ts';
import { childrenOf } from './parse.ts';

/** Notes what a list of statements mentions. Their names are declared already. */
export function statements(scan: Scan, list: readonly Node[], at: At): void {
  for (const one of list) statement(scan, one, at);
}

function statement(scan: Scan, node: Node, at: At): void {
  switch (node.type) {
    case 'FunctionDeclaration':
      named(scan, at, node.id?.name, functionRegion(scan, node, at, null));
      return;
    case 'ClassDeclaration':
      named(scan, at, node.id?.name, classRegion(scan, node, at));
      return;
    case 'VariableDeclaration':
      for (const one of node.declarations) if (one.init !== null) bind(scan, one.id, madeBy(scan, one.init, at), at);
      return;
    case 'ExpressionStatement':
      for (const { request: asked, path, as } of valueOf(scan, node.expression, at)) if (asked !== undefined && path.length === 0 && as === undefined) scan.imports[asked]!.bare = true;
      return;
    case 'BlockStatement':
      return block(scan, node.body, at);
    case 'ForInStatement':
    case 'ForOfStatement':
      return loop(scan, node, at);
    case 'ForStatement': {
      const inside = { ...at, scope: below(at.scope) };
      if (node.init?.type === 'VariableDeclaration') block(scan, [node.init], inside, inside);
      else if (node.init != null) mention(scan, node.init, inside);
      for (const one of [node.test, node.update]) if (one !== null) mention(scan, one, inside);
      return statement(scan, node.body, inside);
    }
    case 'SwitchStatement': {
      mention(scan, node.discriminant, at);
      const inside = { ...at, scope: below(at.scope) };
      declareLexical(scan, inside.scope, node.cases.flatMap((one) => one.consequent));
      for (const { test, consequent } of node.cases) {
        if (test !== null) mention(scan, test, inside);
        statements(scan, consequent, inside);
      }
      return;
    }
    case 'TryStatement': {
      block(scan, node.block.body, at);
      if (node.handler !== null) {
        const inside = { ...at, scope: below(at.scope) };
        if (node.handler.param !== null) for (const name of boundBy(node.handler.param)) newName(scan, inside.scope, name, true);
        block(scan, node.handler.body.body, inside);
      }
      if (node.finalizer !== null) block(scan, node.finalizer.body, at);
      return;
    }
    case 'IfStatement':
    case 'WhileStatement':
    case 'DoWhileStatement':
      mention(scan, node.test, at);
      if (node.type !== 'IfStatement') return statement(scan, node.body, at);
      statement(scan, node.consequent, at);
      if (node.alternate !== null) statement(scan, node.alternate, at);
      return;
    case 'LabeledStatement':
      return statement(scan, node.body, at);
    case 'ReturnStatement':
    case 'ThrowStatement':
      if (node.argument !== null) mention(scan, node.argument, at);
      return;
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportDefaultDeclaration':
    case 'ExportAllDeclaration':
    case 'TSImportEqualsDeclaration':
    case 'TSExportAssignment':
      return moduleStatement(scan, node, at);
    case 'TSModuleDeclaration':
      return namespace(scan, node, at);
    case 'TSEnumDeclaration':
      for (const { initializer } of node.body.members) if (initializer != null) mention(scan, initializer, at);
      return;
    default:
      if (node.type.startsWith('TS')) return;
      for (const child of childrenOf(node)) mention(scan, child, at);
  }
}

function named(scan: Scan, at: At, text: string | undefined, region: number): void {
  const name = text === undefined ? null : lookUp(at.scope, text);
  if (name !== null) scan.names[name]!.values.push({ region, path: [] });
}

function block(scan: Scan, list: readonly Node[], at: At, inside: At = { ...at, scope: below(at.scope) }): void {
  declareLexical(scan, inside.scope, list);
  statements(scan, list, inside);
}

/** The variable of a loop is any member of what it runs over. */
function loop(scan: Scan, node: Node & { type: 'ForInStatement' | 'ForOfStatement' }, at: At): void {
  const inside = { ...at, scope: below(at.scope) };
  const members = valueOf(scan, node.right, inside).map((one) => further(one, ['*']));
  if (node.left.type === 'VariableDeclaration') {
    declareLexical(scan, inside.scope, [node.left]);
    for (const one of node.left.declarations) bind(scan, one.id, members, inside);
  } else bind(scan, node.left, members, inside);
  statement(scan, node.body, inside);
}

function namespace(scan: Scan, node: Node & { type: 'TSModuleDeclaration' }, at: At): void {
  const name = node.id.type === 'Identifier' ? lookUp(at.scope, node.id.name) : null;
  if (name === null || node.body?.type !== 'TSModuleBlock') return;
  const inside = { ...at, scope: below(at.scope) };
  block(scan, node.body.body.map((one) => (one.type === 'ExportNamedDeclaration' && one.declaration !== null ? one.declaration : one) as Node), at, inside);
  for (const [text, index] of inside.scope.names) addMember(scan, containerOf(scan, name), text, [{ name: index, path: [] }]);
}

function moduleStatement(scan: Scan, node: Node, at: At): void {
  switch (node.type) {
    case 'ImportDeclaration': {
      const typeOnly = node.importKind === 'type' || (node.specifiers.length > 0 && node.specifiers.every((one) => one.type === 'ImportSpecifier' && one.importKind === 'type'));
      const asked = typeOnly ? scan.imports.push({ specifier: node.source.value, kind: 'import', line: 0, region: -1 }) - 1 : request(scan, at, node, 'import', node.source.value);
      if (node.specifiers.length === 0) scan.imports[asked]!.bare = true;
      for (const one of node.specifiers) {
        const member = one.type === 'ImportDefaultSpecifier' ? 'default' : one.type === 'ImportNamespaceSpecifier' ? '*' : textOf(one.imported);
        scan.names[lookUp(at.scope, one.local.name)!]!.imported = { request: asked, member };
      }
      return;
    }
    case 'ExportNamedDeclaration':
      if (node.exportKind === 'type') return;
      if (node.declaration !== null) {
        statement(scan, node.declaration as Node, at);
        for (const text of declared(node.declaration as Node)) addExport(scan, text, valueNamed(at, text));
      }
      if (node.source !== null) {
        if (node.specifiers.length > 0 && node.specifiers.every((one) => one.exportKind === 'type')) return;
        const asked = request(scan, at, node, 'import', node.source.value);
        for (const one of node.specifiers) addExport(scan, textOf(one.exported), [{ request: asked, path: [textOf(one.local)] }]);
      } else for (const one of node.specifiers) addExport(scan, textOf(one.exported), valueNamed(at, textOf(one.local)));
      return;
    case 'ExportDefaultDeclaration':
      return exportDefault(scan, node.declaration as Node, at);
    case 'ExportAllDeclaration': {
      if (node.exportKind === 'type') return;
      const asked = request(scan, at, node, 'import', node.source.value);
      if (node.exported === null) scan.stars.push(asked);
      else addExport(scan, textOf(node.exported), [{ request: asked, path: [] }]);
      return;
    }
    case 'TSImportEqualsDeclaration': {
      const name = lookUp(at.scope, node.id.name);
      if (name === null || node.importKind === 'type') return;
      if (node.moduleReference.type === 'TSExternalModuleReference') scan.names[name]!.values.push({ request: requestOf(scan, node, node.moduleReference.expression, 'require', at), path: [] });
      return;
    }
    case 'TSExportAssignment':
      addExport(scan, '=', madeBy(scan, node.expression, at));
  }
}

function exportDefault(scan: Scan, node: Node, at: At): void {
  if (node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration') {
    const region = node.type === 'ClassDeclaration' ? classRegion(scan, node as Class, at) : functionRegion(scan, node as Function, at, null);
    named(scan, at, node.id?.name, region);
    addExport(scan, 'default', node.id == null ? [{ region, path: [] }] : valueNamed(at, node.id.name));
  } else if (!node.type.startsWith('TSInterface')) addExport(scan, 'default', madeBy(scan, node, at));
}

function valueNamed(at: At, text: string): Value[] {
  const name = lookUp(at.scope, text);
  return name === null ? [] : [{ name, path: [] }];
}

function declared(node: Node): string[] {
  if (node.type === 'VariableDeclaration') return node.declarations.flatMap((one) => boundBy(one.id));
  return 'id' in node && node.id !== null && (node.id as Node).type === 'Identifier' ? [(node.id as { name: string }).name] : [];
}

function textOf(name: { type: string; name?: string; value?: unknown }): string {
  return name.name ?? String(name.value);
}

