import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';

/** One import, export-from, import() or import type of a source file. */
export interface SourceImport {
  /** The importing file, from the repository's root. */
  file: string;
  line: number;
  specifier: string;
  /** The imported file from the repository's root; null for packages and built-ins. */
  target: string | null;
  /** Erased before the file runs. */
  typeOnly: boolean;
}

/** All imports of a TypeScript file, wherever they stand in it. */
export function importsOf(root: string, file: string): SourceImport[] {
  const source = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest, true);
  const found: SourceImport[] = [];
  const add = (node: ts.Node, specifier: string, typeOnly: boolean): void => {
    const target = specifier.startsWith('.') ? relative(root, join(root, dirname(file), specifier)) : null;
    found.push({ file, line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1, specifier, target, typeOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) add(node, node.moduleSpecifier.text, isErased(node.importClause));
    if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined && ts.isStringLiteral(node.moduleSpecifier)) add(node, node.moduleSpecifier.text, node.isTypeOnly);
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument) && ts.isStringLiteral(node.argument.literal)) add(node, node.argument.literal.text, true);
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [argument] = node.arguments;
      if (argument !== undefined && ts.isStringLiteral(argument)) add(node, argument.text, false);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** `import type ...`, and imports whose names are all types. */
function isErased(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const names = clause.namedBindings;
  return clause.name === undefined && names !== undefined && ts.isNamedImports(names) && names.elements.length > 0 && names.elements.every((name) => name.isTypeOnly);
}
