import type { ExportDefaultDeclaration, ExportNamedDeclaration, ModuleExportName, Node } from 'oxc-parser';
import type { Edit } from './edits.ts';
import { walk } from './parse.ts';
import { readModule, writes, type SourceModule, type Variable } from './scopes.ts';

/** What one `import` or `export … from` statement's target is asked for; statements with the same target share one. */
export type ModuleRequest = {
  specifier: string;
  /** `json` of `with { type: 'json' }`; null without attributes. */
  type: string | null;
  /** Export names that are read from it; `*` stands for the namespace object. Empty where it is only to be run. */
  names: string[];
};

/**
 * One export. `local` is a variable of the module (`default` without a name: null), `constant` tells that it has its last value
 * when the module's evaluation ends; `from` is the place in `requests` of a module whose export it hands on, as `imported`.
 */
export type ModuleExport = { name: string; local: string | null; constant: boolean } | { name: string; from: number; imported: string };

/** What linking needs to know of an ES module. */
export type ModuleShape = {
  requests: ModuleRequest[];
  exports: ModuleExport[];
  /** Places in `requests` of `export * from`. */
  stars: number[];
  topLevelAwait: boolean;
  /** Literal specifiers of `import()`. */
  dynamicImports: string[];
};

/** A name that an import makes: `imported` of the request `from`, and where the text uses it. */
export type ImportBinding = { name: string; from: number; imported: string; uses: { start: number; end: number; as: 'value' | 'shorthand' | 'call' | 'call-statement' }[] };

/**
 * An ES module taken apart, as plain data: what linking asks, and what becomes of the text whatever linking says. `hoisted` is
 * code to run first.
 */
export type ModulePieces = { shape: ModuleShape; bindings: ImportBinding[]; edits: Edit[]; hoisted: string };

type Parts = {
  name: string;
  shape: ModuleShape;
  module: SourceModule;
  bindings: { variable: Variable; from: number; imported: string }[];
  named: ExportNamedDeclaration[];
  edits: Edit[];
  hoisted: string;
};

/**
 * Takes an ES module apart; null where it is not valid, or asks for what only Node's own loader can give. In the text, `name` will
 * stand for the context that it runs in; names that begin with it are free.
 */
export function modulePiecesOf(source: string, name: string): ModulePieces | null {
  const module = readModule(source, { module: 'esm', language: 'js' });
  if (module === null) return null;
  const parts: Parts = { name, shape: { requests: [], exports: [], stars: [], topLevelAwait: false, dynamicImports: [] }, module, bindings: [], named: [], edits: [], hoisted: '' };
  for (const statement of module.syntax.program.body) if (!collectStatement(parts, statement)) return null;
  if (!collectExpressions(parts)) return null;
  for (const one of parts.named) if (one.source === null) localExports(parts, one);
  const bindings = parts.bindings.map(({ variable, from, imported }) => ({ name: variable.name, from, imported, uses: module.usesOf(variable).flatMap(useOf) }));
  return { shape: parts.shape, bindings, edits: parts.edits, hoisted: parts.hoisted };
}

function collectStatement(parts: Parts, statement: Node): boolean {
  switch (statement.type) {
    case 'ImportDeclaration': {
      if (statement.phase !== null) return false;
      const from = requestOf(parts, statement.source.value, statement.attributes);
      if (from === null) return false;
      for (const specifier of statement.specifiers) {
        const imported = specifier.type === 'ImportDefaultSpecifier' ? 'default' : specifier.type === 'ImportNamespaceSpecifier' ? '*' : nameOf(specifier.imported);
        const variable = parts.module.declares(specifier)[0];
        if (variable === undefined) return false;
        ask(parts, from, imported);
        parts.bindings.push({ variable, from, imported });
      }
      parts.edits.push(gone(parts, statement));
      return true;
    }
    case 'ExportNamedDeclaration': {
      parts.named.push(statement);
      parts.edits.push(statement.declaration === null ? gone(parts, statement) : { start: statement.start, end: statement.declaration.start, text: blanks(parts, statement.start, statement.declaration.start) });
      if (statement.source === null) return true;
      const from = requestOf(parts, statement.source.value, statement.attributes);
      if (from === null) return false;
      for (const { local, exported } of statement.specifiers) {
        ask(parts, from, nameOf(local));
        parts.shape.exports.push({ name: nameOf(exported), from, imported: nameOf(local) });
      }
      return true;
    }
    case 'ExportAllDeclaration': {
      const from = requestOf(parts, statement.source.value, statement.attributes);
      if (from === null) return false;
      if (statement.exported === null) parts.shape.stars.push(from);
      else {
        ask(parts, from, '*');
        parts.shape.exports.push({ name: nameOf(statement.exported), from, imported: '*' });
      }
      parts.edits.push(gone(parts, statement));
      return true;
    }
    case 'ExportDefaultDeclaration':
      parts.hoisted = defaultExport(parts, statement);
      return true;
    default:
      return true;
  }
}

function requestOf({ shape }: Parts, specifier: string, attributes: readonly { key: Node; value: { value: string } }[]): number | null {
  const types = attributes.map(({ key, value }) => (key.type === 'Identifier' ? key.name : key.type === 'Literal' ? key.value : null) === 'type' && value.value);
  if (types.some((type) => type !== 'json')) return null;
  const type = types.length > 0 ? 'json' : null;
  const known = shape.requests.findIndex((one) => one.specifier === specifier && one.type === type);
  return known >= 0 ? known : shape.requests.push({ specifier, type, names: [] }) - 1;
}

