import type { Node } from 'oxc-parser';
import type { SourceFormat } from './parse.ts';
import { readModule, type SourceModule, type Variable } from './scopes.ts';
import { sitesOf, type ImportKind, type Site } from './sites.ts';
import { usesOf, type How, type VariableUse } from './uses.ts';
import type { Moment } from './moment.ts';

/** How a name that an import makes is used at one place. `initializes` are the top-level variables whose initializer that is. */
export type Use = { line: number; at: Moment['at']; conditional: boolean; how: How; initializes: string[] };

/** A name an import makes: `imported` is the export's name, `default`, `*` for the whole module, null where a pattern picks deeper. */
export type ImportBinding = { local: string; imported: string | null; uses: Use[] };

/** One place where a text asks for a module. Imports that the TypeScript compiler leaves out are not among them. */
export type ImportSite = {
  /** Null when it is computed. */
  specifier: string | null;
  kind: ImportKind;
  line: number;
  where: Site['where'];
  /** As of `Use`: when the place itself is reached. */
  at: Moment['at'];
  conditional: boolean;
  /** Name of the compiler's interop helper around a `require`. */
  helper: string | null;
  /** What a comment on it asks for. */
  choice: 'eager' | 'lazy' | null;
  bindings: ImportBinding[];
};

/** Every import and require of a module text, with what becomes of the names it makes; null when the text is not valid. */
export function importsOf(source: string, format: SourceFormat): ImportSite[] | null {
  const module = readModule(source, format);
  if (module === null) return null;
  return sitesOf(module).flatMap((site) => {
    const kind = emittedKind(module, site);
    if (kind === null) return [];
    const { specifier, node, where, moment, helper, choice } = site;
    const bindings = bindingsOf(module, site).map(({ variable, imported }) => ({
      local: variable.name,
      imported,
      uses: usesOf(module, variable).map((use) => plain(module, use)),
    }));
    return [{ specifier, kind, line: module.lineAt(node.start), where, at: moment.at, conditional: moment.conditional, helper, choice, bindings }];
  });
}

/** The variables that an import makes, without those that are only types. */
export function bindingsOf(module: SourceModule, { node, declarator, kind }: Pick<Site, 'node' | 'declarator' | 'kind'>): { variable: Variable; imported: string | null }[] {
  if (node.type === 'ImportDeclaration') {
    return node.specifiers.flatMap((specifier) => {
      const variable = module.declares(specifier)[0];
      if (variable === undefined || isElided(module, specifier, variable)) return [];
      if (specifier.type === 'ImportDefaultSpecifier') return [{ variable, imported: 'default' }];
      if (specifier.type === 'ImportNamespaceSpecifier') return [{ variable, imported: '*' }];
      return [{ variable, imported: specifier.imported.type === 'Literal' ? specifier.imported.value : specifier.imported.name }];
    });
  }
  if (node.type === 'TSImportEqualsDeclaration') return module.declares(node).map((variable) => ({ variable, imported: '*' }));
  if (declarator === null) return [];
  return module.declares(declarator).map((variable) => ({ variable, imported: kind === 'require' ? '*' : pickedBy(declarator.id, variable.name) }));
}

/** The kind as the compiler leaves it: an import of types alone vanishes (null), or stays for its effects. */
export function emittedKind(module: SourceModule, site: Site): ImportKind | null {
  const { node } = site;
  const { compiler, language } = module.format;
  if (node.type === 'TSImportEqualsDeclaration') return module.declares(node).some((variable) => usesOf(module, variable).length > 0) ? site.kind : null;
  if (node.type !== 'ImportDeclaration' || node.specifiers.length === 0 || !language.startsWith('ts')) return site.kind;
  if (bindingsOf(module, site).length > 0) return site.kind;
  const stays = compiler?.verbatimModuleSyntax === true || (compiler?.importsNotUsedAsValues ?? 'remove') !== 'remove';
  return stays ? 'side-effect-import' : null;
}

function isElided(module: SourceModule, specifier: Node, variable: Variable): boolean {
  if (specifier.type === 'ImportSpecifier' && specifier.importKind === 'type') return true;
  if (!module.format.language.startsWith('ts') || module.format.compiler?.verbatimModuleSyntax === true) return false;
  return usesOf(module, variable).length === 0;
}

/** `{ a: b }` picks `a` for the variable `b`; null for deeper patterns, rests and members of the module. */
function pickedBy(pattern: Node, local: string): string | null {
  if (pattern.type !== 'ObjectPattern') return null;
  for (const property of pattern.properties) {
    if (property.type !== 'Property' || property.computed) continue;
    const target = property.value.type === 'AssignmentPattern' ? property.value.left : property.value;
    if (target.type !== 'Identifier' || target.name !== local) continue;
    return property.key.type === 'Identifier' ? property.key.name : property.key.type === 'Literal' ? String(property.key.value) : null;
  }
  return null;
}

function plain(module: SourceModule, { identifier, moment, how, initializes }: VariableUse): Use {
  return {
    line: module.lineAt(identifier.start),
    at: moment.at,
    conditional: moment.conditional,
    how,
    initializes: initializes === null ? [] : module.declares(initializes).map(({ name }) => name),
  };
}
