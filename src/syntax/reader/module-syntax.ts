import { ts } from 'ts-morph';

/** The variables that a declaration makes. */
export function namesIn(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (ts.isOmittedExpression(element) ? [] : namesIn(element.name)));
}

export function hasModifier(node: ts.Node, kind: ts.SyntaxKind): boolean {
  return ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some((modifier) => modifier.kind === kind);
}

/** Written as an ES module, whatever it is compiled to. */
export function isModule(source: ts.SourceFile): boolean {
  return source.statements.some((statement) => ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement) || ts.isExportAssignment(statement) || hasModifier(statement, ts.SyntaxKind.ExportKeyword));
}


/** So much code in so long lines is a browser's bundle: following it takes minutes and finds nothing. */
export function isMinified(text: string): boolean {
  return text.length > 200_000 && text.length / text.split('\n', 2000).length > 500;
}