function ask({ shape }: Parts, from: number, name: string): void {
  const { names } = shape.requests[from]!;
  if (!names.includes(name)) names.push(name);
}

function nameOf(name: ModuleExportName): string {
  return name.type === 'Literal' ? name.value : name.name;
}

const functionTypes = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression', 'PropertyDefinition', 'AccessorProperty', 'StaticBlock']);

function collectExpressions(parts: Parts): boolean {
  let packable = true;
  const dynamicImports = new Set<string>();
  walk(parts.module.syntax.program, (node) => {
    if (node.type === 'ImportExpression') {
      if (node.phase !== null) packable = false;
      parts.edits.push({ start: node.start, end: node.start + 'import'.length, text: `${parts.name}.import` });
      if (node.source.type === 'Literal' && typeof node.source.value === 'string') dynamicImports.add(node.source.value);
    }
    if (node.type === 'MetaProperty' && node.meta.name === 'import') parts.edits.push({ start: node.start, end: node.end, text: `${parts.name}.meta` });
    const awaits = node.type === 'AwaitExpression' || (node.type === 'ForOfStatement' && node.await) || (node.type === 'VariableDeclaration' && node.kind === 'await using');
    if (awaits && !isInFunction(node)) parts.shape.topLevelAwait = true;
  });
  parts.shape.dynamicImports = [...dynamicImports];
  return packable;
}

function localExports(parts: Parts, statement: ExportNamedDeclaration): void {
  const { module, shape } = parts;
  if (statement.declaration !== null) {
    const { declaration } = statement;
    const declared = declaration.type === 'VariableDeclaration' ? declaration.declarations.flatMap((one) => module.declares(one)) : module.declares(declaration).slice(0, 1);
    for (const variable of declared) shape.exports.push({ name: variable.name, local: variable.name, constant: isSettled(module, variable) });
  }
  for (const { local, exported } of statement.specifiers) {
    const variable = module.resolve(local);
    const binding = parts.bindings.find((one) => one.variable === variable);
    if (binding !== undefined) shape.exports.push({ name: nameOf(exported), from: binding.from, imported: binding.imported });
    else shape.exports.push({ name: nameOf(exported), local: nameOf(local), constant: variable !== null && isSettled(module, variable) });
  }
}

function defaultExport({ name, module, shape, edits, ...parts }: Parts, node: ExportDefaultDeclaration): string {
  const { declaration } = node;
  const { source } = module;
  const isDeclaration = declaration.type === 'FunctionDeclaration' || declaration.type === 'ClassDeclaration';
  const variable = isDeclaration && declaration.id !== null ? module.declares(declaration)[0] : undefined;
  shape.exports.push({ name: 'default', local: variable?.name ?? null, constant: variable === undefined || isSettled(module, variable) });
  const keyword = source.indexOf('default', node.start + 'export'.length) + 'default'.length;
  if (variable !== undefined) {
    edits.push({ start: node.start, end: keyword, text: blanks({ module }, node.start, keyword) });
    return parts.hoisted;
  }
  if (declaration.type === 'FunctionDeclaration') {
    const open = source.indexOf('(', declaration.start);
    edits.push({ start: node.start, end: keyword, text: blanks({ module }, node.start, keyword) }, { start: open, end: open, text: ` ${name}d` });
    return `Object.defineProperty(${name}d, "name", { value: "default", configurable: true }); `;
  }
  // As a property's value it gets the name `default`, if it has none.
  const end = source[node.end - 1] === ';' ? node.end - 1 : node.end;
  edits.push({ start: node.start, end: keyword, text: `const ${name}d=({default:`.padEnd(keyword - node.start) }, { start: end, end, text: ' }).default;' });
  return parts.hoisted;
}

/** True when nothing but the module's own top level ever writes it. */
function isSettled(module: SourceModule, variable: Variable): boolean {
  return !module.dynamic && module.usesOf(variable).every((identifier) => !writes(identifier) || !isInFunction(identifier));
}

function isInFunction(node: Node): boolean {
  for (let at = node.parent; at != null; at = at.parent) if (functionTypes.has(at.type)) return true;
  return false;
}

/** What stays of a statement: its place, and an end to the one before it. */
function gone(parts: Parts, { start, end }: Node): Edit {
  return { start, end, text: `;${blanks(parts, start + 1, end)}` };
}

/** As many lines, and as many columns in the last one. */
function blanks({ module }: Pick<Parts, 'module'>, start: number, end: number): string {
  return module.source.slice(start, end).replace(/[^\r\n\u2028\u2029]/g, ' ');
}

function useOf(identifier: Node): ImportBinding['uses'] {
  const { start, end, parent } = identifier;
  if (parent == null || parent.type === 'ExportSpecifier') return [];
  if (parent.type === 'Property' && parent.shorthand) return [{ start, end, as: 'shorthand' }];
  const called = (parent.type === 'CallExpression' && parent.callee === identifier) || (parent.type === 'TaggedTemplateExpression' && parent.tag === identifier);
  return [{ start, end, as: !called ? 'value' : beginsStatement(identifier) ? 'call-statement' : 'call' }];
}

function beginsStatement({ start, parent }: Node): boolean {
  for (let node = parent; node != null && node.start === start; node = node.parent) {
    if (node.type === 'ExpressionStatement') return ['Program', 'BlockStatement', 'StaticBlock', 'SwitchCase'].includes(node.parent?.type ?? '');
  }
  return false;
}
