import type { Node } from 'oxc-parser';
import { walk } from './parse.ts';
import { bindingsOf } from './imports.ts';
import { momentOf } from './moment.ts';
import { writes, type SourceModule, type Variable } from './scopes.ts';
import { exportedName, exportsAll, helperName, isExportedProperty, isTypeWrapper, type Site } from './sites.ts';

/** What a text does with the exports of a module that it asks for. */
export type Readings = {
  /** Exports that it reads, and where: offsets in the text. A null name is any of them: the whole is indexed, spread, passed on. */
  reads: { name: string | null; at: number }[];
  /** Exports that it hands on unread under names of its own, `''` for its whole `module.exports`; a null name is any, or all. */
  handsOn: { name: string | null; as: string }[];
};

/** What is read of the module that the sites, all of one specifier, load; code that never runs does not count. */
export function readingsOf(module: SourceModule, sites: readonly Site[]): Readings {
  const found: Readings = { reads: [], handsOn: [] };
  for (const site of sites) readSite(module, site, found);
  return found;
}

function readSite(module: SourceModule, site: Site, found: Readings): void {
  const { node } = site;
  switch (node.type) {
    case 'ImportDeclaration':
      for (const { variable, imported } of bindingsOf(module, site)) {
        const whole = imported === '*' || imported === 'default';
        for (const identifier of module.usesOf(variable)) {
          if (whole) readWhole({ module, found, seen: new Set([variable]) }, identifier);
          if (imported !== '*') addRead({ module, found }, imported, identifier);
        }
      }
      return;
    case 'ExportNamedDeclaration':
      for (const { local, exported } of node.specifiers) found.handsOn.push({ name: textOf(local), as: textOf(exported) });
      return;
    case 'ExportAllDeclaration':
      found.handsOn.push({ name: null, as: node.exported === null ? '' : textOf(node.exported) });
      return;
    case 'TSImportEqualsDeclaration':
      for (const { variable } of bindingsOf(module, site)) readVariable({ module, found, seen: new Set() }, variable);
      return;
    case 'CallExpression':
      readWhole({ module, found, seen: new Set() }, node);
      return;
    default:
      addRead({ module, found }, null, node);
  }
}

interface Reading {
  module: SourceModule;
  found: Readings;
  /** Variables that hold the whole, as far as they were followed. */
  seen: Set<Variable>;
}

function addRead({ module, found }: Omit<Reading, 'seen'>, name: string | null, node: Node): void {
  if (momentOf(module, node).at !== 'never') found.reads.push({ name, at: node.start });
}

/** Follows an expression whose value is the whole of what the module exports. */
function readWhole(reading: Reading, start: Node): void {
  const { module, found } = reading;
  let whole = start;
  while (whole.parent != null && (isTypeWrapper(whole.parent) || isView(whole.parent, whole))) whole = whole.parent;
  const { parent } = whole;
  switch (parent?.type) {
    case 'MemberExpression': {
      const name = parent.object === whole ? memberName(parent) : null;
      if (name !== null && writes(parent)) return;
      addRead(reading, name, whole);
      // Of a module without interop the default export is the whole.
      if (name === 'default') readWhole(reading, parent);
      return;
    }
    case 'VariableDeclarator':
      readPattern(reading, parent.id);
      return;
    case 'AssignmentExpression': {
      if (parent.right !== whole) return;
      const exported = exportedName(parent.left);
      if (exported === null) readPattern(reading, parent.left);
      else found.handsOn.push({ name: null, as: exported });
      if (parent.parent?.type !== 'ExpressionStatement') readWhole(reading, parent);
      return;
    }
    case 'Property':
      if (isExportedProperty(whole) && !parent.computed) found.handsOn.push({ name: null, as: parent.key.type === 'Identifier' ? parent.key.name : String((parent.key as { value?: unknown }).value) });
      else addRead(reading, null, whole);
      return;
    case 'ExportSpecifier':
      found.handsOn.push({ name: null, as: textOf(parent.exported) });
      return;
    case 'ExportDefaultDeclaration':
      found.handsOn.push({ name: null, as: 'default' });
      return;
    case 'TSExportAssignment':
      found.handsOn.push({ name: null, as: '' });
      return;
    case 'CallExpression':
      if (parent.callee === whole) return;
      if (exportsAll(parent) && !copies(module, parent)) found.handsOn.push({ name: null, as: '' });
      else addRead(reading, null, whole);
      return;
    case 'NewExpression':
      if (parent.callee !== whole) addRead(reading, null, whole);
      return;
    case 'BinaryExpression':
      if (parent.operator === 'in') addRead(reading, null, whole);
      return;
    case 'ExpressionStatement':
    case 'TaggedTemplateExpression':
    case 'UnaryExpression':
    case 'IfStatement':
      return;
    default:
      addRead(reading, null, whole);
  }

  /** An interop helper gives the whole on, unless it copies every export there and then. */
  function isView(around: Node, inner: Node): boolean {
    return around.type === 'CallExpression' && around.arguments[0] === inner && helperName(around) !== null && !copies(module, around);
  }
}

/** What takes the whole: a variable, or a pattern that picks from it. */
function readPattern(reading: Reading, pattern: Node): void {
  if (pattern.type === 'Identifier') {
    const variable = pattern.parent?.type === 'VariableDeclarator' ? reading.module.declares(pattern.parent)[0] : reading.module.resolve(pattern);
    if (variable == null) addRead(reading, null, pattern);
    else readVariable(reading, variable);
    return;
  }
  if (pattern.type !== 'ObjectPattern') return addRead(reading, null, pattern);
  for (const property of pattern.properties) {
    const { computed, key } = property.type === 'Property' ? property : { computed: true, key: null };
    addRead(reading, computed || key === null ? null : key.type === 'Identifier' ? key.name : String((key as { value?: unknown }).value), property);
  }
}

function readVariable(reading: Reading, variable: Variable): void {
  if (reading.seen.has(variable)) return;
  reading.seen.add(variable);
  for (const identifier of reading.module.usesOf(variable)) if (!writes(identifier)) readWhole(reading, identifier);
}

function memberName({ computed, property }: Node & { type: 'MemberExpression' }): string | null {
  if (!computed) return property.type === 'Identifier' ? property.name : null;
  return property.type === 'Literal' ? String(property.value) : null;
}

/** True for helpers of TypeScript before 3.9, which read every export as they copy it: `result[k] = mod[k]`. */
function copies(module: SourceModule, { callee }: Node & { type: 'CallExpression' }): boolean {
  const name = callee.type === 'Identifier' ? callee.name : null;
  if (name === null || !/^__(?:export|exportStar|importStar)$/.test(name)) return false;
  let found = false;
  walk(module.syntax.program, (node) => {
    if (node.type !== 'FunctionDeclaration' && node.type !== 'VariableDeclarator') return !found;
    if (node.id?.type !== 'Identifier' || node.id.name !== name) return !found;
    const text = module.source.slice(node.start, node.end);
    if (/\[(\w+)\] = \w+\[\1\]/.test(text) && !text.includes('__createBinding')) found = true;
    return false;
  });
  return found;
}

function textOf(name: { type: string; name?: string; value?: unknown }): string {
  return name.name ?? String(name.value);
}
