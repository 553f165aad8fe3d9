import type { ExportAllDeclaration, ExportNamedDeclaration, Node } from 'oxc-parser';
import type { ReasonCode } from '../model/deferrals.ts';
import type { Host } from './hosts.ts';
import { walk } from './parse.ts';
import type { SourceModule } from './scopes.ts';
import { topLevelStatementOf, type Site } from './sites.ts';

/** An export of another module's exports: `export { a } from 'x'`, `export * from 'x'`, `__exportStar(require('x'), exports)`. */
export type Barrel = {
  statement: Node;
  specifier: string;
  /** What is exported, and which member of the module it is; `*` for its namespace. */
  members: { exported: string; imported: string }[];
  style: 'esm' | 'cjs';
};

/** What a site exports again, when the host can make it live exports; or why it must stay. */
export function barrelOf(module: SourceModule, { node, specifier }: Site, host: Host): Barrel | ReasonCode {
  if (specifier === null) return 'COMPUTED_SPECIFIER';
  if (node.type === 'CallExpression') return starOfCommonJs(node, specifier, host);
  if (host.exported === undefined || (node.type !== 'ExportNamedDeclaration' && node.type !== 'ExportAllDeclaration')) return 'REEXPORT';
  if (node.attributes.length > 0 || node.parent?.type !== 'Program') return 'CANNOT_REWRITE';
  const members = membersOf(module, node, specifier, host);
  if (members === null) return 'REEXPORT';
  const loads = host.namespace({ specifier, index: 0, names: members.map(({ imported }) => imported) }, '_') !== null;
  return loads ? { statement: node, specifier, members, style: 'esm' } : 'CANNOT_REWRITE';
}

function membersOf(module: SourceModule, node: ExportNamedDeclaration | ExportAllDeclaration, specifier: string, host: Host): Barrel['members'] | null {
  if (node.type === 'ExportNamedDeclaration') {
    return node.specifiers.filter(({ exportKind }) => exportKind !== 'type').map(({ local, exported }) => ({ exported: textOf(exported), imported: textOf(local) }));
  }
  if (node.exported !== null) return host.exactNamespaces ? [{ exported: textOf(node.exported), imported: '*' }] : null;
  const names = host.exportNames?.(specifier) ?? null;
  const own = ownExports(module);
  return names === null ? null : names.filter((name) => name !== 'default' && !own.has(name)).map((name) => ({ exported: name, imported: name }));
}

/** The helper's copy, when it goes to `exports` alone: esbuild's also goes to an object of its own. */
function starOfCommonJs(call: Node & { type: 'CallExpression' }, specifier: string, host: Host): Barrel | ReasonCode {
  const copy = call.parent;
  const names = host.getters ? (host.exportNames?.(specifier) ?? null) : null;
  if (names === null || copy?.type !== 'CallExpression' || copy.arguments[0] !== call) return 'REEXPORT';
  const target = copy.arguments[1];
  if (copy.parent?.type !== 'ExpressionStatement' || topLevelStatementOf(copy) !== copy.parent) return 'REEXPORT';
  if (target !== undefined && !(target.type === 'Identifier' && target.name === 'exports')) return 'REEXPORT';
  return { statement: copy.parent, specifier, members: names.filter((name) => name !== 'default' && name !== '__esModule').map((name) => ({ exported: name, imported: name })), style: 'cjs' };
}

/** Names that an ES module exports by itself: they win over those of `export *`. */
function ownExports(module: SourceModule): Set<string> {
  const names = new Set<string>();
  walk(module.syntax.program, (node) => {
    if (node.type === 'ExportSpecifier') names.add(textOf(node.exported));
    if (node.type === 'ExportAllDeclaration' && node.exported !== null) names.add(textOf(node.exported));
    if (node.type === 'ExportNamedDeclaration' && node.declaration !== null) for (const variable of declaredBy(module, node.declaration)) names.add(variable);
    return node.type === 'Program' || node.type.startsWith('Export');
  });
  return names;
}

function declaredBy(module: SourceModule, declaration: Node): string[] {
  const declared = declaration.type === 'VariableDeclaration' ? declaration.declarations.flatMap((one) => module.declares(one)) : module.declares(declaration).slice(0, 1);
  return declared.map(({ name }) => name);
}

function textOf(name: { type: string; name?: string; value?: unknown }): string {
  return name.name ?? String(name.value);
}
