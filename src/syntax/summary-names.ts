import type { Node } from 'oxc-parser';
import { childrenOf } from './parse.ts';
import { newName, type Scan, type Scope } from './summary-scan.ts';

/** Declares what the statements of one block declare for it: `let`, `const`, classes, functions, imports. */
export function declareLexical(scan: Scan, scope: Scope, statements: readonly Node[]): void {
  for (const statement of statements) {
    const declaration = (statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration') && statement.declaration != null ? (statement.declaration as Node) : statement;
    switch (declaration.type) {
      case 'VariableDeclaration':
        if (declaration.kind !== 'var') for (const one of declaration.declarations) for (const name of boundBy(one.id)) newName(scan, scope, name);
        break;
      case 'FunctionDeclaration':
      case 'ClassDeclaration':
        if (declaration.id != null) newName(scan, scope, declaration.id.name);
        break;
      case 'TSEnumDeclaration':
        newName(scan, scope, declaration.id.name);
        break;
      case 'TSModuleDeclaration':
        if (declaration.id.type === 'Identifier') newName(scan, scope, declaration.id.name);
        break;
      case 'TSImportEqualsDeclaration':
        newName(scan, scope, declaration.id.name);
        break;
      case 'ImportDeclaration':
        for (const { local } of declaration.specifiers) newName(scan, scope, local.name);
    }
  }
}

/** Declares every `var` of a function (or of the whole file), in whatever block it stands. */
export function declareVars(scan: Scan, scope: Scope, statements: readonly Node[]): void {
  const open: Node[] = [...statements];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.type === 'VariableDeclaration') {
      if (node.kind === 'var') for (const one of node.declarations) for (const name of boundBy(one.id)) newName(scan, scope, name);
      continue;
    }
    // A `var` stands in statements only.
    if (/Statement$|^(?:Program|SwitchCase|CatchClause|ExportNamedDeclaration)$/.test(node.type) && node.type !== 'ExpressionStatement' && node.type !== 'ReturnStatement') open.push(...childrenOf(node));
  }
}

/** Names that a pattern binds. */
export function boundBy(pattern: Node): string[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern.name];
    case 'ObjectPattern':
      return pattern.properties.flatMap((one) => boundBy(one.type === 'RestElement' ? one.argument : one.value));
    case 'ArrayPattern':
      return pattern.elements.flatMap((one) => (one === null ? [] : boundBy(one)));
    case 'AssignmentPattern':
      return boundBy(pattern.left);
    case 'RestElement':
      return boundBy(pattern.argument);
    case 'TSParameterProperty':
      return boundBy(pattern.parameter);
    default:
      return [];
  }
}
